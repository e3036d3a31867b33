//! Which events a caller asks for.

use super::view::is_within;
use crate::caller::Scope;
use crate::permission::{Grantee, Permission};
use roadbed_contracts::events::Event;
use serde::Deserialize;

pub const EVENT_READ: Permission = Permission::new("event:read", Grantee::Viewer);

/// Rows looked at per read; filters may leave fewer.
pub(super) const BATCH: u32 = 500;

#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EventQuery {
    /// Events after this sequence number; 0 or absent: from the beginning that is still kept.
    #[serde(default)]
    pub after: Option<i64>,
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Kind of the subject, such as `service`.
    #[serde(default)]
    pub subject_kind: Option<String>,
    /// Id of the subject.
    #[serde(default)]
    pub subject_id: Option<String>,
}

impl EventQuery {
    pub(super) fn wants(&self, event: &Event, scope: &Scope) -> bool {
        let subject = &event.header.subject;
        is_within(event, scope)
            && self.subject_kind.as_ref().is_none_or(|kind| *kind == subject.kind)
            && self.subject_id.as_ref().is_none_or(|id| *id == subject.id)
    }
}
