use roadbed_contracts::events::{EventBody, EventClass};
use serde::{Deserialize, Serialize};

/// A manifest was applied; the sections' own events say what changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ManifestApplied {
    pub digest: String,
    /// Objects created, updated or deleted.
    pub changes: usize,
}
impl EventBody for ManifestApplied {
    const KIND: &'static str = "ManifestApplied";
    const CLASS: EventClass = EventClass::Audit;
}
