//! Numbers of any datatype as 64-bit floats.

use roadbed_contracts::tensor::TensorData;

/// The value of an IEEE 754 binary16 number.
pub(crate) fn half_to_f32(bits: u16) -> f32 {
    let sign = u32::from(bits >> 15) << 31;
    let exponent = u32::from(bits >> 10 & 0x1f);
    let fraction = u32::from(bits & 0x3ff);
    let magnitude = match exponent {
        // Subnormal: the fraction counts units of 2^-24.
        0 => return f32::from_bits(sign | (fraction as f32 / 16_777_216.0).to_bits()),
        31 => 0x7f80_0000 | fraction << 13,
        _ => (exponent + 112) << 23 | fraction << 13,
    };
    f32::from_bits(sign | magnitude)
}

/// The element at `index` as a number; `None` for `BYTES` and beyond the end.
pub(crate) fn number_at(data: &TensorData, index: usize) -> Option<f64> {
    match data {
        TensorData::Bool(values) => values.get(index).map(|value| f64::from(u8::from(*value))),
        TensorData::Uint8(values) => values.get(index).copied().map(f64::from),
        TensorData::Uint16(values) => values.get(index).copied().map(f64::from),
        TensorData::Uint32(values) => values.get(index).copied().map(f64::from),
        TensorData::Uint64(values) => values.get(index).map(|value| *value as f64),
        TensorData::Int8(values) => values.get(index).copied().map(f64::from),
        TensorData::Int16(values) => values.get(index).copied().map(f64::from),
        TensorData::Int32(values) => values.get(index).copied().map(f64::from),
        TensorData::Int64(values) => values.get(index).map(|value| *value as f64),
        TensorData::Fp16(values) => values.get(index).map(|value| f64::from(half_to_f32(*value))),
        TensorData::Fp32(values) => values.get(index).copied().map(f64::from),
        TensorData::Fp64(values) => values.get(index).copied(),
        TensorData::Bytes(_) => None,
    }
}
