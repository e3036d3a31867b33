use super::query::{BATCH, EVENT_READ, EventQuery};
use super::stream::{Listener, Rhythm, stream};
use super::view::EventView;
use crate::caller::Caller;
use crate::capability::Capability;
use crate::context::Context;
use crate::extract::Query;
use crate::guard::credential;
use crate::problem::Problem;
use crate::route::{Routes, get};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use roadbed_core::EventSeq;
use serde::Serialize;

/// nginx and others send on at once what carries it.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(super) struct EventList {
    pub items: Vec<EventView>,
    /// Pass it as `after` for the next page or to the stream.
    pub next: i64,
}

#[derive(Clone)]
struct Feed {
    context: Context,
    rhythm: Rhythm,
}

/// Lists and streams events.
#[must_use]
pub fn capability(context: &Context) -> Capability {
    capability_with(context, Rhythm::default())
}

/// The same with another rhythm of the stream.
#[must_use]
pub fn capability_with(context: &Context, rhythm: Rhythm) -> Capability {
    let routes = Routes::new(Feed { context: context.clone(), rhythm }).add(
        get("/api/v1/events", events)
            .summary("List events, or follow them with Accept: text/event-stream")
            .query::<EventQuery>()
            .answers::<EventList>(StatusCode::OK)
            .allow(EVENT_READ),
    );
    Capability::new("events").routes(routes)
}

async fn events(
    State(Feed { context, rhythm }): State<Feed>,
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
        let listener = Listener { context, credential: credential(&headers)?, scope, rhythm };
        // No proxy may keep or hold back what is news.
        let fresh = [(header::CACHE_CONTROL, "no-store"), (BUFFERING, "no")];
        return Ok((fresh, Sse::new(stream(listener, query, after))).into_response());
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
            if query.wants(&event, &scope) {
                items.push(EventView::from(&event));
            }
            if items.len() == limit {
                break;
            }
        }
    }
    Ok(Json(EventList { items, next: next.0 }).into_response())
}
