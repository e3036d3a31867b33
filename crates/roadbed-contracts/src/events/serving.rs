//! Events of the serving room that others listen to.

use super::{EventBody, EventClass};
use roadbed_core::{Digest, Name, RevisionId, RolloutId, ServiceId};
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

/// A model became a revision of a service. The subject is the service by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionCreated {
    pub service: ServiceId,
    pub revision: RevisionId,
    pub number: i64,
    /// `name/version`.
    pub model: String,
    pub digest: Digest,
}

impl EventBody for RevisionCreated {
    const KIND: &'static str = "RevisionCreated";
    const CLASS: EventClass = EventClass::Audit;
}

/// The name of a service is free again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceDeleted {
    pub service: ServiceId,
    pub name: Name,
}

impl EventBody for ServiceDeleted {
    const KIND: &'static str = "ServiceDeleted";
    const CLASS: EventClass = EventClass::Audit;
}
