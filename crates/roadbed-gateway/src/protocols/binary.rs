//! Raw tensors of the binary data extension: little-endian, row-major; a `BYTES` element is a 4-byte length and its bytes.
//! Source: KServe documentation, "Binary tensor data extension".

use roadbed_contracts::tensor::{Datatype, TensorData};

/// Why bytes are no tensor of this datatype and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BinaryError {
    /// This many bytes are expected.
    Size(usize),
    /// A length of a `BYTES` element points past the end.
    BrokenElement,
    /// `BYTES` data holds this many elements.
    Elements(usize),
}

/// Reads `elements` elements.
pub(crate) fn decode(datatype: Datatype, elements: usize, bytes: &[u8]) -> Result<TensorData, BinaryError> {
    if let Some(size) = datatype.size() {
        let expected = elements.saturating_mul(size);
        if bytes.len() != expected {
            return Err(BinaryError::Size(expected));
        }
    }
    Ok(match datatype {
        Datatype::Bool => TensorData::Bool(bytes.iter().map(|byte| *byte != 0).collect()),
        Datatype::Uint8 => TensorData::Uint8(bytes.to_vec()),
        Datatype::Int8 => TensorData::Int8(each(bytes, i8::from_le_bytes)),
        Datatype::Uint16 => TensorData::Uint16(each(bytes, u16::from_le_bytes)),
        Datatype::Fp16 => TensorData::Fp16(each(bytes, u16::from_le_bytes)),
        Datatype::Int16 => TensorData::Int16(each(bytes, i16::from_le_bytes)),
        Datatype::Uint32 => TensorData::Uint32(each(bytes, u32::from_le_bytes)),
        Datatype::Int32 => TensorData::Int32(each(bytes, i32::from_le_bytes)),
        Datatype::Fp32 => TensorData::Fp32(each(bytes, f32::from_le_bytes)),
        Datatype::Uint64 => TensorData::Uint64(each(bytes, u64::from_le_bytes)),
        Datatype::Int64 => TensorData::Int64(each(bytes, i64::from_le_bytes)),
        Datatype::Fp64 => TensorData::Fp64(each(bytes, f64::from_le_bytes)),
        Datatype::Bytes => TensorData::Bytes(decode_elements(elements, bytes)?),
    })
}

fn each<T, const SIZE: usize>(bytes: &[u8], read: fn([u8; SIZE]) -> T) -> Vec<T> {
    bytes.as_chunks::<SIZE>().0.iter().map(|chunk| read(*chunk)).collect()
}

fn decode_elements(elements: usize, mut bytes: &[u8]) -> Result<Vec<Vec<u8>>, BinaryError> {
    let mut values = Vec::with_capacity(elements.min(bytes.len() / 4));
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>().ok_or(BinaryError::BrokenElement)?;
        let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| BinaryError::BrokenElement)?;
        let (value, rest) = rest.split_at_checked(length).ok_or(BinaryError::BrokenElement)?;
        values.push(value.to_vec());
        bytes = rest;
    }
    if values.len() == elements { Ok(values) } else { Err(BinaryError::Elements(values.len())) }
}

/// Appends the raw form and gives its length.
pub(crate) fn encode(out: &mut Vec<u8>, data: &TensorData) -> usize {
    let start = out.len();
    match data {
        TensorData::Bool(values) => out.extend(values.iter().map(|value| u8::from(*value))),
        TensorData::Uint8(values) => out.extend_from_slice(values),
        TensorData::Int8(values) => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        TensorData::Uint16(values) | TensorData::Fp16(values) => {
            out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        }
        TensorData::Int16(values) => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        TensorData::Uint32(values) => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        TensorData::Int32(values) => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        TensorData::Uint64(values) => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        TensorData::Int64(values) => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        TensorData::Fp32(values) => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        TensorData::Fp64(values) => out.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        TensorData::Bytes(values) => {
            for value in values {
                out.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
                out.extend_from_slice(value);
            }
        }
    }
    out.len() - start
}
