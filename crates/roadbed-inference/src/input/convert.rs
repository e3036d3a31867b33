//! Casts that lose nothing a model would notice: to a wider type, integers to floats, 64-bit floats to 32 bits, integers that fit.

use super::cast::number_at;
use roadbed_contracts::tensor::{Datatype, TensorData};

/// The data as `to`; `None` when a value would change its meaning.
pub(crate) fn convert(data: &TensorData, to: Datatype) -> Option<TensorData> {
    if data.datatype() == to {
        return Some(data.clone());
    }
    let floats = || (0..data.len()).map(|index| number_at(data, index));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounding to the nearest 32-bit value is the point of the cast"
    )]
    let narrow = |value: f64| value as f32;
    Some(match to {
        Datatype::Fp64 => TensorData::Fp64(floats().collect::<Option<_>>()?),
        Datatype::Fp32 => TensorData::Fp32(floats().map(|value| value.map(narrow)).collect::<Option<_>>()?),
        Datatype::Int64 => TensorData::Int64(integers(data)?),
        Datatype::Int32 => TensorData::Int32(integers(data)?),
        Datatype::Int16 => TensorData::Int16(integers(data)?),
        Datatype::Int8 => TensorData::Int8(integers(data)?),
        Datatype::Uint64 => TensorData::Uint64(integers(data)?),
        Datatype::Uint32 => TensorData::Uint32(integers(data)?),
        Datatype::Uint16 => TensorData::Uint16(integers(data)?),
        Datatype::Uint8 => TensorData::Uint8(integers(data)?),
        Datatype::Bool | Datatype::Fp16 | Datatype::Bytes => return None,
    })
}

fn integers<T: TryFrom<i128>>(data: &TensorData) -> Option<Vec<T>> {
    fn all<T: TryFrom<i128>, S: Copy + Into<i128>>(values: &[S]) -> Option<Vec<T>> {
        values.iter().map(|value| T::try_from((*value).into()).ok()).collect()
    }
    match data {
        TensorData::Bool(values) => values.iter().map(|value| T::try_from(i128::from(*value)).ok()).collect(),
        TensorData::Uint8(values) => all(values),
        TensorData::Uint16(values) => all(values),
        TensorData::Uint32(values) => all(values),
        TensorData::Uint64(values) => all(values),
        TensorData::Int8(values) => all(values),
        TensorData::Int16(values) => all(values),
        TensorData::Int32(values) => all(values),
        TensorData::Int64(values) => all(values),
        TensorData::Fp16(_) | TensorData::Fp32(_) | TensorData::Fp64(_) | TensorData::Bytes(_) => None,
    }
}
