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
    /// Every look that was kept.
    pub(super) history: Vec<EvidenceRow>,
}

impl Rollouts {
    pub(super) async fn explain(&self, caller: &Caller, id: &str) -> Result<Explained, Problem> {
        let rollout = self.find(caller, crate::services::SERVICE_READ, id).await?;
        let id = rollout.id;
        let (stages, history) = self
            .context()
            .store
            .read(move |r| -> Result<_, roadbed_store::StoreError> {
                Ok((store::stages(r, id)?, store::evidence_rows(r, id)?))
            })
            .await?;
        let counts = history.last().map(|row| row.counts.clone()).unwrap_or_default();
        let replayed = evidence(&rollout, &counts).map_err(|error| Problem::internal(&error))?;
        let stored = match &rollout.state {
            RolloutState::Ended { verdict, .. } => Some(&**verdict),
            _ => history.last().map(|row| &row.evidence),
        };
        let equal = stored.is_none_or(|stored| same_numbers(stored, &replayed));
        Ok(Explained { rollout, stages, counts, replayed, equal, history })
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
