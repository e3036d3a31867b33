//! How revisions look on the wire.

use super::difference::FieldDifference;
use super::mlmodel::{Column, Parameter};
use super::operations::{Observed, Signed};
use crate::gateways::Readiness;
use crate::services::{Service, Services, model_of};
use schemars::JsonSchema;
use serde::Serialize;

/// One immutable step of a service.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RevisionView {
    pub id: String,
    pub number: i64,
    /// Registered name and version.
    pub model: String,
    pub model_name: String,
    pub model_version: String,
    pub model_digest: String,
    /// `stable`, `previous`, `loaded` (a rollout has it) or `retired`.
    pub state: String,
    /// RFC 3339.
    pub created_at: String,
    /// Who deployed it: `token:<id>`, `user:<name>`; null for one made before this was kept, as are the fields below it.
    pub created_by: Option<String>,
    /// The run that logged the model.
    pub run_id: Option<String>,
    /// What the model can be loaded as, such as `lightgbm` and `python_function`.
    pub flavors: Vec<String>,
    /// Minor version of Python the model was logged with.
    pub python: Option<String>,
    /// Requests in the model at one time, as the service was set when it was made.
    pub concurrency: Option<u32>,
    pub batching: Option<BatchingView>,
    /// Python workers, for models that no native engine runs.
    pub workers: u32,
    /// Digest of the packages the model was logged with; null without any.
    pub requirements_digest: Option<String>,
    pub file_count: usize,
    pub bytes: u64,
    /// `ready`, `loading`, `failed` or `no_gateway`; null when gateways are not told of it.
    pub readiness: Option<String>,
    /// Why it is not ready.
    pub readiness_detail: Option<String>,
    /// What runs it, such as `trees` or `python 3.11`; null while no gateway has it ready.
    pub engine: Option<String>,
}

/// How requests are put together.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct BatchingView {
    pub max_rows: u32,
    /// 0: what is queued is taken, nothing is waited for.
    pub max_delay_micros: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RevisionList {
    pub items: Vec<RevisionView>,
    pub next_cursor: Option<String>,
}

/// What changed between two revisions.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DifferenceView {
    /// Numbers of the revisions.
    pub before: i64,
    pub after: i64,
    /// Fields that are not equal.
    pub fields: Vec<FieldDifference>,
}

/// How to ask a revision.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SignatureView {
    pub service: String,
    /// Number of the revision.
    pub revision: i64,
    /// Registered name and version.
    pub model: String,
    /// Empty when the model was logged without a signature.
    pub inputs: Vec<ColumnView>,
    pub outputs: Vec<ColumnView>,
    pub parameters: Vec<SignatureParameterView>,
    /// A body for `url`; null when none can be made.
    pub example: Option<serde_json::Value>,
    /// `logged` (the model's own input example) or `types` (plain values).
    pub example_from: Option<String>,
    /// Where to send predictions.
    pub url: String,
}

/// An input or output.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ColumnView {
    /// Null for the only one, without a name.
    pub name: Option<String>,
    /// As MLflow calls it: `double`, `array(string)`; of a tensor the element type, `float32`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a tensor; -1 is any size, and the first one counts the rows. Null for a column.
    pub shape: Option<Vec<i64>>,
    /// A value must be given.
    pub required: bool,
}

/// A parameter of `predict()`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SignatureParameterView {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub default: serde_json::Value,
}

impl RevisionView {
    pub(super) fn new(service: &Service, observed: &Observed) -> Self {
        let Observed { revision, readiness, engine } = observed;
        let (entry, origin) = (&revision.entry, revision.origin.as_ref());
        let state = match revision.id() {
            id if Some(id) == service.stable => "stable",
            id if Some(id) == service.previous => "previous",
            _ if revision.published => "loaded",
            _ => "retired",
        };
        let requirements = entry.files.iter().find(|file| file.path == "requirements.txt");
        let (word, detail) = match readiness {
            None => (None, None),
            Some(Readiness::Ready) => (Some("ready"), None),
            Some(Readiness::NoGateway) => (Some("no_gateway"), None),
            Some(Readiness::Loading(detail)) => (Some("loading"), Some(detail.clone())),
            Some(Readiness::Failed(detail)) => (Some("failed"), Some(detail.clone())),
        };
        Self {
            id: revision.id().to_string(),
            number: entry.number,
            model: model_of(revision),
            model_name: entry.model_name.clone(),
            model_version: entry.model_version.clone(),
            model_digest: revision.digest().to_string(),
            state: state.to_owned(),
            created_at: revision.created_at.to_string(),
            created_by: origin.map(|origin| origin.created_by.clone()),
            run_id: origin.and_then(|origin| origin.run_id.clone()),
            flavors: origin.map(|origin| origin.flavors.clone()).unwrap_or_default(),
            python: origin.and_then(|origin| origin.python.clone()),
            concurrency: origin.map(|origin| origin.concurrency),
            batching: entry.batching.map(|batching| BatchingView {
                max_rows: batching.max_rows,
                max_delay_micros: batching.max_delay_micros,
            }),
            workers: entry.workers,
            requirements_digest: requirements.map(|file| file.digest.to_string()),
            file_count: entry.files.len(),
            bytes: entry.files.iter().map(|file| file.bytes).sum(),
            readiness: word.map(str::to_owned),
            readiness_detail: detail,
            engine: engine.clone(),
        }
    }
}

impl From<&Column> for ColumnView {
    fn from(column: &Column) -> Self {
        Self { name: column.name.clone(), kind: column.kind(), shape: column.shape.clone(), required: column.required }
    }
}

impl From<&Parameter> for SignatureParameterView {
    fn from(parameter: &Parameter) -> Self {
        Self { name: parameter.name.clone(), kind: parameter.kind.clone(), default: parameter.default.clone() }
    }
}

impl SignatureView {
    pub(super) fn new(services: &Services, signed: &Signed) -> Self {
        let model = &signed.contents.model;
        let from = if signed.is_logged { "logged" } else { "types" };
        Self {
            service: signed.service.name.to_string(),
            revision: signed.revision.entry.number,
            model: model_of(&signed.revision),
            inputs: model.inputs.iter().map(ColumnView::from).collect(),
            outputs: model.outputs.iter().map(ColumnView::from).collect(),
            parameters: model.parameters.iter().map(SignatureParameterView::from).collect(),
            example: signed.example.clone(),
            example_from: signed.example.as_ref().map(|_| from.to_owned()),
            url: services.url(&signed.service.name),
        }
    }
}
