//! How the lines of a request arrive: first what has events, in order and a few in a transaction, then what is logged, then the marks.
//! A request that fails half-way is sent again: what arrived is present then.

use super::model::Arrived;
use super::store;
use crate::arrival::{Arrival, is_id};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs::{self, Run};
use crate::{experiments, logged_models, models};
use roadbed_contracts::transfer::{Line, MetricLine, ModelMetricLine, RunLine, WholeLine};
use roadbed_store::{Appender, Reader, Transaction};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Lines with events that share a transaction.
const TRANSACTION_LINES: usize = 25;
/// Points that are written at once.
const WRITE_POINTS: usize = 2000;

pub(super) async fn bring_in(tracking: &Tracking, call: &Call, lines: Vec<Line>) -> Result<Arrived, MlflowError> {
    let lines = Arc::new(lines);
    let mut arrived = Arrived::default();
    arrive(tracking, call, &lines, &mut arrived).await?;
    if call.dry_run {
        return Ok(arrived);
    }
    let runs = runs_of(tracking, call, &lines).await?;
    log_runs(tracking, call, (&lines, &runs), &mut arrived).await?;
    log_points(tracking, call, (&lines, &runs), &mut arrived).await?;
    log_model_points(tracking, call, (&lines, &runs), &mut arrived).await?;
    let whole: Vec<WholeLine> = lines.iter().filter_map(whole).cloned().collect();
    if !whole.is_empty() {
        let team = call.team;
        tracking.context.store.append(move |append| Ok::<_, MlflowError>(store::note(append, team, &whole)?)).await?;
    }
    Ok(arrived)
}

fn whole(line: &Line) -> Option<&WholeLine> {
    if let Line::Whole(line) = line { Some(line) } else { None }
}

/// What has events. A rehearsal rolls each transaction back, so what stands on a line of an earlier one is not checked there.
async fn arrive(
    tracking: &Tracking,
    call: &Call,
    lines: &Arc<Vec<Line>>,
    arrived: &mut Arrived,
) -> Result<(), MlflowError> {
    let places: Vec<usize> = (0..lines.len()).filter(|place| lines.get(*place).is_some_and(has_events)).collect();
    let at_once = if call.dry_run { places.len().max(1) } else { TRANSACTION_LINES };
    for some in places.chunks(at_once) {
        let (acting, own, all, places) = (tracking.clone(), call.clone(), lines.clone(), some.to_vec());
        let arriving = move |tx: &mut Transaction<'_>| {
            let each = places.iter().filter_map(|place| Some((*place, all.get(*place)?)));
            each.map(|(place, line)| Ok((place, one(tx, (&acting, &own), line)?)))
                .collect::<Result<Vec<_>, MlflowError>>()
        };
        for (place, arrival) in call.write(tracking, arriving).await? {
            if let Some(line) = lines.get(place) {
                arrived.note(place, line, arrival);
            }
        }
    }
    Ok(())
}

const fn has_events(line: &Line) -> bool {
    !matches!(line, Line::Metric(_) | Line::ModelMetric(_) | Line::Whole(_))
}

fn one(tx: &mut Transaction<'_>, (tracking, call): (&Tracking, &Call), line: &Line) -> Result<Arrival, MlflowError> {
    match line {
        Line::Experiment(line) => experiments::arrive(tx, call, line),
        Line::Run(line) => runs::arrive(tx, call, line),
        Line::LoggedModel(line) => logged_models::arrive(tx, call, line),
        Line::Model(line) => models::arrive_model(tx, call, line),
        Line::Version(line) => models::arrive_version(tx, (tracking, call), line),
        Line::Alias(line) => models::arrive_alias(tx, call, line),
        Line::Metric(_) | Line::ModelMetric(_) | Line::Whole(_) => Ok(Arrival::Present),
    }
}

/// Every run the lines name that is here.
async fn runs_of(tracking: &Tracking, call: &Call, lines: &[Line]) -> Result<HashMap<String, Run>, MlflowError> {
    let named = |line: &Line| match line {
        Line::Run(line) => Some(line.id.clone()),
        Line::Metric(line) => Some(line.run.clone()),
        Line::ModelMetric(line) => Some(line.run.clone()),
        _ => None,
    };
    let ids: Vec<String> = lines.iter().filter_map(named).collect::<BTreeSet<_>>().into_iter().collect();
    let team = call.team;
    let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(runs::of_ids(r, team, &ids)?);
    tracking.context.store.read(read).await
}

type Known<'a> = (&'a Arc<Vec<Line>>, &'a HashMap<String, Run>);

/// Params, tags and both ends of the runs. Those of a run that was refused are left out: the run here is another one.
async fn log_runs(
    tracking: &Tracking,
    call: &Call,
    (lines, runs): Known<'_>,
    arrived: &mut Arrived,
) -> Result<(), MlflowError> {
    let is_same =
        |line: &RunLine, run: &Run| run.experiment_id == line.experiment && run.start_time_ms == line.started_ms;
    let team = call.team;
    let places: Vec<(usize, Run)> = lines
        .iter()
        .enumerate()
        .filter_map(|(place, line)| match line {
            Line::Run(line) => runs.get(&line.id).filter(|run| is_same(line, run)).map(|run| (place, run.clone())),
            _ => None,
        })
        .collect();
    for some in places.chunks(TRANSACTION_LINES) {
        let (all, some) = (lines.clone(), some.to_vec());
        let logging = move |append: &mut Appender<'_>| {
            let mut others = Vec::new();
            for (place, run) in &some {
                if let Some(Line::Run(line)) = all.get(*place) {
                    others.push((*place, runs::arrive_logged(append, run, team, line)?));
                }
            }
            Ok::<_, MlflowError>(others)
        };
        for (place, others) in tracking.context.store.append(logging).await? {
            if let Some(line) = lines.get(place).filter(|_| !others.is_empty()) {
                let reason = format!("the run has other values here for its params {}", others.join(", "));
                arrived.note(place, line, Arrival::Refused(reason));
            }
        }
    }
    Ok(())
}

async fn log_points(
    tracking: &Tracking,
    call: &Call,
    (lines, runs): Known<'_>,
    arrived: &mut Arrived,
) -> Result<(), MlflowError> {
    let team = call.team;
    let mut waiting: Vec<(Run, MetricLine)> = Vec::new();
    let mut points = 0;
    for (place, line) in lines.iter().enumerate() {
        let Line::Metric(metric) = line else { continue };
        let Some(run) = runs.get(&metric.run) else {
            arrived.note(place, line, Arrival::refused("its run is not here"));
            continue;
        };
        arrived.note(place, line, Arrival::Made);
        points += metric.points.len();
        waiting.push((run.clone(), metric.clone()));
        if points >= WRITE_POINTS {
            let some = std::mem::take(&mut waiting);
            points = 0;
            tracking.context.store.append(move |append| write_points(append, team, &some)).await?;
        }
    }
    if waiting.is_empty() {
        return Ok(());
    }
    tracking.context.store.append(move |append| write_points(append, team, &waiting)).await
}

fn write_points(
    append: &mut Appender<'_>,
    team: roadbed_core::TeamId,
    some: &[(Run, MetricLine)],
) -> Result<(), MlflowError> {
    for same in some.chunk_by(|(a, _), (b, _)| a.number == b.number) {
        let lines: Vec<MetricLine> = same.iter().map(|(_, line)| line.clone()).collect();
        if let Some((run, _)) = same.first() {
            runs::arrive_points(append, run, team, &lines)?;
        }
    }
    Ok(())
}

async fn log_model_points(
    tracking: &Tracking,
    call: &Call,
    (lines, runs): Known<'_>,
    arrived: &mut Arrived,
) -> Result<(), MlflowError> {
    let team = call.team;
    for (place, line) in lines.iter().enumerate() {
        let Line::ModelMetric(metric) = line else { continue };
        let known = runs.get(&metric.run).filter(|_| is_id(&metric.model));
        let Some(run) = known.cloned() else {
            arrived.note(place, line, Arrival::refused("its run is not here"));
            continue;
        };
        arrived.note(place, line, Arrival::Made);
        let metric: ModelMetricLine = metric.clone();
        let logging = move |append: &mut Appender<'_>| runs::arrive_model_points(append, &run, team, &metric);
        tracking.context.store.append(logging).await?;
    }
    Ok(())
}
