//! ONNX models: `rten` is always there and runs neural networks; ONNX Runtime is used when its library is found on the machine.
//!
//! `wire` refuses damaged files, `graph` reads what a model asks for and what rten must not be trusted with, `rten_engine` and `ort_engine` run models (the only files that
//! know these crates' sessions), `model` is what a request meets, `load` chooses and checks.

mod graph;
mod load;
mod model;
mod ort_engine;
mod rten_engine;
mod wire;

#[cfg(test)]
mod tests;

pub(crate) use load::{OnnxEngines, load};
pub use ort_engine::trial as onnx_runtime_trial;
