//! What an ONNX file says about itself: inputs, outputs, and operations that rten must not be trusted with.

use super::wire;
use crate::error::LoadError;
use roadbed_contracts::tensor::{Datatype, TensorSpec};
use rten_onnx::onnx::{DataType, GraphProto, ModelProto, NodeProto, ValueInfoProto};
use std::collections::HashSet;

/// Graphs inside graphs that are followed.
const MAX_DEPTH: usize = 16;

/// Facts about a model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Graph {
    pub(super) inputs: Vec<TensorSpec>,
    pub(super) outputs: Vec<TensorSpec>,
    /// Why rten cannot run it or would answer wrongly; empty when it may try.
    pub(super) beyond_rten: Vec<String>,
    /// Convolutions or quantized weights: ONNX Runtime is several times faster there.
    pub(super) heavy: bool,
}

/// Reads the facts out of a file's bytes.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Graph, LoadError> {
    wire::check(bytes).map_err(|reason| LoadError::corrupt(file, format!("not an ONNX model: {reason}")))?;
    let model = ModelProto::parse_buf(bytes)
        .map_err(|error| LoadError::corrupt(file, format!("not an ONNX model: {error}")))?;
    let graph = model.graph.as_ref().ok_or_else(|| LoadError::corrupt(file, "the model has no graph"))?;
    let weights: HashSet<&str> = graph.initializer.iter().filter_map(|tensor| tensor.name.as_deref()).collect();
    let mut facts = Graph { inputs: Vec::new(), outputs: Vec::new(), beyond_rten: Vec::new(), heavy: false };
    for input in graph.input.iter().filter(|input| !weights.contains(input.name.as_deref().unwrap_or_default())) {
        facts.inputs.push(spec(file, input)?);
    }
    for output in &graph.output {
        facts.outputs.push(spec(file, output)?);
    }
    if facts.inputs.is_empty() || facts.outputs.is_empty() {
        return Err(LoadError::corrupt(file, "the graph has no inputs or no outputs"));
    }
    for spec in facts.inputs.iter().chain(&facts.outputs) {
        let handled =
            [Datatype::Fp32, Datatype::Int64, Datatype::Int32, Datatype::Bool, Datatype::Int8, Datatype::Uint8];
        if !handled.contains(&spec.datatype) {
            facts.beyond_rten.push(format!("{} is {}", spec.name, spec.datatype.as_str()));
        }
    }
    inspect(graph, &mut facts, 0);
    facts.beyond_rten.sort();
    facts.beyond_rten.dedup();
    Ok(facts)
}

fn inspect(graph: &GraphProto, facts: &mut Graph, depth: usize) {
    if depth > MAX_DEPTH {
        facts.beyond_rten.push("graphs are nested too deeply".to_owned());
        return;
    }
    let types = graph.initializer.iter().map(|tensor| tensor.data_type).chain(
        graph
            .value_info
            .iter()
            .map(|value| value.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref()?.elem_type)),
    );
    if types.flatten().any(|kind| kind == DataType::DOUBLE) {
        facts.beyond_rten.push("it computes with 64-bit floats".to_owned());
    }
    for tensor in &graph.initializer {
        let wide = |value: &i64| i32::try_from(*value).is_err() && *value != i64::MAX && *value != i64::MIN;
        if tensor.int64_data.iter().any(wide) {
            facts.beyond_rten.push("it has integers beyond 32 bits".to_owned());
        }
    }
    for node in &graph.node {
        inspect_node(node, facts);
        for inner in node.attribute.iter().filter_map(|attribute| attribute.g.as_ref()) {
            inspect(inner, facts, depth + 1);
        }
    }
}

fn inspect_node(node: &NodeProto, facts: &mut Graph) {
    let operation = node.op_type.as_deref().unwrap_or_default();
    let domain = node.domain.as_deref().unwrap_or_default();
    facts.heavy |= operation.contains("Conv") || operation.contains("Quantize") || operation.contains("Integer");
    if !domain.is_empty() && domain != "ai.onnx" && domain != "com.microsoft" {
        facts.beyond_rten.push(format!("it has the operation {operation} of {domain}"));
    }
    let attribute = |name: &str| node.attribute.iter().find(|attribute| attribute.name.as_deref() == Some(name));
    // rten 0.27 fills the border of a padded ConvInteger with 0 instead of the zero point and says nothing.
    let padded = attribute("pads").is_some_and(|pads| pads.ints.iter().any(|pad| *pad != 0))
        || attribute("auto_pad").is_some_and(|mode| mode.s.as_deref().is_some_and(|mode| mode.starts_with("SAME")));
    if operation == "ConvInteger" && padded {
        facts.beyond_rten.push("it has a ConvInteger with padding".to_owned());
    }
    if operation == "Cast" && attribute("to").and_then(|to| to.i) == Some(i64::from(DataType::DOUBLE.0)) {
        facts.beyond_rten.push("it computes with 64-bit floats".to_owned());
    }
}

fn spec(file: &str, value: &ValueInfoProto) -> Result<TensorSpec, LoadError> {
    let name = value.name.clone().unwrap_or_default();
    let tensor = value.r#type.as_ref().and_then(|kind| kind.tensor_type.as_ref());
    let tensor = tensor.ok_or_else(|| {
        LoadError::unsupported(format!("{file}: {name} is no tensor; export scikit-learn models with zipmap=False"))
    })?;
    let datatype = tensor
        .elem_type
        .and_then(datatype)
        .ok_or_else(|| LoadError::unsupported(format!("{file}: {name} has a type without a form on the wire")))?;
    let size = |value: Option<i64>| value.filter(|size| *size > 0).unwrap_or(-1);
    let shape =
        tensor.shape.as_ref().map(|shape| shape.dim.iter().map(|dimension| size(dimension.dim_value)).collect());
    Ok(TensorSpec { name, datatype, shape: shape.unwrap_or_default(), optional: false })
}

const fn datatype(kind: DataType) -> Option<Datatype> {
    Some(match kind {
        DataType::FLOAT => Datatype::Fp32,
        DataType::UINT8 => Datatype::Uint8,
        DataType::INT8 => Datatype::Int8,
        DataType::UINT16 => Datatype::Uint16,
        DataType::INT16 => Datatype::Int16,
        DataType::INT32 => Datatype::Int32,
        DataType::INT64 => Datatype::Int64,
        DataType::STRING => Datatype::Bytes,
        DataType::BOOL => Datatype::Bool,
        DataType::FLOAT16 => Datatype::Fp16,
        DataType::DOUBLE => Datatype::Fp64,
        DataType::UINT32 => Datatype::Uint32,
        DataType::UINT64 => Datatype::Uint64,
        _ => return None,
    })
}
