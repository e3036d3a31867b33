//! Why a rollout ended as it did: the counts it was decided on, and the numbers computed from them once more.

use super::counts::StageCounts;
use super::model::{Rollout, RolloutState, Stage};
use super::operations::Rollouts;
use super::plan::{Evidence, evidence};
use super::store::{self, EvidenceRow};
use super::verdict::Verdict;
use roadbed_capability::{Caller, Problem};

/// A rollout with everything it rests on.
pub(super) struct Explained {
    pub(super) rollout: Rollout,
    pub(super) stages: Vec<Stage>,
    /// Counts at the last look, as stored.
    pub(super) counts: Vec<StageCounts>,
    /// Computed from these counts just now.
    pub(super) replayed: Evidence,
    /// The replay gives the stored numbers.
    pub(super) equal: bool,
    /// Looks that were kept, in order; thinned when there are many.
    pub(super) history: Vec<EvidenceRow>,
    /// All looks that were kept.
    pub(super) looks: i64,
}

/// Looks of an answer.
const LOOKS_LIMIT: i64 = 500;

/// Numbers of the looks to show, of those from 1 to `last`: evenly spread, with the first and the last. Same input, same answer.
#[must_use]
pub fn looks_to_show(last: i64) -> Vec<i64> {
    if last <= LOOKS_LIMIT {
        return (1..=last).collect();
    }
    (0..LOOKS_LIMIT).map(|place| 1 + place * (last - 1) / (LOOKS_LIMIT - 1)).collect()
}

impl Rollouts {
    pub(super) async fn explain(&self, caller: &Caller, id: &str) -> Result<Explained, Problem> {
        let rollout = self.find(caller, crate::services::SERVICE_READ, id).await?;
        let id = rollout.id;
        let (stages, looks, history) = self
            .context()
            .store
            .read(move |r| -> Result<_, roadbed_store::StoreError> {
                let last = store::last_evidence(r, id)?.map_or(0, |row| row.number);
                Ok((store::stages(r, id)?, last, store::evidence_rows(r, id, &looks_to_show(last))?))
            })
            .await?;
        let counts = history.last().map(|row| row.counts.clone()).unwrap_or_default();
        let replayed = evidence(&rollout, &counts).map_err(|error| Problem::internal(&error))?;
        let stored = match &rollout.state {
            RolloutState::Ended { verdict, .. } => Some(&**verdict),
            _ => history.last().map(|row| &row.evidence),
        };
        let equal = stored.is_none_or(|stored| same_numbers(stored, &replayed));
        Ok(Explained { rollout, stages, counts, replayed, equal, history, looks })
    }
}

/// A verdict without guardrails (the first revision, a failed load) rests on no counts.
fn same_numbers(stored: &Verdict, replayed: &Evidence) -> bool {
    stored.guardrails.is_empty()
        || (stored.guardrails.len() == replayed.reports.len()
            && stored.guardrails.iter().zip(&replayed.reports).all(|(stored, replayed)| {
                stored.name == replayed.name && stored.arms == replayed.arms && stored.log_e.is_close(&replayed.log_e)
            }))
}
