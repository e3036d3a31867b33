//! Reads what gateways counted.

use super::counts::{ArmCounts, StageCounts};
use super::model::{Rollout, Stage, StageKind};
use roadbed_capability::records::{Grouping, Records, RecordsError, Series};
use roadbed_contracts::records::TrafficCounters;
use roadbed_core::{RevisionId, ServiceId, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

/// A gateway's clock may be off by this much.
const CLOCK_SLACK: Duration = Duration::from_secs(3600);

/// Answers that the split did not assign by the weights in force are no evidence.
fn is_assigned(source: &str) -> bool {
    !source.ends_with(":fallback") && !is_addressed(source)
}

/// Answers to callers who named the revision.
pub(super) fn is_addressed(source: &str) -> bool {
    source.ends_with(":addressed")
}

fn series(service: ServiceId, revision: RevisionId, version: i64) -> String {
    format!("{service}/{revision}/{version}")
}

/// Counts of every stage, from all gateways.
pub(super) async fn stage_counts(
    records: &Records,
    rollout: &Rollout,
    stages: &[Stage],
    now: Timestamp,
) -> Result<Vec<StageCounts>, RecordsError> {
    let (Some(from), Some(first)) = (rollout.from, stages.first()) else { return Ok(Vec::new()) };
    let name = |revision, stage: &Stage| series(rollout.service, revision, stage.entry_version);
    let names =
        stages.iter().flat_map(|stage| [name(from.revision, stage), name(rollout.to.revision, stage)]).collect();
    let span = (first.started_at.minus(CLOCK_SLACK), now.plus(CLOCK_SLACK));
    let folded = records
        .fold_sources::<TrafficCounters>(Series::Exactly(names), span.0, span.1, Grouping::Series, is_assigned)
        .await?;
    let by_series: BTreeMap<String, ArmCounts> =
        folded.into_iter().map(|part| (part.series, ArmCounts::from(&part.value))).collect();
    let count = |revision, stage| by_series.get(&name(revision, stage)).copied().unwrap_or_default();
    let counts = stages.iter().map(|stage| StageCounts {
        stage: stage.number,
        entry_version: stage.entry_version,
        weight_basis_points: stage.weight.basis_points(),
        tested: stage.kind == StageKind::Step,
        stable: count(from.revision, stage),
        canary: count(rollout.to.revision, stage),
    });
    Ok(counts.collect())
}
