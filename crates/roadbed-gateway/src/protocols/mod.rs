//! The two ways to ask for a prediction: MLflow's scoring JSON and the Open Inference Protocol.
//!
//! Pure: bytes to an `InferenceRequest` and an `InferenceResponse` to bytes. Whether names, shapes and types suit the model is the
//! backend's question.

mod binary;
mod csv_table;
mod error;
pub(crate) mod inference;
mod inference_answer;
mod inference_tensor;
pub(crate) mod mlflow;
mod table;

pub(crate) use error::InputError;

#[cfg(test)]
mod tests;
