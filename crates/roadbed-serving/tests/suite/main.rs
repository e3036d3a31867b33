//! The room through HTTP, with a gateway that tells what a test wants it to.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test ends the test")]

mod feed;
mod manifests;
mod plans;
mod postgres;
mod rollouts;
mod services;
mod states;
mod usage;
mod world;
