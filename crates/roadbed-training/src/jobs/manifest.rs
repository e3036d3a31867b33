use super::definition::{GPUS_MAX, JobDefinition, RETRIES_MAX, ResourceRequest};
use super::model::JobDefined;
use super::store::definitions;
use async_trait::async_trait;
use roadbed_capability::manifest::{
    ChangeAction, Diagnostics, Field, ManifestSection, Node, OWNER, ObjectChange, PlanContext, PlannedChange,
    SectionSyntax, three_way, three_way_objects,
};
use roadbed_capability::{Context, Problem};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::{ByteSize, CpuMillis, Name, Span};
use roadbed_store::{Query, Transaction};
use serde_json::Value;
use std::collections::BTreeMap;

/// The top-level key `jobs`.
pub struct JobsSection {
    context: Context,
}

impl JobsSection {
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }
}

/// Keys of a job that later versions have.
const LATER: &[&str] = &["queue", "priority", "nodes", "schedule"];

fn read_job(field: Field<'_>, diagnostics: &Diagnostics) -> Option<JobDefinition> {
    let errors = diagnostics.error_count();
    let mut fields = field.mapping()?;
    let run = fields.required("run");
    let text = run.text();
    let shell = fields.optional("shell").boolean().unwrap_or(false);
    let parameters = fields.optional("parameters").entries().unwrap_or_default();
    let parameters =
        parameters.into_iter().filter_map(|(key, value)| Some((key.text.clone(), value.json()?))).collect();
    let resources = read_resources(fields.optional("resources"));
    let timeout_field = fields.optional("timeout");
    let timeout = timeout_field.quantity::<Span>();
    if timeout.is_some_and(|span| span.0.is_zero()) {
        timeout_field.refuse(
            "a timeout of nothing would end the job at once",
            Some("give a length or remove the key".to_owned()),
        );
    }
    let retries = fields.optional("retries").integer(0..=RETRIES_MAX.into()).unwrap_or(0);
    let spot = fields.optional("spot");
    if spot.boolean() == Some(true) {
        let fix = Some("remove the key, or write spot: false".to_owned());
        spot.refuse("the local engine has no spot machines; they are not in this version", fix);
    }
    let inputs = fields.optional("inputs").texts().unwrap_or_default();
    let outputs = fields.optional("outputs").texts().unwrap_or_default();
    fields.later(LATER);
    fields.finish();
    let definition = JobDefinition {
        run: text?,
        shell,
        parameters,
        resources,
        timeout,
        retries: u32::try_from(retries).unwrap_or(0),
        inputs,
        outputs,
    };
    if diagnostics.error_count() == errors
        && let Err(error) = definition.check_command()
    {
        run.refuse(error.to_string(), None);
    }
    (diagnostics.error_count() == errors).then_some(definition)
}

fn read_resources(field: Field<'_>) -> ResourceRequest {
    if !field.is_present() {
        return ResourceRequest::default();
    }
    let Some(mut fields) = field.mapping() else { return ResourceRequest::default() };
    let cpu = fields.optional("cpu").quantity::<CpuMillis>();
    let memory_field = fields.optional("memory");
    let memory = memory_field.quantity::<ByteSize>();
    if memory.is_some_and(|size| size.0 == 0) {
        memory_field.refuse("no program runs without memory", Some("write memory: 512MiB or more".to_owned()));
    }
    let gpu = fields.optional("gpu").integer(0..=GPUS_MAX.into());
    fields.finish();
    // None is the default: it is left out of the canonical form.
    let gpu = gpu.and_then(|gpu| u32::try_from(gpu).ok()).filter(|gpu| *gpu > 0);
    ResourceRequest { cpu, memory, gpu }
}

fn by_name(desired: Option<&Value>) -> BTreeMap<String, Value> {
    let entries = desired.and_then(Value::as_object).into_iter().flatten();
    entries.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What is stored, and the part of it that manifests made.
fn plan(r: &mut impl Query, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
    let (mut live, mut last) = (BTreeMap::new(), BTreeMap::new());
    for stored in definitions::of_instance(r, context.instance)? {
        let value = serde_json::to_value(&stored.definition).map_err(|error| Problem::internal(&error))?;
        // Nobody else changes what a manifest made, so it is what was applied last.
        if stored.owner == OWNER {
            last.insert(stored.name.to_string(), value.clone());
        }
        live.insert(stored.name.to_string(), value);
    }
    let new = by_name(desired);
    let changes = three_way_objects(&last, &new, &live).into_iter().map(|(name, change)| {
        let object = format!("job/{name}");
        match change {
            ObjectChange::Create => {
                PlannedChange::new(ChangeAction::Create, object, three_way(None, new.get(&name), None))
            }
            ObjectChange::Update { fields, .. } => PlannedChange::new(ChangeAction::Update, object, fields),
            ObjectChange::Delete => {
                let note = "jobs that are queued or run are not touched".to_owned();
                PlannedChange { note: Some(note), ..PlannedChange::new(ChangeAction::Delete, object, Vec::new()) }
            }
            ObjectChange::Unchanged => PlannedChange::new(ChangeAction::None, object, Vec::new()),
        }
    });
    Ok(changes.collect())
}

fn apply(
    tx: &mut Transaction<'_>,
    context: &PlanContext,
    desired: Option<&Value>,
) -> Result<Vec<PlannedChange>, Problem> {
    let changes = plan(tx, context, desired)?;
    let new = by_name(desired);
    for change in changes.iter().filter(|change| change.action != ChangeAction::None) {
        let name = change.object.trim_start_matches("job/");
        let action = match (new.get(name), change.action) {
            (Some(definition), action) => {
                definitions::put(tx, context.instance, context.team, name, OWNER, definition)?;
                if action == ChangeAction::Create { "create" } else { "update" }
            }
            (None, _) => {
                definitions::delete(tx, context.instance, name)?;
                "delete"
            }
        };
        let header = EventHeader::new(Subject::new("project", &context.project), context.actor.clone());
        let header = header.with_team(context.team).with_instance(context.instance);
        tx.emit(&header, &JobDefined { name: name.to_owned(), action: action.to_owned() })?;
    }
    Ok(changes)
}

/// How the section is written.
pub const SYNTAX: SectionSyntax = SectionSyntax { key: "jobs", check };

fn check(node: &Node, diagnostics: &Diagnostics) -> Option<Value> {
    let errors = diagnostics.error_count();
    let mut jobs = serde_json::Map::new();
    for (name, field) in Field::new(node, diagnostics).named::<Name>()? {
        if let Some(definition) = read_job(field, diagnostics) {
            jobs.insert(name.to_string(), serde_json::to_value(definition).ok()?);
        }
    }
    (diagnostics.error_count() == errors).then_some(Value::Object(jobs))
}

#[async_trait]
impl ManifestSection for JobsSection {
    fn syntax(&self) -> SectionSyntax {
        SYNTAX
    }

    async fn plan(&self, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
        let (context, desired) = (context.clone(), desired.cloned());
        self.context.store.read(move |r| plan(r, &context, desired.as_ref())).await
    }

    async fn apply(&self, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
        let (dry_run, context, desired) = (context.dry_run, context.clone(), desired.cloned());
        self.context.mutate(dry_run, move |tx| apply(tx, &context, desired.as_ref())).await
    }
}
