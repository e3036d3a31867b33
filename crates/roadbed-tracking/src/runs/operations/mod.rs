//! What can be done with runs: `lifecycle` (create, update, delete, restore), `editing` (by people), `logging`, `reading` and `searching`.

mod editing;
mod lifecycle;
mod logging;
mod reading;
mod searching;

pub(super) use editing::{Edit, edit, version};
pub(super) use lifecycle::{NewRun, create, move_to, subject, update};
pub(super) use logging::{delete_tag, log, log_model, log_points, log_sources};
pub(super) use reading::{full, history, sampled_histories, whole_histories};
pub(super) use searching::{Among, Found, Search, search, summaries};

pub use lifecycle::{OF_EXPERIMENTS, invented_name};
pub use reading::{find, runs_of_job};
