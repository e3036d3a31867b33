//! What was counted on both arms, per stage.

use roadbed_contracts::records::TrafficCounters;
use serde::{Deserialize, Serialize};

/// Units of one arm: keys once each, and requests without a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ArmCounts {
    pub units: u64,
    pub errors: u64,
    pub slow: u64,
    /// Units that are keys.
    pub keys: u64,
}

/// Both arms under one entry version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct StageCounts {
    /// From 0, the warm-up.
    pub stage: i64,
    pub entry_version: i64,
    /// Weight of the new revision, in hundredths of a percent.
    pub weight_basis_points: u16,
    /// `false` for the warm-up.
    pub tested: bool,
    pub stable: ArmCounts,
    pub canary: ArmCounts,
}

impl From<&TrafficCounters> for ArmCounts {
    fn from(counters: &TrafficCounters) -> Self {
        let keyed = &counters.keyed;
        let errors = keyed.errors + counters.errors.saturating_sub(keyed.request_errors);
        let slow = keyed.slow + counters.slow.saturating_sub(keyed.request_slow);
        let units = keyed.units + counters.requests.saturating_sub(keyed.requests);
        // A gateway that lost counters may have kept the bad ones only: a bad unit is a unit.
        Self { units: units.max(errors).max(slow), errors, slow, keys: keyed.units }
    }
}

impl ArmCounts {
    pub(super) fn add(&mut self, more: &Self) {
        self.units += more.units;
        self.errors += more.errors;
        self.slow += more.slow;
        self.keys += more.keys;
    }
}

/// Sums of both arms over the tested stages: stable, canary.
#[must_use]
pub(super) fn tested_totals(counts: &[StageCounts]) -> (ArmCounts, ArmCounts) {
    let (mut stable, mut canary) = (ArmCounts::default(), ArmCounts::default());
    for stage in counts.iter().filter(|stage| stage.tested) {
        stable.add(&stage.stable);
        canary.add(&stage.canary);
    }
    (stable, canary)
}
