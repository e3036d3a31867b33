//! Reads runs, how far their metrics reach, and then the points, one series after the other.

use super::grid::{Grid, Sampled, Sampler, SeriesX};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs::model::{Run, RunError};
use crate::runs::store::{self, Along, Between, Reach};
use std::collections::HashMap;

/// Runs of one read, so that other readers get their turn.
const RUNS_PER_READ: usize = 50;
/// More lines than this nobody can tell apart, and the answer would be large.
pub(super) const MOST_SERIES: usize = 10_000;

/// What a chart asks for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub runs: Vec<String>,
    pub keys: Vec<String>,
    pub buckets: usize,
    pub x: SeriesX,
    pub from: Option<f64>,
    pub to: Option<f64>,
}

/// One series: id of the run, key and samples.
pub(super) type Line = (String, String, Sampled);

/// The series that have points, by run and then key as asked. `None` when there are more than [`MOST_SERIES`].
pub(super) async fn sample(
    tracking: &Tracking,
    call: &Call,
    wanted: Wanted,
) -> Result<Option<(Grid, Vec<Line>)>, MlflowError> {
    let runs = runs_of(tracking, call, wanted.runs.clone()).await?;
    let mut lines: Vec<(Run, Reach)> = Vec::new();
    for some in runs.chunks(RUNS_PER_READ) {
        lines.extend(reaches(tracking, some.to_vec(), &wanted).await?);
        if lines.len() > MOST_SERIES {
            return Ok(None);
        }
    }
    let grid = Grid::new(wanted.x, range(&wanted, &lines), wanted.buckets, lines.len());
    let mut sampled = Vec::with_capacity(lines.len());
    for some in lines.chunks(RUNS_PER_READ) {
        sampled.extend(samples(tracking, some.to_vec(), grid, &wanted).await?);
    }
    Ok(Some((grid, sampled)))
}

/// The named runs, in that order.
async fn runs_of(tracking: &Tracking, call: &Call, ids: Vec<String>) -> Result<Vec<Run>, MlflowError> {
    let (team, named) = (call.team, ids.clone());
    let read = move |r: &mut roadbed_store::Reader<'_>| Ok::<_, MlflowError>(store::by_run_ids(r, team, &named)?);
    let found = tracking.context.store.read(read).await?;
    let mut found: HashMap<String, Run> = found.into_iter().map(|run| (run.run_id.clone(), run)).collect();
    let run = |id: String| found.remove(&id).ok_or_else(|| RunError::Unknown(id.chars().take(300).collect()).into());
    ids.into_iter().map(run).collect()
}

const fn along(x: SeriesX) -> Along {
    match x {
        SeriesX::Step => Along::Step,
        SeriesX::Time | SeriesX::RelativeTime => Along::Time,
    }
}

/// What the store's column says where x is 0.
const fn zero(x: SeriesX, run: &Run) -> i64 {
    match x {
        SeriesX::RelativeTime => run.start_time_ms,
        SeriesX::Step | SeriesX::Time => 0,
    }
}

/// The ends of the axis in the numbers of the store's column.
fn between(x: SeriesX, run: &Run, (from, to): (Option<f64>, Option<f64>)) -> Between {
    let zero = zero(x, run);
    let stored = |end: f64| x.to_stored(end).saturating_add(zero);
    // The axis itself decides about the fraction that is lost here.
    let first = from.map_or(i64::MIN, |from| stored(from).saturating_sub(1));
    Between { along: along(x), ends: (first, to.map_or(i64::MAX, |to| stored(to).saturating_add(1))) }
}

async fn reaches(tracking: &Tracking, runs: Vec<Run>, wanted: &Wanted) -> Result<Vec<(Run, Reach)>, MlflowError> {
    let (x, keys, asked) = (wanted.x, wanted.keys.clone(), (wanted.from, wanted.to));
    let read = move |r: &mut roadbed_store::Reader<'_>| {
        let mut all = Vec::new();
        for run in runs {
            let mut found = store::reaches(r, run.number, &keys, between(x, &run, asked))?;
            found.sort_by_key(|reach| keys.iter().position(|key| *key == reach.key));
            all.extend(found.into_iter().map(|reach| (run.clone(), reach)));
        }
        Ok::<_, MlflowError>(all)
    };
    tracking.context.store.read_records(read).await
}

/// From the first to the last point of all, unless asked otherwise. A step is as wide as 1, so that the last one has room.
fn range(wanted: &Wanted, lines: &[(Run, Reach)]) -> (f64, f64) {
    let place = |run: &Run, stored: i64| wanted.x.of_stored(stored.saturating_sub(zero(wanted.x, run)));
    let first = lines.iter().map(|(run, reach)| place(run, reach.first)).reduce(f64::min);
    let last = lines.iter().map(|(run, reach)| place(run, reach.last)).reduce(f64::max);
    let room = if wanted.x == SeriesX::Step { 1.0 } else { 0.0 };
    let from = wanted.from.or(first).unwrap_or(0.0);
    let to = wanted.to.or(last.map(|last| last + room)).unwrap_or(from + 1.0);
    (from, if to > from { to } else { from + 1.0 })
}

async fn samples(
    tracking: &Tracking,
    lines: Vec<(Run, Reach)>,
    grid: Grid,
    wanted: &Wanted,
) -> Result<Vec<Line>, MlflowError> {
    let x = wanted.x;
    let read = move |r: &mut roadbed_store::Reader<'_>| {
        let mut all = Vec::with_capacity(lines.len());
        for (run, Reach { key, .. }) in lines {
            let mut sampler = Sampler::new(grid, x, run.start_time_ms);
            let shown = between(x, &run, (Some(grid.from), Some(grid.to)));
            for point in store::series(r, run.number, &key, Some(shown))? {
                sampler.add(point);
            }
            all.push((run.run_id, key, sampler.finish()));
        }
        Ok::<_, MlflowError>(all)
    };
    let mut all = tracking.context.store.read_records(read).await?;
    all.retain(|(_, _, sampled)| sampled.points > 0);
    Ok(all)
}
