//! MLflow's signature: JSON texts of column or tensor specifications.

use crate::input::{MATRIX_NAME, OUTPUT_NAME};
use roadbed_contracts::tensor::{Datatype, TensorSpec};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Column {
    #[serde(rename = "type")]
    kind: String,
    name: Option<Value>,
    required: Option<bool>,
    #[serde(rename = "tensor-spec")]
    tensor: Option<TensorPart>,
}

#[derive(Deserialize)]
struct TensorPart {
    dtype: String,
    shape: Vec<i64>,
}

/// Reads the `inputs` or `outputs` text. A lone unnamed entry is `input-0` or `output-0`; several are named by position.
pub(super) fn parse_specs(json: &str, key: &str) -> Result<Vec<TensorSpec>, String> {
    let columns: Vec<Column> = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let count = columns.len();
    columns.into_iter().enumerate().map(|(position, column)| spec(column, key, position, count)).collect()
}

fn spec(column: Column, key: &str, position: usize, count: usize) -> Result<TensorSpec, String> {
    let unnamed = || match (key, count) {
        ("inputs", 1) => MATRIX_NAME.to_owned(),
        (_, 1) => OUTPUT_NAME.to_owned(),
        _ => position.to_string(),
    };
    let name = match column.name {
        Some(Value::String(name)) => name,
        Some(Value::Number(number)) => number.to_string(),
        _ => unnamed(),
    };
    let (datatype, shape) = match column.tensor {
        Some(tensor) => (tensor_datatype(&tensor.dtype)?, tensor.shape),
        None => (column_datatype(&column.kind)?, vec![-1]),
    };
    Ok(TensorSpec { name, datatype, shape, optional: column.required == Some(false) })
}

/// Times travel as ISO 8601 text, arrays and objects as JSON text, one per row.
fn column_datatype(kind: &str) -> Result<Datatype, String> {
    Ok(match kind {
        "boolean" => Datatype::Bool,
        "integer" => Datatype::Int32,
        "long" => Datatype::Int64,
        "float" => Datatype::Fp32,
        "double" => Datatype::Fp64,
        "string" | "binary" | "datetime" | "array" | "object" | "map" | "any" => Datatype::Bytes,
        other => return Err(format!("unknown column type {other:?}")),
    })
}

fn tensor_datatype(dtype: &str) -> Result<Datatype, String> {
    Ok(match dtype {
        "bool" => Datatype::Bool,
        "uint8" => Datatype::Uint8,
        "uint16" => Datatype::Uint16,
        "uint32" => Datatype::Uint32,
        "uint64" => Datatype::Uint64,
        "int8" => Datatype::Int8,
        "int16" => Datatype::Int16,
        "int32" => Datatype::Int32,
        "int64" => Datatype::Int64,
        "float16" => Datatype::Fp16,
        "float32" => Datatype::Fp32,
        "float64" => Datatype::Fp64,
        "str" | "object" | "bytes" => Datatype::Bytes,
        // numpy writes widths of texts, such as str96 or <U3.
        other if other.starts_with("str") || other.starts_with("<U") || other.starts_with("bytes") => Datatype::Bytes,
        other => return Err(format!("unknown tensor type {other:?}")),
    })
}
