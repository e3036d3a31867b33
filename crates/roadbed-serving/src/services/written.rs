//! Settings as `roadbed.yaml` writes them, and changes to them: checked by the same code as the file, with the same words. Pure.

use super::model::ServicesError;
use super::reading::read_service;
use super::settings::ServiceSettings;
use roadbed_capability::manifest::{Diagnostic, DiagnosticSeverity, Diagnostics, Document, Field};
use serde_json::{Map, Value, json};

/// Key under which a body has the settings; it begins the fields of a problem.
const KEY: &str = "settings";

/// The settings as they stand under the service's name in `roadbed.yaml`.
#[must_use]
pub fn as_written(settings: &ServiceSettings) -> Value {
    let mut written = serde_json::to_value(settings).unwrap_or_default();
    let guardrails = written.pointer_mut("/rollout/guardrails").filter(|guardrails| guardrails.is_object());
    if let Some(guardrails) = guardrails {
        let take = |key: &str| guardrails.get(key).cloned();
        let mut nested = Map::new();
        for (name, members) in [
            ("errors", vec![("limit", take("errors_limit"))]),
            ("latency_p99", vec![("at_most", take("latency_at_most")), ("limit", take("latency_limit"))]),
        ] {
            let members: Map<String, Value> =
                members.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
            if !members.is_empty() {
                nested.insert(name.to_owned(), Value::Object(members));
            }
        }
        *guardrails = Value::Object(nested);
    }
    written
}

/// The settings with a merge patch (RFC 7396) over their written form: `null` returns a setting to its default.
///
/// # Errors
/// What the manifest's reader says of the result, and a model: models are deployed.
pub fn patched(settings: &ServiceSettings, patch: &Map<String, Value>) -> Result<ServiceSettings, ServicesError> {
    let mut written = as_written(settings);
    merge(&mut written, &Value::Object(patch.clone()));
    let text = json!({ KEY: written }).to_string();
    let document = Document::parse(KEY, &text).map_err(ServicesError::Settings)?;
    let diagnostics = Diagnostics::new(KEY);
    let node = document.get(KEY).unwrap_or(&document);
    let read = read_service(Field::new(node, &diagnostics));
    if read.as_ref().is_some_and(|read| read.model != settings.model) {
        let model = Field::new(node.get("model").unwrap_or(node), &diagnostics);
        let fix = "deploy the model to the service, and leave model as it is here";
        model.refuse("a model does not change with the settings", Some(fix.to_owned()));
    }
    let found: Vec<Diagnostic> = diagnostics.into_sorted();
    let errors: Vec<Diagnostic> =
        found.into_iter().filter(|diagnostic| diagnostic.severity == DiagnosticSeverity::Error).collect();
    match read {
        Some(read) if errors.is_empty() => Ok(read),
        _ => Err(ServicesError::Settings(errors)),
    }
}

fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}
