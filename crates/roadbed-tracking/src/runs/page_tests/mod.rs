//! `/api/v1/runs`, as the portal and the command line use it: the `list`, and `one` run.

mod list;
mod one;
