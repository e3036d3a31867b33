//! Search of traces. The store goes through them piece by piece, by start, and stops when the page is full; another order means looking
//! at all of them, of which only a page's worth is kept.

use crate::experiments;
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::search::page_limit;
use crate::traces::assessment::Judged;
use crate::traces::model::TraceKey;
use crate::traces::plan::{Cursor, Keys, Plan};
use crate::traces::store::{self, Place, Scope, Stored};
use roadbed_store::Reader;
use std::sync::Arc;

/// Most traces per page, as MLflow allows.
const PAGE_LIMIT: i64 = 500;
/// Traces of one look into the store; fewer when their spans must be opened.
const PIECE: usize = 500;
const OPEN_PIECE: usize = 50;
/// Most experiments of one search.
const EXPERIMENTS_LIMIT: usize = 10_000;

/// What a search asks for.
pub(in crate::traces) struct Search {
    /// None is every experiment of the team.
    pub experiment_ids: Option<Vec<String>>,
    pub filter: String,
    pub order_by: Vec<String>,
    pub limit: i64,
    pub token: Option<String>,
}

/// A page of traces.
pub(in crate::traces) struct Found {
    pub traces: Vec<Judged>,
    pub next: Option<Cursor>,
}

/// Numbers of the experiments a search looks at.
pub(super) async fn experiments_of(
    tracking: &Tracking,
    call: &Call,
    ids: Option<&[String]>,
) -> Result<Vec<i64>, MlflowError> {
    let found = match ids {
        None => experiments::of_team(tracking, call).await?,
        Some(ids) if ids.len() > EXPERIMENTS_LIMIT => {
            return Err(MlflowError::invalid(format!("a search takes at most {EXPERIMENTS_LIMIT} experiments")));
        }
        Some(ids) => experiments::reachable(tracking, call, ids).await?,
    };
    Ok(found.into_iter().map(|experiment| experiment.number).collect())
}

pub(in crate::traces) async fn search(tracking: &Tracking, call: &Call, search: Search) -> Result<Found, MlflowError> {
    let limit = page_limit(search.limit, PAGE_LIMIT)?;
    let plan = Arc::new(Plan::parse(&search.filter, &search.order_by)?);
    let cursor = Cursor::parse(search.token.as_deref())?.map(|cursor| cursor.0);
    let scope = plan.scope(experiments_of(tracking, call, search.experiment_ids.as_deref()).await?);
    let (page, next) = if plan.is_by_start() {
        by_start(tracking, &plan, scope, cursor, limit).await?
    } else {
        ordered(tracking, &plan, scope, cursor, limit).await?
    };
    let read = move |r: &mut Reader<'_>| {
        let keys: Vec<TraceKey> = page.iter().map(|stored| stored.key).collect();
        let mut said = store::assessments(r, &keys)?;
        let judged =
            |stored: Stored| Judged { assessments: said.remove(&stored.key).unwrap_or_default(), trace: stored.trace };
        Ok::<_, MlflowError>(page.iter().cloned().map(judged).collect())
    };
    Ok(Found { traces: tracking.context.store.read_records(read).await?, next: next.map(Cursor) })
}

/// One look into the store: the traces that fit, and where it ended when there may be more.
pub(super) async fn piece(
    tracking: &Tracking,
    plan: &Arc<Plan>,
    scope: &Scope,
    after: Option<Place>,
    size: usize,
) -> Result<(Vec<Stored>, Option<Place>), MlflowError> {
    let (plan, scope) = (Arc::clone(plan), scope.clone());
    let read = move |r: &mut Reader<'_>| {
        let found = store::scan(r, &scope, after.as_ref(), size)?;
        let last = found.last().filter(|_| found.len() == size);
        let last = last.map(|last| Place { started_ms: last.trace.started_ms, trace_id: last.trace.trace_id.clone() });
        Ok::<_, MlflowError>((fitting(r, &plan, found)?, last))
    };
    tracking.context.store.read_records(read).await
}

fn fitting(r: &mut Reader<'_>, plan: &Plan, mut found: Vec<Stored>) -> Result<Vec<Stored>, MlflowError> {
    let keys = |found: &[Stored]| found.iter().map(|stored| stored.key).collect::<Vec<_>>();
    found.retain(|stored| plan.fits(&stored.trace));
    if plan.asks_assessments() {
        let said = store::assessments(r, &keys(&found))?;
        found.retain(|stored| plan.fits_assessments(said.get(&stored.key).map_or(&[], Vec::as_slice)));
    }
    if plan.asks_contents() {
        let spans = store::texts(r, &keys(&found))?;
        found.retain(|stored| plan.fits_texts(spans.get(&stored.key).map_or(&[], Vec::as_slice)));
    } else if plan.asks_spans() {
        let spans = store::columns(r, &keys(&found))?;
        found.retain(|stored| plan.fits_columns(spans.get(&stored.key).map_or(&[], Vec::as_slice)));
    }
    Ok(found)
}

/// Traces of one look.
pub(super) fn piece_size(plan: &Plan) -> usize {
    if plan.asks_contents() { OPEN_PIECE } else { PIECE }
}

async fn by_start(
    tracking: &Tracking,
    plan: &Arc<Plan>,
    scope: Scope,
    cursor: Option<Keys>,
    limit: usize,
) -> Result<(Vec<Stored>, Option<Keys>), MlflowError> {
    let size = if plan.asks_rows() { piece_size(plan) } else { limit + 1 };
    let mut after = cursor.map(|keys| keys.place());
    let mut page: Vec<Stored> = Vec::new();
    loop {
        let (found, last) = piece(tracking, plan, &scope, after, size).await?;
        page.extend(found);
        if page.len() > limit || last.is_none() {
            break;
        }
        after = last;
    }
    let more = page.len() > limit;
    page.truncate(limit);
    let next = page.last().filter(|_| more).map(|last| plan.keys(&last.trace));
    Ok((page, next))
}

async fn ordered(
    tracking: &Tracking,
    plan: &Arc<Plan>,
    scope: Scope,
    cursor: Option<Keys>,
    limit: usize,
) -> Result<(Vec<Stored>, Option<Keys>), MlflowError> {
    let mut best: Vec<(Keys, Stored)> = Vec::new();
    let mut after = None;
    loop {
        let (found, last) = piece(tracking, plan, &scope, after, piece_size(plan)).await?;
        best.extend(found.into_iter().map(|stored| (plan.keys(&stored.trace), stored)));
        if let Some(cursor) = &cursor {
            best.retain(|(keys, _)| plan.in_order(cursor, keys).is_lt());
        }
        best.sort_by(|(a, _), (b, _)| plan.in_order(a, b));
        best.truncate(limit + 1);
        if last.is_none() {
            break;
        }
        after = last;
    }
    let more = best.len() > limit;
    best.truncate(limit);
    let next = best.last().filter(|_| more).map(|(keys, _)| keys.clone());
    Ok((best.into_iter().map(|(_, stored)| stored).collect(), next))
}
