//! What is known about the past.

use roadbed_core::TeamId;

/// An alias names another version from now on, or an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AliasMove {
    pub seq: i64,
    pub team: TeamId,
    pub model: String,
    /// Empty: what happened to all aliases.
    pub alias: String,
    pub version: Option<i64>,
    /// Every alias of this version ended; 0 for all versions.
    pub ended: Option<i64>,
    pub actor: String,
    pub at_ms: i64,
}

/// A model version as a revision of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedRevision {
    pub revision: String,
    pub team: TeamId,
    pub service_id: String,
    pub service: String,
    pub number: i64,
    pub model: String,
    pub version: i64,
}

/// A service serves another revision from now on, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Served {
    pub seq: i64,
    pub service_id: String,
    pub revision: Option<String>,
    pub actor: String,
    pub at_ms: i64,
}

/// The last move of each alias that still held at the end of these moves, which are in order.
pub(super) fn standing(moves: Vec<AliasMove>) -> Vec<AliasMove> {
    let mut held = std::collections::BTreeMap::new();
    for one in moves {
        match (one.ended, one.version) {
            (Some(0), _) => held.clear(),
            (Some(version), _) => held.retain(|_, known: &mut AliasMove| known.version != Some(version)),
            (None, None) => drop(held.remove(&one.alias)),
            (None, Some(_)) => drop(held.insert(one.alias.clone(), one)),
        }
    }
    held.into_values().collect()
}
