//! One at a time per digest, without a lock: who finds the digest busy waits until the one before is done and looks again.
//! Ten readers of one blob cause one download, and a deletion never overlaps a put of the same content.

use roadbed_core::Digest;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

type Busy = Arc<Mutex<HashMap<Digest, watch::Receiver<()>>>>;

#[derive(Default)]
pub(crate) struct Turns {
    busy: Busy,
}

/// The right to work on a digest; dropping it, also with its future, lets the next one go on.
pub(crate) struct Turn {
    digest: Digest,
    busy: Busy,
    _done: watch::Sender<()>,
}

impl Turns {
    pub(crate) async fn take(&self, digest: &Digest) -> Turn {
        loop {
            let mut running = {
                let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
                match busy.get(digest) {
                    Some(running) => running.clone(),
                    None => {
                        let (done, running) = watch::channel(());
                        busy.insert(*digest, running);
                        return Turn { digest: *digest, busy: Arc::clone(&self.busy), _done: done };
                    }
                }
            };
            // Nothing is ever sent: this ends when the sender is dropped.
            while running.changed().await.is_ok() {}
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.digest);
    }
}
