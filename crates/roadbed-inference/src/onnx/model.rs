//! An ONNX model as requests meet it: inputs by name, or a table whose columns are put side by side.

use super::graph::Graph;
use crate::input::{MATRIX_NAME, check_shape, convert, select_outputs};
use crate::native::NativeModel;
use roadbed_contracts::backend::{BackendError, InferenceRequest, InferenceResponse, InputForm};
use roadbed_contracts::tensor::{Datatype, Signature, Tensor, TensorData, TensorSpec};

/// Something that runs a graph. Inputs come in the graph's order, with its datatypes and ranks.
pub(super) trait Engine: Send + Sync + std::fmt::Debug + 'static {
    /// All outputs in the graph's order.
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, String>;
    fn name(&self) -> String;
}

/// A loaded model.
#[derive(Debug)]
pub(crate) struct OnnxModel {
    pub(super) engine: Box<dyn Engine>,
    signature: Signature,
    bytes: u64,
}

impl OnnxModel {
    pub(super) fn new(engine: Box<dyn Engine>, graph: &Graph, bytes: u64) -> Self {
        let signature = Signature { inputs: graph.inputs.clone(), outputs: graph.outputs.clone() };
        Self { engine, signature, bytes }
    }

    fn inputs(&self, request: &InferenceRequest) -> Result<Vec<Tensor>, BackendError> {
        for tensor in &request.inputs {
            check_shape(tensor, request.rows)?;
        }
        if let [lone] = self.signature.inputs.as_slice() {
            return Ok(vec![self.lone_input(lone, request)?]);
        }
        self.signature
            .inputs
            .iter()
            .map(|spec| {
                let tensor = request.inputs.iter().find(|tensor| tensor.name == spec.name);
                let tensor = tensor.ok_or_else(|| self.bad(&format!("input {:?} is missing", spec.name)))?;
                self.fit(spec, tensor.shape.clone(), &tensor.name, &tensor.data)
            })
            .collect()
    }

    fn lone_input(&self, spec: &TensorSpec, request: &InferenceRequest) -> Result<Tensor, BackendError> {
        let named = request.inputs.iter().find(|tensor| tensor.name == spec.name);
        let lone = if let [lone] = request.inputs.as_slice() { Some(lone) } else { None };
        let matrix = named.or(lone.filter(|lone| lone.name == MATRIX_NAME || lone.shape.len() > 1));
        match matrix {
            Some(tensor) => self.fit(spec, tensor.shape.clone(), &tensor.name, &tensor.data),
            None if request.form == InputForm::Table => self.side_by_side(spec, request),
            None => Err(self.bad(&format!("input {:?} is missing", spec.name))),
        }
    }

    /// Columns as one matrix, in the order given, which is what mlflow makes of a data frame.
    fn side_by_side(&self, spec: &TensorSpec, request: &InferenceRequest) -> Result<Tensor, BackendError> {
        let mut columns = Vec::with_capacity(request.inputs.len());
        for tensor in &request.inputs {
            match convert(&tensor.data, Datatype::Fp64) {
                Some(TensorData::Fp64(values)) if values.len() == request.rows => columns.push(values),
                _ => return Err(self.bad(&format!("column {:?} is no column of numbers", tensor.name))),
            }
        }
        let matrix = (0..request.rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
        self.fit(spec, vec![request.rows, columns.len()], &spec.name, &TensorData::Fp64(matrix))
    }

    fn fit(
        &self,
        spec: &TensorSpec,
        mut shape: Vec<usize>,
        name: &str,
        data: &TensorData,
    ) -> Result<Tensor, BackendError> {
        if spec.shape.len() == 2 && shape.len() == 1 && spec.shape[1] == 1 {
            shape.push(1);
        }
        let equal = |(wanted, size): (&i64, &usize)| {
            *wanted < 0 || usize::try_from(*wanted).is_ok_and(|wanted| wanted == *size)
        };
        let fits =
            spec.shape.is_empty() || (spec.shape.len() == shape.len() && spec.shape.iter().zip(&shape).all(equal));
        if !fits {
            return Err(self.bad(&format!("input {name:?} has shape {shape:?}")));
        }
        let data = convert(data, spec.datatype).ok_or_else(|| {
            self.bad(&format!("input {name:?} has the datatype {}, which does not fit", data.datatype().as_str()))
        })?;
        Ok(Tensor { name: spec.name.clone(), shape, data })
    }

    fn bad(&self, what: &str) -> BackendError {
        let expected = self
            .signature
            .inputs
            .iter()
            .map(|spec| format!("{:?} {} {:?} (-1: any size)", spec.name, spec.datatype.as_str(), spec.shape));
        BackendError::BadInput(format!("{what}; expected {}", expected.collect::<Vec<_>>().join(", ")))
    }
}

impl NativeModel for OnnxModel {
    fn predict(&self, request: &InferenceRequest) -> Result<InferenceResponse, BackendError> {
        let outputs = self.engine.run(&self.inputs(request)?).map_err(BackendError::Model)?;
        select_outputs(outputs, &request.outputs)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn engine(&self) -> String {
        self.engine.name()
    }

    fn memory_bytes(&self) -> u64 {
        self.bytes
    }
}
