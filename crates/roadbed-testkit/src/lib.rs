//! What tests of several crates share: a fake clock, counted ids, a platform in a temporary folder, callers by token.
//!
//! Owns: nothing that ships. Never: a normal dependency of any crate.
//! Start reading at [`platform`].

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step of a test ends the test")]

pub mod callers;
pub mod clock;
pub mod platform;
pub mod postgres;
pub mod server;

pub use callers::{Callers, LadderAuthorizer, principal};
pub use clock::{CountedIds, FakeClock};
pub use platform::TestPlatform;
pub use postgres::PostgresServer;
pub use server::{TestAnswer, TestServer};
