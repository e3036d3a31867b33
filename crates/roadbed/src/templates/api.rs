use super::archive;
use super::filling::{Chosen, fill};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use roadbed_capability::extract::{Body, PathOf, Query, nearest_name};
use roadbed_capability::manifest::SectionSyntax;
use roadbed_capability::problem::ProblemItem;
use roadbed_capability::{Capability, Problem, Routes, get, post};
use roadbed_cli::templates::{MANIFEST, ParameterKind, ProjectFile, TEMPLATES, Template, TemplateParameter};
use roadbed_projects::projects::{PROJECT_READ, PROJECT_WRITE};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Debug, Serialize, JsonSchema)]
struct TemplateList {
    items: Vec<TemplateView>,
}

/// A start for a new project.
#[derive(Debug, Serialize, JsonSchema)]
struct TemplateView {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    what_you_get: &'static [&'static str],
    /// The job of its manifest to run first.
    first_job: &'static str,
    parameters: Vec<TemplateParameterView>,
    /// Paths in the project.
    files: Vec<&'static str>,
}

/// A value one may choose.
#[derive(Debug, Serialize, JsonSchema)]
struct TemplateParameterView {
    name: &'static str,
    label: &'static str,
    /// `integer` or `text`.
    kind: &'static str,
    /// Smallest and largest value of an integer.
    least: Option<u32>,
    most: Option<u32>,
    default: &'static str,
    about: &'static str,
}

/// A template filled in.
#[derive(Debug, Serialize, JsonSchema)]
struct PreviewView {
    /// Empty while there are problems.
    files: Vec<FileView>,
    /// The text of `roadbed.yaml`; empty while there are problems.
    manifest: String,
    first_job: &'static str,
    /// What is wrong with the choice, each with its field: `name`, `team`, `parameters.depth`.
    problems: Vec<ProblemItem>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FileView {
    path: &'static str,
    text: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DownloadQuery {
    /// Name of the project.
    name: String,
    /// Team that will own the project.
    team: Option<String>,
}

impl From<&'static Template> for TemplateView {
    fn from(template: &'static Template) -> Self {
        Self {
            name: template.name,
            title: template.title,
            about: template.about,
            what_you_get: template.what_you_get,
            first_job: template.first_job,
            parameters: template.parameters.iter().map(TemplateParameterView::from).collect(),
            files: template.files.iter().map(|(path, _)| *path).collect(),
        }
    }
}

impl From<&'static TemplateParameter> for TemplateParameterView {
    fn from(parameter: &'static TemplateParameter) -> Self {
        let (kind, least, most) = match parameter.kind {
            ParameterKind::Integer { least, most } => ("integer", Some(least), Some(most)),
            ParameterKind::Text => ("text", None, None),
        };
        let TemplateParameter { name, label, default, about, .. } = *parameter;
        Self { name, label, kind, least, most, default, about }
    }
}

/// How the sections of a manifest are written.
type Syntax = Arc<[SectionSyntax]>;

pub(crate) fn capability(syntax: Vec<SectionSyntax>) -> Capability {
    let routes = Routes::new(Syntax::from(syntax))
        .add(
            get("/api/v1/templates", list)
                .summary("List templates of new projects")
                .answers::<TemplateList>(StatusCode::OK)
                .allow(PROJECT_READ),
        )
        .add(
            post("/api/v1/templates/{template}/preview", preview)
                .without_rehearsal()
                .summary("Show the files a template gives, and what is wrong with the choice")
                .body::<Chosen>()
                .answers::<PreviewView>(StatusCode::OK)
                .allow(PROJECT_READ),
        )
        .add(
            post("/api/v1/templates/{template}/archive", snapshot)
                .without_rehearsal()
                .summary("Get a template's files as a code snapshot, to be uploaded as one")
                .body::<Chosen>()
                .answers_other(StatusCode::OK)
                .allow(PROJECT_WRITE),
        )
        .add(
            get("/api/v1/templates/{template}/archive.tar", download)
                .summary("Download a template's files")
                .query::<DownloadQuery>()
                .answers_other(StatusCode::OK)
                .allow(PROJECT_READ),
        );
    Capability::new("templates").routes(routes)
}

fn template(name: &str) -> Result<&'static Template, Problem> {
    Template::named(name).ok_or_else(|| {
        let shown: String = name.chars().take(40).collect();
        let problem = Problem::not_found("templates.unknown", format!("there is no template {shown:?}"));
        let names = || TEMPLATES.iter().map(|template| template.name);
        problem.with_fix(match nearest_name(&shown, names()) {
            Some(name) => format!("did you mean {name}?"),
            None => format!("there are {}", names().collect::<Vec<_>>().join(", ")),
        })
    })
}

async fn list() -> Json<TemplateList> {
    Json(TemplateList { items: TEMPLATES.iter().map(TemplateView::from).collect() })
}

async fn preview(
    State(syntax): State<Syntax>,
    PathOf(name): PathOf<String>,
    Body(chosen): Body<Chosen>,
) -> Result<Json<PreviewView>, Problem> {
    let template = template(&name)?;
    let first_job = template.first_job;
    let view = match fill(template, chosen, &syntax) {
        Ok(files) => {
            let manifest = files.iter().find(|file| file.path == MANIFEST).map(|file| file.text.clone());
            let files = files.into_iter().map(|ProjectFile { path, text }| FileView { path, text }).collect();
            PreviewView { files, manifest: manifest.unwrap_or_default(), first_job, problems: Vec::new() }
        }
        Err(problems) => PreviewView { files: Vec::new(), manifest: String::new(), first_job, problems },
    };
    Ok(Json(view))
}

/// The files, or a problem about the first wrong field that lists all.
fn filled(name: &str, chosen: Chosen, syntax: &Syntax) -> Result<Vec<ProjectFile>, Problem> {
    fill(template(name)?, chosen, syntax).map_err(|problems| {
        let first = problems.first().cloned();
        let detail = first.as_ref().map_or_else(String::new, |first| first.detail.clone());
        let problem = Problem::bad_request("templates.invalid", detail);
        let problem = first.and_then(|first| first.field).into_iter().fold(problem, Problem::with_field);
        problem.with_problems(problems)
    })
}

/// The digest of what is answered, so that a caller can ask whether it is stored already.
const SNAPSHOT: HeaderName = HeaderName::from_static("x-roadbed-snapshot");

async fn snapshot(
    State(syntax): State<Syntax>,
    PathOf(name): PathOf<String>,
    Body(chosen): Body<Chosen>,
) -> Result<Response, Problem> {
    let files = filled(&name, chosen, &syntax)?;
    let (digest, bytes) = packed(move || archive::snapshot(&files)).await?;
    let mut response = ([(header::CONTENT_TYPE, "application/zstd")], bytes).into_response();
    if let Ok(digest) = HeaderValue::from_str(&digest.to_string()) {
        response.headers_mut().insert(SNAPSHOT, digest);
    }
    Ok(response)
}

async fn download(
    State(syntax): State<Syntax>,
    PathOf(name): PathOf<String>,
    Query(query): Query<DownloadQuery>,
) -> Result<Response, Problem> {
    let project = query.name.clone();
    let chosen = Chosen { name: query.name, team: query.team, parameters: BTreeMap::new() };
    let files = filled(&name, chosen, &syntax)?;
    // A name that was accepted is a label and needs no quoting.
    let disposition = format!("attachment; filename=\"{project}.tar\"");
    let bytes = packed(move || archive::plain(&project, &files)).await?;
    let headers = [(header::CONTENT_TYPE, "application/x-tar".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, bytes).into_response())
}

/// Files are written and packed on a thread that may wait for the disk.
async fn packed<T: Send + 'static>(pack: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(pack).await.map_err(|error| Problem::internal(&error))?;
    done.map_err(|error| Problem::internal(&format!("{error:#}")))
}
