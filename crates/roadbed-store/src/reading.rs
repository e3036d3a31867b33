//! The reading threads: each has a connection of its own and gives every closure one snapshot.

use crate::error::StoreError;
use crate::job::SharedJobs;
use crate::scope::Scope;
use crate::session::{Begin, Connect};
use roadbed_core::Clock;
use std::sync::{Arc, PoisonError};

/// Works until every sender is gone and the queue is empty.
pub(crate) fn serve(jobs: &SharedJobs, connect: &Connect, clock: &Arc<dyn Clock>) {
    // Opened before the first job: a reader that stays open keeps the WAL's index alive, see `lane`.
    let mut scope = open(connect, clock).ok();
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(mut job) = next else { return };
        match begin(&mut scope, connect, clock) {
            Ok(open_scope) => {
                job.run(open_scope);
                let ended = open_scope.session.rollback();
                if ended.is_err() || open_scope.fatal().is_some() {
                    scope = None;
                }
                job.answer();
            }
            Err(error) => {
                scope = None;
                job.fail(error);
            }
        }
    }
}

fn open(connect: &Connect, clock: &Arc<dyn Clock>) -> Result<Scope, StoreError> {
    Ok(Scope::new(connect()?, Arc::clone(clock)))
}

/// Begins a snapshot, on a new connection when the old one is gone.
fn begin<'a>(
    scope: &'a mut Option<Scope>,
    connect: &Connect,
    clock: &Arc<dyn Clock>,
) -> Result<&'a mut Scope, StoreError> {
    let usable = match scope.take().filter(|scope| scope.session.is_alive()) {
        Some(mut open_scope) => open_scope.session.begin(Begin::Read).is_ok().then_some(open_scope),
        None => None,
    };
    let begun = match usable {
        Some(begun) => begun,
        None => {
            let mut fresh = open(connect, clock)?;
            fresh.session.begin(Begin::Read)?;
            fresh
        }
    };
    Ok(scope.insert(begun))
}
