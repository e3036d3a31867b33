//! One input tensor of an Open Inference Protocol request.

use crate::json::{JsonError, Number, Scanner, Shape, narrow, read_nested};
use crate::protocols::InputError;
use crate::protocols::binary::{BinaryError, decode};
use roadbed_contracts::tensor::{Datatype, Tensor, TensorData};

/// An input as its JSON object gives it; `data` is not read yet when it came before the datatype.
#[derive(Default)]
struct Draft<'a> {
    name: Option<String>,
    shape: Option<Vec<usize>>,
    datatype: Option<Datatype>,
    binary_bytes: Option<usize>,
    data: Option<Scanner<'a>>,
}

/// An input, or the promise of one in the binary part.
pub(crate) enum Input {
    Read(Tensor),
    Binary { name: String, shape: Vec<usize>, datatype: Datatype, bytes: usize },
}

/// Reads one element of `inputs`.
pub(crate) fn read_input<'a>(scanner: &mut Scanner<'a>, index: usize) -> Result<Input, InputError> {
    let place = || format!("inputs[{index}]");
    let within = |source| InputError::Within { place: place(), source };
    scanner.expect(b'{').map_err(within)?;
    let (mut draft, mut first, mut read) = (Draft::default(), true, None);
    while let Some(key) = scanner.next_key(&mut first).map_err(within)? {
        match key.as_ref() {
            "name" => draft.name = Some(scanner.string().map_err(within)?.into_owned()),
            "shape" => draft.shape = Some(read_shape(scanner).map_err(within)?),
            "datatype" => {
                let found = scanner.string().map_err(within)?;
                let input = || draft.name.clone().unwrap_or_else(place);
                draft.datatype = Some(
                    Datatype::parse(&found)
                        .ok_or_else(|| InputError::UnknownDatatype { input: input(), found: found.into_owned() })?,
                );
            }
            "parameters" => draft.binary_bytes = read_binary_size(scanner).map_err(within)?,
            "data" => match draft.datatype {
                Some(datatype) => read = Some(read_data(scanner, datatype, &draft, &place())?),
                None => {
                    draft.data = Some(scanner.fork());
                    scanner.skip_value().map_err(within)?;
                }
            },
            _ => drop(scanner.skip_value().map_err(within)?),
        }
    }
    finish(draft, read, &place())
}

fn finish(mut draft: Draft<'_>, read: Option<(TensorData, Vec<usize>)>, place: &str) -> Result<Input, InputError> {
    let missing = |key| InputError::MissingKey { key, place: place.to_owned() };
    let name = draft.name.take().ok_or_else(|| missing("name"))?;
    let shape = draft.shape.take().ok_or_else(|| missing("shape"))?;
    let datatype = draft.datatype.ok_or_else(|| missing("datatype"))?;
    if let Some(bytes) = draft.binary_bytes {
        return Ok(Input::Binary { name, shape, datatype, bytes });
    }
    let read = match (read, draft.data.take()) {
        (Some(read), _) => read,
        (None, Some(mut scanner)) => {
            let named = Draft { name: Some(name.clone()), ..Draft::default() };
            read_data(&mut scanner, datatype, &named, place)?
        }
        (None, None) => return Err(missing("data")),
    };
    let (data, found) = read;
    let expected = element_count(&shape);
    if data.len() != expected {
        return Err(InputError::ElementCount { input: name, shape, expected, found: data.len() });
    }
    if found.len() > 1 && found != shape {
        return Err(InputError::NestedOtherwise { input: name, shape, found });
    }
    Ok(Input::Read(Tensor { name, shape, data }))
}

pub(crate) fn element_count(shape: &[usize]) -> usize {
    shape.iter().fold(1, |product: usize, length| product.saturating_mul(*length))
}

fn read_shape(scanner: &mut Scanner<'_>) -> Result<Vec<usize>, JsonError> {
    scanner.expect(b'[')?;
    let (mut shape, mut first) = (Vec::with_capacity(4), true);
    while scanner.next_element(&mut first)? {
        match scanner.number()? {
            Number::Integer(length) if length >= 0 => shape.push(usize::try_from(length).unwrap_or(usize::MAX)),
            _ => return Err(scanner.error("a length in a shape must be an integer of at least 0")),
        }
    }
    Ok(shape)
}

fn read_binary_size(scanner: &mut Scanner<'_>) -> Result<Option<usize>, JsonError> {
    scanner.expect(b'{')?;
    let (mut size, mut first) = (None, true);
    while let Some(key) = scanner.next_key(&mut first)? {
        if key == "binary_data_size" {
            size = match scanner.number()? {
                Number::Integer(bytes) if bytes >= 0 => usize::try_from(bytes).ok(),
                _ => return Err(scanner.error("binary_data_size must be a number of bytes")),
            };
        } else {
            scanner.skip_value()?;
        }
    }
    Ok(size)
}

/// The elements with the shape they are nested in.
fn read_data(
    scanner: &mut Scanner<'_>,
    datatype: Datatype,
    draft: &Draft<'_>,
    place: &str,
) -> Result<(TensorData, Vec<usize>), InputError> {
    let within = |source| InputError::Within { place: format!("{place}.data ({})", datatype.as_str()), source };
    // A guess of the size, so that a vector seldom grows; a lying shape must not reserve memory.
    let elements = draft.shape.as_deref().map_or(0, element_count).min(4096);
    let mut shape = Shape::default();
    macro_rules! read {
        ($variant:ident, $take:expr) => {{
            let mut values = Vec::with_capacity(elements);
            read_nested(scanner, 0, &mut shape, &mut |scanner| {
                values.push($take(scanner)?);
                Ok(())
            })
            .map_err(within)?;
            TensorData::$variant(values)
        }};
    }
    let data = match datatype {
        Datatype::Bool => read!(Bool, Scanner::boolean),
        Datatype::Uint8 => read!(Uint8, integer),
        Datatype::Uint16 => read!(Uint16, integer),
        Datatype::Uint32 => read!(Uint32, integer),
        Datatype::Uint64 => read!(Uint64, integer),
        Datatype::Int8 => read!(Int8, integer),
        Datatype::Int16 => read!(Int16, integer),
        Datatype::Int32 => read!(Int32, integer),
        Datatype::Int64 => read!(Int64, integer),
        Datatype::Fp32 => read!(Fp32, float32),
        Datatype::Fp64 => read!(Fp64, float64),
        Datatype::Bytes => read!(Bytes, text),
        Datatype::Fp16 => {
            return Err(InputError::HalfInJson(draft.name.clone().unwrap_or_else(|| place.to_owned())));
        }
    };
    let shape = shape.finish(scanner).map_err(within)?;
    Ok((data, shape))
}

fn integer<T: TryFrom<i64> + TryFrom<u64>>(scanner: &mut Scanner<'_>) -> Result<T, JsonError> {
    let value = match scanner.number()? {
        Number::Integer(value) => T::try_from(value).ok(),
        Number::Unsigned(value) => T::try_from(value).ok(),
        Number::Float(_) => return Err(scanner.error("expected an integer, found a number with a fraction")),
    };
    value.ok_or_else(|| scanner.error("the integer does not fit the datatype"))
}

/// `null` is NaN: clients that write strict JSON have no other word for a missing number.
fn float64(scanner: &mut Scanner<'_>) -> Result<f64, JsonError> {
    if scanner.eat_null() { Ok(f64::NAN) } else { Ok(scanner.number()?.as_f64()) }
}

fn float32(scanner: &mut Scanner<'_>) -> Result<f32, JsonError> {
    let value = float64(scanner)?;
    let narrowed = narrow(value);
    if narrowed.is_infinite() && value.is_finite() {
        return Err(scanner.error("the number does not fit FP32; send FP64"));
    }
    Ok(narrowed)
}

fn text(scanner: &mut Scanner<'_>) -> Result<Vec<u8>, JsonError> {
    Ok(scanner.string()?.into_owned().into_bytes())
}

/// Fills binary inputs from the part of the body after the JSON, in their order.
pub(crate) fn resolve(inputs: Vec<Input>, mut binary: &[u8]) -> Result<Vec<Tensor>, InputError> {
    let mut tensors = Vec::with_capacity(inputs.len());
    for input in inputs {
        let (name, shape, datatype, bytes) = match input {
            Input::Read(tensor) => {
                tensors.push(tensor);
                continue;
            }
            Input::Binary { name, shape, datatype, bytes } => (name, shape, datatype, bytes),
        };
        let Some((raw, rest)) = binary.split_at_checked(bytes) else {
            return Err(InputError::BinaryTooShort { input: name, needed: bytes, left: binary.len() });
        };
        let elements = element_count(&shape);
        match decode(datatype, elements, raw) {
            Ok(data) => tensors.push(Tensor { name, shape, data }),
            Err(BinaryError::Size(expected)) => {
                return Err(InputError::BinarySize { input: name, datatype, shape, expected, found: bytes });
            }
            Err(BinaryError::Elements(found)) => {
                return Err(InputError::ElementCount { input: name, shape, expected: elements, found });
            }
            Err(BinaryError::BrokenElement) => return Err(InputError::BinaryBytes(name)),
        }
        binary = rest;
    }
    if binary.is_empty() { Ok(tensors) } else { Err(InputError::BinaryTooLong(binary.len())) }
}
