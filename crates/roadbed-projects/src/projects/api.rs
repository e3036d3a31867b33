use super::model::Project;
use super::operations::{PROJECT_READ, PROJECT_WRITE, ProjectRequest, Projects};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use roadbed_capability::extract::{Body, DryRun, IdempotencyKey, IfMatch, PathOf, Query};
use roadbed_capability::{Caller, Capability, Context, Problem, Routes, delete, get, patch, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A project.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ProjectView {
    pub id: String,
    pub team: String,
    pub name: String,
    pub description: String,
    /// Send it in If-Match to change exactly what you saw.
    pub version: i64,
    /// RFC 3339.
    pub created_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ProjectList {
    pub items: Vec<ProjectView>,
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewProject {
    /// Lower-case letters, digits and `-`; unique in its team.
    pub name: String,
    /// Team that owns the project; `default` when absent.
    pub team: Option<String>,
    #[serde(default)]
    pub description: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectChange {
    /// At most 2,000 characters.
    pub description: String,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProjectQuery {
    /// Only projects of this team.
    pub team: Option<String>,
    /// 1 to 1000; 100 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Check only.
    pub dry_run: Option<bool>,
}

impl From<Project> for ProjectView {
    fn from(project: Project) -> Self {
        Self {
            id: project.id.to_string(),
            team: project.team_name.to_string(),
            name: project.name.to_string(),
            description: project.description,
            version: project.version,
            created_at: project.created_at.to_string(),
        }
    }
}

/// The view with its version as entity tag.
fn tagged(project: Project) -> (HeaderMap, Json<ProjectView>) {
    let mut headers = HeaderMap::new();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", project.version)) {
        headers.insert(header::ETAG, tag);
    }
    (headers, Json(project.into()))
}

#[must_use]
pub fn capability(context: &Context) -> Capability {
    let routes = Routes::new(Projects::new(context))
        .add(
            get("/api/v1/projects", list)
                .summary("List projects")
                .query::<ProjectQuery>()
                .answers::<ProjectList>(StatusCode::OK)
                .allow(PROJECT_READ),
        )
        .add(
            post("/api/v1/projects", create)
                .summary("Create a project")
                .body::<NewProject>()
                .answers::<ProjectView>(StatusCode::CREATED)
                .allow(PROJECT_WRITE),
        )
        .add(
            get("/api/v1/projects/{project}", show)
                .summary("Show a project")
                .query::<ProjectQuery>()
                .answers::<ProjectView>(StatusCode::OK)
                .allow(PROJECT_READ),
        )
        .add(
            patch("/api/v1/projects/{project}", change)
                .summary("Change a project's description")
                .query::<ProjectQuery>()
                .body::<ProjectChange>()
                .answers::<ProjectView>(StatusCode::OK)
                .allow(PROJECT_WRITE),
        )
        .add(
            delete("/api/v1/projects/{project}", remove)
                .summary("Delete a project")
                .query::<ProjectQuery>()
                .answers_other(StatusCode::NO_CONTENT)
                .allow(PROJECT_WRITE),
        );
    Capability::new("projects").routes(routes)
}

async fn list(
    State(projects): State<Projects>,
    caller: Caller,
    Query(query): Query<ProjectQuery>,
) -> Result<Json<ProjectList>, Problem> {
    let page = roadbed_capability::extract::Page { limit: query.limit, cursor: query.cursor };
    let limit = page.limit()?;
    let found = projects.list(&caller, query.team, page.cursor.unwrap_or_default(), limit).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| full).map(|project| project.id.to_string());
    Ok(Json(ProjectList { items: found.into_iter().map(ProjectView::from).collect(), next_cursor }))
}

async fn create(
    State(projects): State<Projects>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    IdempotencyKey(key): IdempotencyKey,
    Body(new): Body<NewProject>,
) -> Result<(StatusCode, (HeaderMap, Json<ProjectView>)), Problem> {
    let request = ProjectRequest { name: new.name, team: new.team, description: new.description };
    let project = projects.create(&caller, request, key.as_deref(), dry_run).await?;
    Ok((StatusCode::CREATED, tagged(project)))
}

async fn show(
    State(projects): State<Projects>,
    caller: Caller,
    PathOf(name): PathOf<String>,
    Query(query): Query<ProjectQuery>,
) -> Result<(HeaderMap, Json<ProjectView>), Problem> {
    Ok(tagged(projects.find(&caller, PROJECT_READ, &name, query.team.as_deref()).await?))
}

async fn change(
    State(projects): State<Projects>,
    caller: Caller,
    seen: IfMatch,
    PathOf(name): PathOf<String>,
    Query(query): Query<ProjectQuery>,
    Body(change): Body<ProjectChange>,
) -> Result<(HeaderMap, Json<ProjectView>), Problem> {
    let project = projects.find(&caller, PROJECT_WRITE, &name, query.team.as_deref()).await?;
    let dry_run = query.dry_run.unwrap_or(false);
    Ok(tagged(projects.describe(&caller, &project, change.description, seen, dry_run).await?))
}

async fn remove(
    State(projects): State<Projects>,
    caller: Caller,
    PathOf(name): PathOf<String>,
    Query(query): Query<ProjectQuery>,
) -> Result<StatusCode, Problem> {
    let project = projects.find(&caller, PROJECT_WRITE, &name, query.team.as_deref()).await?;
    projects.delete(&caller, project, query.dry_run.unwrap_or(false)).await?;
    Ok(StatusCode::NO_CONTENT)
}
