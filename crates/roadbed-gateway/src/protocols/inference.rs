//! Requests of the Open Inference Protocol (REST), with the binary tensor data extension.
//! Source: kserve/open-inference-protocol, `specification/protocol/inference_rest.md`.

use crate::json::Scanner;
use crate::protocols::InputError;
use crate::protocols::inference_tensor::{Input, read_input, resolve};
use crate::protocols::mlflow::common_rows;
use roadbed_contracts::backend::{InferenceRequest, InputForm};
use std::time::Duration;

pub(crate) use crate::protocols::inference_answer::{AnswerForm, WantedOutput, write};

/// Extensions the server metadata lists.
pub(crate) const EXTENSIONS: [&str; 1] = ["binary_tensor_data"];

#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) request: InferenceRequest,
    pub(crate) answer: AnswerForm,
}

/// Reads a body; `header_length` is the value of `Inference-Header-Content-Length`.
pub(crate) fn read(header_length: Option<&str>, body: &[u8]) -> Result<Question, InputError> {
    let (json, binary) = match header_length {
        None => (body, &[][..]),
        Some(text) => text.trim().parse().ok().and_then(|length| body.split_at_checked(length)).ok_or_else(|| {
            InputError::HeaderLength { found: text.chars().take(32).collect(), body_bytes: body.len() }
        })?,
    };
    let mut document = Document::default();
    read_document(json, &mut document)?;
    if header_length.is_none()
        && let Some(Input::Binary { name, .. }) =
            document.inputs.iter().find(|input| matches!(input, Input::Binary { .. }))
    {
        return Err(InputError::BinaryWithoutHeader(name.clone()));
    }
    let inputs = resolve(document.inputs, binary)?;
    let rows = common_rows(&inputs)?;
    let answer = AnswerForm { id: document.id, outputs: document.outputs, binary: document.binary };
    let outputs = answer.outputs.iter().map(|output| output.name.clone()).collect();
    let request = InferenceRequest {
        form: InputForm::Tensors,
        inputs,
        outputs,
        parameters: document.parameters,
        rows,
        timeout: Duration::ZERO,
    };
    Ok(Question { request, answer })
}

#[derive(Default)]
struct Document {
    id: Option<String>,
    inputs: Vec<Input>,
    outputs: Vec<WantedOutput>,
    parameters: serde_json::Map<String, serde_json::Value>,
    binary: bool,
}

fn read_document(json: &[u8], document: &mut Document) -> Result<(), InputError> {
    let mut scanner = Scanner::new(json);
    scanner.expect(b'{')?;
    let (mut has_inputs, mut first) = (false, true);
    while let Some(key) = scanner.next_key(&mut first)? {
        match key.as_ref() {
            "id" => document.id = Some(scanner.string()?.into_owned()),
            "inputs" => {
                has_inputs = true;
                read_inputs(&mut scanner, &mut document.inputs)?;
            }
            "outputs" => document.outputs = read_json_part(&mut scanner, "outputs")?,
            "parameters" => {
                document.parameters = read_json_part(&mut scanner, "parameters")?;
                let binary = document.parameters.remove("binary_data_output");
                document.binary = binary.and_then(|value| value.as_bool()).unwrap_or(false);
            }
            _ => drop(scanner.skip_value()?),
        }
    }
    scanner.finish()?;
    if has_inputs { Ok(()) } else { Err(InputError::MissingKey { key: "inputs", place: "the request".into() }) }
}

fn read_inputs(scanner: &mut Scanner<'_>, inputs: &mut Vec<Input>) -> Result<(), InputError> {
    scanner.expect(b'[')?;
    let mut first = true;
    while scanner.next_element(&mut first)? {
        inputs.push(read_input(scanner, inputs.len())?);
    }
    Ok(())
}

/// Parts that hold no numbers to speak of are read by serde.
fn read_json_part<T: serde::de::DeserializeOwned>(
    scanner: &mut Scanner<'_>,
    place: &'static str,
) -> Result<T, InputError> {
    let bytes = scanner.skip_value()?;
    serde_json::from_slice(bytes).map_err(|error| {
        let source = scanner.error(error.to_string());
        InputError::Within { place: place.into(), source }
    })
}
