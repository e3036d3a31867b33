//! The room through HTTP, with a gateway that tells what a test wants it to.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test ends the test")]

mod feed;
mod health;
mod manifests;
mod plans;
mod postgres;
mod revisions;
mod rollouts;
mod services;
mod settings;
mod signatures;
mod states;
mod traffic;
mod usage;
mod world;
