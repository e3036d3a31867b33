//! Ids of requests and predictions.

use http::{HeaderMap, HeaderName, HeaderValue};
use roadbed_core::IdSource;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longest id of a client that is taken over.
const LIMIT_BYTES: usize = 128;

/// Gives each prediction an id nobody else has: 16 hex digits of this process (from the operating system's random generator), 16 of a
/// counter.
pub(crate) struct PredictionIds {
    process: u64,
    counter: AtomicU64,
}

impl PredictionIds {
    pub(crate) fn new(source: &dyn IdSource) -> Self {
        // The low half of a UUIDv7 is random, but for two fixed bits; the high half is the time, which two processes may share.
        let bits = source.next().to_le_bytes();
        let mut low = [0; 8];
        low.copy_from_slice(&bits[..8]);
        Self { process: u64::from_le_bytes(low), counter: AtomicU64::new(0) }
    }

    pub(crate) fn next(&self) -> HeaderValue {
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        let mut text = [0; 32];
        for (place, half) in text.as_chunks_mut::<16>().0.iter_mut().zip([self.process, count]) {
            for (index, digit) in place.iter_mut().enumerate() {
                let nibble = (half >> (60 - 4 * index)) & 0xf;
                *digit = b"0123456789abcdef"[usize::try_from(nibble).unwrap_or(0)];
            }
        }
        HeaderValue::from_bytes(&text).unwrap_or_else(|_| HeaderValue::from_static("0"))
    }
}

/// The id a request goes by: the client's when it is clean, else one made here.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) HeaderValue);

impl RequestId {
    pub(crate) fn of(headers: &HeaderMap, made: impl FnOnce() -> HeaderValue) -> Self {
        let clean = |value: &&HeaderValue| {
            let bytes = value.as_bytes();
            (1..=LIMIT_BYTES).contains(&bytes.len())
                && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:/+=@".contains(byte))
        };
        Self(headers.get(REQUEST_ID).filter(clean).cloned().unwrap_or_else(made))
    }
}
