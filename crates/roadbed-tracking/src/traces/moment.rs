//! Times and durations in protobuf's JSON form: RFC 3339, and seconds such as `1.5s`.

use crate::mlflow::{Fields, MlflowError};
use roadbed_core::Timestamp;

/// Times of the trace API.
pub(super) struct Moment;

impl Moment {
    /// Milliseconds since the epoch.
    ///
    /// # Errors
    /// The field is no time.
    pub(super) fn of(fields: &Fields, name: &str) -> Result<Option<i64>, MlflowError> {
        let Some(text) = fields.nonempty(name)? else { return Ok(None) };
        let shown: String = text.chars().take(60).collect();
        let wrong =
            || MlflowError::invalid(format!("Invalid value '{shown}' for parameter '{name}': it is no RFC 3339 time"));
        text.parse::<Timestamp>().map(|time| Some(time.as_millis())).map_err(|_| wrong())
    }

    /// Milliseconds.
    ///
    /// # Errors
    /// The field is no duration.
    pub(super) fn duration(fields: &Fields, name: &str) -> Result<Option<i64>, MlflowError> {
        let Some(text) = fields.nonempty(name)? else { return Ok(None) };
        let shown: String = text.chars().take(60).collect();
        let wrong = || {
            MlflowError::invalid(format!("Invalid value '{shown}' for parameter '{name}': write seconds such as 1.5s"))
        };
        milliseconds(text).map(Some).ok_or_else(wrong)
    }

    /// RFC 3339 with the fraction protobuf writes: none or three digits.
    pub(super) fn text(milliseconds: i64) -> String {
        let text = crate::mlflow::rfc3339(milliseconds);
        let whole = text.split(['.', 'Z']).next().unwrap_or_default();
        match milliseconds.rem_euclid(1000) {
            0 => format!("{whole}Z"),
            rest => format!("{whole}.{rest:03}Z"),
        }
    }

    /// Seconds with the fraction protobuf writes.
    pub(super) fn duration_text(milliseconds: i64) -> String {
        let sign = if milliseconds < 0 { "-" } else { "" };
        let amount = milliseconds.unsigned_abs();
        match amount % 1000 {
            0 => format!("{sign}{}s", amount / 1000),
            rest => format!("{sign}{}.{rest:03}s", amount / 1000),
        }
    }
}

fn milliseconds(text: &str) -> Option<i64> {
    let number = text.strip_suffix('s')?;
    let (sign, number) = match number.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, number),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') || fraction.contains('.') {
        return None;
    }
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let whole: i64 = whole.parse().ok()?;
    whole.checked_mul(1000)?.checked_add(digits.parse().ok()?)?.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::{Moment, milliseconds};

    #[test]
    fn durations_are_read_and_written_as_protobuf_does() {
        for (text, wanted) in [("1.5s", 1500), ("0s", 0), ("-2.250s", -2250), ("3.000000001s", 3000), ("12s", 12_000)] {
            assert_eq!(milliseconds(text), Some(wanted), "{text}");
        }
        for text in ["", "s", "1", "1.2.3s", "1e3s", "--1s", "99999999999999999999s", ".5s"] {
            assert_eq!(milliseconds(text), None, "{text} was taken");
        }
        assert_eq!(Moment::duration_text(-2250), "-2.250s");
        assert_eq!(Moment::duration_text(3000), "3s");
        assert_eq!(Moment::text(1_700_000_000_123), "2023-11-14T22:13:20.123Z");
        assert_eq!(Moment::text(1_700_000_000_000), "2023-11-14T22:13:20Z");
    }
}
