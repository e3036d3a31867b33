//! Reads an MLflow model folder: the `MLmodel` file, its signature, the logged input example and what a Python environment needs.
//! Source of the format: mlflow 3.17 `mlflow/models/model.py`, `mlflow/types/schema.py`.

mod example;
mod folder;
mod signature;

#[cfg(test)]
mod tests;

pub(crate) use example::{Example, read_example, read_expected};
pub use folder::{MlModel, NativeFlavor, read};
