//! Hears of other processes' commits. A notification means only "the head moved"; the head itself is read from its
//! table, and polling finds what a lost notification would have told.

use super::errors::convert;
use super::location::PostgresLocation;
use crate::error::StoreError;
use postgres::Client;
use postgres::fallible_iterator::FallibleIterator;
use roadbed_core::EventSeq;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

/// How long one wait for a notification lasts; also the longest a stop takes.
const WAIT: Duration = Duration::from_millis(250);
/// Waits without news between two polls.
const WAITS_PER_POLL: u32 = 4;

/// The listening thread.
pub(crate) struct Listener {
    stopped: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Listener {
    pub(crate) fn start(location: PostgresLocation, head: watch::Sender<EventSeq>) -> Result<Self, StoreError> {
        let stopped = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&stopped);
        let thread = std::thread::Builder::new()
            .name("store-listen".into())
            .spawn(move || serve(&location, &head, &flag))
            .map_err(|error| StoreError::Open { detail: format!("cannot start a thread: {error}") })?;
        Ok(Self { stopped, thread })
    }

    pub(crate) fn stop(self) {
        self.stopped.store(true, Ordering::Relaxed);
        if self.thread.join().is_err() {
            tracing::error!("the listening thread had panicked");
        }
    }
}

fn serve(location: &PostgresLocation, head: &watch::Sender<EventSeq>, stopped: &AtomicBool) {
    while !stopped.load(Ordering::Relaxed) {
        if let Err(error) = listen(location, head, stopped) {
            tracing::warn!(%error, "cannot listen for the commits of other processes; trying again");
            std::thread::sleep(WAIT);
        }
    }
}

fn listen(location: &PostgresLocation, head: &watch::Sender<EventSeq>, stopped: &AtomicBool) -> Result<(), StoreError> {
    let mut client = location.connect()?;
    let sql = format!("LISTEN {}", location.channel());
    client.batch_execute(&sql).map_err(|error| convert(&error, &sql))?;
    let mut quiet_waits = WAITS_PER_POLL;
    while !stopped.load(Ordering::Relaxed) {
        if quiet_waits >= WAITS_PER_POLL {
            move_head(&mut client, head)?;
            quiet_waits = 0;
        }
        let heard = client.notifications().timeout_iter(WAIT).next().map_err(|error| convert(&error, &sql))?;
        quiet_waits = if heard.is_some() { WAITS_PER_POLL } else { quiet_waits + 1 };
    }
    Ok(())
}

fn move_head(client: &mut Client, head: &watch::Sender<EventSeq>) -> Result<(), StoreError> {
    const SQL: &str = "SELECT seq FROM store_head WHERE id = 1";
    let row = client.query_one(SQL, &[]).map_err(|error| convert(&error, SQL))?;
    let seq = EventSeq(row.try_get(0).map_err(|error| convert(&error, SQL))?);
    head.send_if_modified(|known| {
        let moved = *known < seq;
        *known = seq.max(*known);
        moved
    });
    Ok(())
}
