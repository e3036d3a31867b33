//! Time and ids as inputs, so that tests and simulations decide both.

use crate::timestamp::Timestamp;

/// Where the current time comes from.
pub trait Clock: Send + Sync + 'static {
    /// Now, in microseconds UTC. May jump; never use differences of it for time-outs inside one process.
    fn now(&self) -> Timestamp;
}

/// Where new ids come from.
pub trait IdSource: Send + Sync + 'static {
    /// 128 bits of a UUIDv7: unique, increasing with time.
    fn next(&self) -> u128;
}

/// The machine's wall clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the wall clock is read")]
    fn now(&self) -> Timestamp {
        let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
    }
}

/// UUIDv7 from the operating system's random generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "the one place where ids are made")]
    fn next(&self) -> u128 {
        uuid::Uuid::now_v7().as_u128()
    }
}
