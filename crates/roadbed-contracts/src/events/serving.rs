//! Events of the serving room that others listen to.

use super::{EventBody, EventClass};
use roadbed_core::{RevisionId, RolloutId, ServiceId};
use serde::{Deserialize, Serialize};

/// A rollout reached its verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RolloutEnded {
    pub rollout: RolloutId,
    pub service: ServiceId,
    pub from_revision: Option<RevisionId>,
    pub to_revision: RevisionId,
    /// `promoted`, `rolled_back` or `failed`.
    pub state: String,
    /// The verdict in one sentence for people.
    pub sentence: String,
}

impl EventBody for RolloutEnded {
    const KIND: &'static str = "RolloutEnded";
    const CLASS: EventClass = EventClass::Audit;
}
