//! A body that a model answers: from the logged input example, else made from the types of the signature. Pure.

use super::mlmodel::Column;
use serde_json::{Map, Value, json};

/// Rows of a logged example that are shown.
const ROWS: usize = 5;
/// Longest body that is shown, in bytes.
const BODY_LIMIT_BYTES: usize = 64 << 10;
/// Most elements of a tensor that is made.
const ELEMENTS_LIMIT: i64 = 10_000;
const DEPTH_LIMIT: usize = 8;

/// The logged example as a body, with its first rows; `None` when it is of a form that has no rows, or is too long.
#[must_use]
pub fn body_of_logged(text: &str) -> Option<Value> {
    let example: Value = serde_json::from_str(&null_for_nan(text)).ok()?;
    let members = example.as_object()?;
    let body = if let Some(frame) = members.get("dataframe_split") {
        json!({ "dataframe_split": frame_of(frame)? })
    } else if members.contains_key("columns") && members.contains_key("data") {
        json!({ "dataframe_split": frame_of(&example)? })
    } else {
        let (key, rows) = ["inputs", "instances", "dataframe_records"]
            .into_iter()
            .find_map(|key| members.get(key).map(|rows| (key, first_rows(rows))))?;
        let mut body = Map::from_iter([(key.to_owned(), rows)]);
        if let Some(parameters) = members.get("params").filter(|parameters| parameters.is_object()) {
            body.insert("params".to_owned(), parameters.clone());
        }
        Value::Object(body)
    };
    (body.to_string().len() <= BODY_LIMIT_BYTES).then_some(body)
}

/// Without the index, which the server does not take.
fn frame_of(frame: &Value) -> Option<Value> {
    let (columns, data) = (frame.get("columns")?.as_array()?, frame.get("data")?.as_array()?);
    let rows: Vec<&Value> = data.iter().take(ROWS).collect();
    Some(json!({ "columns": columns, "data": rows }))
}

fn first_rows(value: &Value) -> Value {
    match value {
        Value::Array(rows) => rows.iter().take(ROWS).cloned().collect(),
        Value::Object(columns) => {
            Value::Object(columns.iter().map(|(name, rows)| (name.clone(), first_rows(rows))).collect())
        }
        other => other.clone(),
    }
}

/// A body with one row of plain values; `None` without inputs, or when a tensor would be too large.
#[must_use]
pub fn body_from_types(inputs: &[Column]) -> Option<Value> {
    match inputs {
        [] => None,
        [only] if only.name.is_none() => match &only.shape {
            Some(shape) => Some(json!({ "inputs": tensor(&only.definition, shape)? })),
            None => Some(json!({ "inputs": [sample(&only.definition, 0)] })),
        },
        _ if inputs.iter().any(|input| input.shape.is_some()) => {
            let mut members = Map::new();
            for (position, input) in inputs.iter().enumerate() {
                let name = input.name.clone().unwrap_or_else(|| position.to_string());
                let value = match &input.shape {
                    Some(shape) => tensor(&input.definition, shape)?,
                    None => json!([sample(&input.definition, 0)]),
                };
                members.insert(name, value);
            }
            Some(json!({ "inputs": members }))
        }
        _ => {
            let name = |(position, input): (usize, &Column)| input.name.clone().unwrap_or_else(|| position.to_string());
            let columns: Vec<String> = inputs.iter().enumerate().map(name).collect();
            let row: Vec<Value> = inputs.iter().map(|input| sample(&input.definition, 0)).collect();
            Some(json!({ "dataframe_split": { "columns": columns, "data": [row] } }))
        }
    }
}

/// Nested arrays of this shape, with one row where any number is taken.
fn tensor(definition: &Value, shape: &[i64]) -> Option<Value> {
    let sizes: Vec<i64> = shape.iter().map(|size| if *size < 0 { 1 } else { *size }).collect();
    let elements = sizes.iter().try_fold(1_i64, |product, size| product.checked_mul(*size))?;
    if elements > ELEMENTS_LIMIT || sizes.is_empty() {
        return None;
    }
    Some(
        sizes
            .iter()
            .rev()
            .fold(sample(definition, 0), |inner, size| Value::Array(vec![inner; usize::try_from(*size).unwrap_or(1)])),
    )
}

/// A plain value of an MLflow or numpy type.
fn sample(definition: &Value, depth: usize) -> Value {
    let kind = definition.get("type").and_then(Value::as_str).unwrap_or("any");
    match kind {
        _ if depth > DEPTH_LIMIT => Value::Null,
        "bool" | "boolean" => json!(false),
        "double" | "float" | "float16" | "float32" | "float64" => json!(0.0),
        "array" => json!([definition.get("items").map_or(Value::Null, |items| sample(items, depth + 1))]),
        "map" => json!({ "key": definition.get("values").map_or(Value::Null, |values| sample(values, depth + 1)) }),
        "object" => {
            let properties = definition.get("properties").and_then(Value::as_object);
            let members = properties.into_iter().flatten();
            Value::Object(members.map(|(name, inner)| (name.clone(), sample(inner, depth + 1))).collect())
        }
        "datetime" => json!("2026-01-01T00:00:00"),
        "binary" | "bytes" => json!("dGV4dA=="),
        other if other.contains("int") || other == "long" => json!(0),
        _ => json!("text"),
    }
}

/// Python writes `NaN` and `Infinity`, which are no JSON, for what is missing.
fn null_for_nan(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut in_text) = (text, false);
    while let Some(character) = rest.chars().next() {
        if in_text && character == '\\' {
            let end = rest.char_indices().nth(2).map_or(rest.len(), |(at, _)| at);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let word = ["NaN", "-Infinity", "Infinity"].into_iter().find(|word| !in_text && rest.starts_with(word));
        if let Some(word) = word {
            out.push_str("null");
            rest = &rest[word.len()..];
            continue;
        }
        in_text ^= character == '"';
        out.push(character);
        rest = &rest[character.len_utf8()..];
    }
    out
}
