//! # Revisions
//! Purpose: what is inside a step of a service, what changed between two of them, and how to ask one a question.
//!
//! Words: *revision* (see services), *signature* (inputs, outputs and parameters as MLflow logged them), *example* (a body that the
//! model answers: the logged input example, else one made from the types), *difference* (fields that are not equal, before and after).
//! Reads and writes: reads tables of services and the files a revision keeps (`MLmodel`, `requirements.txt`, the input example), by
//! digest, so a model version that was deleted since is no loss; writes nothing.
//! Endpoints: `/api/v1/services/{service}/revisions`, `…/revisions/{number}`, `…/revisions/{number}/difference`, `…/signature`.
//! Not here: making revisions (rollouts), running them (the gateway's process group).

mod api;
mod difference;
mod example;
mod line_difference;
pub(crate) mod mlmodel;
mod operations;
mod views;

pub use api::capability;
pub use difference::{Contents, FieldDifference, Side, difference};
pub use example::{body_from_types, body_of_logged};
pub use line_difference::{Hunk, HunkLine, LineDifference, LineKind, line_difference};
pub use mlmodel::{Column, MlModel, Parameter, parse};
pub use operations::Revisions;
