use super::model::{EnvironmentDefined, EnvironmentDefinition, check_path, check_python, check_variable};
use super::store;
use async_trait::async_trait;
use roadbed_capability::manifest::{
    ChangeAction, Diagnostics, Field, ManifestSection, Node, OWNER, PlanContext, PlannedChange, SectionSyntax,
    three_way,
};
use roadbed_capability::{Context, Problem};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_store::Query;
use serde_json::Value;
use std::collections::BTreeMap;

/// The top-level key `environment`.
pub struct EnvironmentSection {
    context: Context,
}

impl EnvironmentSection {
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

/// Sections of the contract that the platform does not have yet.
const LATER: &[&str] = &["secrets", "system", "lock"];

fn read(node: &Node, diagnostics: &Diagnostics) -> Option<EnvironmentDefinition> {
    let errors = diagnostics.error_count();
    let mut fields = Field::new(node, diagnostics).mapping()?;
    let python = fields.optional("python");
    let version = python.text();
    if let Some(Err(error)) = version.as_deref().map(check_python) {
        python.refuse(error.to_string(), None);
    }
    let requirements = fields.optional("requirements");
    let path = requirements.text();
    if let Some(Err(error)) = path.as_deref().map(check_path) {
        requirements.refuse(error.to_string(), None);
    }
    let mut variables = BTreeMap::new();
    for (key, field) in fields.optional("variables").entries().unwrap_or_default() {
        let Some(value) = field.scalar() else { continue };
        match check_variable(&key.text, &value) {
            Ok(()) => drop(variables.insert(key.text.clone(), value)),
            Err(error) => field.refuse(error.to_string(), None),
        }
    }
    fields.later(LATER);
    fields.finish();
    (diagnostics.error_count() == errors).then_some(EnvironmentDefinition {
        python: version,
        requirements: path,
        variables,
    })
}

/// The one object of the section.
const OBJECT: &str = "environment";

fn change(live: Option<&EnvironmentDefinition>, desired: Option<&Value>) -> Result<PlannedChange, Problem> {
    let live = live.map(serde_json::to_value).transpose().map_err(|error| Problem::internal(&error))?;
    // Only manifests write it, so what was applied last is what is live.
    let fields = three_way(live.as_ref(), desired, live.as_ref());
    let action = match (&live, desired) {
        (None, Some(_)) => ChangeAction::Create,
        (Some(_), None) => ChangeAction::Delete,
        _ if fields.is_empty() => ChangeAction::None,
        _ => ChangeAction::Update,
    };
    Ok(PlannedChange::new(action, OBJECT, fields))
}

fn plan(r: &mut impl Query, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
    let live = store::definition(r, context.instance)?;
    if live.is_none() && desired.is_none() {
        return Ok(Vec::new());
    }
    Ok(vec![change(live.as_ref(), desired)?])
}

/// How the section is written.
pub const SYNTAX: SectionSyntax = SectionSyntax { key: "environment", check };

fn check(node: &Node, diagnostics: &Diagnostics) -> Option<Value> {
    serde_json::to_value(read(node, diagnostics)?).ok()
}

#[async_trait]
impl ManifestSection for EnvironmentSection {
    fn syntax(&self) -> SectionSyntax {
        SYNTAX
    }

    async fn plan(&self, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
        let (context, desired) = (context.clone(), desired.cloned());
        self.context.store.read(move |r| plan(r, &context, desired.as_ref())).await
    }

    async fn apply(&self, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
        let (dry_run, context, desired) = (context.dry_run, context.clone(), desired.cloned());
        self.context
            .mutate(dry_run, move |tx| {
                let changes = plan(tx, &context, desired.as_ref())?;
                let Some(change) = changes.first().filter(|change| change.action != ChangeAction::None) else {
                    return Ok(changes);
                };
                let action = match &desired {
                    Some(definition) => {
                        store::put(tx, context.instance, context.team, OWNER, definition)?;
                        if change.action == ChangeAction::Create { "create" } else { "update" }
                    }
                    None => {
                        store::delete(tx, context.instance)?;
                        "delete"
                    }
                };
                let header = EventHeader::new(Subject::new("project", &context.project), context.actor.clone());
                let header = header.with_team(context.team).with_instance(context.instance);
                tx.emit(&header, &EnvironmentDefined { action: action.to_owned() })?;
                Ok(changes)
            })
            .await
    }
}
