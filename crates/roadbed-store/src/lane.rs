//! Group commit. A lane thread takes whatever writes wait, at most fifty, runs each under a savepoint in one
//! transaction, commits once and only then answers.
//!
//! When the disk fails, is full or memory runs out, the connection is dropped (which rolls the group back) and each
//! member runs again alone, once. The reader connections stay open meanwhile, so no recovery of the WAL can bring the
//! given-up group back. When a connection breaks during the commit nobody knows, and the callers are told so.

use crate::error::StoreError;
use crate::events::save_outbox;
use crate::job::{BoxedJob, Job, SharedJobs};
use crate::scope::Scope;
use crate::session::{Begin, Connect, Session};
use roadbed_core::{Clock, EventSeq};
use std::sync::{Arc, PoisonError};
use tokio::sync::watch;

/// Members of one transaction.
pub(crate) const GROUP_LIMIT: usize = 50;

/// A writing lane with its connection.
pub(crate) struct Lane {
    begin: Begin,
    connect: Connect,
    clock: Arc<dyn Clock>,
    head: Option<watch::Sender<EventSeq>>,
    scope: Option<Scope>,
}

/// Why a group did not commit.
enum Failure {
    /// Nothing was changed: each member may run again alone.
    Retry(StoreError),
    /// Running again makes no sense or might do the work twice.
    Final(StoreError),
}

impl Lane {
    /// A lane, with a session when one is open already. `head` moves after commits with events.
    pub(crate) fn new(
        begin: Begin,
        connect: Connect,
        session: Option<Box<dyn Session>>,
        clock: Arc<dyn Clock>,
        head: Option<watch::Sender<EventSeq>>,
    ) -> Self {
        let scope = session.map(|session| Scope::new(session, Arc::clone(&clock)));
        Self { begin, connect, clock, head, scope }
    }

    /// Works until every sender is gone and the queue is empty.
    pub(crate) fn serve(mut self, jobs: &SharedJobs) {
        loop {
            let first = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
            let Some(first) = first else { return };
            let mut group = vec![first];
            // When another thread of the lane holds the queue it waits for work, so there is none to take.
            match self.run_group(&mut group, || jobs.try_lock().ok()?.try_recv().ok()) {
                Ok(()) => group.into_iter().for_each(Job::answer),
                Err(Failure::Final(error)) => group.into_iter().for_each(|member| member.fail(error.clone())),
                Err(Failure::Retry(error)) => {
                    tracing::warn!(%error, members = group.len(), "a group of writes was rolled back; each runs again alone");
                    group.into_iter().for_each(|member| self.run_alone(member));
                }
            }
        }
    }

    fn run_alone(&mut self, member: BoxedJob) {
        let mut group = vec![member];
        let result = self.run_group(&mut group, || None);
        for member in group {
            match &result {
                Ok(()) => member.answer(),
                Err(Failure::Retry(error) | Failure::Final(error)) => member.fail(error.clone()),
            }
        }
    }

    /// Runs the first member and whatever `next` gives while the group is open, then commits.
    fn run_group(&mut self, group: &mut Vec<BoxedJob>, next: impl FnMut() -> Option<BoxedJob>) -> Result<(), Failure> {
        let mut scope = match self.scope.take().filter(|scope| scope.session.is_alive()) {
            Some(scope) => scope,
            None => Scope::new((self.connect)().map_err(Failure::Final)?, Arc::clone(&self.clock)),
        };
        scope.outbox = None;
        let committed =
            run_members(&mut scope, self.begin, group, next).map_err(Failure::Retry).and_then(|()| commit(&mut scope));
        match committed {
            Ok(head) => {
                self.scope = Some(scope);
                self.move_head(head);
                Ok(())
            }
            // The scope is dropped here, and with it the connection.
            Err(failure) => Err(failure),
        }
    }

    fn move_head(&self, head: Option<EventSeq>) {
        if let (Some(sender), Some(head)) = (&self.head, head) {
            sender.send_if_modified(|known| {
                let moved = *known < head;
                *known = head.max(*known);
                moved
            });
        }
    }
}

fn run_members(
    scope: &mut Scope,
    begin: Begin,
    group: &mut Vec<BoxedJob>,
    mut next: impl FnMut() -> Option<BoxedJob>,
) -> Result<(), StoreError> {
    scope.session.begin(begin)?;
    let mut done = 0;
    while let Some(member) = group.get_mut(done) {
        run_member(scope, member)?;
        done += 1;
        if group.len() < GROUP_LIMIT
            && let Some(member) = next()
        {
            group.push(member);
        }
    }
    Ok(())
}

fn run_member(scope: &mut Scope, member: &mut BoxedJob) -> Result<(), StoreError> {
    let before = scope.outbox;
    scope.session.savepoint()?;
    let stands = member.run(scope);
    if let Some(error) = scope.fatal() {
        return Err(error);
    }
    if stands {
        return scope.session.release();
    }
    scope.outbox = before;
    scope.session.undo()
}

fn commit(scope: &mut Scope) -> Result<Option<EventSeq>, Failure> {
    scope.begin_unit();
    let head = save_outbox(scope).map_err(Failure::Retry)?;
    scope.session.commit(head).map(|()| head).map_err(|error| match error {
        StoreError::CommitUnknown => Failure::Final(error),
        error => Failure::Retry(error),
    })
}
