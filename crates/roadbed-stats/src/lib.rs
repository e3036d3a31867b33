//! Pure mathematics of Roadbed: no I/O, no clock, no other crate of ours.
//!
//! Everything a rollout needs to decide is here, so that the decision can be replayed to the same numbers anywhere:
//!
//! | Module | Answers |
//! |---|---|
//! | [`assignment`] | which units go to the canary |
//! | [`observation`] | what was counted, and is it possible at all |
//! | [`eprocess`] | how strong is the evidence, at any time and after any number of looks |
//! | [`guardrail`] | one guardrail: limit in force, four e-processes and stable's own |
//! | [`sample_ratio`] | did the split itself do what it should |
//! | [`rollout`] | wait, step up, promote, roll back |
//! | [`forecast`] | how long that will take at the traffic there is |
//! | [`latency_histogram`] | quantiles of latency, mergeable by adding |
//!
//! Logarithms and exponentials come from `libm`, in software, so that two machines agree on every bit.

pub mod assignment;
pub mod eprocess;
pub mod error;
pub mod forecast;
pub mod guardrail;
pub mod latency_histogram;
pub mod observation;
pub mod rollout;
pub mod sample_ratio;

#[cfg(test)]
mod simulation;

pub use assignment::Assignment;
pub use error::StatsError;
pub use observation::Observation;
