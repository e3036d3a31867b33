//! Wake-ups: a hint that a controller has something to do now. Losing one costs a period, never a change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// One notification per controller name, made on first use.
#[derive(Clone, Default)]
pub struct WakeUps {
    by_name: Arc<Mutex<HashMap<&'static str, Arc<Notify>>>>,
}

impl WakeUps {
    /// What the named controller waits on.
    #[must_use]
    pub fn of(&self, name: &'static str) -> Arc<Notify> {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        by_name.entry(name).or_default().clone()
    }

    /// Wakes the named controller; remembered when it is busy.
    pub fn wake(&self, name: &'static str) {
        self.of(name).notify_one();
    }
}
