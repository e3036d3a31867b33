//! Runs a graph with rten, which computes with 32-bit floats and 32-bit integers.

use super::graph::Graph;
use super::model::Engine;
use crate::error::LoadError;
use roadbed_contracts::tensor::{Datatype, Tensor, TensorData, TensorSpec};
use rten::{Model, NodeId, RunOptions, ThreadPool, Value, ValueOrView, ValueView};
use rten_tensor::{AsView, Layout, TensorView};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

const NAME: &str = "rten 0.27.0";

pub(super) struct RtenEngine {
    model: Model,
    inputs: Vec<NodeId>,
    outputs: Vec<(NodeId, TensorSpec)>,
    threads: Arc<ThreadPool>,
}

impl fmt::Debug for RtenEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RtenEngine").field("model", &self.model).finish_non_exhaustive()
    }
}

impl RtenEngine {
    /// Loads the file; `Unsupported` when rten lacks an operation.
    pub(super) fn load(path: &Path, graph: &Graph, threads: Arc<ThreadPool>) -> Result<Self, LoadError> {
        let unsupported = |error: &dyn fmt::Display| LoadError::unsupported(format!("rten cannot run it: {error}"));
        let model = Model::load_file(path).map_err(|error| unsupported(&error))?;
        let node = |spec: &TensorSpec| model.node_id(&spec.name).map_err(|error| unsupported(&error));
        let inputs = graph.inputs.iter().map(node).collect::<Result<Vec<_>, _>>()?;
        let outputs =
            graph.outputs.iter().map(|spec| Ok((node(spec)?, spec.clone()))).collect::<Result<Vec<_>, LoadError>>()?;
        Ok(Self { model, inputs, outputs, threads })
    }
}

impl Engine for RtenEngine {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, String> {
        let values: Vec<(NodeId, ValueOrView<'_>)> = self
            .inputs
            .iter()
            .zip(inputs)
            .map(|(node, tensor)| Ok((*node, value(tensor)?)))
            .collect::<Result<_, String>>()?;
        let wanted: Vec<NodeId> = self.outputs.iter().map(|(node, _)| *node).collect();
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::clone(&self.threads));
        let results = self.model.run(values, &wanted, Some(options)).map_err(|error| error.to_string())?;
        results.into_iter().zip(&self.outputs).map(|(value, (_, spec))| tensor(&value, spec)).collect()
    }

    fn name(&self) -> String {
        NAME.to_owned()
    }
}

fn value(tensor: &Tensor) -> Result<ValueOrView<'_>, String> {
    let shape = tensor.shape.as_slice();
    let owned =
        |values: Vec<i32>| Value::from_shape(shape, values).map(ValueOrView::from).map_err(|error| error.to_string());
    match &tensor.data {
        TensorData::Fp32(values) => view(shape, values),
        TensorData::Int32(values) => view(shape, values),
        TensorData::Int8(values) => view(shape, values),
        TensorData::Uint8(values) => view(shape, values),
        TensorData::Bool(values) => owned(values.iter().map(|value| i32::from(*value)).collect()),
        TensorData::Int64(values) => {
            let narrow: Result<Vec<i32>, _> = values.iter().map(|value| i32::try_from(*value)).collect();
            owned(narrow.map_err(|_| format!("input {:?} has integers beyond 32 bits", tensor.name))?)
        }
        other => Err(format!("input {:?} has the datatype {}", tensor.name, other.datatype().as_str())),
    }
}

fn view<'d, T>(shape: &[usize], values: &'d [T]) -> Result<ValueOrView<'d>, String>
where
    ValueView<'d>: From<TensorView<'d, T>>,
{
    let view = TensorView::try_from_data(shape, values).map_err(|error| error.to_string())?;
    Ok(ValueOrView::View(ValueView::from(view)))
}

/// An output in the datatype the graph declares.
fn tensor(value: &Value, spec: &TensorSpec) -> Result<Tensor, String> {
    let (shape, data) = match value {
        Value::FloatTensor(values) => (values.shape().to_vec(), TensorData::Fp32(values.to_vec())),
        Value::Int8Tensor(values) => (values.shape().to_vec(), TensorData::Int8(values.to_vec())),
        Value::UInt8Tensor(values) => (values.shape().to_vec(), TensorData::Uint8(values.to_vec())),
        Value::Int32Tensor(values) => {
            let whole = values.to_vec();
            let data = match spec.datatype {
                Datatype::Int64 => TensorData::Int64(whole.into_iter().map(i64::from).collect()),
                Datatype::Bool => TensorData::Bool(whole.into_iter().map(|value| value != 0).collect()),
                _ => TensorData::Int32(whole),
            };
            (values.shape().to_vec(), data)
        }
        _ => return Err(format!("output {:?} is no tensor", spec.name)),
    };
    if data.datatype() != spec.datatype {
        return Err(format!(
            "output {:?} is {} instead of {}",
            spec.name,
            data.datatype().as_str(),
            spec.datatype.as_str()
        ));
    }
    Ok(Tensor { name: spec.name.clone(), shape, data })
}
