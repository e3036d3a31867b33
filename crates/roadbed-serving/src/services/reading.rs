//! The manifest's section `services`, read without a server.

use super::settings::{
    BatchingSettings, GuardrailSettings, ReplicaSettings, RolloutSettings, ServiceSettings, Strategy, Undecided,
    check_steps,
};
use roadbed_capability::manifest::{Diagnostics, Field, Node};
use roadbed_contracts::ports::ModelReference;
use roadbed_core::{Name, Percent, Span};
use serde_json::Value;
use std::time::Duration;

/// Keys of a service that later versions have.
const LATER: &[&str] =
    &["prediction_log", "autoscaling", "placement", "resources", "mirror", "experiment", "environment", "timeout"];
const STRATEGIES: &[(&str, Strategy)] = &[("canary", Strategy::Canary), ("all_at_once", Strategy::AllAtOnce)];
const UNDECIDED: &[(&str, Undecided)] =
    &[("hold", Undecided::Hold), ("promote", Undecided::Promote), ("roll_back", Undecided::RollBack)];
const LONGEST: Duration = Duration::from_secs(30 * 86_400);

/// Canonical JSON of the section: settings by service name.
#[must_use]
pub fn read_services(node: &Node, diagnostics: &Diagnostics) -> Option<Value> {
    let errors = diagnostics.error_count();
    let mut services = serde_json::Map::new();
    for (name, field) in Field::new(node, diagnostics).named::<Name>()? {
        if let Some(settings) = read_service(field) {
            services.insert(name.to_string(), serde_json::to_value(settings).ok()?);
        }
    }
    (diagnostics.error_count() == errors).then_some(Value::Object(services))
}

fn small(field: Field<'_>, highest: i64) -> Option<u32> {
    field.integer(1..=highest).and_then(|number| u32::try_from(number).ok())
}

/// The settings of one service.
pub(super) fn read_service(field: Field<'_>) -> Option<ServiceSettings> {
    let mut fields = field.mapping()?;
    let model = fields.optional("model").parse::<ModelReference>().map(|reference| reference.to_string());
    let replicas = read_replicas(fields.optional("replicas"));
    let batching = read_batching(fields.optional("batching"));
    let concurrency = small(fields.optional("concurrency"), 10_000);
    let workers = small(fields.optional("workers"), 64);
    let rollout = read_rollout(fields.optional("rollout"));
    fields.later(LATER);
    fields.finish();
    Some(ServiceSettings { model, replicas, batching, concurrency, workers, rollout })
}

fn read_replicas(field: Field<'_>) -> Option<ReplicaSettings> {
    let mut fields = field.mapping()?;
    let min = fields.optional("min").integer(0..=1000);
    let max_field = fields.optional("max");
    let max = max_field.integer(1..=1000);
    fields.finish();
    let number = |number: i64| u32::try_from(number).unwrap_or(0);
    let (min, max) = (number(min.unwrap_or(0)), number(max.unwrap_or(1)));
    if max < min {
        max_field.refuse(format!("max is {max} and min is {min}"), Some("make max at least min".to_owned()));
    }
    field.warn("models run in every gateway in this version; replicas are kept for later and change nothing", None);
    Some(ReplicaSettings { min, max })
}

fn read_batching(field: Field<'_>) -> Option<BatchingSettings> {
    let mut fields = field.mapping()?;
    let max_rows = small(fields.required("max_rows"), 65_536);
    let max_delay = length(fields.optional("max_delay"), Duration::from_secs(10));
    fields.finish();
    Some(BatchingSettings { max_rows: max_rows?, max_delay })
}

/// A length of time up to a limit.
fn length(field: Field<'_>, longest: Duration) -> Option<Span> {
    let span = field.quantity::<Span>()?;
    if span.0 > longest {
        field.refuse(format!("{span} is too long; at most {} are accepted", Span(longest)), None);
        return None;
    }
    Some(span)
}

/// A length of time that is not nothing.
fn some_length(field: Field<'_>) -> Option<Span> {
    let span = length(field, LONGEST)?;
    if span.0.is_zero() {
        field.refuse("the time must be longer than nothing", None);
        return None;
    }
    Some(span)
}

fn read_rollout(field: Field<'_>) -> Option<RolloutSettings> {
    let mut fields = field.mapping()?;
    let strategy = fields.optional("strategy").one_of(STRATEGIES);
    let steps_field = fields.optional("steps");
    let steps = steps_field
        .list()
        .and_then(|items| items.into_iter().map(Field::quantity::<Percent>).collect::<Option<Vec<Percent>>>());
    if let Some(Err(message)) = steps.as_deref().map(check_steps) {
        steps_field.refuse(message, None);
    }
    let guardrails = read_guardrails(fields.optional("guardrails"));
    let decide_by = some_length(fields.optional("decide_by"));
    let undecided = fields.optional("undecided").one_of(UNDECIDED);
    let minimum_time = length(fields.optional("minimum_time"), LONGEST);
    let minimum_units =
        fields.optional("minimum_units").integer(1..=1_000_000_000).and_then(|units| u64::try_from(units).ok());
    fields.later(&["schedule", "approval", "promote_alias", "interval"]);
    fields.finish();
    Some(RolloutSettings { strategy, steps, guardrails, decide_by, undecided, minimum_time, minimum_units })
}

fn read_guardrails(field: Field<'_>) -> Option<GuardrailSettings> {
    let mut fields = field.mapping()?;
    let mut settings = GuardrailSettings::default();
    if let Some(mut errors) = fields.optional("errors").mapping() {
        settings.errors_limit = limit(errors.optional("limit"));
        errors.finish();
    }
    if let Some(mut latency) = fields.optional("latency_p99").mapping() {
        settings.latency_at_most = some_length(latency.optional("at_most"));
        settings.latency_limit = limit(latency.optional("limit"));
        latency.finish();
    }
    fields.later(&["disagreement", "outcomes", "measurements"]);
    fields.finish();
    Some(settings)
}

/// A share that a guardrail may accept.
fn limit(field: Field<'_>) -> Option<Percent> {
    let limit = field.quantity::<Percent>()?;
    if limit == Percent::ZERO || limit.basis_points() > 9500 {
        field.refuse("a limit must be above 0% and at most 95%", None);
        return None;
    }
    Some(limit)
}
