//! Times of `/api/v1`: RFC 3339 from the milliseconds MLflow counts in.

use roadbed_core::Timestamp;

/// RFC 3339; times beyond the calendar (a client may say anything) end at its edge.
#[must_use]
pub fn rfc3339(milliseconds: i64) -> String {
    /// Year 9999.
    const LAST: i64 = 253_402_300_799_000;
    Timestamp::from_micros(milliseconds.clamp(0, LAST).saturating_mul(1000)).to_string()
}
