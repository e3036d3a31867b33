//! Search of runs: candidates from the state lane, values of the named keys from the records lane, the decision in `plan`.

use super::reading::full;
use crate::experiments::{self, Experiment, ViewType};
use crate::inputs::{self, DatasetSummary};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs::model::{FullRun, Run};
use crate::runs::plan::{Plan, Values};
use crate::runs::store;
use crate::search::{Entity, Field, PageToken, page, page_limit};

/// Most runs per page, as MLflow allows.
const PAGE_LIMIT: i64 = 50_000;
/// Most experiments of one search.
const EXPERIMENTS_LIMIT: usize = 10_000;

/// What a search asks for.
pub(in crate::runs) struct Search {
    pub experiment_ids: Vec<String>,
    pub filter: String,
    pub view: ViewType,
    pub limit: i64,
    pub order_by: Vec<String>,
    pub token: Option<String>,
}

pub(in crate::runs) async fn search(
    tracking: &Tracking,
    call: &Call,
    search: Search,
) -> Result<(Vec<FullRun>, Option<PageToken>), MlflowError> {
    let limit = page_limit(search.limit, PAGE_LIMIT)?;
    let plan = Plan::parse(&search.filter, &search.order_by)?;
    let start = PageToken::parse(search.token.as_deref())?;
    let experiments = numbers(reachable(tracking, call, &search.experiment_ids).await?);
    let stages = search.view.stages();
    let (runs, next) = if plan.is_natural() {
        let wanted = move |r: &mut roadbed_store::Reader<'_>| {
            Ok::<_, MlflowError>(store::latest_started(r, &experiments, stages, limit + 1, start.0)?)
        };
        let mut runs = tracking.context.store.read(wanted).await?;
        let next = (runs.len() > limit).then(|| PageToken(start.0.saturating_add(limit)));
        runs.truncate(limit);
        (runs, next)
    } else {
        page(decided(tracking, &plan, experiments, stages).await?, start, limit)
    };
    Ok((full(tracking, runs).await?, next))
}

/// Runs of the plan, in its order.
async fn decided(
    tracking: &Tracking,
    plan: &Plan,
    experiments: Vec<i64>,
    stages: &'static [&'static str],
) -> Result<Vec<Run>, MlflowError> {
    let fields: Vec<Field> = plan.fields().into_iter().cloned().collect();
    let of = experiments.clone();
    let runs = tracking.context.store.read(move |r| Ok::<_, MlflowError>(store::candidates(r, &of, stages)?)).await?;
    let values = if fields.is_empty() {
        Values::default()
    } else {
        tracking.context.store.read_records(move |r| values(r, &experiments, fields)).await?
    };
    Ok(plan.decide(runs, &values))
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

fn numbers(experiments: Vec<Experiment>) -> Vec<i64> {
    experiments.into_iter().map(|experiment| experiment.number).collect()
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
