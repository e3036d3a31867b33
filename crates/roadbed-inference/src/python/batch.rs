//! Joining requests into one and splitting the answer again.

use roadbed_contracts::backend::{InferenceRequest, InferenceResponse};
use roadbed_contracts::tensor::{Tensor, TensorData};

/// Whether two requests may be one: same inputs, same wishes, and no parameters, which could mean something else for other rows.
pub(super) fn compatible(first: &InferenceRequest, second: &InferenceRequest) -> bool {
    first.parameters.is_empty()
        && second.parameters.is_empty()
        && first.form == second.form
        && first.outputs == second.outputs
        && first.inputs.len() == second.inputs.len()
        && first.inputs.iter().zip(&second.inputs).all(|(a, b)| {
            a.name == b.name
                && a.data.datatype() == b.data.datatype()
                && !a.shape.is_empty()
                && a.shape[1..] == b.shape[1..]
        })
}

/// One request with the rows of all, which must be compatible with the first.
pub(super) fn join(requests: &[&InferenceRequest]) -> Option<InferenceRequest> {
    let (first, others) = requests.split_first()?;
    let mut joined = (*first).clone();
    for request in others {
        joined.rows += request.rows;
        joined.timeout = joined.timeout.max(request.timeout);
        for (into, from) in joined.inputs.iter_mut().zip(&request.inputs) {
            into.shape[0] += from.shape[0];
            append(&mut into.data, &from.data);
        }
    }
    Some(joined)
}

/// The answer of each request; `None` when an output does not have one row per input row.
pub(super) fn split(outputs: &[Tensor], rows: &[usize]) -> Option<Vec<InferenceResponse>> {
    let total: usize = rows.iter().sum();
    if outputs.iter().any(|output| output.shape.first() != Some(&total)) {
        return None;
    }
    let mut start = 0;
    let mut responses = Vec::with_capacity(rows.len());
    for count in rows {
        let part = |output: &Tensor| {
            let width: usize = output.shape[1..].iter().product();
            let mut shape = output.shape.clone();
            shape[0] = *count;
            Tensor {
                name: output.name.clone(),
                shape,
                data: slice(&output.data, start * width, (start + count) * width),
            }
        };
        responses.push(InferenceResponse { outputs: outputs.iter().map(part).collect() });
        start += count;
    }
    Some(responses)
}

macro_rules! each_variant {
    ($($variant:ident),*) => {
        fn append(into: &mut TensorData, from: &TensorData) {
            match (into, from) {
                $((TensorData::$variant(into), TensorData::$variant(from)) => into.extend_from_slice(from),)*
                // Compatible requests have equal datatypes.
                _ => {}
            }
        }

        fn slice(data: &TensorData, start: usize, end: usize) -> TensorData {
            match data {
                $(TensorData::$variant(values) => TensorData::$variant(values[start..end].to_vec()),)*
            }
        }
    };
}

each_variant!(Bool, Uint8, Uint16, Uint32, Uint64, Int8, Int16, Int32, Int64, Fp16, Fp32, Fp64, Bytes);
