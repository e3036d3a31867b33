//! The socket seen from outside: through HTTP on the real router over a real store.

#![expect(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a failed step of a test ends the test")]

mod access;
mod events;
mod extraction;
mod loops;
mod things;
