//! The logged input example as a request, and the optional file of expected answers.

use super::folder::MlModel;
use crate::error::{LoadError, read_text};
use crate::input::MATRIX_NAME;
use crate::json_tensor::{column_tensor, nested_tensor, null_for_nan};
use roadbed_contracts::backend::{InferenceRequest, InferenceResponse, InputForm};
use roadbed_contracts::tensor::{Datatype, Tensor, TensorSpec};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// Answers the model must give on its input example, written by whoever logs the model.
const EXPECTED_FILE: &str = "roadbed_expected.json";
const MAX_FILE_BYTES: u64 = 64 << 20;
/// Time a self-check may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// An input example in the form of a request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Example {
    pub(crate) request: InferenceRequest,
}

/// Answers with the largest absolute difference that passes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expected {
    pub(crate) response: InferenceResponse,
    pub(crate) tolerance: f64,
}

#[derive(Deserialize)]
struct ExpectedFile {
    outputs: Vec<ExpectedTensor>,
    tolerance: Option<f64>,
}

#[derive(Deserialize)]
struct ExpectedTensor {
    name: String,
    datatype: Datatype,
    shape: Vec<usize>,
    data: Value,
}

/// Reads the input example; `None` when none was logged or it is not of a form that has rows (such as a text prompt).
pub(crate) fn read_example(directory: &Path, model: &MlModel) -> Result<Option<Example>, LoadError> {
    let Some(path) = &model.example else { return Ok(None) };
    let text = read_text(directory, path, MAX_FILE_BYTES)?;
    let value: Value = serde_json::from_str(&null_for_nan(&text))
        .map_err(|error| LoadError::corrupt(path, format!("not JSON: {error}")))?;
    let specs = model.signature.as_ref().map(|signature| signature.inputs.as_slice()).unwrap_or_default();
    let frame = value.get("dataframe_split").or_else(|| value.get("columns").map(|_| &value));
    let read = match (frame, value.get("inputs")) {
        (Some(frame), _) => table(frame, specs),
        (None, Some(inputs)) => tensors(inputs, specs),
        (None, None) => None,
    };
    Ok(read.and_then(|(form, inputs)| {
        let rows = *inputs.first()?.shape.first()?;
        let request = InferenceRequest {
            form,
            inputs,
            outputs: Vec::new(),
            parameters: serde_json::Map::new(),
            rows,
            timeout: TIMEOUT,
        };
        Some(Example { request })
    }))
}

/// Reads the expected answers when the folder has them.
pub(crate) fn read_expected(directory: &Path) -> Result<Option<Expected>, LoadError> {
    if !directory.join(EXPECTED_FILE).is_file() {
        return Ok(None);
    }
    let text = read_text(directory, EXPECTED_FILE, MAX_FILE_BYTES)?;
    let file: ExpectedFile = serde_json::from_str(&null_for_nan(&text))
        .map_err(|error| LoadError::corrupt(EXPECTED_FILE, error.to_string()))?;
    let mut outputs = Vec::with_capacity(file.outputs.len());
    for expected in file.outputs {
        let mut tensor = nested_tensor(&expected.name, &expected.data, Some(expected.datatype))
            .ok_or_else(|| LoadError::corrupt(EXPECTED_FILE, format!("output {:?} is not a tensor", expected.name)))?;
        if expected.shape.iter().product::<usize>() != tensor.data.len() {
            return Err(LoadError::corrupt(
                EXPECTED_FILE,
                format!("output {:?} does not fill its shape", expected.name),
            ));
        }
        tensor.shape = expected.shape;
        outputs.push(tensor);
    }
    Ok(Some(Expected { response: InferenceResponse { outputs }, tolerance: file.tolerance.unwrap_or(1e-4) }))
}

fn spec_named<'s>(specs: &'s [TensorSpec], name: &str) -> Option<&'s TensorSpec> {
    specs.iter().find(|spec| spec.name == name)
}

fn table(frame: &Value, specs: &[TensorSpec]) -> Option<(InputForm, Vec<Tensor>)> {
    let rows = frame.get("data")?.as_array()?;
    let tensors: Option<Vec<Tensor>> = match frame.get("columns").and_then(Value::as_array) {
        Some(names) => names
            .iter()
            .enumerate()
            .map(|(column, name)| {
                let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
                let values: Option<Vec<&Value>> = rows.iter().map(|row| row.get(column)).collect();
                column_tensor(&name, &values?, spec_named(specs, &name).map(|spec| spec.datatype))
            })
            .collect(),
        None => None,
    };
    Some((InputForm::Table, tensors?))
}

fn tensors(inputs: &Value, specs: &[TensorSpec]) -> Option<(InputForm, Vec<Tensor>)> {
    let tensors: Option<Vec<Tensor>> = match inputs {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| nested_tensor(name, value, spec_named(specs, name).map(|spec| spec.datatype)))
            .collect(),
        value => {
            let lone = if let [lone] = specs { Some(lone) } else { None };
            let name = lone.map_or(MATRIX_NAME, |spec| spec.name.as_str());
            nested_tensor(name, value, lone.map(|spec| spec.datatype)).map(|tensor| vec![tensor])
        }
    };
    tensors.map(|tensors| (InputForm::Tensors, tensors))
}
