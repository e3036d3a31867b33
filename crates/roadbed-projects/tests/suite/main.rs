//! The room through HTTP, with the real authenticator and the real policies.

mod house;
mod manifests;
mod projects;
mod teams;
mod tokens;
