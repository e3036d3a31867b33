//! HTTP as the gateway speaks it: connections, bodies within bounds, names of hosts, ids of requests, addresses, answers.

mod address;
mod answer;
mod body;
mod failure;
mod host;
mod ids;
mod listener;
mod stall;

pub(crate) use address::{Address, ModelAction};
pub(crate) use answer::{AnswerBody, Reply, json, not_a_prediction};
pub(crate) use body::{BodyBudget, BodyError, collect_body};
pub(crate) use failure::{Dialect, Failure};
pub(crate) use host::HostList;
pub(crate) use ids::{PredictionIds, RequestId};
pub(crate) use listener::{Connections, serve_listener};

#[cfg(test)]
mod tests;
