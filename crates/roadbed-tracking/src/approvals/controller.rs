//! The controller `approvals`: revokes approvals whose version is gone or whose evidence changed. The gate does not count them in any
//! case; this makes the change visible and tells who listens to events.

use super::model::{Approval, OfModels};
use super::operations::{measured, withdraw};
use super::plan::evidence;
use super::store;
use crate::mlflow::{ErrorCode, MlflowError, Tracking};
use async_trait::async_trait;
use roadbed_capability::{Controller, ControllerError};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_store::{Lease, Reader};
use std::time::Duration;

const PERIOD: Duration = Duration::from_secs(60);
/// Approvals looked at in one read.
const BATCH: u32 = 200;

pub(super) struct Sweep {
    pub tracking: Tracking,
    pub of: OfModels,
}

impl Sweep {
    /// Why an approval cannot stand any more.
    async fn fault(&self, approval: &Approval) -> Result<Option<&'static str>, MlflowError> {
        let (of, wanted) = (self.of, approval.clone());
        let read = move |r: &mut Reader<'_>| {
            let candidate = (of.read)(r, wanted.team, &wanted.model_name, wanted.version)?;
            let rule = store::rule_of(r, wanted.team, wanted.model, &wanted.alias)?;
            Ok::<_, MlflowError>((candidate, rule))
        };
        let store = &self.tracking.context.store;
        let (candidate, rule) = match store.read(read).await {
            Ok(found) => found,
            Err(error) if error.code == ErrorCode::ResourceDoesNotExist => {
                return Ok(Some("the version is not there under this name any more"));
            }
            Err(error) => return Err(error),
        };
        let measured = measured(store, &candidate).await?;
        let is_same = evidence(rule.as_ref(), &candidate, &measured) == approval.evidence;
        Ok((!is_same).then_some("files, measurements or the rule changed"))
    }
}

#[async_trait]
impl Controller for Sweep {
    fn name(&self) -> &'static str {
        "approvals"
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn pass(&self, lease: &Lease) -> Result<String, ControllerError> {
        let store = &self.tracking.context.store;
        let (mut after, mut seen, mut revoked) = (0, 0, 0);
        loop {
            let some = store.read(move |r| store::in_force(r, after, BATCH)).await?;
            let Some(last) = some.last() else { break };
            (after, seen) = (last.number, seen + some.len());
            for approval in some {
                let Some(because) = self.fault(&approval).await.map_err(ControllerError::new)? else { continue };
                let subject = Subject::new("model", &approval.model_name);
                let header = EventHeader::new(subject, Actor::system()).with_team(approval.team);
                let lease = lease.clone();
                let write = move |tx: &mut roadbed_store::Transaction<'_>| {
                    tx.check_lease(&lease)?;
                    withdraw(tx, &header, &approval, because)
                };
                store.write(write).await.map_err(ControllerError::new)?;
                revoked += 1;
            }
        }
        Ok(format!("looked at {seen} approvals, revoked {revoked}"))
    }
}
