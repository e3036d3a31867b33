//! Answers of the Open Inference Protocol.

use crate::json::{NotNumbers, write_flat, write_text};
use crate::protocols::InputError;
use crate::protocols::binary::encode;
use roadbed_contracts::backend::InferenceResponse;
use roadbed_contracts::tensor::{Tensor, TensorData};
use serde::Deserialize;

/// How the caller wants the answer.
#[derive(Debug, Default)]
pub(crate) struct AnswerForm {
    pub(crate) id: Option<String>,
    /// In this order; empty means all.
    pub(crate) outputs: Vec<WantedOutput>,
    /// Binary form of outputs that do not say otherwise.
    pub(crate) binary: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct WantedOutput {
    pub(crate) name: String,
    #[serde(default)]
    parameters: OutputParameters,
}

#[derive(Debug, Default, Deserialize)]
struct OutputParameters {
    binary_data: Option<bool>,
}

/// A body, and the length of its JSON part when binary data follows.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    pub(crate) header_length: Option<usize>,
}

/// Writes the outputs the caller asked for.
///
/// # Errors
/// An output the model does not give, or one that has no JSON form and was asked for in JSON.
pub(crate) fn write(
    form: &AnswerForm,
    service: &str,
    version: &str,
    response: &InferenceResponse,
) -> Result<Answer, InputError> {
    let mut out = Vec::with_capacity(256);
    out.extend_from_slice(b"{\"model_name\":");
    write_text(&mut out, service);
    out.extend_from_slice(b",\"model_version\":");
    write_text(&mut out, version);
    if let Some(id) = &form.id {
        out.extend_from_slice(b",\"id\":");
        write_text(&mut out, id);
    }
    out.extend_from_slice(b",\"outputs\":[");
    let mut binary = Vec::new();
    let mut any_binary = false;
    if form.outputs.is_empty() {
        for (index, output) in response.outputs.iter().enumerate() {
            separate(&mut out, index);
            any_binary |= form.binary;
            write_output(&mut out, &mut binary, output, form.binary)?;
        }
    } else {
        for (index, wanted) in form.outputs.iter().enumerate() {
            let output = find(response, &wanted.name)?;
            separate(&mut out, index);
            let as_binary = wanted.parameters.binary_data.unwrap_or(form.binary);
            any_binary |= as_binary;
            write_output(&mut out, &mut binary, output, as_binary)?;
        }
    }
    out.extend_from_slice(b"]}");
    let header_length = any_binary.then_some(out.len());
    out.append(&mut binary);
    Ok(Answer { body: out, header_length })
}

fn separate(out: &mut Vec<u8>, index: usize) {
    if index > 0 {
        out.push(b',');
    }
}

fn find<'r>(response: &'r InferenceResponse, name: &str) -> Result<&'r Tensor, InputError> {
    response.outputs.iter().find(|output| output.name == name).ok_or_else(|| InputError::UnknownOutput {
        wanted: name.chars().take(100).collect(),
        known: response.outputs.iter().map(|output| output.name.clone()).collect(),
    })
}

fn write_output(out: &mut Vec<u8>, binary: &mut Vec<u8>, output: &Tensor, as_binary: bool) -> Result<(), InputError> {
    out.extend_from_slice(b"{\"name\":");
    write_text(out, &output.name);
    out.extend_from_slice(b",\"shape\":[");
    for (index, length) in output.shape.iter().enumerate() {
        separate(out, index);
        out.extend_from_slice(length.to_string().as_bytes());
    }
    out.extend_from_slice(b"],\"datatype\":\"");
    out.extend_from_slice(output.data.datatype().as_str().as_bytes());
    if as_binary {
        let bytes = encode(binary, &output.data);
        out.extend_from_slice(format!("\",\"parameters\":{{\"binary_data_size\":{bytes}}}}}").as_bytes());
        return Ok(());
    }
    if let Some(what) = without_json_form(&output.data) {
        return Err(InputError::OutputNotJson { name: output.name.clone(), what });
    }
    out.extend_from_slice(b"\",\"data\":");
    write_flat(out, &output.data, NotNumbers::Valid);
    out.push(b'}');
    Ok(())
}

fn without_json_form(data: &TensorData) -> Option<&'static str> {
    match data {
        TensorData::Fp16(_) => Some("FP16"),
        TensorData::Bytes(values) if values.iter().any(|value| std::str::from_utf8(value).is_err()) => {
            Some("BYTES that are not UTF-8")
        }
        _ => None,
    }
}
