//! Runs begin, change, are deleted and restored.

use super::reading::find;
use crate::experiments::{self, Lifecycle, RunsOfExperiments};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs::model::{Batch, JOB_TAG, NAME_TAG, Run, RunCreated, RunDeleted, RunError, RunRestored, RunUpdated};
use crate::runs::store;
use roadbed_contracts::events::Subject;
use roadbed_store::Transaction;

/// What a client says about a new run.
pub(in crate::runs) struct NewRun {
    pub experiment_id: String,
    pub user_id: String,
    pub start_time_ms: i64,
    pub run_name: Option<String>,
    pub tags: Vec<(String, String)>,
}

pub(in crate::runs) fn subject(run_id: &str) -> Subject {
    Subject::new("run", run_id)
}

pub(in crate::runs) async fn create(tracking: &Tracking, call: &Call, new: NewRun) -> Result<Run, MlflowError> {
    let experiment = experiments::active(tracking, call, &new.experiment_id).await?;
    let mut tags = new.tags;
    let name = chosen_name(new.run_name, &tags, || invented_name(tracking.context.ids.next()))?;
    tags.retain(|(key, _)| key != NAME_TAG && key != JOB_TAG);
    tags.push((NAME_TAG.to_owned(), name.clone()));
    let job = call.caller.job();
    tags.extend(job.map(|job| (JOB_TAG.to_owned(), job.to_string())));
    let run_id = tracking.next_hex();
    let run = Run {
        number: 0,
        artifact_uri: format!("{}/{run_id}/artifacts", experiment.artifact_location),
        run_id,
        experiment: experiment.number,
        experiment_id: experiment.experiment_id,
        run_name: name,
        user_id: new.user_id,
        status: "RUNNING".to_owned(),
        start_time_ms: new.start_time_ms,
        end_time_ms: None,
        lifecycle: Lifecycle::Active,
        job,
    };
    let inserting = call.clone();
    let run = tracking
        .context
        .store
        .write(move |tx| {
            let run = Run { number: store::next_number(tx)?, ..run.clone() };
            store::insert(tx, inserting.team, &run)?;
            let body = RunCreated {
                run_id: run.run_id.clone(),
                experiment_id: run.experiment_id,
                run_name: run.run_name.clone(),
                job: run.job,
            };
            let header = inserting.event_in(tx, subject(&run.run_id))?;
            tx.emit(&header, &body)?;
            Ok::<_, MlflowError>(run)
        })
        .await?;
    let (team, tagged, batch) = (call.team, run.clone(), Batch { tags, ..Batch::default() });
    tracking.context.store.append(move |append| store::log::<MlflowError>(append, &tagged, team, &batch)).await?;
    Ok(run)
}

/// The name from the argument or the tag; they must not differ.
fn chosen_name(
    argument: Option<String>,
    tags: &[(String, String)],
    invent: impl FnOnce() -> String,
) -> Result<String, RunError> {
    let tag =
        tags.iter().find(|(key, _)| key == NAME_TAG).map(|(_, value)| value.clone()).filter(|tag| !tag.is_empty());
    match (argument.filter(|name| !name.is_empty()), tag) {
        (Some(argument), Some(tag)) if argument != tag => Err(RunError::TwoNames { argument, tag }),
        (Some(name), _) | (None, Some(name)) => Ok(name),
        (None, None) => Ok(invent()),
    }
}

const QUALITIES: [&str; 16] = [
    "amber", "brisk", "calm", "daring", "eager", "frosty", "gentle", "hazel", "ivory", "jolly", "keen", "lucid",
    "mellow", "nimble", "quiet", "sunny",
];
const THINGS: [&str; 16] = [
    "anvil", "bridge", "canyon", "delta", "ember", "fjord", "gravel", "harbor", "island", "junction", "kettle",
    "ladder", "meadow", "path", "road", "tunnel",
];

/// A name for a thing without one, from random bits.
#[must_use]
pub fn invented_name(bits: u128) -> String {
    let pick = |words: &[&'static str; 16], shift: u32| words.get(nibble(bits, shift)).copied().unwrap_or("road");
    format!("{}-{}-{}", pick(&QUALITIES, 0), pick(&THINGS, 4), (bits >> 8) % 1000)
}

fn nibble(bits: u128, shift: u32) -> usize {
    usize::try_from((bits >> shift) & 0xf).unwrap_or(0)
}

/// Status, end and name; what is `None` stays.
pub(in crate::runs) async fn update(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    (status, end_time_ms, name): (Option<&'static str>, Option<i64>, Option<String>),
) -> Result<Run, MlflowError> {
    let name = name.filter(|name| !name.is_empty());
    let renamed = name.clone();
    let changed = change(tracking, call, run_id, move |run| {
        run.check_active()?;
        if let Some(status) = status {
            status.clone_into(&mut run.status);
        }
        run.end_time_ms = end_time_ms.or(run.end_time_ms);
        if let Some(name) = &name {
            run.run_name.clone_from(name);
        }
        Ok(())
    })
    .await?;
    if has_ended(&changed.status) {
        let number = changed.number;
        tracking.context.store.append(move |append| Ok::<_, MlflowError>(store::fold(append, number)?)).await?;
    }
    if let Some(name) = renamed {
        let (team, run) = (call.team, changed.clone());
        let batch = Batch { tags: vec![(NAME_TAG.to_owned(), name)], ..Batch::default() };
        tracking.context.store.append(move |append| store::log::<MlflowError>(append, &run, team, &batch)).await?;
    }
    Ok(changed)
}

/// A run that ended logs little more: what it logged is put in order for readers.
fn has_ended(status: &str) -> bool {
    !matches!(status, "RUNNING" | "SCHEDULED")
}

/// The name alone, when its tag is set.
pub(in crate::runs) async fn set_name(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    name: String,
) -> Result<(), MlflowError> {
    update(tracking, call, run_id, (None, None, Some(name))).await.map(drop)
}

async fn change<F>(tracking: &Tracking, call: &Call, run_id: &str, change: F) -> Result<Run, MlflowError>
where
    F: Fn(&mut Run) -> Result<(), RunError> + Send + 'static,
{
    let (call, run_id) = (call.clone(), run_id.to_owned());
    tracking
        .context
        .store
        .write(move |tx| {
            let found = store::by_run_id(tx, call.team, &run_id)?;
            let mut run = found.ok_or_else(|| RunError::Unknown(run_id.clone()))?;
            change(&mut run)?;
            store::update(tx, &run)?;
            let body =
                RunUpdated { run_id: run_id.clone(), status: run.status.clone(), run_name: run.run_name.clone() };
            let header = call.event_in(tx, subject(&run_id))?;
            tx.emit(&header, &body)?;
            Ok::<_, MlflowError>(run)
        })
        .await
}

/// Deletes or restores a run; one that is so already stays so.
pub(in crate::runs) async fn move_to(
    tracking: &Tracking,
    call: &Call,
    run_id: &str,
    to: Lifecycle,
) -> Result<(), MlflowError> {
    if find(tracking, call, run_id).await?.lifecycle == to {
        return Ok(());
    }
    let (called, run_id) = (call.clone(), run_id.to_owned());
    let moving = move |tx: &mut Transaction<'_>| {
        let found = store::by_run_id(tx, called.team, &run_id)?;
        let mut run = found.ok_or_else(|| RunError::Unknown(run_id.clone()))?;
        if store::is_purging(tx, run.number)? {
            return Err(RunError::Purging(run_id.clone()).into());
        }
        run.lifecycle = to;
        store::update(tx, &run)?;
        let header = called.event(subject(&run_id));
        match to {
            Lifecycle::Deleted => tx.emit(&header, &RunDeleted { run_id: run_id.clone() })?,
            Lifecycle::Active => tx.emit(&header, &RunRestored { run_id: run_id.clone() })?,
        };
        Ok::<_, MlflowError>(())
    };
    call.write(tracking, moving).await
}

/// What this capability does for experiments.
pub const OF_EXPERIMENTS: RunsOfExperiments = RunsOfExperiments { move_all: store::move_all, tally: store::tally };
