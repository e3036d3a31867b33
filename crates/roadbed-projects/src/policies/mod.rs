//! # Policies
//! Purpose: decide who may do what. The rules are Cedar text that anyone can read ([`access.cedar`](access.cedar)); this
//! folder turns a caller and a thing into Cedar's question.
//!
//! Words: a *role* is what a member is in a team (viewer, developer, deployer, admin: each holds what the ones before hold).
//! Reads and writes: nothing; memberships come with the caller.
//! Endpoints: none.
//! Not here: who the caller is (tokens), which rows they reach (the socket's `Scope`).

mod authorizer;

pub use authorizer::{CedarAuthorizer, InvalidPolicies};

#[cfg(test)]
mod tests;
