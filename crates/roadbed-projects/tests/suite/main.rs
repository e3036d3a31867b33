//! The room through HTTP, with the real authenticator and the real policies.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod activity;
mod house;
mod logins;
mod manifests;
mod people;
mod postgres;
mod projects;
mod teams;
mod tokens;
mod views;
