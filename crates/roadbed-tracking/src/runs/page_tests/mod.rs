//! `/api/v1/runs`, as the portal and the command line use it: the `list`, `one` run, and `many` of everything.

mod curves;
mod list;
mod many;
mod one;
