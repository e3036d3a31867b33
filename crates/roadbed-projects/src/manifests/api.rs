use super::operations::{MANIFEST_APPLY, MANIFEST_READ, Manifests, Outcome};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Body, DryRun};
use roadbed_capability::manifest::{ChangeAction, Diagnostic, ManifestSection};
use roadbed_capability::{Caller, Capability, Context, Problem, Routes, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ManifestText {
    /// Name shown in messages.
    #[serde(default = "default_file")]
    pub file: String,
    /// The YAML.
    pub text: String,
}

fn default_file() -> String {
    "roadbed.yaml".to_owned()
}

/// What a check found.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CheckView {
    pub valid: bool,
    pub diagnostics: Vec<DiagnosticView>,
}

/// One finding about the text.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DiagnosticView {
    /// File, line, column, key, value and what would be accepted, in one line.
    pub text: String,
    pub line: usize,
    pub column: usize,
    pub key: String,
    pub fix: Option<String>,
}

/// What an apply changes.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PlanView {
    pub project: String,
    pub team: String,
    /// The project does not exist yet.
    pub new_project: bool,
    pub digest: String,
    /// Objects that change.
    pub changed: usize,
    pub changes: Vec<ChangeView>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ChangeView {
    pub action: ChangeAction,
    /// Kind and name, such as `job/train`.
    pub object: String,
    /// Field, value before and after, in words.
    pub fields: Vec<serde_json::Value>,
    pub findings: Vec<String>,
    pub note: Option<String>,
}

impl From<&Diagnostic> for DiagnosticView {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            text: diagnostic.to_string(),
            line: diagnostic.line,
            column: diagnostic.column,
            key: diagnostic.key.clone(),
            fix: diagnostic.fix.clone(),
        }
    }
}

impl From<Outcome> for PlanView {
    fn from(outcome: Outcome) -> Self {
        let changed = outcome.changed();
        let changes = outcome.changes.into_iter().map(|change| ChangeView {
            action: change.action,
            object: change.object,
            fields: change.fields.iter().filter_map(|field| serde_json::to_value(field).ok()).collect(),
            findings: change.findings.into_iter().map(|finding| finding.detail).collect(),
            note: change.note,
        });
        Self {
            changes: changes.collect(),
            changed,
            project: outcome.project,
            team: outcome.team,
            new_project: outcome.new_project,
            digest: outcome.digest,
        }
    }
}

#[must_use]
pub fn capability(context: &Context, sections: Vec<Arc<dyn ManifestSection>>) -> Capability {
    let routes = Routes::new(Manifests::new(context, sections))
        .add(
            post("/api/v1/manifests/check", check)
                .without_rehearsal()
                .summary("Check a manifest")
                .body::<ManifestText>()
                .answers::<CheckView>(StatusCode::OK)
                .allow(MANIFEST_READ),
        )
        .add(
            post("/api/v1/manifests/plan", plan)
                .without_rehearsal()
                .summary("Say what applying a manifest would change")
                .body::<ManifestText>()
                .answers::<PlanView>(StatusCode::OK)
                .allow(MANIFEST_READ),
        )
        .add(
            post("/api/v1/manifests/apply", apply)
                .summary("Apply a manifest")
                .body::<ManifestText>()
                .answers::<PlanView>(StatusCode::OK)
                .allow(MANIFEST_APPLY),
        );
    Capability::new("manifests").routes(routes)
}

async fn check(State(manifests): State<Manifests>, Body(body): Body<ManifestText>) -> Json<CheckView> {
    let checked = manifests.check(&body.file, &body.text);
    let diagnostics = checked.diagnostics.iter().map(DiagnosticView::from).collect();
    Json(CheckView { valid: checked.manifest.is_some(), diagnostics })
}

async fn plan(
    State(manifests): State<Manifests>,
    caller: Caller,
    Body(body): Body<ManifestText>,
) -> Result<Json<PlanView>, Problem> {
    Ok(Json(manifests.plan(&caller, &body.file, &body.text).await?.into()))
}

async fn apply(
    State(manifests): State<Manifests>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    Body(body): Body<ManifestText>,
) -> Result<Json<PlanView>, Problem> {
    Ok(Json(manifests.apply(&caller, &body.file, &body.text, dry_run).await?.into()))
}
