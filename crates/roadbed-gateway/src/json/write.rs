//! Tensors as JSON arrays.

use roadbed_contracts::tensor::TensorData;
use serde_json::ser::{CompactFormatter, Formatter};

/// How to write what JSON has no number for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotNumbers {
    /// `NaN`, `Infinity`, `-Infinity`, as Python's `json` writes and reads them.
    Python,
    /// Valid JSON that still says the same: `null` for NaN (numpy reads it back as NaN), and a number beyond the largest double for
    /// an infinity, which JSON readers round to it.
    Valid,
}

/// Writes a JSON string.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    // Writing into memory cannot fail, and neither can a string.
    serde_json::to_writer(out, text).ok();
}

/// Writes all elements as one flat array.
pub(crate) fn write_flat(out: &mut Vec<u8>, data: &TensorData, style: NotNumbers) {
    out.push(b'[');
    write_elements(out, data, 0..data.len(), style);
    out.push(b']');
}

/// Writes an array nested as `shape` says; the elements alone when the shape is empty.
pub(crate) fn write_nested(out: &mut Vec<u8>, shape: &[usize], data: &TensorData, style: NotNumbers) {
    nested(out, shape, data, 0..data.len(), style);
}

fn nested(out: &mut Vec<u8>, shape: &[usize], data: &TensorData, range: std::ops::Range<usize>, style: NotNumbers) {
    let Some((rows, inner)) = shape.split_first() else {
        return write_elements(out, data, range, style);
    };
    out.push(b'[');
    if inner.is_empty() {
        write_elements(out, data, range, style);
    } else {
        let size: usize = inner.iter().product();
        for row in 0..*rows {
            if row > 0 {
                out.push(b',');
            }
            let start = range.start + row * size;
            nested(out, inner, data, start..start + size, style);
        }
    }
    out.push(b']');
}

fn write_elements(out: &mut Vec<u8>, data: &TensorData, range: std::ops::Range<usize>, style: NotNumbers) {
    match data {
        TensorData::Bool(values) => each(out, &values[range], |out, value| {
            out.extend_from_slice(if *value { b"true" } else { b"false" });
        }),
        TensorData::Uint8(values) => each(out, &values[range], |out, value| unsigned(out, (*value).into())),
        TensorData::Uint16(values) => each(out, &values[range], |out, value| unsigned(out, (*value).into())),
        TensorData::Uint32(values) => each(out, &values[range], |out, value| unsigned(out, (*value).into())),
        TensorData::Uint64(values) => each(out, &values[range], |out, value| unsigned(out, *value)),
        TensorData::Int8(values) => each(out, &values[range], |out, value| signed(out, (*value).into())),
        TensorData::Int16(values) => each(out, &values[range], |out, value| signed(out, (*value).into())),
        TensorData::Int32(values) => each(out, &values[range], |out, value| signed(out, (*value).into())),
        TensorData::Int64(values) => each(out, &values[range], |out, value| signed(out, *value)),
        TensorData::Fp16(bits) => each(out, &bits[range], |out, bits| float(out, half_to_f64(*bits), style)),
        // Python has one float type, so MLflow's answers carry the exact value of the f32; elsewhere the shortest text that reads back.
        TensorData::Fp32(values) if style == NotNumbers::Python => {
            each(out, &values[range], |out, value| float(out, f64::from(*value), style));
        }
        TensorData::Fp32(values) => each(out, &values[range], |out, value| {
            if value.is_finite() {
                CompactFormatter.write_f32(out, *value).ok();
            } else {
                float(out, f64::from(*value), style);
            }
        }),
        TensorData::Fp64(values) => each(out, &values[range], |out, value| float(out, *value, style)),
        TensorData::Bytes(values) => {
            each(out, &values[range], |out, value| write_text(out, &String::from_utf8_lossy(value)));
        }
    }
}

fn each<T>(out: &mut Vec<u8>, values: &[T], write: impl Fn(&mut Vec<u8>, &T)) {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, value);
    }
}

fn unsigned(out: &mut Vec<u8>, value: u64) {
    CompactFormatter.write_u64(out, value).ok();
}

fn signed(out: &mut Vec<u8>, value: i64) {
    CompactFormatter.write_i64(out, value).ok();
}

fn float(out: &mut Vec<u8>, value: f64, style: NotNumbers) {
    if value.is_finite() {
        CompactFormatter.write_f64(out, value).ok();
        return;
    }
    let word: &[u8] = match (style, value.is_nan(), value > 0.0) {
        (NotNumbers::Python, true, _) => b"NaN",
        (NotNumbers::Python, false, true) => b"Infinity",
        (NotNumbers::Python, false, false) => b"-Infinity",
        (NotNumbers::Valid, true, _) => b"null",
        (NotNumbers::Valid, false, true) => b"1e999",
        (NotNumbers::Valid, false, false) => b"-1e999",
    };
    out.extend_from_slice(word);
}

/// The value of IEEE 754 binary16 bits.
pub(crate) fn half_to_f64(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1f);
    let fraction = f64::from(bits & 0x3ff);
    sign * match exponent {
        0 => fraction * 2.0_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1024.0 + fraction) * 2.0_f64.powi(exponent - 25),
    }
}
