//! Numbers over many traces: how many there were, how long they took, what they used and how they were judged, by name, state, model or
//! stretch of time. Pure; which numbers there are, which dimensions each knows and what they are called on the wire is the behavior of
//! `sql_trace_metrics_utils.py` of mlflow 3.17.2.
//!
//! A [`Question`] says what is asked; [`Groups`] takes one [`Fact`] after the other and keeps no more than the answer needs: as many groups
//! as are given, and of percentiles and sessions the distinct values.

mod catalog;
mod condition;
mod fact;
mod groups;
mod question;

pub(super) use catalog::{AGGREGATIONS, Measured, VIEWS};
pub(super) use condition::Condition;
pub(super) use fact::{SpanFact, is_meant, of_assessment, of_span, of_trace};
pub(super) use groups::{Groups, Point};
pub(super) use question::{Aggregation, Asked, Question};

#[cfg(test)]
mod tests;
