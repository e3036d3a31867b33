//! Tensors out of JSON values, as logged examples and expected answers hold them.

use roadbed_contracts::tensor::{Datatype, Tensor, TensorData};
use serde_json::Value;
use std::borrow::Cow;

/// Replaces `NaN`, `Infinity` and `-Infinity`, which Python writes and JSON does not know, by `null` outside of texts.
pub(crate) fn null_for_nan(text: &str) -> Cow<'_, str> {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let (mut rest, mut inside, mut escaped) = (text, false, false);
    while let Some(character) = rest.chars().next() {
        if !inside
            && let Some(token) = ["NaN", "-Infinity", "Infinity"].into_iter().find(|token| rest.starts_with(token))
        {
            clean.push_str("null");
            rest = &rest[token.len()..];
            continue;
        }
        match (character, escaped) {
            ('"', false) => inside = !inside,
            ('\\', false) if inside => escaped = true,
            _ => escaped = false,
        }
        clean.push(character);
        rest = &rest[character.len_utf8()..];
    }
    Cow::Owned(clean)
}

/// One column. Without a datatype: `BOOL`, `BYTES` or `FP64` by the values.
pub(crate) fn column_tensor(name: &str, values: &[&Value], datatype: Option<Datatype>) -> Option<Tensor> {
    let data = data_of(values, datatype)?;
    Some(Tensor { name: name.to_owned(), shape: vec![values.len()], data })
}

/// A tensor from nested arrays of one shape.
pub(crate) fn nested_tensor(name: &str, value: &Value, datatype: Option<Datatype>) -> Option<Tensor> {
    let mut shape = Vec::new();
    let mut level = value;
    while let Value::Array(items) = level {
        shape.push(items.len());
        match items.first() {
            Some(first) => level = first,
            None => break,
        }
    }
    let mut flat = Vec::new();
    flatten(value, &mut flat);
    (shape.iter().product::<usize>() == flat.len()).then_some(())?;
    Some(Tensor { name: name.to_owned(), shape, data: data_of(&flat, datatype)? })
}

fn flatten<'v>(value: &'v Value, flat: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flatten(item, flat)),
        value => flat.push(value),
    }
}

fn guess(values: &[&Value]) -> Datatype {
    if values.iter().any(|value| value.is_string()) {
        Datatype::Bytes
    } else if !values.is_empty() && values.iter().all(|value| value.is_boolean()) {
        Datatype::Bool
    } else {
        Datatype::Fp64
    }
}

fn real(value: &Value) -> Option<f64> {
    if value.is_null() { Some(f64::NAN) } else { value.as_f64() }
}

fn collect<T>(values: &[&Value], read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    values.iter().map(|value| read(value)).collect()
}

fn integer<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    T::try_from(value.as_i64()?).ok()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "rounding to the nearest 32-bit value is what the datatype asks for"
)]
fn data_of(values: &[&Value], datatype: Option<Datatype>) -> Option<TensorData> {
    Some(match datatype.unwrap_or_else(|| guess(values)) {
        Datatype::Bool => TensorData::Bool(collect(values, Value::as_bool)?),
        Datatype::Uint8 => TensorData::Uint8(collect(values, integer)?),
        Datatype::Uint16 => TensorData::Uint16(collect(values, integer)?),
        Datatype::Uint32 => TensorData::Uint32(collect(values, integer)?),
        Datatype::Uint64 => TensorData::Uint64(collect(values, Value::as_u64)?),
        Datatype::Int8 => TensorData::Int8(collect(values, integer)?),
        Datatype::Int16 => TensorData::Int16(collect(values, integer)?),
        Datatype::Int32 => TensorData::Int32(collect(values, integer)?),
        Datatype::Int64 => TensorData::Int64(collect(values, Value::as_i64)?),
        // No JSON form.
        Datatype::Fp16 => return None,
        Datatype::Fp32 => TensorData::Fp32(collect(values, |value| real(value).map(|number| number as f32))?),
        Datatype::Fp64 => TensorData::Fp64(collect(values, real)?),
        Datatype::Bytes => TensorData::Bytes(collect(values, |value| match value {
            Value::String(text) => Some(text.clone().into_bytes()),
            Value::Null => None,
            other => Some(other.to_string().into_bytes()),
        })?),
    })
}
