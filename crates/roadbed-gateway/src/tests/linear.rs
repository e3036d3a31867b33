//! A small backend: linear models read from `model.json`, and one that gives back what it gets.

use async_trait::async_trait;
use roadbed_contracts::backend::{Backend, BackendError, InferenceRequest, InferenceResponse, InputForm, LoadedModel};
use roadbed_contracts::entries::RevisionEntry;
use roadbed_contracts::tensor::{Datatype, Signature, Tensor, TensorData, TensorSpec};
use roadbed_core::RevisionId;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

/// What `model.json` says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct LinearModel {
    pub(super) weights: Vec<f64>,
    pub(super) bias: f64,
    /// Gives its inputs back as outputs.
    #[serde(default)]
    pub(super) echo: bool,
    /// Raises on every request.
    #[serde(default)]
    pub(super) fails: bool,
    /// Cannot be loaded.
    #[serde(default)]
    pub(super) corrupt: bool,
    /// Answers only when the gate lets it.
    #[serde(default)]
    pub(super) held: bool,
    /// Cannot be loaded before the gate lets it.
    #[serde(default)]
    pub(super) loads_slowly: bool,
}

#[derive(Default)]
pub(super) struct LinearBackend {
    models: Mutex<HashMap<RevisionId, Arc<LinearModel>>>,
    pub(super) gate: Gate,
    /// Requests that have reached a held model.
    pub(super) entered: AtomicUsize,
    /// Revisions in the order they were unloaded.
    pub(super) unloaded: Mutex<Vec<RevisionId>>,
}

/// Lets held requests through, one per permit.
pub(super) struct Gate(pub(super) Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

impl LinearBackend {
    fn model(&self, revision: RevisionId) -> Option<Arc<LinearModel>> {
        self.models.lock().unwrap().get(&revision).cloned()
    }
}

fn spec(name: &str, datatype: Datatype, shape: &[i64]) -> TensorSpec {
    TensorSpec { name: name.into(), datatype, shape: shape.to_vec(), optional: false }
}

#[async_trait]
impl Backend for LinearBackend {
    async fn load(&self, revision: &RevisionEntry, directory: &Path) -> Result<LoadedModel, BackendError> {
        let text = std::fs::read(directory.join("model.json")).map_err(|e| BackendError::CannotLoad(e.to_string()))?;
        let model: LinearModel =
            serde_json::from_slice(&text).map_err(|error| BackendError::CannotLoad(error.to_string()))?;
        if model.corrupt {
            return Err(BackendError::CannotLoad("the file is corrupt".into()));
        }
        if model.loads_slowly {
            self.gate.0.acquire().await.unwrap().forget();
        }
        let width = i64::try_from(model.weights.len()).unwrap();
        let signature = Signature {
            inputs: if model.echo { Vec::new() } else { vec![spec("x", Datatype::Fp64, &[-1, width])] },
            outputs: vec![spec("y", Datatype::Fp64, &[-1])],
        };
        self.models.lock().unwrap().insert(revision.id, Arc::new(model));
        Ok(LoadedModel { signature, engine: "linear".into(), memory_bytes: 100 })
    }

    async fn infer(&self, revision: RevisionId, request: InferenceRequest) -> Result<InferenceResponse, BackendError> {
        let model = self.model(revision).ok_or_else(|| BackendError::Unavailable("not loaded".into()))?;
        if model.held {
            self.entered.fetch_add(1, Ordering::SeqCst);
            self.gate.0.acquire().await.unwrap().forget();
        }
        if model.fails {
            return Err(BackendError::Model("division by zero".into()));
        }
        if model.echo {
            return Ok(InferenceResponse { outputs: request.inputs });
        }
        let matrix = matrix(&model, &request)?;
        let values = matrix
            .chunks_exact(model.weights.len())
            .map(|row| row.iter().zip(&model.weights).map(|(x, w)| x * w).sum::<f64>() + model.bias)
            .collect::<Vec<_>>();
        let shape = vec![values.len()];
        Ok(InferenceResponse { outputs: vec![Tensor { name: "y".into(), shape, data: TensorData::Fp64(values) }] })
    }

    async fn unload(&self, revision: RevisionId) {
        self.models.lock().unwrap().remove(&revision);
        self.unloaded.lock().unwrap().push(revision);
    }
}

/// Rows times weights, from one matrix or from columns `x0`, `x1`, ….
fn matrix(model: &LinearModel, request: &InferenceRequest) -> Result<Vec<f64>, BackendError> {
    let width = model.weights.len();
    if let ([input], InputForm::Tensors) = (request.inputs.as_slice(), request.form) {
        if input.shape != [request.rows, width] {
            let message = format!("expected x of shape [-1, {width}], found {:?}", input.shape);
            return Err(BackendError::BadInput(message));
        }
        return floats(&input.data);
    }
    let mut columns = Vec::new();
    for index in 0..width {
        let name = format!("x{index}");
        let column = request.inputs.iter().find(|input| input.name == name);
        columns.push(floats(&column.ok_or_else(|| BackendError::BadInput(format!("expected column {name}")))?.data)?);
    }
    Ok((0..request.rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect())
}

fn floats(data: &TensorData) -> Result<Vec<f64>, BackendError> {
    match data {
        TensorData::Fp64(values) => Ok(values.clone()),
        TensorData::Fp32(values) => Ok(values.iter().map(|value| f64::from(*value)).collect()),
        TensorData::Int64(values) => Ok(values.iter().map(|value| *value as f64).collect()),
        TensorData::Int32(values) => Ok(values.iter().map(|value| f64::from(*value)).collect()),
        other => Err(BackendError::BadInput(format!("expected FP64, found {}", other.datatype().as_str()))),
    }
}
