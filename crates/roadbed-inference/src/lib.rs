//! Runs models: loads an MLflow model folder, predicts, batches, watches for hangs.
//!
//! Owns: the tree evaluator, the ONNX engines, Python workers and the choice between them. Never: the store, HTTP, environment variables.
//! Start reading at [`backend`], then `engine`, then `trees`.

pub mod backend;
mod check;
mod engine;
pub mod error;
mod input;
mod json_tensor;
pub mod mlmodel;
mod native;
mod onnx;
mod pool;
mod python;
mod scalar;
pub mod settings;
pub mod trees;

pub use backend::InferenceBackend;
pub use error::LoadError;
pub use onnx::onnx_runtime_trial;
pub use settings::Settings;
