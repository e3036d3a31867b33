//! Names and shapes every engine shares.

use roadbed_contracts::backend::{BackendError, InferenceResponse};
use roadbed_contracts::tensor::Tensor;

/// Name of a lone input without a name.
pub(crate) const MATRIX_NAME: &str = "input-0";
/// Name of the first output when the signature has none.
pub(crate) const OUTPUT_NAME: &str = "output-0";
/// Second output of classifiers.
pub(crate) const PROBABILITIES_NAME: &str = "probabilities";

/// Refuses a tensor whose data does not fill its shape or whose first dimension is not `rows`.
pub(crate) fn check_shape(tensor: &Tensor, rows: usize) -> Result<(), BackendError> {
    let elements = tensor.shape.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
    if elements != Some(tensor.data.len()) {
        let message = format!(
            "input {:?} has shape {:?} but {} values; the product of the shape must be their number",
            tensor.name,
            tensor.shape,
            tensor.data.len()
        );
        return Err(BackendError::BadInput(message));
    }
    if tensor.shape.first() != Some(&rows) {
        let message = format!(
            "input {:?} has shape {:?}; the first dimension must be the {rows} rows",
            tensor.name, tensor.shape
        );
        return Err(BackendError::BadInput(message));
    }
    Ok(())
}

/// Keeps the wanted outputs, in the order asked; all when none is named.
pub(crate) fn select_outputs(mut outputs: Vec<Tensor>, wanted: &[String]) -> Result<InferenceResponse, BackendError> {
    if wanted.is_empty() {
        return Ok(InferenceResponse { outputs });
    }
    let mut selected = Vec::with_capacity(wanted.len());
    for name in wanted {
        let Some(index) = outputs.iter().position(|output| output.name == *name) else {
            let known: Vec<&str> =
                outputs.iter().chain(&selected).map(|output: &Tensor| output.name.as_str()).collect();
            return Err(BackendError::BadInput(format!(
                "there is no output {name:?}; the model gives {}",
                known.join(", ")
            )));
        };
        selected.push(outputs.swap_remove(index));
    }
    Ok(InferenceResponse { outputs: selected })
}
