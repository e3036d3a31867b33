//! `/api/v1/models/{model}/versions/{version}/files`: the frozen files of a version.

use super::model::MODEL_READ;
use super::versions::{self, FullVersion, Wanted};
use crate::artifacts::{
    self, ArtifactPath, FileList, FilePreview, FileTree, FolderQuery, PreviewQuery, StoredFile, TeamQuery, named_team,
};
use crate::mlflow::{Call, MlflowError, Tracking};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use roadbed_capability::extract::{PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get};
use roadbed_core::TeamId;
use roadbed_store::Reader;

pub(super) fn add(routes: Routes<Tracking>) -> Routes<Tracking> {
    routes
        .add(
            get("/api/v1/models/{model}/versions/{version}/files", list)
                .summary("List a folder of a model version's files")
                .query::<FolderQuery>()
                .answers::<FileList>(StatusCode::OK)
                .allow(MODEL_READ),
        )
        .add(
            get("/api/v1/models/{model}/versions/{version}/files/{*path}", content)
                .summary("Get a file of a model version, whole or a range of it")
                .query::<TeamQuery>()
                .answers_other(StatusCode::OK)
                .allow(MODEL_READ),
        )
        .add(
            get("/api/v1/models/{model}/versions/{version}/file-preview", preview)
                .summary("Show a file of a model version as text, table, picture or model")
                .query::<PreviewQuery>()
                .answers::<FilePreview>(StatusCode::OK)
                .allow(MODEL_READ),
        )
}

/// A version with its files; none when they lie outside this server.
pub(super) async fn of_version(
    tracking: &Tracking,
    team: TeamId,
    name: &str,
    wanted: Wanted,
) -> Result<(FullVersion, Vec<StoredFile>), MlflowError> {
    let name = name.to_owned();
    let read = move |r: &mut Reader<'_>| {
        let found = versions::find(r, team, &name, &wanted)?;
        let files = match &found.version.snapshot {
            Some(snapshot) => artifacts::files_below(r, team, &ArtifactPath::of_snapshot(snapshot))?,
            None => Vec::new(),
        };
        Ok::<_, MlflowError>((found, files))
    };
    tracking.context.store.read(read).await
}

/// The files of a version by the texts of a path; none when they lie outside this server.
///
/// # Errors
/// There is no such version for the team.
pub async fn files_of(
    tracking: &Tracking,
    team: TeamId,
    name: &str,
    number: &str,
) -> Result<Vec<StoredFile>, MlflowError> {
    let wanted = Wanted::Number(versions::parse_version(number)?);
    Ok(of_version(tracking, team, name, wanted).await?.1)
}

/// The version's files.
async fn tree(tracking: &Tracking, call: &Call, name: &str, number: &str) -> Result<FileTree, Problem> {
    let wanted = Wanted::Number(versions::parse_version(number).map_err(MlflowError::from)?);
    let (team, name) = (call.team, name.to_owned());
    let read = move |r: &mut Reader<'_>| versions::find(r, team, &name, &wanted);
    let version = tracking.context.store.read(read).await?.version;
    let elsewhere = || MlflowError::missing(format!("the files lie outside this server, at {}", version.source));
    let snapshot = version.snapshot.as_ref().ok_or_else(elsewhere)?;
    Ok(FileTree::new(ArtifactPath::of_snapshot(snapshot)))
}

async fn list(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number)): PathOf<(String, String)>,
    Query(query): Query<FolderQuery>,
) -> Result<Json<FileList>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let tree = tree(&tracking, &call, &name, &number).await?;
    Ok(Json(artifacts::list_folder(&tracking, call.team, &tree, query).await?))
}

async fn content(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number, path)): PathOf<(String, String, String)>,
    Query(query): Query<TeamQuery>,
) -> Result<Response, Problem> {
    let headers = named_team(headers, query)?;
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let tree = tree(&tracking, &call, &name, &number).await?;
    let file = artifacts::find_file(&tracking, call.team, &tree, &path).await?;
    artifacts::answer_file(&tracking, &file, &headers).await
}

async fn preview(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number)): PathOf<(String, String)>,
    Query(query): Query<PreviewQuery>,
) -> Result<Json<FilePreview>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let tree = tree(&tracking, &call, &name, &number).await?;
    Ok(Json(artifacts::preview_file(&tracking, call.team, &tree, query).await?))
}
