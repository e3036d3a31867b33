//! Tells control each interval what is applied, loaded and counted. An answer acknowledges the counters that were sent.

use crate::client::{ControlClient, ControlError};
use crate::entries::EntryFile;
use crate::link::entries::Progress;
use crate::plane::DataPlane;
use http::Method;
use roadbed_contracts::entries::Heartbeat;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Bytes of counters in one heartbeat; when more wait, the next follows at once.
const BATCH_BYTES: usize = 1 << 20;
const PATH: &str = "/internal/v1/heartbeat";
/// How often the moment of the last contact goes to disk.
const NOTE_EVERY: Duration = Duration::from_secs(5);

pub(crate) struct HeartbeatLink {
    plane: Arc<DataPlane>,
    client: Arc<ControlClient>,
    gateway: String,
    progress: Arc<Mutex<Progress>>,
    file: EntryFile,
}

impl HeartbeatLink {
    pub(crate) fn new(
        plane: Arc<DataPlane>,
        client: Arc<ControlClient>,
        gateway: String,
        progress: Arc<Mutex<Progress>>,
        file: EntryFile,
    ) -> Self {
        Self { plane, client, gateway, progress, file }
    }

    /// Runs until cancelled.
    pub(crate) async fn run(self: Arc<Self>) {
        let (mut was_heard, mut noted_at) = (true, None::<Duration>);
        loop {
            match self.beat().await {
                Ok(more) => {
                    if !was_heard {
                        tracing::info!("control hears this gateway again");
                    }
                    was_heard = true;
                    let now = self.plane.clocks.monotonic.elapsed();
                    if noted_at.is_none_or(|at| now.saturating_sub(at) >= NOTE_EVERY) {
                        noted_at = Some(now);
                        self.note_contact().await;
                    }
                    if more {
                        continue;
                    }
                }
                Err(error) if was_heard => {
                    was_heard = false;
                    tracing::warn!(%error, "control does not hear this gateway; counters are kept until it does");
                }
                Err(_) => {}
            }
            tokio::time::sleep(self.plane.settings.heartbeat_interval).await;
        }
    }

    async fn note_contact(&self) {
        let (file, now) = (self.file.clone(), self.plane.clocks.wall.now());
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || file.note_contact(now)).await {
            tracing::warn!(%error, "the moment of the last contact cannot be written");
        }
    }

    /// Sends one heartbeat; `true` when counters are left to send.
    pub(crate) async fn beat(&self) -> Result<bool, ControlError> {
        let records = self.plane.spool().next_batch(BATCH_BYTES);
        let progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut heartbeat = Heartbeat {
            gateway: self.gateway.clone(),
            applied: self.plane.library.acknowledged(progress.routed),
            epoch: progress.epoch,
            revisions: self.plane.library.statuses(),
            records,
        };
        let body = serde_json::to_vec(&heartbeat)
            .map_err(|error| ControlError::Unreadable { path: PATH.into(), detail: error.to_string() })?;
        self.client.exchange(Method::POST, PATH, body, self.plane.settings.control_timeout).await?;
        self.plane.silence.note_contact(self.plane.clocks.monotonic.elapsed());
        let sent = std::mem::take(&mut heartbeat.records);
        let mut spool = self.plane.spool();
        spool.acknowledge(&sent);
        Ok(!sent.is_empty() && spool.state().records > 0)
    }
}
