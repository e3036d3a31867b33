//! Closes counters at each interval and puts them where a killed process does not lose them.

use crate::counting::SpoolFile;
use crate::plane::DataPlane;
use roadbed_contracts::records::Record;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Owns the spool's file.
pub(crate) struct Ticker {
    plane: Arc<DataPlane>,
    file: Mutex<SpoolFile>,
}

impl Ticker {
    pub(crate) fn new(plane: Arc<DataPlane>, file: SpoolFile) -> Self {
        Self { plane, file: Mutex::new(file) }
    }

    /// Runs until cancelled.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            tokio::time::sleep(self.until_next()).await;
            let ticker = Arc::clone(&self);
            if let Err(error) = tokio::task::spawn_blocking(move || ticker.tick()).await {
                tracing::error!(%error, "counting broke off for one interval");
            }
        }
    }

    /// Time to the next whole interval of the wall clock.
    fn until_next(&self) -> Duration {
        let interval = self.plane.settings.heartbeat_interval;
        let micros = i64::try_from(interval.as_micros()).unwrap_or(i64::MAX).max(1);
        let into = self.plane.clocks.wall.now().as_micros().rem_euclid(micros);
        Duration::from_micros(u64::try_from(micros - into).unwrap_or(0))
    }

    /// Blocking: the file may be on a slow disk.
    pub(crate) fn tick(&self) {
        let records = self.plane.ledger.close_bucket(self.plane.clocks.wall.now());
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // On disk first: what control can get must not be forgotten by a restart, or it would be a gap and not a repetition.
        if let Err(error) = file.append(&records) {
            tracing::error!(%error, "counters cannot be written; they are kept in memory only");
        }
        let (remaining, rewrite) = {
            let mut spool = self.plane.spool();
            let shrunk = spool.push(records);
            let rewrite = shrunk || file.is_stale(&spool);
            let remaining: Vec<Record> = if rewrite { spool.records().cloned().collect() } else { Vec::new() };
            (remaining, rewrite)
        };
        if rewrite && let Err(error) = file.rewrite(remaining.iter()) {
            tracing::error!(%error, "the file of counters cannot be written anew");
        }
    }
}
