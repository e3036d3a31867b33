use super::model::View;
use super::operations::{VIEW_READ, VIEW_WRITE, ViewChange, ViewRequest, Views};
use super::store::ViewFilter;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use roadbed_capability::extract::{Body, DryRun, IdempotencyKey, IfMatch, Page, PathOf, Query};
use roadbed_capability::{Caller, Capability, Context, Problem, Routes, delete, get, patch, post};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A page of the portal with its filters, under a name.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SavedViewView {
    pub id: String,
    pub name: String,
    /// `runs`, `services`, `jobs`, `activity` or `compare`.
    pub page: String,
    /// Of the page's address, without the question mark.
    pub query: String,
    /// Name of the team.
    pub team: String,
    /// Everyone in the team sees it.
    pub shared: bool,
    /// Name of the person.
    pub owner: String,
    /// It is the caller's own.
    pub mine: bool,
    /// Send it in If-Match to change exactly what you saw.
    pub version: i64,
    /// RFC 3339.
    pub created_at: String,
    pub updated_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SavedViewList {
    pub items: Vec<SavedViewView>,
    pub next_cursor: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ViewQuery {
    /// Only views of this page.
    pub page: Option<String>,
    /// Only views of this team.
    pub team: Option<String>,
    /// 1 to 1000; 100 when absent.
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewView {
    /// 1 to 100 characters; one of each name, page and person.
    pub name: String,
    /// `runs`, `services`, `jobs`, `activity` or `compare`.
    pub page: String,
    /// Of the page's address, without the question mark; at most 64 KiB.
    #[serde(default)]
    pub query: String,
    /// The team of your home project, else your only one, else `default`, when absent.
    pub team: Option<String>,
    /// Everyone in the team sees it; needs the role developer.
    #[serde(default)]
    pub shared: bool,
}

/// What is absent stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangedView {
    pub name: Option<String>,
    pub query: Option<String>,
    pub shared: Option<bool>,
}

fn view_of(view: View, caller: &Caller) -> SavedViewView {
    SavedViewView {
        id: view.id.to_string(),
        name: view.name,
        page: view.page,
        query: view.query,
        team: view.team_name.to_string(),
        shared: view.shared,
        mine: view.owner == caller.principal().name,
        owner: view.owner,
        version: view.version,
        created_at: view.created_at.to_string(),
        updated_at: view.updated_at.to_string(),
    }
}

/// The view with its version as entity tag.
fn tagged(view: View, caller: &Caller) -> (HeaderMap, Json<SavedViewView>) {
    let mut headers = HeaderMap::new();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", view.version)) {
        headers.insert(header::ETAG, tag);
    }
    (headers, Json(view_of(view, caller)))
}

#[must_use]
pub fn capability(context: &Context) -> Capability {
    let routes = Routes::new(Views::new(context))
        .add(
            get("/api/v1/views", list)
                .summary("List saved views: yours, and the shared ones of your teams")
                .query::<ViewQuery>()
                .answers::<SavedViewList>(StatusCode::OK)
                .allow(VIEW_READ),
        )
        .add(
            post("/api/v1/views", create)
                .summary("Save a view")
                .body::<NewView>()
                .answers::<SavedViewView>(StatusCode::CREATED)
                .allow(VIEW_WRITE),
        )
        .add(
            get("/api/v1/views/{id}", show)
                .summary("Show a saved view")
                .answers::<SavedViewView>(StatusCode::OK)
                .allow(VIEW_READ),
        )
        .add(
            patch("/api/v1/views/{id}", change)
                .summary("Change a saved view")
                .body::<ChangedView>()
                .answers::<SavedViewView>(StatusCode::OK)
                .allow(VIEW_WRITE),
        )
        .add(
            delete("/api/v1/views/{id}", remove)
                .summary("Delete a saved view")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(VIEW_WRITE),
        );
    Capability::new("views").routes(routes)
}

async fn list(
    State(views): State<Views>,
    caller: Caller,
    Query(query): Query<ViewQuery>,
) -> Result<Json<SavedViewList>, Problem> {
    let page = Page { limit: query.limit, cursor: query.cursor };
    let limit = page.limit()?;
    let filter = ViewFilter {
        person: String::new(),
        page: query.page,
        team: query.team,
        after: page.cursor.unwrap_or_default(),
    };
    let found = views.list(&caller, filter, limit).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| full).map(|view| view.id.to_string());
    Ok(Json(SavedViewList { items: found.into_iter().map(|view| view_of(view, &caller)).collect(), next_cursor }))
}

async fn create(
    State(views): State<Views>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    IdempotencyKey(key): IdempotencyKey,
    Body(new): Body<NewView>,
) -> Result<(StatusCode, (HeaderMap, Json<SavedViewView>)), Problem> {
    let NewView { name, page, query, team, shared } = new;
    let view = views.create(&caller, ViewRequest { name, page, query, team, shared }, key.as_deref(), dry_run).await?;
    Ok((StatusCode::CREATED, tagged(view, &caller)))
}

async fn show(
    State(views): State<Views>,
    caller: Caller,
    PathOf(id): PathOf<String>,
) -> Result<(HeaderMap, Json<SavedViewView>), Problem> {
    Ok(tagged(views.find(&caller, &id).await?, &caller))
}

async fn change(
    State(views): State<Views>,
    caller: Caller,
    seen: IfMatch,
    DryRun(dry_run): DryRun,
    PathOf(id): PathOf<String>,
    Body(change): Body<ChangedView>,
) -> Result<(HeaderMap, Json<SavedViewView>), Problem> {
    let change = ViewChange { name: change.name, query: change.query, shared: change.shared };
    Ok(tagged(views.change(&caller, &id, change, seen, dry_run).await?, &caller))
}

async fn remove(
    State(views): State<Views>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    views.delete(&caller, &id, dry_run).await?;
    Ok(StatusCode::NO_CONTENT)
}
