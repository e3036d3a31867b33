//! Frames between the platform and a worker, version 1. The format is told in `worker.py`.

use roadbed_contracts::backend::{InferenceRequest, InputForm};
use roadbed_contracts::tensor::{Datatype, Tensor, TensorData};
use serde::{Deserialize, Serialize};

pub(super) const VERSION: u32 = 1;
pub(super) const PREFIX_BYTES: usize = 16;
const MAGIC: [u8; 4] = *b"RBW1";

/// Why a frame is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the worker broke the protocol: {0}")]
pub(super) struct BrokenProtocol(pub(super) String);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Prefix {
    pub(super) header_bytes: usize,
    pub(super) body_bytes: usize,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct TensorHeader {
    name: String,
    datatype: Datatype,
    shape: Vec<usize>,
    bytes: usize,
}

#[derive(Serialize)]
struct Predict<'r> {
    r#type: &'static str,
    form: &'static str,
    inputs: Vec<TensorHeader>,
    outputs: &'r [String],
    parameters: &'r serde_json::Map<String, serde_json::Value>,
}

/// What a worker says.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum AnswerHeader {
    Ready { protocol: u32, python: String, resident_bytes: u64 },
    Failed { message: String },
    Result { outputs: Vec<TensorHeader>, resident_bytes: u64 },
    Error { kind: ErrorKind, message: String },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ErrorKind {
    BadInput,
    Model,
}

#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    Ready { python: String, resident_bytes: u64 },
    Failed { message: String },
    Result { outputs: Vec<Tensor>, resident_bytes: u64 },
    Error { kind: ErrorKind, message: String },
}

impl Prefix {
    /// Reads a prefix; refuses frames above `limit` bytes.
    pub(super) fn decode(bytes: [u8; PREFIX_BYTES], limit: u64) -> Result<Self, BrokenProtocol> {
        let [m0, m1, m2, m3, h0, h1, h2, h3, body @ ..] = bytes;
        if [m0, m1, m2, m3] != MAGIC {
            return Err(BrokenProtocol("a frame does not start with RBW1".to_owned()));
        }
        let header = u32::from_le_bytes([h0, h1, h2, h3]);
        let body = u64::from_le_bytes(body);
        if body.checked_add(u64::from(header)).is_none_or(|total| total > limit) {
            return Err(BrokenProtocol(format!("a frame of {body} bytes is above the limit of {limit}")));
        }
        let size = |bytes: u64| usize::try_from(bytes).map_err(|_| BrokenProtocol("a frame is too big".to_owned()));
        Ok(Self { header_bytes: size(u64::from(header))?, body_bytes: size(body)? })
    }
}

/// The frame of a request. `Err` says why it has no frame.
pub(super) fn encode_predict(request: &InferenceRequest, limit: u64) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    let mut inputs = Vec::with_capacity(request.inputs.len());
    for tensor in &request.inputs {
        let start = body.len();
        write_data(&tensor.data, &mut body);
        inputs.push(TensorHeader {
            name: tensor.name.clone(),
            datatype: tensor.data.datatype(),
            shape: tensor.shape.clone(),
            bytes: body.len() - start,
        });
    }
    let form = if request.form == InputForm::Table { "table" } else { "tensors" };
    let header =
        Predict { r#type: "predict", form, inputs, outputs: &request.outputs, parameters: &request.parameters };
    let header = serde_json::to_vec(&header).map_err(|error| error.to_string())?;
    let header_bytes = u32::try_from(header.len()).map_err(|_| "the header is too long".to_owned())?;
    if (header.len() + body.len()) as u64 > limit {
        return Err(format!("the request has {} bytes, a Python worker takes {limit}", header.len() + body.len()));
    }
    let mut frame = Vec::with_capacity(PREFIX_BYTES + header.len() + body.len());
    frame.extend_from_slice(&MAGIC);
    frame.extend_from_slice(&header_bytes.to_le_bytes());
    frame.extend_from_slice(&(body.len() as u64).to_le_bytes());
    frame.extend_from_slice(&header);
    frame.extend_from_slice(&body);
    Ok(frame)
}

/// Reads an answer out of its header and body.
pub(super) fn decode_answer(header: &[u8], body: &[u8]) -> Result<Answer, BrokenProtocol> {
    let header = serde_json::from_slice(header).map_err(|error| BrokenProtocol(format!("a header: {error}")))?;
    Ok(match header {
        AnswerHeader::Ready { protocol: VERSION, python, resident_bytes } => Answer::Ready { python, resident_bytes },
        AnswerHeader::Ready { protocol, .. } => {
            return Err(BrokenProtocol(format!("it speaks version {protocol}, not {VERSION}")));
        }
        AnswerHeader::Failed { message } => Answer::Failed { message },
        AnswerHeader::Error { kind, message } => Answer::Error { kind, message },
        AnswerHeader::Result { outputs, resident_bytes } => {
            Answer::Result { outputs: tensors(outputs, body)?, resident_bytes }
        }
    })
}

fn tensors(headers: Vec<TensorHeader>, mut body: &[u8]) -> Result<Vec<Tensor>, BrokenProtocol> {
    let mut tensors = Vec::with_capacity(headers.len());
    for header in headers {
        let broken = || BrokenProtocol(format!("output {:?} does not fill its shape", header.name));
        let (bytes, rest) = body.split_at_checked(header.bytes).ok_or_else(broken)?;
        body = rest;
        let data = read_data(header.datatype, bytes).ok_or_else(broken)?;
        let elements = header.shape.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
        if elements != Some(data.len()) {
            return Err(broken());
        }
        tensors.push(Tensor { name: header.name, shape: header.shape, data });
    }
    Ok(tensors)
}

macro_rules! numbers {
    ($values:ident, $into:ident) => {
        $values.iter().for_each(|value| $into.extend_from_slice(&value.to_le_bytes()))
    };
}

fn write_data(data: &TensorData, into: &mut Vec<u8>) {
    match data {
        TensorData::Bool(values) => into.extend(values.iter().map(|value| u8::from(*value))),
        TensorData::Uint8(values) => into.extend_from_slice(values),
        TensorData::Uint16(values) | TensorData::Fp16(values) => numbers!(values, into),
        TensorData::Uint32(values) => numbers!(values, into),
        TensorData::Uint64(values) => numbers!(values, into),
        TensorData::Int8(values) => numbers!(values, into),
        TensorData::Int16(values) => numbers!(values, into),
        TensorData::Int32(values) => numbers!(values, into),
        TensorData::Int64(values) => numbers!(values, into),
        TensorData::Fp32(values) => numbers!(values, into),
        TensorData::Fp64(values) => numbers!(values, into),
        TensorData::Bytes(values) => {
            for value in values {
                into.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes());
                into.extend_from_slice(value);
            }
        }
    }
}

fn read_data(datatype: Datatype, bytes: &[u8]) -> Option<TensorData> {
    fn chunks<const N: usize, T>(bytes: &[u8], read: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
        let (chunks, rest) = bytes.as_chunks::<N>();
        rest.is_empty().then(|| chunks.iter().map(|chunk| read(*chunk)).collect())
    }
    Some(match datatype {
        Datatype::Bool => TensorData::Bool(bytes.iter().map(|byte| *byte != 0).collect()),
        Datatype::Uint8 => TensorData::Uint8(bytes.to_vec()),
        Datatype::Uint16 => TensorData::Uint16(chunks(bytes, u16::from_le_bytes)?),
        Datatype::Uint32 => TensorData::Uint32(chunks(bytes, u32::from_le_bytes)?),
        Datatype::Uint64 => TensorData::Uint64(chunks(bytes, u64::from_le_bytes)?),
        Datatype::Int8 => TensorData::Int8(chunks(bytes, i8::from_le_bytes)?),
        Datatype::Int16 => TensorData::Int16(chunks(bytes, i16::from_le_bytes)?),
        Datatype::Int32 => TensorData::Int32(chunks(bytes, i32::from_le_bytes)?),
        Datatype::Int64 => TensorData::Int64(chunks(bytes, i64::from_le_bytes)?),
        Datatype::Fp16 => TensorData::Fp16(chunks(bytes, u16::from_le_bytes)?),
        Datatype::Fp32 => TensorData::Fp32(chunks(bytes, f32::from_le_bytes)?),
        Datatype::Fp64 => TensorData::Fp64(chunks(bytes, f64::from_le_bytes)?),
        Datatype::Bytes => TensorData::Bytes(read_texts(bytes)?),
    })
}

fn read_texts(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut texts = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        texts.push(text.to_vec());
        bytes = rest;
    }
    Some(texts)
}
