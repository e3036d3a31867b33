//! The gateway through HTTP, with a control plane of the test's own and a backend that really computes.

mod admission;
mod control;
mod linear;
mod link;
mod mlflow;
mod open_inference;
mod routing;
mod security;
mod shutdown;
mod stage;
