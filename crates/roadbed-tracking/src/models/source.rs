//! What the source of a new version means: which files are frozen, and whether the caller may name them.

use super::lookup;
use super::model::ModelError;
use super::operations;
use crate::artifacts::ArtifactPath;
use crate::logged_models;
use crate::mlflow::{Call, MlflowError, Tracking, names};
use crate::runs;
use roadbed_contracts::ports::ModelReference;

/// A source that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// As it is kept.
    pub uri: String,
    /// Folder of the files in this server; none when they lie elsewhere.
    pub files: Option<ArtifactPath>,
    pub run_id: String,
    pub model_id: String,
}

/// What a request says about where a version comes from; `None` is not the same as empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub source: String,
    pub run_id: Option<String>,
    pub model_id: Option<String>,
    /// Prompts have no files; their source is any text.
    pub is_prompt: bool,
}

impl Claim {
    fn run_id(&self) -> String {
        self.run_id.clone().unwrap_or_default()
    }

    fn model_id(&self) -> String {
        self.model_id.clone().unwrap_or_default()
    }

    fn foreign(&self, parameter: &'static str) -> MlflowError {
        ModelError::ForeignSource { source_uri: self.source.chars().take(300).collect(), parameter }.into()
    }

    /// The source without files here.
    fn elsewhere(&self) -> Source {
        Source { uri: self.source.clone(), files: None, run_id: self.run_id(), model_id: self.model_id() }
    }
}

/// # Errors
/// The source leads to another team, lies outside the named run or model, or on the client's machine.
pub(super) async fn resolve(tracking: &Tracking, call: &Call, claim: &Claim) -> Result<Source, MlflowError> {
    if claim.is_prompt {
        return Ok(claim.elsewhere());
    }
    match claim.source.split_once(':') {
        Some(("models", rest)) => of_models(tracking, call, claim, rest).await,
        Some(("runs", rest)) => of_run(tracking, call, claim, rest).await,
        Some(("mlflow-artifacts", _)) => of_artifacts(tracking, call, claim).await,
        // A scheme of one letter is a drive.
        Some((scheme, rest)) if scheme.len() > 1 && scheme != "file" && rest.starts_with("//") => {
            check_no_way_up(claim)?;
            let own = claim.source.contains("/mlflow-artifacts/artifacts");
            if own { Err(claim.foreign("run_id")) } else { Ok(claim.elsewhere()) }
        }
        _ => Err(ModelError::LocalSource(claim.source.chars().take(300).collect()).into()),
    }
}

fn check_no_way_up(claim: &Claim) -> Result<(), MlflowError> {
    let plain = crate::mlflow::decoded(&claim.source);
    if plain.split(['/', '\\']).any(|part| part == "..") {
        return Err(MlflowError::invalid(format!(
            "Invalid model version source: '{}'. It must not contain '..'.",
            claim.source
        )));
    }
    Ok(())
}

/// `models:/m-<id>` is a logged model, `models:/name/version` or `models:/name@alias` a registered one.
async fn of_models(tracking: &Tracking, call: &Call, claim: &Claim, rest: &str) -> Result<Source, MlflowError> {
    let path = rest.strip_prefix('/').filter(|path| !path.starts_with('/')).ok_or_else(|| claim.foreign("model_id"))?;
    if let Some(hex) = path.strip_prefix("m-").filter(|hex| hex.len() == 32 && !hex.contains(['/', '@'])) {
        if claim.model_id.as_deref() != Some(path) {
            return Err(claim.foreign("model_id"));
        }
        let found = logged_models::find(tracking, call, &format!("m-{hex}"), false).await;
        let model = found.map_err(|_| claim.foreign("model_id"))?;
        let files = Some(ArtifactPath::of_uri(&model.artifact_uri)?);
        let run_id = Some(claim.run_id()).filter(|id| !id.is_empty()).unwrap_or(model.source_run_id);
        return Ok(Source { uri: claim.source.clone(), files, run_id, model_id: model.model_id });
    }
    let reference: ModelReference = path.parse().map_err(|_| claim.foreign("model_id"))?;
    let (team, asked) = (call.team, reference);
    let (name, version) = tracking
        .context
        .store
        .read(move |r| {
            let name = match &asked {
                ModelReference::Version { name, .. } | ModelReference::Alias { name, .. } => name.to_string(),
            };
            let model = lookup::model(r, team, &name)?;
            let version = match &asked {
                ModelReference::Version { version, .. } => lookup::version(r, &model, i64::from(*version))?,
                ModelReference::Alias { alias, .. } => operations::by_alias(r, &model, alias)?,
            };
            Ok::<_, MlflowError>((name, version))
        })
        .await?;
    let differs = |claimed: &Option<String>, there: &str| claimed.as_deref().is_some_and(|claimed| claimed != there);
    if differs(&claim.run_id, &version.run_id) || differs(&claim.model_id, &version.model_id) {
        let message = "The run_id and model_id request parameters must match the referenced model version.";
        return Err(MlflowError::invalid(format!("Invalid model version source: '{}'. {message}", claim.source)));
    }
    Ok(Source {
        uri: format!("models:/{name}/{}", version.version),
        files: version.snapshot.as_deref().map(ArtifactPath::of_snapshot),
        run_id: version.run_id,
        model_id: version.model_id,
    })
}

/// `runs:/<run>/<path>`: files of the run, or the model the run logged under this name.
async fn of_run(tracking: &Tracking, call: &Call, claim: &Claim, rest: &str) -> Result<Source, MlflowError> {
    let path = rest.strip_prefix('/').filter(|path| !path.starts_with('/')).ok_or_else(|| claim.foreign("run_id"))?;
    check_no_way_up(claim)?;
    let (run_id, below) = path.split_once('/').ok_or_else(|| claim.foreign("run_id"))?;
    if claim.run_id() != run_id || !claim.model_id().is_empty() {
        return Err(claim.foreign(if claim.model_id().is_empty() { "run_id" } else { "model_id" }));
    }
    let run = runs::find(tracking, call, run_id).await.map_err(|_| claim.foreign("run_id"))?;
    let in_run = ArtifactPath::of_uri(&run.artifact_uri)?.join(&ArtifactPath::parse(below)?);
    let logged = logged_models::named_in_run(tracking, call, run_id, below).await?;
    let files = match &logged {
        Some(model) => ArtifactPath::of_uri(&model.artifact_uri)?,
        None => in_run,
    };
    let model_id = logged.map(|model| model.model_id).unwrap_or_default();
    Ok(Source { uri: claim.source.clone(), files: Some(files), run_id: run.run_id, model_id })
}

/// `mlflow-artifacts:/…` inside the named run or logged model.
async fn of_artifacts(tracking: &Tracking, call: &Call, claim: &Claim) -> Result<Source, MlflowError> {
    check_no_way_up(claim)?;
    let model_id = claim.model_id();
    let (root, run_id) = if model_id.is_empty() {
        let run = runs::find(tracking, call, &claim.run_id()).await.map_err(|_| claim.foreign("run_id"))?;
        (run.artifact_uri, run.run_id)
    } else {
        let found = logged_models::find(tracking, call, &model_id, false).await;
        let model = found.map_err(|_| claim.foreign("model_id"))?;
        let run_id = Some(claim.run_id()).filter(|id| !id.is_empty()).unwrap_or(model.source_run_id);
        (model.artifact_uri, run_id)
    };
    let parameter = if model_id.is_empty() { "run_id" } else { "model_id" };
    let files = ArtifactPath::of_uri(&claim.source).map_err(|_| claim.foreign(parameter))?;
    if !files.is_within(&ArtifactPath::of_uri(&root)?) || names::normal_path(files.as_str()) != files.as_str() {
        return Err(claim.foreign(parameter));
    }
    Ok(Source { uri: claim.source.clone(), files: Some(files), run_id, model_id })
}
