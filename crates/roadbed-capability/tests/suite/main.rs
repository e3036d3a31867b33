//! The socket seen from outside: through HTTP on the real router over a real store.

mod access;
mod events;
mod extraction;
mod loops;
mod things;
