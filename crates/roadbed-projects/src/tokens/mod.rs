//! # Tokens
//! Purpose: prove who calls: tokens for people, programs, jobs and gateways; one-time login links and sessions for the portal.
//!
//! Words: *token* (`rb_` and 256 random bits; only its hash is kept), *pass* (a token that the platform makes for a session, in no list), *login link* (a secret good for one session within 15
//! minutes), *session* (the portal's cookie; also made from a person's token, whose end is then its end at the latest).
//! States: a token is active, expired or revoked; a workload's token is revoked when the workload ends.
//! Reads and writes: tables `tokens_tokens`, `tokens_links`, `tokens_sessions`; reads members of teams; events `TokenIssued`,
//! `TokenRevoked`, `SessionStarted`.
//! Ports: implements `Secrets` and the socket's `Authenticator`.
//! Endpoints: `/api/v1/tokens`, `/api/v1/tokens/{token}`, `/api/v1/login-links`, `/api/v1/sessions`, `/api/v1/me`, `/login`.
//! Not here: what a caller may do (policies).

mod api;
mod authenticator;
mod bootstrap;
mod login;
mod login_page;
mod me;
mod model;
mod operations;
mod secrets;
pub(crate) mod store;

pub use api::capability;
pub use authenticator::{AuthenticatorSettings, TokenAuthenticator};
pub use bootstrap::{ADMIN_USER, FirstStart};
pub use model::{Kind, Token, TokensError, hash_of};
pub use operations::{NamedToken, TOKEN_READ, TOKEN_WRITE, TokenRequest, Tokens};

use roadbed_store::{Lane, Migration, MigrationSet};

pub(crate) const MIGRATIONS: MigrationSet = MigrationSet {
    capability: "tokens",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "tokens", sql: include_str!("migrations/0001_tokens.sql") }],
};
