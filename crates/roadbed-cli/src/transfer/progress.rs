//! A line that says how far it is, now and then.

use super::tally::Tally;
use crate::terminal::Terminal;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(200);

pub(super) struct Progress {
    shown: Instant,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self { shown: Instant::now() }
    }

    pub(super) fn show(&mut self, terminal: &mut Terminal<'_>, tally: &Tally) {
        if self.shown.elapsed() < PAUSE {
            return;
        }
        self.shown = Instant::now();
        let [runs, points, files] = ["run", "metric point", "file"].map(|kind| tally.found(kind));
        terminal.progress(&format!("{runs} runs, {points} points, {files} files"));
    }
}
