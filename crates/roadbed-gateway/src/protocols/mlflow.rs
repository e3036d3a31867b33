//! MLflow's scoring protocol: what `mlflow models serve` takes at `/invocations` and what it answers.
//! Source: MLflow documentation, "Inference server specification".

use crate::json::{MixedValues, NotNumbers, Scanner, Shape, read_nested, write_nested};
use crate::protocols::InputError;
use crate::protocols::csv_table::read_csv;
use crate::protocols::table::{read_named_rows, read_records, read_split, spec_of};
use roadbed_contracts::backend::{InferenceRequest, InferenceResponse, InputForm};
use roadbed_contracts::tensor::{Datatype, Signature, Tensor};
use std::collections::HashSet;
use std::time::Duration;

const ACCEPTED: &str = "dataframe_split, dataframe_records, instances, inputs";
/// Name of a lone input that has none.
const LONE_INPUT: &str = "input-0";

type Parameters = serde_json::Map<String, serde_json::Value>;

/// Reads a body of this content type. Types of values follow the signature where one is known.
pub(crate) fn read(
    content_type: &str,
    body: &[u8],
    signature: Option<&Signature>,
) -> Result<InferenceRequest, InputError> {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let (form, inputs, parameters) = if media_type.eq_ignore_ascii_case("application/json") {
        read_json(body, signature)?
    } else if media_type.eq_ignore_ascii_case("text/csv") {
        (InputForm::Table, read_csv(body, signature)?, Parameters::new())
    } else {
        return Err(InputError::ContentType(content_type.chars().take(100).collect()));
    };
    let rows = common_rows(&inputs)?;
    Ok(InferenceRequest { form, inputs, outputs: Vec::new(), parameters, rows, timeout: Duration::ZERO })
}

/// The first dimension, which all inputs share.
pub(crate) fn common_rows(inputs: &[Tensor]) -> Result<usize, InputError> {
    let first = inputs.first().ok_or(InputError::NoInputs)?;
    let rows = first.shape.first().copied().unwrap_or(1);
    let mut seen = HashSet::with_capacity(if inputs.len() > 1 { inputs.len() } else { 0 });
    for input in inputs {
        let found = input.shape.first().copied().unwrap_or(1);
        if found != rows {
            return Err(InputError::RowCount { input: input.name.clone(), found, first: first.name.clone(), rows });
        }
        if inputs.len() > 1 && !seen.insert(input.name.as_str()) {
            return Err(InputError::DuplicateInput(input.name.clone()));
        }
    }
    Ok(rows)
}

fn read_json(body: &[u8], signature: Option<&Signature>) -> Result<(InputForm, Vec<Tensor>, Parameters), InputError> {
    let mut scanner = Scanner::new(body);
    if scanner.peek() != Some(b'{') {
        // A body that is no JSON at all is told so first.
        scanner.skip_value()?;
        return Err(InputError::NoQuestion { accepted: ACCEPTED, found: None });
    }
    scanner.expect(b'{')?;
    let mut asked: Option<(&'static str, InputForm, Vec<Tensor>)> = None;
    let (mut parameters, mut unknown, mut first) = (Parameters::new(), None, true);
    while let Some(key) = scanner.next_key(&mut first)? {
        let (name, form) = match key.as_ref() {
            "dataframe_split" => ("dataframe_split", InputForm::Table),
            "dataframe_records" => ("dataframe_records", InputForm::Table),
            "instances" => ("instances", InputForm::Tensors),
            "inputs" => ("inputs", InputForm::Tensors),
            "params" => {
                parameters = read_parameters(&mut scanner)?;
                continue;
            }
            other => {
                unknown = Some(other.chars().take(64).collect());
                scanner.skip_value()?;
                continue;
            }
        };
        if let Some((earlier, ..)) = asked {
            return Err(InputError::TwoQuestions(earlier, name));
        }
        let inputs = match name {
            "dataframe_split" => read_split(&mut scanner, signature)?,
            "dataframe_records" => read_records(&mut scanner, signature)?,
            _ => read_arrays(&mut scanner, name, signature)?,
        };
        asked = Some((name, form, inputs));
    }
    scanner.finish()?;
    let (_, form, inputs) = asked.ok_or(InputError::NoQuestion { accepted: ACCEPTED, found: unknown })?;
    Ok((form, inputs, parameters))
}

fn read_parameters(scanner: &mut Scanner<'_>) -> Result<Parameters, InputError> {
    let bytes = scanner.skip_value()?;
    serde_json::from_slice::<Option<Parameters>>(bytes).map(Option::unwrap_or_default).map_err(|error| {
        let source = scanner.error(format!("expected an object of parameters: {error}"));
        InputError::Within { place: "params".into(), source }
    })
}

/// `instances` or `inputs`: an array, an object of arrays, or a list of objects.
fn read_arrays(
    scanner: &mut Scanner<'_>,
    place: &'static str,
    signature: Option<&Signature>,
) -> Result<Vec<Tensor>, InputError> {
    if scanner.peek() != Some(b'{') {
        if starts_with_object(scanner) {
            return read_named_rows(scanner, signature);
        }
        let wanted = lone_datatype(signature);
        return Ok(vec![read_tensor(scanner, LONE_INPUT, wanted, place)?]);
    }
    scanner.expect(b'{')?;
    let (mut tensors, mut first) = (Vec::new(), true);
    while let Some(key) = scanner.next_key(&mut first)? {
        let wanted = spec_of(signature, &key).map(|spec| spec.datatype);
        tensors.push(read_tensor(scanner, &key, wanted, &format!("{place}.{key}"))?);
    }
    Ok(tensors)
}

/// Whether the value is `[{`.
fn starts_with_object(scanner: &Scanner<'_>) -> bool {
    let mut ahead = scanner.fork();
    ahead.eat(b'[') && ahead.peek() == Some(b'{')
}

/// The datatype of an array without a name: that of all the model's inputs, when they agree.
fn lone_datatype(signature: Option<&Signature>) -> Option<Datatype> {
    let mut specs = signature?.inputs.iter();
    let first = specs.next()?.datatype;
    specs.all(|spec| spec.datatype == first).then_some(first)
}

fn read_tensor(
    scanner: &mut Scanner<'_>,
    name: &str,
    wanted: Option<Datatype>,
    place: &str,
) -> Result<Tensor, InputError> {
    let (mut shape, mut values) = (Shape::default(), MixedValues::default());
    let within = |source| InputError::Within { place: place.to_owned(), source };
    read_nested(scanner, 0, &mut shape, &mut |scanner| values.take(scanner)).map_err(within)?;
    let mut shape = shape.finish(scanner).map_err(within)?;
    if shape.is_empty() {
        shape.push(1);
    }
    Ok(Tensor { name: name.to_owned(), shape, data: values.into_data(wanted) })
}

/// `{"predictions": …}` with the first output, which is what `predict()` gives, written as Python's `json` would.
pub(crate) fn write(response: &InferenceResponse) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    out.extend_from_slice(b"{\"predictions\": ");
    match response.outputs.first() {
        Some(output) => write_nested(&mut out, &output.shape, &output.data, NotNumbers::Python),
        None => out.extend_from_slice(b"[]"),
    }
    out.push(b'}');
    out
}
