//! The signature of a delivery, as MLflow writes it (`mlflow/webhooks/delivery.py`), so that what verifies MLflow's webhooks verifies these.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

pub(super) const SIGNATURE_HEADER: &str = "x-mlflow-signature";
pub(super) const DELIVERY_HEADER: &str = "x-mlflow-delivery-id";
pub(super) const TIMESTAMP_HEADER: &str = "x-mlflow-timestamp";

/// `v1,` and the base64 of HMAC-SHA256 over `delivery id.timestamp.payload`; the timestamp is in seconds since the epoch.
pub(super) fn signature(secret: &[u8], delivery: &str, timestamp: i64, payload: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("{delivery}.{timestamp}.{payload}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag))
}

#[cfg(test)]
mod tests {
    use super::signature;

    /// From Python: `hmac.new(b"s3cret", b"d-1.1767225600." + payload, "sha256")`.
    #[test]
    fn it_is_the_one_that_python_makes() {
        let made = signature(b"s3cret", "d-1", 1_767_225_600, r#"{"name": "größe"}"#);
        assert_eq!(made, "v1,W0m2ljdRqQPyPvyPjrRP9UvrursGbi3ivEZVXj66KII=");
    }
}
