//! What inline inference used, per revision and minute. Pure.

use roadbed_contracts::records::Usage;
use roadbed_core::{Attribution, Timestamp};
use std::time::Duration;

pub(super) const MINUTE_MICROS: i64 = 60_000_000;
/// Longest pause between two passes that counts as being loaded all the time.
const LONGEST_GAP: Duration = Duration::from_secs(60);

/// A stretch of time in which memory was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

/// The time since the last pass; nothing after a restart or a long pause, in which nobody knows what was loaded.
pub(super) fn held_since(last: Option<Timestamp>, now: Timestamp) -> Option<Held> {
    let from = last?;
    (now > from && now.since(from) <= LONGEST_GAP).then_some(Held { from, to: now })
}

pub(super) const fn minute_of(moment: Timestamp) -> Timestamp {
    let micros = moment.as_micros();
    Timestamp::from_micros(micros - micros.rem_euclid(MINUTE_MICROS))
}

impl Held {
    /// Milliseconds of this stretch in the minute that starts at `minute`.
    pub(super) fn millis_in(self, minute: Timestamp) -> u64 {
        let end = minute.as_micros() + MINUTE_MICROS;
        let from = self.from.as_micros().max(minute.as_micros());
        let to = self.to.as_micros().min(end);
        u64::try_from((to - from) / 1000).unwrap_or(0)
    }
}

/// The record of one minute: computing time as counted by gateways, memory as recorded so far and held since.
pub(super) fn usage_of_minute(
    attribution: Attribution,
    minute: Timestamp,
    now: Timestamp,
    cpu_micros: u64,
    memory_kib_millis: u64,
    memory_peak_bytes: u64,
) -> Usage {
    let to = now.min(Timestamp::from_micros(minute.as_micros() + MINUTE_MICROS)).max(minute);
    let micros = u64::try_from(to.since(minute).as_micros()).unwrap_or(0).max(1);
    let granted_cpu = cpu_micros.saturating_mul(1000) / micros;
    let granted_memory = memory_kib_millis.saturating_mul(1024) / (micros / 1000).max(1);
    Usage {
        attribution,
        from: minute,
        to,
        cpu_micros,
        memory_kib_millis,
        memory_peak_bytes,
        granted_cpu_millis: u32::try_from(granted_cpu).unwrap_or(u32::MAX),
        granted_memory_bytes: granted_memory,
    }
}
