//! Deleting and purging runs, by people and by the controller.

use super::acting::Acting;
use super::model::{KEEP_TAG, RunsPurged, Toll};
use super::{store, traces as of_runs};
use crate::artifacts::{self, ArtifactPath};
use crate::experiments::Lifecycle;
use crate::logged_models::{self, OfRun};
use crate::mlflow::{MlflowError, Tracking};
use crate::runs::{self, Former, FormerRun, RunDeleted};
use crate::{inputs, models, traces};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::{Digest, TeamId};
use roadbed_store::{Reader, Transaction};
use std::collections::{HashMap, HashSet};

/// Runs dealt with in one transaction.
pub(super) const BATCH: u32 = 100;
/// Runs looked at for one answer or pass.
const LOOKED_AT: u64 = 20_000;

/// Runs that may go, and the logged models they made.
struct Going {
    runs: Vec<FormerRun>,
    models: Vec<OfRun>,
    kept: u64,
}

/// Those of the runs that no version was registered from and nobody tagged.
async fn sift(tracking: &Tracking, team: TeamId, runs: Vec<FormerRun>) -> Result<Going, MlflowError> {
    let (numbers, ids): (Vec<i64>, Vec<String>) = runs.iter().map(|run| (run.number, run.run_id.clone())).unzip();
    let read = move |r: &mut Reader<'_>| {
        let made = logged_models::of_runs(r, team, &ids)?;
        let model_ids: Vec<String> = made.iter().map(|model| model.model_id.clone()).collect();
        let registered = models::registered_from(r, team, &ids, &model_ids)?;
        Ok::<_, MlflowError>((made, registered))
    };
    let (made, registered) = tracking.context.store.read(read).await?;
    let tagged = tracking.context.store.read_records(move |r| runs::tagged(r, &numbers, KEEP_TAG)).await?;
    let by_model = made.iter().filter(|model| registered.contains(&model.model_id));
    let by_model: HashSet<&str> = by_model.map(|model| model.run_id.as_str()).collect();
    let stays = |run: &FormerRun| {
        tagged.contains(&run.number) || registered.contains(&run.run_id) || by_model.contains(run.run_id.as_str())
    };
    let before = runs.len();
    let runs: Vec<FormerRun> = runs.into_iter().filter(|run| !stays(run)).collect();
    let going: HashSet<&str> = runs.iter().map(|run| run.run_id.as_str()).collect();
    let models = made.iter().filter(|model| going.contains(model.run_id.as_str())).cloned().collect();
    let kept = (before - runs.len()) as u64;
    Ok(Going { runs, models, kept })
}

/// Goes through the runs in batches; `wanted` picks those of a batch that are meant.
pub(super) struct Sweep {
    pub former: Former,
    /// Experiments that are left out: they have policies of their own.
    pub without: HashSet<i64>,
    /// Only runs that have been deleted since before.
    pub deleted_before_ms: Option<i64>,
}

impl Sweep {
    async fn batch(&self, tracking: &Tracking, after: i64) -> Result<Vec<FormerRun>, MlflowError> {
        let former = self.former;
        Ok(tracking.context.store.read(move |r| runs::former_runs(r, &former, after, BATCH)).await?)
    }

    async fn meant(&self, tracking: &Tracking, mut runs: Vec<FormerRun>) -> Result<Vec<FormerRun>, MlflowError> {
        runs.retain(|run| !self.without.contains(&run.experiment));
        if let Some(moment) = self.deleted_before_ms {
            let numbers: Vec<i64> = runs.iter().map(|run| run.number).collect();
            let due = tracking.context.store.read(move |r| store::deleted_before(r, &numbers, moment)).await?;
            runs.retain(|run| due.contains(&run.number));
        }
        Ok(runs)
    }

    /// Deletes the runs so that they can be restored.
    pub(super) async fn delete(&self, tracking: &Tracking, acting: &Acting) -> Result<Toll, MlflowError> {
        self.each(tracking, acting, Work::Delete).await
    }

    /// Removes the runs for good.
    pub(super) async fn purge(&self, tracking: &Tracking, acting: &Acting) -> Result<Toll, MlflowError> {
        self.each(tracking, acting, Work::Purge).await
    }

    /// Notes since when the runs have been deleted.
    pub(super) async fn note(&self, tracking: &Tracking, acting: &Acting) -> Result<(), MlflowError> {
        self.each(tracking, acting, Work::Note).await.map(drop)
    }

    async fn each(&self, tracking: &Tracking, acting: &Acting, work: Work) -> Result<Toll, MlflowError> {
        let (mut toll, mut after, mut looked) = (Toll::default(), 0, 0);
        loop {
            let batch = self.batch(tracking, after).await?;
            let Some(last) = batch.last() else { return Ok(toll) };
            if looked >= LOOKED_AT {
                return Ok(Toll { more: true, ..toll });
            }
            (after, looked) = (last.number, looked + batch.len() as u64);
            let meant = self.meant(tracking, batch).await?;
            if meant.is_empty() {
                continue;
            }
            if work == Work::Note {
                note(tracking, acting, meant).await?;
                continue;
            }
            let going = sift(tracking, self.former.team, meant).await?;
            toll.kept += going.kept;
            if going.runs.is_empty() {
                continue;
            }
            toll += match work {
                Work::Purge => purge(tracking, acting, self.former.team, going).await?,
                _ => delete(tracking, acting, going.runs).await?,
            };
        }
    }
}

/// What is done with the runs of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Delete,
    Purge,
    Note,
}

async fn note(tracking: &Tracking, acting: &Acting, runs: Vec<FormerRun>) -> Result<(), MlflowError> {
    let acting = acting.clone();
    let numbers: Vec<i64> = runs.iter().map(|run| run.number).collect();
    let write = move |tx: &mut Transaction<'_>| {
        acting.check(tx)?;
        tx.without_event("when a deleted run was first seen is our own bookkeeping");
        Ok::<_, MlflowError>(store::note_deleted(tx, &numbers)?)
    };
    tracking.context.store.write(write).await
}

async fn delete(tracking: &Tracking, acting: &Acting, going: Vec<FormerRun>) -> Result<Toll, MlflowError> {
    let toll = Toll { runs: going.len() as u64, ..Toll::default() };
    if acting.dry_run {
        return Ok(toll);
    }
    let acting = acting.clone();
    let write = move |tx: &mut Transaction<'_>| {
        acting.check(tx)?;
        let numbers: Vec<i64> = going.iter().map(|run| run.number).collect();
        runs::delete_runs(tx, &numbers)?;
        store::note_deleted(tx, &numbers)?;
        for run in &going {
            let header = EventHeader { subject: Subject::new("run", &run.run_id), ..acting.header.clone() };
            tx.emit(&header, &RunDeleted { run_id: run.run_id.clone() })?;
        }
        Ok::<_, MlflowError>(toll)
    };
    tracking.context.store.write(write).await
}

/// Those of the runs that nobody restored meanwhile; from here on nobody can.
async fn condemn(tracking: &Tracking, acting: &Acting, going: Going) -> Result<Going, MlflowError> {
    let acting = acting.clone();
    let numbers: Vec<i64> = going.runs.iter().map(|run| run.number).collect();
    let write = move |tx: &mut Transaction<'_>| {
        acting.check(tx)?;
        tx.without_event("the purge is told of when it is done");
        Ok::<_, MlflowError>(runs::condemn(tx, &numbers)?)
    };
    let condemned = tracking.context.store.write(write).await?;
    let runs: Vec<FormerRun> = going.runs.into_iter().filter(|run| condemned.contains(&run.number)).collect();
    let ids: HashSet<&str> = runs.iter().map(|run| run.run_id.as_str()).collect();
    let models = going.models.into_iter().filter(|model| ids.contains(model.run_id.as_str())).collect();
    Ok(Going { models, runs, kept: going.kept })
}

async fn purge(tracking: &Tracking, acting: &Acting, team: TeamId, going: Going) -> Result<Toll, MlflowError> {
    let going = if acting.dry_run { going } else { condemn(tracking, acting, going).await? };
    let folders =
        going.runs.iter().map(|run| &run.artifact_uri).chain(going.models.iter().map(|model| &model.artifact_uri));
    // Files of an experiment whose artifacts lie elsewhere are not ours to delete.
    let folders: Vec<ArtifactPath> = folders.filter_map(|uri| ArtifactPath::of_uri(uri).ok()).collect();
    let read = move |r: &mut Reader<'_>| {
        let mut contents: HashMap<Digest, u64> = HashMap::new();
        let mut files = 0;
        for folder in &folders {
            for file in artifacts::files_below(r, team, folder)? {
                files += 1;
                contents.insert(file.digest, file.bytes);
            }
        }
        Ok::<_, MlflowError>((folders, files, contents))
    };
    let (folders, files, mut contents) = tracking.context.store.read(read).await?;
    let ids: Vec<String> = going.runs.iter().map(|run| run.run_id.clone()).collect();
    let of_traces = of_runs::purge(tracking, (acting, team), &ids, &mut contents).await?;
    let files = files + of_traces.files;
    let mut toll = Toll {
        runs: going.runs.len() as u64,
        logged_models: going.models.len() as u64,
        traces: of_traces.traces,
        files,
        bytes: contents.values().sum(),
        ..Toll::default()
    };
    if acting.dry_run {
        return Ok(toll);
    }
    let numbers: Vec<i64> = going.runs.iter().map(|run| run.number).collect();
    let model_ids: Vec<String> = going.models.iter().map(|model| model.model_id.clone()).collect();
    let (forgotten, of_models, unlinked) = (numbers.clone(), model_ids.clone(), ids.clone());
    let forget = move |append: &mut roadbed_store::Appender<'_>| {
        runs::forget(append, &forgotten)?;
        runs::forget_models(append, team, &of_models)?;
        traces::unlink_runs(append, &unlinked)?;
        inputs::forget(append, &forgotten)
    };
    tracking.context.store.append(forget).await?;
    let (acting, bytes) = (acting.clone(), toll.bytes);
    let write = move |tx: &mut Transaction<'_>| {
        acting.check(tx)?;
        for folder in &folders {
            artifacts::delete_tree(tx, team, folder)?;
        }
        logged_models::remove(tx, team, &model_ids)?;
        runs::remove_runs(tx, &numbers)?;
        store::drop_notes(tx, &numbers)?;
        let body = RunsPurged { runs: ids.clone(), logged_models: model_ids.len() as u64, files, bytes };
        tx.emit(&acting.header, &body)?;
        Ok::<_, MlflowError>(())
    };
    tracking.context.store.write(write).await?;
    let free = tracking.context.store.unreferenced(contents.keys().copied().collect()).await?;
    toll.bytes_freed = free.iter().filter_map(|digest| contents.get(digest)).sum();
    Ok(toll)
}

/// Forgets since when runs have been deleted that were restored meanwhile.
pub(super) async fn drop_restored(tracking: &Tracking, acting: &Acting) -> Result<(), MlflowError> {
    let mut after = 0;
    loop {
        let read = move |r: &mut Reader<'_>| {
            let noted = store::noted(r, after, 5 * BATCH)?;
            let restored = runs::in_stage(r, &noted, Lifecycle::Active)?;
            Ok::<_, MlflowError>((noted.last().copied(), restored.into_iter().collect::<Vec<i64>>()))
        };
        let (last, restored) = tracking.context.store.read(read).await?;
        let Some(last) = last else { return Ok(()) };
        after = last;
        if restored.is_empty() {
            continue;
        }
        let acting = acting.clone();
        let write = move |tx: &mut Transaction<'_>| {
            acting.check(tx)?;
            tx.without_event("when a deleted run was first seen is our own bookkeeping");
            Ok::<_, MlflowError>(store::drop_notes(tx, &restored)?)
        };
        tracking.context.store.write(write).await?;
    }
}
