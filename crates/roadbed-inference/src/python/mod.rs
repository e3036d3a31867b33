//! Python workers: processes that answer for models no native engine runs.
//!
//! `protocol` is the wire format (its other side is `worker.py`), `connection` sends and receives, `queue` holds requests until a worker takes
//! a batch, `batch` joins and splits them, `worker` keeps one worker alive, `group` is what a revision has.

mod batch;
mod connection;
mod group;
mod plan;
mod protocol;
mod queue;
mod worker;

#[cfg(test)]
mod tests;

pub(crate) use group::WorkerGroup;
pub(crate) use plan::GroupPlan;
