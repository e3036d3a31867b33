//! Engines: where user code runs.
//!
//! A *workload* is one start of user code with an id that is used once. An [`Engine`] starts it under a supervisor, says how it is doing,
//! stops it and hands out its log and outputs. Everything is idempotent by workload id, so a controller may ask twice or ask late.
//!
//! Owns: [`LocalEngine`] (process groups on this machine), [`LocalWorkers`] (Python workers of a gateway). Never: the store, HTTP, what a workload is for.
//! Start reading at [`engine`], then [`local`].

pub mod engine;
pub mod local;
mod worker_folder;
pub mod workers;

pub use engine::{
    Engine, EngineCapacity, EngineError, Finding, FindingState, LogChunk, Observed, OutputChunk, Selection,
};
pub use local::{LocalEngine, LocalEngineConfig, LocateCode};
pub use workers::{LocalWorkers, LocalWorkersConfig};
