//! The supervisor: parent of one piece of user code, from the fetched bundle to the durable exit report.
//!
//! One small process per workload, without an async runtime. It outlives control and gateway; what it knows lies in the workload folder
//! (see [`roadbed_contracts::workload::folder`]), so that any later control finds it.
//!
//! ```text
//! arguments → folder (lock, identity) → prepare (code, environment) → spawn (session, limits, isolation) → watch → verdict → exit.json
//! ```
//!
//! Invariant: user code never starts before `identity.json` is written, and `exit.json` is durable before this process ends.
//! Invariant: no process of the work outlives the report; a killed supervisor takes the first one along, the engine ends the rest.
//! Never: a room, the store, a listener. Start reading at `run`, then `watch`.

mod arguments;
mod control_group;
mod entry;
mod environment;
mod error;
mod folder;
mod isolation;
mod lifeline;
mod log;
mod outputs;
mod prepare;
mod program;
mod redact;
mod report;
mod run;
mod session;
mod signals;
mod spawn;
mod tool;
mod tree;
mod usage;
mod variables;
mod verdict;
mod watch;

pub use entry::main;
pub use error::SupervisorError;

#[cfg(test)]
mod tests;
