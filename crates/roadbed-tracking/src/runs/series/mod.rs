//! Curves of metrics for charts: many runs and keys at once, sampled so that the answer stays small and no spike is lost.
//!
//! `api` is the endpoint, `operations` reads, `grid` divides the x axis and samples (pure).

mod api;
mod grid;
mod operations;
#[cfg(test)]
mod tests;

pub(super) use api::add;
