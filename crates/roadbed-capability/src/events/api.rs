use crate::caller::{Caller, Scope};
use crate::capability::Capability;
use crate::context::Context;
use crate::extract::Query;
use crate::permission::{Grantee, Permission};
use crate::problem::Problem;
use crate::route::{Routes, get};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event as SentEvent, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use roadbed_contracts::events::Event;
use roadbed_core::EventSeq;
use roadbed_store::Store;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

pub const EVENT_READ: Permission = Permission::new("event:read", Grantee::Viewer);

/// Rows looked at per read; filters may leave fewer.
const BATCH: u32 = 500;
/// Polling is the net under the head's notification.
const POLL: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EventQuery {
    /// Events after this sequence number; 0 or absent: from the beginning that is still kept.
    #[serde(default)]
    pub after: Option<i64>,
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// Kind of the subject, such as `service`.
    #[serde(default)]
    pub subject_kind: Option<String>,
    /// Id of the subject.
    #[serde(default)]
    pub subject_id: Option<String>,
}

/// One event.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(super) struct EventView {
    pub seq: i64,
    /// RFC 3339.
    pub at: String,
    pub kind: String,
    pub version: u16,
    /// `audit` or `activity`.
    pub class: String,
    pub team: Option<String>,
    pub instance: Option<String>,
    pub subject_kind: String,
    pub subject_id: String,
    pub actor: String,
    pub cause: Option<i64>,
    pub change: Option<String>,
    pub body: serde_json::Value,
}

#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(super) struct EventList {
    pub items: Vec<EventView>,
    /// Pass it as `after` for the next page or to the stream.
    pub next: i64,
}

impl From<&Event> for EventView {
    fn from(event: &Event) -> Self {
        Self {
            seq: event.seq.0,
            at: event.at.to_string(),
            kind: event.kind.clone(),
            version: event.version,
            class: event.class.as_str().to_owned(),
            team: event.header.team.map(|id| id.to_string()),
            instance: event.header.instance.map(|id| id.to_string()),
            subject_kind: event.header.subject.kind.clone(),
            subject_id: event.header.subject.id.clone(),
            actor: event.header.actor.as_str().to_owned(),
            cause: event.header.cause.map(|seq| seq.0),
            change: event.header.change.clone(),
            body: event.body.clone(),
        }
    }
}

/// Lists and streams events.
#[must_use]
pub fn capability(context: &Context) -> Capability {
    let routes = Routes::new(context.clone()).add(
        get("/api/v1/events", events)
            .summary("List events, or follow them with Accept: text/event-stream")
            .query::<EventQuery>()
            .answers::<EventList>(StatusCode::OK)
            .allow(EVENT_READ),
    );
    Capability::new("events").routes(routes)
}

async fn events(
    State(context): State<Context>,
    caller: Caller,
    Query(query): Query<EventQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let scope = caller.scope(EVENT_READ);
    let wants_stream = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| text.contains("text/event-stream"));
    if wants_stream {
        // A browser that reconnects says where it was.
        let resumed = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
        let after = EventSeq(resumed.or(query.after).unwrap_or_else(|| context.store.head().borrow().0));
        let stream = stream(context.store, scope, query, after);
        return Ok(Sse::new(stream).keep_alive(KeepAlive::default()).into_response());
    }
    let limit = query.limit.unwrap_or(100);
    if !(1..=1000).contains(&limit) {
        return Err(Problem::bad_request("request.query", "limit must be 1 to 1000").with_field("limit"));
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut next = EventSeq(query.after.unwrap_or(0));
    let mut items = Vec::new();
    while items.len() < limit {
        let batch = context.store.events_after(next, BATCH).await?;
        if batch.is_empty() {
            break;
        }
        for event in batch {
            next = event.seq;
            if within(&event, &scope, &query) {
                items.push(EventView::from(&event));
            }
            if items.len() == limit {
                break;
            }
        }
    }
    Ok(Json(EventList { items, next: next.0 }).into_response())
}

/// Platform events (no team) are for those who reach every team.
fn within(event: &Event, scope: &Scope, query: &EventQuery) -> bool {
    let header = &event.header;
    let reachable = match (header.team, header.instance) {
        (Some(team), Some(instance)) => scope.reaches_instance(team, instance),
        (Some(team), None) => scope.reaches(team) && scope.instance().is_none(),
        (None, _) => *scope == Scope::platform(),
    };
    reachable
        && query.subject_kind.as_ref().is_none_or(|kind| *kind == header.subject.kind)
        && query.subject_id.as_ref().is_none_or(|id| *id == header.subject.id)
}

struct Following {
    store: Store,
    head: tokio::sync::watch::Receiver<EventSeq>,
    scope: Scope,
    query: EventQuery,
    after: EventSeq,
    ready: VecDeque<EventView>,
}

fn stream(
    store: Store,
    scope: Scope,
    query: EventQuery,
    after: EventSeq,
) -> impl Stream<Item = Result<SentEvent, Infallible>> {
    let head = store.head();
    let following = Following { store, head, scope, query, after, ready: VecDeque::new() };
    futures_util::stream::unfold(following, |mut following| async move {
        loop {
            if let Some(view) = following.ready.pop_front() {
                let sent = SentEvent::default().id(view.seq.to_string()).event(view.kind.clone());
                let sent = sent.json_data(&view).unwrap_or_default();
                return Some((Ok(sent), following));
            }
            let batch = match following.store.events_after(following.after, BATCH).await {
                Ok(batch) => batch,
                Err(error) => {
                    tracing::warn!(%error, "an event stream ends: {error}");
                    return None;
                }
            };
            if let Some(last) = batch.last() {
                following.after = last.seq;
                let wanted = batch.iter().filter(|event| within(event, &following.scope, &following.query));
                following.ready.extend(wanted.map(EventView::from));
            } else {
                let _ = tokio::time::timeout(POLL, following.head.changed()).await;
            }
        }
    })
}
