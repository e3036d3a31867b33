//! What a capability brings for its part of the manifest.

use super::diagnostic::Diagnostics;
use super::node::Node;
use super::three_way::FieldChange;
use crate::problem::Problem;
use async_trait::async_trait;
use roadbed_contracts::events::Actor;
use roadbed_contracts::gate::Finding;
use roadbed_core::{InstanceId, Name, TeamId};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// What a section stores as the owner of objects an apply made, so that only those are pruned when the file drops them.
pub const OWNER: &str = "manifest";

/// For whom and how a manifest is planned or applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanContext {
    pub team: TeamId,
    pub instance: InstanceId,
    pub project: Name,
    /// The target's name; `None` in a project without targets.
    pub target: Option<Name>,
    /// Goes into the events of the apply.
    pub actor: Actor,
    /// Apply checks everything, changes nothing and answers what it would have changed.
    pub dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeAction {
    Create,
    Update,
    Delete,
    /// Nothing to do: the object is as the file says.
    None,
}

/// What an apply does to one object.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedChange {
    pub action: ChangeAction,
    /// Kind and name, such as `job/train`.
    pub object: String,
    /// Fields that change, with where each new value comes from. Empty for [`ChangeAction::None`].
    pub fields: Vec<FieldChange>,
    /// What gates say about it: a refusal stops the apply.
    pub findings: Vec<Finding>,
    /// A sentence about an effect that the fields do not show, such as `starts a rollout of revision 4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl PlannedChange {
    /// A change without findings and note.
    #[must_use]
    pub fn new(action: ChangeAction, object: impl Into<String>, fields: Vec<FieldChange>) -> Self {
        Self { action, object: object.into(), fields, findings: Vec::new(), note: None }
    }
}

/// How a top-level key is written. Needs no server, so a manifest can be checked anywhere.
#[derive(Clone, Copy)]
pub struct SectionSyntax {
    /// The top-level key.
    pub key: &'static str,
    /// Reads the section and answers its canonical JSON: defaults of the file format left out, units normalized, keys that mean the
    /// same written the same. `None` after at least one error was reported. Pure.
    pub check: fn(&Node, &Diagnostics) -> Option<Value>,
}

impl SectionSyntax {
    /// The syntax of each section.
    #[must_use]
    pub fn of(sections: &[Arc<dyn ManifestSection>]) -> Vec<Self> {
        sections.iter().map(|section| section.syntax()).collect()
    }
}

/// One top-level key of the manifest on a server; `apply` runs in the order in which the roof wired the sections.
#[async_trait]
pub trait ManifestSection: Send + Sync + 'static {
    /// How the section is written.
    fn syntax(&self) -> SectionSyntax;

    /// The top-level key.
    fn key(&self) -> &'static str {
        self.syntax().key
    }

    /// What [`ManifestSection::apply`] would do. `desired` is what `check` answered; `None` when the file has no such section, which
    /// deletes what earlier applies made.
    ///
    /// # Errors
    /// The section cannot be planned (an object of another project has the name, a reference leads nowhere); refusals of gates are
    /// findings and not errors.
    async fn plan(&self, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem>;

    /// Makes it so and answers what was done. Applying the same again changes nothing.
    ///
    /// # Errors
    /// As for `plan`, a refusal of a gate, or the store's failure; the section is then unchanged.
    async fn apply(&self, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem>;
}
