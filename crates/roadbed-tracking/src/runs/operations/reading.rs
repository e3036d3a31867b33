//! Reads of runs.

use crate::inputs;
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs::model::{FullRun, MetricPoint, Run, RunError};
use crate::runs::points::Place;
use crate::runs::store::{self, Along, Between, Columns, Details};
use crate::search::PageToken;
use roadbed_core::JobId;
use roadbed_store::{Reader, Store, StoreError};
use std::collections::HashMap;

/// Runs read at a time, so that the lists in statements stay short.
const CHUNK: usize = 500;
/// Bytes of the longest id that may move in; ours have 32.
const LONGEST_RUN_ID: usize = 64;

/// The run a request names, in the team of the call, deleted ones too.
///
/// # Errors
/// There is none for this team.
pub async fn find(tracking: &Tracking, call: &Call, run_id: &str) -> Result<Run, MlflowError> {
    let unknown = || RunError::Unknown(run_id.chars().take(300).collect());
    // Longer than any id, so that nobody fills the memory with texts that are none.
    if run_id.len() > LONGEST_RUN_ID {
        return Err(unknown().into());
    }
    let (team, wanted) = (call.team, run_id.to_owned());
    let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(store::row_by_run_id(r, team, &wanted)?);
    let row = tracking.known_runs.read(&tracking.context.store, (team, run_id.to_owned()), read).await?;
    Ok(store::run(&row.ok_or_else(unknown)?)?)
}

/// Ids of the runs made with the token of the job, oldest first.
///
/// # Errors
/// The store fails.
pub async fn runs_of_job(store: &Store, job: JobId) -> Result<Vec<String>, StoreError> {
    store.read(move |r| store::ids_of_job(r, job)).await
}

/// The runs with everything about them, in the order given.
pub(in crate::runs) async fn full(tracking: &Tracking, runs: Vec<Run>) -> Result<Vec<FullRun>, MlflowError> {
    let numbers: Vec<i64> = runs.iter().map(|run| run.number).collect();
    let (mut details, mut inputs) = tracking
        .context
        .store
        .read_records(move |r| {
            let (mut details, mut ends) = (HashMap::new(), HashMap::new());
            for some in numbers.chunks(CHUNK) {
                details.extend(store::details(r, some)?);
                ends.extend(inputs::for_runs(r, some)?);
            }
            Ok::<_, MlflowError>((details, ends))
        })
        .await?;
    let assembled = runs.into_iter().map(|run| {
        let logged = details.remove(&run.number).unwrap_or_default();
        let inputs = inputs.remove(&run.number).unwrap_or_default();
        FullRun { run, metrics: logged.metrics, params: logged.params, tags: logged.tags, inputs }
    });
    Ok(assembled.collect())
}

/// The runs with these of the things they logged, in the order given. Their inputs are left out.
pub(in crate::runs) async fn projected(
    tracking: &Tracking,
    runs: Vec<Run>,
    columns: Columns,
) -> Result<Vec<FullRun>, MlflowError> {
    let numbers: Vec<i64> = runs.iter().map(|run| run.number).collect();
    let read = move |r: &mut Reader<'_>| {
        let mut details = HashMap::new();
        for some in numbers.chunks(CHUNK) {
            details.extend(store::details_in(r, some, &columns)?);
        }
        Ok::<_, MlflowError>(details)
    };
    let mut details = tracking.context.store.read_records(read).await?;
    let assembled = runs.into_iter().map(|run| {
        let Details { metrics, params, tags } = details.remove(&run.number).unwrap_or_default();
        FullRun { run, metrics, params, tags, inputs: inputs::RunInputs::default() }
    });
    Ok(assembled.collect())
}

/// A page of a metric's history and where the next one begins.
pub(in crate::runs) type HistoryPage = (Vec<MetricPoint>, Option<PageToken>);

/// Points of a metric by time; without a limit all of them.
pub(in crate::runs) async fn history(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    key: &str,
    (limit, token): (Option<i64>, Option<&str>),
) -> Result<HistoryPage, MlflowError> {
    let start = PageToken::parse(token)?;
    let limit = match limit {
        None => None,
        Some(limit) => Some(usize::try_from(limit).ok().filter(|limit| *limit > 0).ok_or_else(|| {
            MlflowError::invalid(format!(
                "Invalid value {limit} for parameter 'max_results' supplied. It must be a positive integer."
            ))
        })?),
    };
    let (team, wanted) = (call.team, run_id.to_owned());
    let found = tracking.context.store.read(move |r| Ok::<_, MlflowError>(store::by_run_id(r, team, &wanted)?)).await?;
    // As in MLflow, a run that does not exist has logged nothing.
    let Some(run) = found.map(|run| run.number) else { return Ok((Vec::new(), None)) };
    let key = key.to_owned();
    // One more than asked shows whether there is a next page.
    let rows = limit.map_or(i64::MAX as u64, |limit| limit as u64 + 1);
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let mut points = tracking
        .context
        .store
        .read_records(move |r| {
            Ok::<_, MlflowError>(history_of(r, run, &key)?.skip(start.0).take(rows).collect::<Vec<_>>())
        })
        .await?;
    let next = limit.filter(|limit| points.len() > *limit).map(|limit| {
        points.truncate(limit);
        PageToken(start.0.saturating_add(limit))
    });
    Ok((points, next))
}

/// All points of a metric by timestamp, step and value.
fn history_of(
    reader: &mut Reader<'_>,
    run: i64,
    key: &str,
) -> Result<impl ExactSizeIterator<Item = MetricPoint>, StoreError> {
    let key = key.to_owned();
    Ok(store::series(reader, run, &key, None)?.into_iter().map(move |place| point(&key, place)))
}

fn point(key: &str, Place { step, timestamp_ms, value }: Place) -> MetricPoint {
    MetricPoint { key: key.to_owned(), value, timestamp_ms, step }
}

/// Points of a metric by step, at most `most` of them evenly spread over the whole, with the last one.
fn sampled_history(
    reader: &mut Reader<'_>,
    run: i64,
    key: &str,
    (ends, most): ((i64, i64), usize),
) -> Result<Vec<MetricPoint>, StoreError> {
    let mut points = store::series(reader, run, key, Some(Between { along: Along::Step, ends }))?;
    points.sort_by(Place::by_step);
    Ok(spread(points.len(), most).filter_map(|index| Some(point(key, *points.get(index)?))).collect())
}

/// The first place of each of `most` parts of equal size; the last place of all takes the place of the last but one when it is too many.
fn spread(length: usize, most: usize) -> impl Iterator<Item = usize> {
    let parts = most.min(length);
    let begin = move |part: usize| (part * length).div_ceil(parts.max(1));
    let last = length.saturating_sub(1);
    (0..parts).map(move |part| if part + 1 == parts { last } else { begin(part) })
}

/// Those of the runs that are within reach, in the order given.
async fn within_reach(tracking: &Tracking, call: &Call, run_ids: Vec<String>) -> Result<Vec<Run>, MlflowError> {
    let team = call.team;
    let read = move |r: &mut Reader<'_>| {
        let found = run_ids.iter().map(|run_id| store::by_run_id(r, team, run_id)).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, MlflowError>(found.into_iter().flatten().collect())
    };
    tracking.context.store.read(read).await
}

/// The first points of one metric of several runs, by run and time. Runs out of reach are left out.
pub(in crate::runs) async fn whole_histories(
    tracking: &Tracking,
    call: &Call,
    run_ids: Vec<String>,
    key: &str,
    limit: usize,
) -> Result<Vec<(String, MetricPoint)>, MlflowError> {
    let runs = within_reach(tracking, call, run_ids).await?;
    let key = key.to_owned();
    let read = move |r: &mut Reader<'_>| {
        let mut all: Vec<(String, MetricPoint)> = Vec::new();
        for run in runs {
            let points = history_of(r, run.number, &key)?.take(limit - all.len());
            all.extend(points.map(|point| (run.run_id.clone(), point)));
        }
        Ok::<_, MlflowError>(all)
    };
    tracking.context.store.read_records(read).await
}

/// Evenly spread points of one metric of several runs, by run and step. Runs out of reach are left out.
pub(in crate::runs) async fn sampled_histories(
    tracking: &Tracking,
    call: &Call,
    run_ids: Vec<String>,
    key: &str,
    (steps, points_per_run): ((i64, i64), usize),
) -> Result<Vec<(String, MetricPoint)>, MlflowError> {
    let runs = within_reach(tracking, call, run_ids).await?;
    let key = key.to_owned();
    tracking
        .context
        .store
        .read_records(move |r| {
            let mut all = Vec::new();
            for run in runs {
                let points = sampled_history(r, run.number, &key, (steps, points_per_run))?;
                all.extend(points.into_iter().map(|point| (run.run_id.clone(), point)));
            }
            Ok::<_, MlflowError>(all)
        })
        .await
}
