//! The controller `run-retention`: does what the policies say.

use super::acting::Acting;
use super::operations;
use super::{policies, store};
use crate::mlflow::{MlflowError, Tracking};
use async_trait::async_trait;
use roadbed_capability::{Controller, ControllerError};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_store::{Lease, Reader};
use std::time::Duration;

const CONTROLLER: &str = "run-retention";
const PERIOD: Duration = Duration::from_secs(3600);

pub(super) struct Retention {
    pub tracking: Tracking,
}

impl Retention {
    async fn work(&self, lease: &Lease) -> Result<String, MlflowError> {
        let tracking = &self.tracking;
        let all = tracking.context.store.read(|r: &mut Reader<'_>| store::policies(r, None)).await?;
        if all.is_empty() {
            return Ok("there are no policies".to_owned());
        }
        let acting = |subject, team| {
            let header = EventHeader::new(subject, Actor::controller(CONTROLLER)).with_team(team);
            Acting { header, lease: Some(lease.clone()), dry_run: false }
        };
        let (mut deleted, mut purged, mut freed) = (0, 0, 0);
        for policy in &all {
            let acting = acting(Subject::new("retention", &policy.scope), policy.team);
            operations::drop_restored(tracking, &acting).await?;
            let now = tracking.context.clock.now();
            let (gone, for_good) = policies::apply(tracking, policy, (&all, now), &acting).await?;
            deleted += gone.runs;
            purged += for_good.runs;
            freed += for_good.bytes_freed;
        }
        Ok(format!("deleted {deleted} runs, purged {purged} and freed {freed} bytes"))
    }
}

#[async_trait]
impl Controller for Retention {
    fn name(&self) -> &'static str {
        CONTROLLER
    }

    fn period(&self) -> Duration {
        PERIOD
    }

    async fn pass(&self, lease: &Lease) -> Result<String, ControllerError> {
        self.work(lease).await.map_err(ControllerError::new)
    }
}
