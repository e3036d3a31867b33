//! Keys of entries.

use roadbed_contracts::entries::GrantEntry;
use roadbed_core::{RevisionId, ServiceId};

#[must_use]
pub fn service_key(service: ServiceId) -> String {
    format!("service/{service}")
}

#[must_use]
pub fn revision_key(revision: RevisionId) -> String {
    format!("revision/{revision}")
}

/// Start of every grant's key.
pub(super) const GRANT_PREFIX: &str = "grant/";

/// A token of somebody in several teams has one grant per team.
pub(super) fn grant_key(grant: &GrantEntry) -> String {
    match grant.team {
        Some(team) => format!("{GRANT_PREFIX}{}/{team}", grant.token_hash),
        None => format!("{GRANT_PREFIX}{}", grant.token_hash),
    }
}
