//! `/api/v1/models/{model}/history`: which alias named which version when, and who moved it. Read from the audit events, so it cannot be rewritten.

use super::lookup;
use super::model::{MODEL_READ, ModelAliasMoved, ModelDeleted, ModelVersionCreated, ModelVersionDeleted};
use super::operations;
use crate::mlflow::{Call, Tracking};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::{Page, PathOf, Query};
use roadbed_capability::{Caller, Problem, Routes, get};
use roadbed_contracts::events::{Event, EventBody as _, EventClass};
use roadbed_core::{EventSeq, TeamId};
use roadbed_store::{EventsBackwards, Reader, StoreError};
use serde::Serialize;
use std::collections::VecDeque;

/// Events looked at per request at most; a cursor goes on from there.
const LOOKED_AT: usize = 5_000;
const BATCH: u32 = 500;
const REGISTERED: &str = "version_registered";

/// Something that happened to a model, its versions or aliases.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct HistoryItem {
    /// Number of the event.
    seq: i64,
    /// RFC 3339.
    at: String,
    /// `alias_moved`, `version_registered`, `version_deleted` or `model_deleted`.
    what: &'static str,
    /// Who did it, such as `user:ana`.
    actor: String,
    alias: Option<String>,
    /// The version the alias names from now on, or that was registered or deleted; none when an alias was removed.
    version: Option<i64>,
    /// The version the alias named before.
    previous: Option<i64>,
    /// Run that a registered version came from.
    run: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
struct ModelHistory {
    /// Newest first.
    items: Vec<HistoryItem>,
    next_cursor: Option<String>,
}

pub(super) fn add(routes: Routes<Tracking>) -> Routes<Tracking> {
    routes.add(
        get("/api/v1/models/{model}/history", history)
            .summary("What happened to a model's versions and aliases, newest first")
            .query::<Page>()
            .answers::<ModelHistory>(StatusCode::OK)
            .allow(MODEL_READ),
    )
}

fn item(event: &Event) -> Option<HistoryItem> {
    let mut item = HistoryItem {
        seq: event.seq.0,
        at: event.at.to_string(),
        what: "",
        actor: event.header.actor.as_str().to_owned(),
        alias: None,
        version: None,
        previous: None,
        run: None,
    };
    let body = event.body.clone();
    match event.kind.as_str() {
        ModelAliasMoved::KIND => {
            let moved: ModelAliasMoved = serde_json::from_value(body).ok()?;
            item.what = "alias_moved";
            (item.alias, item.version, item.previous) = (Some(moved.alias), moved.version, moved.previous);
        }
        ModelVersionCreated::KIND => {
            let made: ModelVersionCreated = serde_json::from_value(body).ok()?;
            item.what = REGISTERED;
            (item.version, item.run) = (Some(made.version), Some(made.run_id).filter(|id| !id.is_empty()));
        }
        ModelVersionDeleted::KIND => {
            let gone: ModelVersionDeleted = serde_json::from_value(body).ok()?;
            (item.what, item.version) = ("version_deleted", Some(gone.version));
        }
        ModelDeleted::KIND => item.what = "model_deleted",
        _ => return None,
    }
    Some(item)
}

async fn history(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf(name): PathOf<String>,
    Query(page): Query<Page>,
) -> Result<Json<ModelHistory>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let (team, asked) = (call.team, name.clone());
    let known = move |r: &mut Reader<'_>| lookup::model(r, team, &asked);
    tracking.context.store.read(known).await?;
    let limit = usize::try_from(page.limit()?).unwrap_or(usize::MAX);
    let before = page.cursor.as_deref().map_or(Ok(i64::MAX), str::parse).map_err(|_| {
        Problem::bad_request("request.query", "cursor is none that a list gave: start again without it")
            .with_field("cursor")
    })?;
    let mut items = Vec::new();
    let mut walk = Walk::of(team, &name, EventSeq(before));
    while items.len() < limit {
        let Some(event) = walk.next(&tracking).await? else { break };
        items.extend(item(&event));
    }
    Ok(Json(ModelHistory { items, next_cursor: walk.cursor() }))
}

/// Who registered a version; none when that is too long ago to be looked for.
pub(super) async fn registrant(
    tracking: &Tracking,
    team: TeamId,
    name: &str,
    version: i64,
) -> Result<Option<String>, Problem> {
    let mut walk = Walk::of(team, name, EventSeq(i64::MAX));
    while let Some(event) = walk.next(tracking).await? {
        let is_it = item(&event).is_some_and(|item| item.what == REGISTERED && item.version == Some(version));
        if is_it {
            return Ok(Some(event.header.actor.as_str().to_owned()));
        }
    }
    Ok(None)
}

/// Goes back through the audit events of a team's model, a bounded way.
struct Walk {
    team: TeamId,
    wanted: EventsBackwards,
    before: EventSeq,
    batch: VecDeque<Event>,
    is_more: bool,
    looked: usize,
}

impl Walk {
    fn of(team: TeamId, model: &str, before: EventSeq) -> Self {
        let wanted = EventsBackwards { subject: Some(operations::subject(model)), class: Some(EventClass::Audit) };
        Self { team, wanted, before, batch: VecDeque::new(), is_more: true, looked: 0 }
    }

    async fn next(&mut self, tracking: &Tracking) -> Result<Option<Event>, StoreError> {
        loop {
            while let Some(event) = self.batch.pop_front() {
                self.before = event.seq;
                // Teams may have models of the same name.
                if event.header.team == Some(self.team) {
                    return Ok(Some(event));
                }
            }
            if !self.is_more || self.looked >= LOOKED_AT {
                return Ok(None);
            }
            let batch = tracking.context.store.events_before(self.before, self.wanted.clone(), BATCH).await?;
            self.is_more = batch.len() >= BATCH as usize;
            self.looked += batch.len();
            self.batch = batch.into();
        }
    }

    /// Where another walk goes on; none at the end.
    fn cursor(&self) -> Option<String> {
        (self.is_more || !self.batch.is_empty()).then(|| self.before.0.to_string())
    }
}
