use crate::context::Context;
use crate::controller::{Controller, ControllerError};
use async_trait::async_trait;
use roadbed_core::Digest;
use roadbed_store::Lease;
use std::time::Duration;

/// A blob nobody refers to is kept this long, so that the second phase of a write always finds its bytes.
const UNREFERENCED_KEPT: Duration = Duration::from_secs(24 * 3600);
/// Blobs looked at per transaction.
const BATCH: usize = 1000;

/// Deletes blobs that were unreferenced for a day; referenced ones never.
pub struct BlobCollector {
    context: Context,
}

impl BlobCollector {
    #[must_use]
    pub const fn new(context: Context) -> Self {
        Self { context }
    }
}

#[async_trait]
impl Controller for BlobCollector {
    fn name(&self) -> &'static str {
        "blob-collector"
    }

    fn period(&self) -> Duration {
        Duration::from_secs(3600)
    }

    async fn pass(&self, _lease: &Lease) -> Result<String, ControllerError> {
        let now = self.context.clock.now();
        let (mut after, mut looked_at, mut deleted) = (None, 0, 0);
        loop {
            let page = self.context.blobs.list_older_than(UNREFERENCED_KEPT, now, after, BATCH).await;
            let page: Vec<Digest> = page.map_err(ControllerError::new)?.into_iter().map(|blob| blob.digest).collect();
            let Some(last) = page.last().copied() else { break };
            after = Some(last);
            looked_at += page.len();
            let unreferenced = self.context.store.unreferenced(page).await?;
            let before = now.minus(UNREFERENCED_KEPT);
            let gone = self.context.blobs.delete(&unreferenced, before).await.map_err(ControllerError::new)?;
            deleted += gone.blobs;
        }
        Ok(format!("looked at {looked_at} blobs older than a day, deleted {deleted} unreferenced"))
    }
}
