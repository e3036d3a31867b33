//! The local engine with real supervisors and real user code.
#![cfg(test)]

mod fixture;
mod lives;
mod reads;
mod workers;
