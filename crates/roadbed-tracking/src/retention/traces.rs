//! Traces of runs that are purged. Files go first: a crash in between leaves a trace that names its folder and is found again.

use super::acting::Acting;
use super::model::Toll;
use crate::artifacts;
use crate::mlflow::{MlflowError, Tracking};
use crate::traces::{self, TracesOfRun};
use roadbed_core::{Digest, TeamId};
use roadbed_store::{Appender, Reader, Transaction};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Removes the traces that were made in these runs, or counts them; adds what their files hold to `contents`.
pub(super) async fn purge(
    tracking: &Tracking,
    (acting, team): (&Acting, TeamId),
    run_ids: &[String],
    contents: &mut HashMap<Digest, u64>,
) -> Result<Toll, MlflowError> {
    let going: Arc<HashSet<String>> = Arc::new(run_ids.iter().cloned().collect());
    let mut toll = Toll::default();
    for run_id in run_ids {
        let mut after = None;
        loop {
            let (run_id, going) = (run_id.clone(), Arc::clone(&going));
            let read =
                move |r: &mut Reader<'_>| Ok::<_, MlflowError>(traces::of_run(r, team, (&run_id, &going), after)?);
            let found = Arc::new(tracking.context.store.read_records(read).await?);
            after = found.next;
            if found.count() > 0 {
                toll.traces += found.count();
                toll.files += files(tracking, team, &found, contents).await?;
                if !acting.dry_run {
                    remove(tracking, acting, team, found).await?;
                }
            }
            if after.is_none() {
                break;
            }
        }
    }
    Ok(toll)
}

async fn files(
    tracking: &Tracking,
    team: TeamId,
    found: &Arc<TracesOfRun>,
    contents: &mut HashMap<Digest, u64>,
) -> Result<u64, MlflowError> {
    let found = Arc::clone(found);
    let read = move |r: &mut Reader<'_>| {
        let mut files = Vec::new();
        for folder in found.folders() {
            files.extend(artifacts::files_below(r, team, folder)?.into_iter().map(|file| (file.digest, file.bytes)));
        }
        Ok::<_, MlflowError>(files)
    };
    let files = tracking.context.store.read(read).await?;
    let count = files.len() as u64;
    contents.extend(files);
    Ok(count)
}

async fn remove(
    tracking: &Tracking,
    acting: &Acting,
    team: TeamId,
    found: Arc<TracesOfRun>,
) -> Result<(), MlflowError> {
    let (acting, doomed) = (acting.clone(), Arc::clone(&found));
    let write = move |tx: &mut Transaction<'_>| {
        acting.check(tx)?;
        for folder in doomed.folders() {
            artifacts::delete_tree(tx, team, folder)?;
        }
        Ok::<_, MlflowError>(doomed.announce(tx, &acting.header)?)
    };
    tracking.context.store.write(write).await?;
    let delete = move |append: &mut Appender<'_>| Ok::<_, MlflowError>(found.delete(append)?);
    tracking.context.store.append(delete).await
}
