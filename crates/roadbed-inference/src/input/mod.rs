//! From the tensors of a request to what an engine takes: columns by name or one matrix, safe casts, and refusals that say what is expected.

mod cast;
mod category;
mod columns;
mod convert;
mod shape;

#[cfg(test)]
mod tests;

pub(crate) use cast::number_at;
pub(crate) use category::Category;
pub(crate) use columns::Columns;
pub(crate) use convert::convert;
pub(crate) use shape::{MATRIX_NAME, OUTPUT_NAME, PROBABILITIES_NAME, check_shape, select_outputs};
