//! One file per verb or family of verbs.

mod approvals;
mod check;
mod completions;
mod doctor;
mod env;
mod explain;
mod follow;
mod init;
mod jobs;
mod login;
mod manifest;
mod migrate;
mod open;
mod page;
mod perform;
mod purge;
mod rollouts;
mod run;
mod sign;
mod start;
mod status;
mod submission;
mod webhooks;

pub(crate) use perform::perform;
