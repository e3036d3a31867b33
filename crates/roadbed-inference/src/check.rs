//! The self-check of a native engine at load: the logged input example must give finite answers of the right shape and, where the folder
//! tells them or another engine gives them, the right values.

use crate::error::LoadError;
use crate::input::number_at;
use crate::mlmodel::{Example, MlModel, read_example, read_expected};
use crate::native::NativeModel;
use roadbed_contracts::backend::InferenceResponse;
use roadbed_contracts::tensor::{Tensor, TensorData, TensorSpec};
use std::path::Path;

/// Runs the logged example; gives the example and the answers for a comparison of engines.
pub(crate) fn check(
    native: &dyn NativeModel,
    directory: &Path,
    model: &MlModel,
) -> Result<Option<(Example, InferenceResponse)>, LoadError> {
    let Some(example) = read_example(directory, model)? else { return Ok(None) };
    let response = native.predict(&example.request).map_err(|error| LoadError::SelfCheck(error.to_string()))?;
    for (tensor, spec) in response.outputs.iter().zip(&native.signature().outputs) {
        check_output(tensor, spec).map_err(LoadError::SelfCheck)?;
    }
    if let Some(expected) = read_expected(directory)? {
        compare(&response, &expected.response, expected.tolerance).map_err(LoadError::SelfCheck)?;
    }
    Ok(Some((example, response)))
}

fn check_output(tensor: &Tensor, spec: &TensorSpec) -> Result<(), String> {
    let fits = spec.shape.is_empty()
        || (spec.shape.len() == tensor.shape.len()
            && spec.shape.iter().zip(&tensor.shape).all(|(wanted, size)| {
                *wanted < 0 || u64::try_from(*wanted).is_ok_and(|wanted| wanted == *size as u64)
            }));
    if !fits || tensor.data.datatype() != spec.datatype {
        let (got, want) = (tensor.data.datatype().as_str(), spec.datatype.as_str());
        return Err(format!("output {:?} is {got} {:?}, expected {want} {:?}", tensor.name, tensor.shape, spec.shape));
    }
    let finite = match &tensor.data {
        TensorData::Fp32(values) => values.iter().all(|value| value.is_finite()),
        TensorData::Fp64(values) => values.iter().all(|value| value.is_finite()),
        _ => true,
    };
    if finite { Ok(()) } else { Err(format!("output {:?} has values that are not finite", tensor.name)) }
}

/// Refuses answers that differ by more than `tolerance`, relative above 1.
pub(crate) fn compare(got: &InferenceResponse, expected: &InferenceResponse, tolerance: f64) -> Result<(), String> {
    for want in &expected.outputs {
        let tensor = got.outputs.iter().find(|tensor| tensor.name == want.name);
        let tensor = tensor.ok_or_else(|| format!("output {:?} is missing", want.name))?;
        if tensor.shape != want.shape {
            return Err(format!("output {:?} has shape {:?}, expected {:?}", want.name, tensor.shape, want.shape));
        }
        for index in 0..want.data.len() {
            let (value, wanted) = (number_at(&tensor.data, index), number_at(&want.data, index));
            let equal = match (value, wanted) {
                (Some(value), Some(wanted)) => (value - wanted).abs() <= tolerance * wanted.abs().max(1.0),
                _ => tensor.data == want.data,
            };
            if !equal {
                return Err(format!("output {:?} is {value:?} at {index}, expected {wanted:?}", want.name));
            }
        }
    }
    Ok(())
}
