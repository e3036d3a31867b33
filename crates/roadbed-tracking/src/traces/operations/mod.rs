//! What can be done with traces.

mod assessing;
mod correlating;
mod deleting;
mod held;
mod ids;
mod ingesting;
mod measuring;
mod purging;
mod reading;
mod searching;
mod telling;

pub(super) use assessing::{assess, assessment, change_assessment, delete_assessment};
pub(super) use correlating::correlate;
pub(super) use deleting::{Doomed, delete, delete_one};
pub(super) use ingesting::ingest;
pub(super) use measuring::measure;
pub use purging::{TracesOfRun, of_run, unlink_runs};
pub(super) use reading::{Presented, WithSpans, find, many, presented, with_spans, with_spans_of};
pub(super) use searching::{Search, search};
pub(super) use telling::{Ending, Told, delete_tag, end, link_prompts, link_to_run, set_tag, tell};
