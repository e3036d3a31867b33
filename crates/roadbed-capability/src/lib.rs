//! The socket: what a capability plugs into.
//!
//! Owns: guarded routes, the caller and its scope, problems, controllers and reactors, manifest sections, records, the event feed,
//! gates, the API document. Never: any capability by name.
//! Start reading at [`capability`], then [`route`] and [`caller`].

pub mod caller;
pub mod capability;
pub mod context;
pub mod controller;
pub mod driver;
pub mod events;
pub mod extract;
pub mod guard;
pub mod host;
pub mod idempotency;
pub mod manifest;
mod openapi;
pub mod permission;
pub mod platform;
pub mod problem;
pub mod records;
pub mod request_id;
pub mod route;
pub mod server;
pub mod wake;

pub use caller::{Caller, Principal, Resource, Scope};
pub use capability::Capability;
pub use context::Context;
pub use controller::{Controller, ControllerError, Reactor};
pub use permission::{DeclaredPermissions, Grantee, Permission};
pub use problem::Problem;
pub use roadbed_seal::{SealError, Seals};
pub use route::{Routes, delete, get, patch, post, put};

/// Tables of the socket itself.
pub const MIGRATIONS: &[roadbed_store::MigrationSet] = &[idempotency::MIGRATIONS, records::MIGRATIONS];
