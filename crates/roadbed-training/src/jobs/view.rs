//! A job with everything others know about it.

use super::model::{Attempt, Job};
use roadbed_contracts::ports::ObjectCost;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct JobDetail {
    pub(super) job: Job,
    /// Oldest first.
    pub(super) attempts: Vec<Attempt>,
    /// `None` in lists.
    pub(super) run_ids: Option<Vec<String>>,
    pub(super) cost: Option<ObjectCost>,
    pub(super) waiting: Option<Waiting>,
    /// What is being prepared while the job is starting.
    pub(super) step: Option<String>,
}

/// Place in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiting {
    /// From 1.
    pub(super) position: u64,
    pub(super) reason: String,
}

impl JobDetail {
    pub(super) const fn new(job: Job, attempts: Vec<Attempt>) -> Self {
        Self { job, attempts, run_ids: None, cost: None, waiting: None, step: None }
    }
}
