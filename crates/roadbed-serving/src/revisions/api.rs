use super::difference::{Side, difference};
use super::operations::Revisions;
use super::views::{DifferenceView, RevisionList, RevisionView, SignatureView};
use crate::services::SERVICE_READ;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Page, PathOf, Query};
use roadbed_capability::{Caller, Capability, Problem, Routes, get};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DifferenceQuery {
    /// Number of the revision to compare with; the one before when absent.
    #[serde(default)]
    pub against: Option<i64>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignatureQuery {
    /// Number of the revision; the one in charge when absent.
    #[serde(default)]
    pub revision: Option<i64>,
}

#[must_use]
pub fn capability(revisions: &Revisions) -> Capability {
    let routes = Routes::new(revisions.clone())
        .add(
            get("/api/v1/services/{service}/revisions", list)
                .summary("List the revisions of a service, newest first")
                .query::<Page>()
                .answers::<RevisionList>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            get("/api/v1/services/{service}/revisions/{number}", show)
                .summary("Show a revision")
                .answers::<RevisionView>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            get("/api/v1/services/{service}/revisions/{number}/difference", compare)
                .summary("Show what changed from one revision to another")
                .query::<DifferenceQuery>()
                .answers::<DifferenceView>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            get("/api/v1/services/{service}/signature", signature)
                .summary("Show inputs, outputs and an example body of a service")
                .query::<SignatureQuery>()
                .answers::<SignatureView>(StatusCode::OK)
                .allow(SERVICE_READ),
        );
    Capability::new("revisions").routes(routes)
}

async fn list(
    State(revisions): State<Revisions>,
    caller: Caller,
    PathOf(name): PathOf<String>,
    Query(page): Query<Page>,
) -> Result<Json<RevisionList>, Problem> {
    let limit = page.limit()?;
    let before = page.cursor.as_deref().map_or(Ok(i64::MAX), str::parse).map_err(|_| {
        Problem::bad_request("request.query", "cursor is none that a list gave: start again without it")
            .with_field("cursor")
    })?;
    let (service, found) = revisions.list(&caller, &name, before, limit).await?;
    let is_full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let last = found.last().filter(|_| is_full);
    let next_cursor = last.map(|observed| observed.revision.entry.number.to_string());
    let items = found.iter().map(|observed| RevisionView::new(&service, observed)).collect();
    Ok(Json(RevisionList { items, next_cursor }))
}

async fn show(
    State(revisions): State<Revisions>,
    caller: Caller,
    PathOf((name, number)): PathOf<(String, i64)>,
) -> Result<Json<RevisionView>, Problem> {
    let (service, observed) = revisions.show(&caller, &name, number).await?;
    Ok(Json(RevisionView::new(&service, &observed)))
}

async fn compare(
    State(revisions): State<Revisions>,
    caller: Caller,
    PathOf((name, number)): PathOf<(String, i64)>,
    Query(query): Query<DifferenceQuery>,
) -> Result<Json<DifferenceView>, Problem> {
    let [before, after] = revisions.two(&caller, &name, number, query.against).await?;
    let side = |(revision, contents)| Side { revision, contents };
    let fields = difference(side((&before.0, &before.1)), side((&after.0, &after.1)));
    Ok(Json(DifferenceView { before: before.0.entry.number, after: after.0.entry.number, fields }))
}

async fn signature(
    State(revisions): State<Revisions>,
    caller: Caller,
    PathOf(name): PathOf<String>,
    Query(query): Query<SignatureQuery>,
) -> Result<Json<SignatureView>, Problem> {
    let signed = revisions.signature(&caller, &name, query.revision).await?;
    Ok(Json(SignatureView::new(&revisions.services, &signed)))
}
