//! What the work used: CPU exactly (from the kernel's accounts of ended and living processes), memory as resident bytes of all processes
//! sampled each second and integrated over time. Shared pages count for each process that has them.

use crate::tree::{Collected, TreeUsage};
use roadbed_contracts::workload::folder::{UsageSnapshot, UsageSpan};
use roadbed_core::Timestamp;

const MINUTE_MICROS: i64 = 60_000_000;

pub(crate) struct Meter {
    started_at: Timestamp,
    total: UsageSpan,
    minute: UsageSpan,
    collected_cpu_micros: u64,
    last_memory_bytes: u64,
    is_sampled: bool,
}

const fn empty(at: Timestamp) -> UsageSpan {
    UsageSpan { from: at, to: at, cpu_micros: 0, memory_kib_millis: 0, memory_peak_bytes: 0 }
}

impl Meter {
    pub(crate) fn new(started_at: Timestamp) -> Self {
        Self {
            started_at,
            total: empty(started_at),
            minute: empty(started_at),
            collected_cpu_micros: 0,
            last_memory_bytes: 0,
            is_sampled: false,
        }
    }

    /// A process ended.
    pub(crate) fn collect(&mut self, ended: &Collected) {
        self.collected_cpu_micros += ended.cpu_micros;
        self.note_peak(ended.memory_peak_bytes);
        if !self.is_sampled {
            // Too short to be sampled: its peak stands for its life.
            self.last_memory_bytes = self.last_memory_bytes.max(ended.memory_peak_bytes);
        }
    }

    /// A sample of the living; answers the minute that ended since the last one.
    pub(crate) fn sample(&mut self, now: Timestamp, living: TreeUsage) -> Option<UsageSpan> {
        let before = if self.is_sampled { self.last_memory_bytes } else { living.memory_bytes };
        self.is_sampled = true;
        self.advance(now, before.midpoint(living.memory_bytes), living.cpu_micros);
        self.note_peak(living.memory_bytes);
        self.last_memory_bytes = living.memory_bytes;
        let minute = |at: Timestamp| at.as_micros().div_euclid(MINUTE_MICROS);
        if minute(now) == minute(self.minute.from) {
            return None;
        }
        let finished = self.minute;
        self.minute = UsageSpan { memory_peak_bytes: living.memory_bytes, ..empty(now) };
        Some(finished)
    }

    /// After the last process ended.
    pub(crate) fn finish(&mut self, now: Timestamp) -> UsageSnapshot {
        self.advance(now, self.last_memory_bytes, 0);
        self.snapshot()
    }

    pub(crate) const fn snapshot(&self) -> UsageSnapshot {
        UsageSnapshot { total: self.total, minute: self.minute }
    }

    pub(crate) fn note_peak(&mut self, memory_bytes: u64) {
        self.total.memory_peak_bytes = self.total.memory_peak_bytes.max(memory_bytes);
        self.minute.memory_peak_bytes = self.minute.memory_peak_bytes.max(memory_bytes);
    }

    fn advance(&mut self, now: Timestamp, memory_bytes: u64, living_cpu_micros: u64) {
        // The wall clock may be set back: time already counted stays.
        let now = now.max(self.total.to).max(self.started_at);
        let millis = now.since(self.total.to).as_micros() / 1000;
        let kib_millis = u64::try_from(millis).unwrap_or(u64::MAX).saturating_mul(memory_bytes / 1024);
        // A process may end between two looks, so a sum can fall back for a moment.
        let cpu_micros = (self.collected_cpu_micros + living_cpu_micros).max(self.total.cpu_micros);
        let spent = cpu_micros - self.total.cpu_micros;
        for span in [&mut self.total, &mut self.minute] {
            span.to = now;
            span.cpu_micros += spent;
            span.memory_kib_millis = span.memory_kib_millis.saturating_add(kib_millis);
        }
    }
}
