//! `/api/v1/runs/{run}/artifacts`: files of a run for the command line and the portal.

use super::content::{answer_file, find_file};
use super::listing::{FileList, FolderQuery, list_folder};
use super::model::ArtifactPath;
use super::preview::{FilePreview, PreviewQuery, preview_file};
use super::tree::FileTree;
use crate::mlflow::{Call, MlflowError, TEAM_HEADER, Tracking};
use crate::runs::{self, MadeByRuns, RUN_READ};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use roadbed_capability::extract::{PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get};
use roadbed_store::Reader;
use serde::Deserialize;

/// Links and pictures in pages cannot send a header, so the address may name the team.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamQuery {
    /// Name or id of the team; as the header `x-roadbed-team`, which it overrides.
    #[serde(default)]
    pub team: Option<String>,
}

/// The headers with the team that the address names.
///
/// # Errors
/// The text can be no team's name.
pub fn named_team(mut headers: HeaderMap, query: TeamQuery) -> Result<HeaderMap, Problem> {
    if let Some(team) = query.team {
        let team = HeaderValue::try_from(team)
            .map_err(|_| Problem::bad_request("request.query", "no team has such a name").with_field("team"))?;
        headers.insert(TEAM_HEADER, team);
    }
    Ok(headers)
}

/// What the routes of runs' files stand on.
#[derive(Clone)]
pub(super) struct RunFiles {
    pub tracking: Tracking,
    pub made: MadeByRuns,
}

pub(super) fn routes(files: RunFiles) -> Routes<RunFiles> {
    Routes::new(files)
        .add(
            get("/api/v1/runs/{run}/artifacts", list)
                .summary("List a folder of a run's files")
                .query::<FolderQuery>()
                .answers::<FileList>(StatusCode::OK)
                .allow(RUN_READ),
        )
        .add(
            get("/api/v1/runs/{run}/artifacts/{*path}", content)
                .summary("Get a file of a run, whole or a range of it")
                .query::<TeamQuery>()
                .answers_other(StatusCode::OK)
                .allow(RUN_READ),
        )
        .add(
            get("/api/v1/runs/{run}/artifact-preview", preview)
                .summary("Show a file of a run as text, table, picture or model")
                .query::<PreviewQuery>()
                .answers::<FilePreview>(StatusCode::OK)
                .allow(RUN_READ),
        )
}

impl RunFiles {
    /// The run's own files, and the models it logged.
    async fn tree(&self, call: &Call, run: &str) -> Result<FileTree, MlflowError> {
        let run = runs::find(&self.tracking, call, run).await?;
        let (models, team, run_id) = (self.made.models, call.team, run.run_id);
        let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(models(r, team, &run_id)?);
        let made = self.tracking.context.store.read(read).await?;
        // Files of a model may lie outside this server.
        let place = |uri: &str| ArtifactPath::of_uri(uri).ok();
        let hung = made.into_iter().filter_map(|model| Some((model.name, place(&model.artifact_uri)?)));
        Ok(FileTree::new(ArtifactPath::of_uri(&run.artifact_uri)?).with(hung))
    }
}

async fn list(
    State(files): State<RunFiles>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(run): PathOf<String>,
    Query(query): Query<FolderQuery>,
) -> Result<Json<FileList>, Problem> {
    let call = Call::of(&files.tracking, caller, &headers, RUN_READ).await?;
    let tree = files.tree(&call, &run).await?;
    Ok(Json(list_folder(&files.tracking, call.team, &tree, query).await?))
}

async fn content(
    State(files): State<RunFiles>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((run, path)): PathOf<(String, String)>,
    Query(query): Query<TeamQuery>,
) -> Result<Response, Problem> {
    let headers = named_team(headers, query)?;
    let call = Call::of(&files.tracking, caller, &headers, RUN_READ).await?;
    let tree = files.tree(&call, &run).await?;
    let file = find_file(&files.tracking, call.team, &tree, &path).await?;
    answer_file(&files.tracking, &file, &headers).await
}

async fn preview(
    State(files): State<RunFiles>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(run): PathOf<String>,
    Query(query): Query<PreviewQuery>,
) -> Result<Json<FilePreview>, Problem> {
    let call = Call::of(&files.tracking, caller, &headers, RUN_READ).await?;
    let tree = files.tree(&call, &run).await?;
    Ok(Json(preview_file(&files.tracking, call.team, &tree, query).await?))
}
