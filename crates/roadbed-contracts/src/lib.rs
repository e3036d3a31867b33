//! What rooms and processes say to each other: events, records, gateway entries, workloads, the `Backend` of the
//! data plane, port traits and gates.
//!
//! Owns: the types that cross a wall. Never: I/O, a rule of any capability.
//! Start reading at [`events`], then [`entries`].

pub mod backend;
pub mod entries;
pub mod events;
pub mod gate;
pub mod ports;
pub mod records;
pub mod tensor;
pub mod transfer;
pub mod workload;

#[cfg(test)]
mod tests;
