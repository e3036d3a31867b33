//! Search of runs: candidates from the state lane, values of the named keys from the records lane, the decision in `plan`.

use super::reading::{full, projected};
use crate::experiments::{self, Experiment, ViewType};
use crate::inputs::{self, DatasetSummary};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs::model::{Candidate, FullRun, Run};
use crate::runs::plan::{Plan, Values};
use crate::runs::store::{self, Columns};
use crate::search::{Entity, Field, PageToken, page_limit};
use std::collections::HashMap;

/// Most runs per page, as MLflow allows.
const PAGE_LIMIT: i64 = 50_000;
/// Most experiments of one search.
const EXPERIMENTS_LIMIT: usize = 10_000;

/// Where a search looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::runs) enum Among {
    /// These experiments; those out of reach are as if they were not there.
    Experiments(Vec<String>),
    /// Every experiment of the team.
    Team,
}

/// What a search asks for.
pub(in crate::runs) struct Search {
    pub among: Among,
    pub filter: String,
    pub view: ViewType,
    pub limit: i64,
    pub order_by: Vec<String>,
    pub token: Option<String>,
    /// Of what was logged only this, and no inputs; everything when absent.
    pub columns: Option<Columns>,
    /// Whether to say how many there are on all pages.
    pub count: bool,
}

/// A page of runs.
pub(in crate::runs) struct Found {
    pub runs: Vec<FullRun>,
    pub next: Option<PageToken>,
    /// Of all pages, when asked for.
    pub total: Option<usize>,
    /// Where they were looked for.
    pub experiments: Vec<Experiment>,
}

pub(in crate::runs) async fn search(tracking: &Tracking, call: &Call, search: Search) -> Result<Found, MlflowError> {
    let limit = page_limit(search.limit, PAGE_LIMIT)?;
    let plan = Plan::parse(&search.filter, &search.order_by)?;
    let start = PageToken::parse(search.token.as_deref())?;
    let experiments = match &search.among {
        Among::Experiments(ids) => reachable(tracking, call, ids).await?,
        Among::Team => experiments::of_team(tracking, call).await?,
    };
    let (of, stages) = (numbers(&experiments), search.view.stages());
    let (runs, next, total) = if plan.is_natural() {
        newest(tracking, of, stages, (limit, start, search.count)).await?
    } else {
        let most = start.0.saturating_add(limit);
        let (first, total) = decided(tracking, call, &plan, (of, stages), most).await?;
        let next = (most < total).then_some(PageToken(most));
        let numbers = first.into_iter().skip(start.0).collect();
        (loaded(tracking, numbers).await?, next, search.count.then_some(total))
    };
    let runs = match search.columns {
        Some(columns) => projected(tracking, runs, columns).await?,
        None => full(tracking, runs).await?,
    };
    Ok(Found { runs, next, total, experiments })
}

/// A page in the natural order, which the store cuts.
async fn newest(
    tracking: &Tracking,
    experiments: Vec<i64>,
    stages: &'static [&'static str],
    (limit, start, count): (usize, PageToken, bool),
) -> Result<(Vec<Run>, Option<PageToken>, Option<usize>), MlflowError> {
    let wanted = move |r: &mut roadbed_store::Reader<'_>| {
        let runs = store::latest_started(r, &experiments, stages, limit + 1, start.0)?;
        let total = if count { Some(store::count(r, &experiments, stages)?) } else { None };
        Ok::<_, MlflowError>((runs, total))
    };
    let (mut runs, total) = tracking.context.store.read(wanted).await?;
    let next = (runs.len() > limit).then(|| PageToken(start.0.saturating_add(limit)));
    runs.truncate(limit);
    Ok((runs, next, total))
}

/// Numbers of the first `most` runs of the plan, in its order, and how many there are.
async fn decided(
    tracking: &Tracking,
    call: &Call,
    plan: &Plan,
    (experiments, stages): (Vec<i64>, &'static [&'static str]),
    most: usize,
) -> Result<(Vec<i64>, usize), MlflowError> {
    let fields: Vec<Field> = plan.fields().into_iter().cloned().collect();
    let (of, team, named) = (experiments.clone(), call.team, plan.run_ids());
    let in_full = plan.needs_attributes();
    let candidates = move |r: &mut roadbed_store::Reader<'_>| {
        let Some(ids) = named else {
            return Ok::<_, MlflowError>(store::candidates(r, &of, stages, in_full)?);
        };
        let mut runs = store::by_run_ids(r, team, &ids)?;
        runs.retain(|run| of.contains(&run.experiment) && stages.contains(&run.lifecycle.as_str()));
        Ok(runs.into_iter().map(Candidate::from).collect())
    };
    let runs = tracking.context.store.read(candidates).await?;
    let values = if fields.is_empty() {
        Values::default()
    } else {
        tracking.context.store.read_records(move |r| values(r, &experiments, fields)).await?
    };
    Ok(plan.decide(runs, &values, most))
}

/// The runs with these numbers, in that order.
async fn loaded(tracking: &Tracking, numbers: Vec<i64>) -> Result<Vec<Run>, MlflowError> {
    let wanted = numbers.clone();
    let read = move |r: &mut roadbed_store::Reader<'_>| Ok::<_, MlflowError>(store::by_numbers(r, &wanted)?);
    let mut found: HashMap<i64, Run> =
        tracking.context.store.read(read).await?.into_iter().map(|run| (run.number, run)).collect();
    Ok(numbers.into_iter().filter_map(|number| found.remove(&number)).collect())
}

fn values(
    reader: &mut roadbed_store::Reader<'_>,
    experiments: &[i64],
    fields: Vec<Field>,
) -> Result<Values, MlflowError> {
    let mut values = Values::default();
    for Field { entity, key } in fields {
        match entity {
            Entity::Metric => {
                let found = store::metric_values(reader, experiments, &key)?;
                values.metrics.insert(key, found);
            }
            Entity::Param => {
                let found = store::text_values(reader, false, experiments, &key)?;
                values.params.insert(key, found);
            }
            Entity::Tag => {
                let found = store::text_values(reader, true, experiments, &key)?;
                values.tags.insert(key, found);
            }
            Entity::Dataset if values.datasets.is_empty() => {
                values.datasets = inputs::datasets_of_experiments(reader, experiments)?;
            }
            Entity::Dataset | Entity::Attribute => {}
        }
    }
    Ok(values)
}

/// The experiments of the team among those named; others are as if they were not there.
async fn reachable(tracking: &Tracking, call: &Call, ids: &[String]) -> Result<Vec<Experiment>, MlflowError> {
    if ids.len() > EXPERIMENTS_LIMIT {
        return Err(MlflowError::invalid(format!("a search takes at most {EXPERIMENTS_LIMIT} experiment_ids")));
    }
    experiments::reachable(tracking, call, ids).await
}

fn numbers(experiments: &[Experiment]) -> Vec<i64> {
    experiments.iter().map(|experiment| experiment.number).collect()
}

/// Datasets of the named experiments, with the experiment's id.
pub(in crate::runs) async fn summaries(
    tracking: &Tracking,
    call: &Call,
    ids: &[String],
) -> Result<Vec<(i64, DatasetSummary)>, MlflowError> {
    let experiments = reachable(tracking, call, ids).await?;
    let of: Vec<i64> = experiments.iter().map(|experiment| experiment.number).collect();
    let found = tracking.context.store.read_records(move |r| Ok::<_, MlflowError>(inputs::summaries(r, &of)?)).await?;
    let id_of = |number| experiments.iter().find(|one| one.number == number).map(|one| one.experiment_id);
    Ok(found.into_iter().filter_map(|summary| id_of(summary.experiment).map(|id| (id, summary))).collect())
}
