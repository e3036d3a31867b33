//! The columns a tabular model wants, and how a request gives them.

use super::cast::number_at;
use super::category::{Category, code_of_number, code_of_text};
use super::shape::check_shape;
use crate::scalar::Scalar;
use roadbed_contracts::backend::{BackendError, InferenceRequest};
use roadbed_contracts::tensor::{Datatype, Tensor, TensorData};
use std::borrow::Cow;
use std::collections::HashMap;

/// Names quoted in one message.
const QUOTED_NAMES: usize = 12;

/// Columns of a model in its own order.
#[derive(Debug, Clone)]
pub(crate) struct Columns {
    count: usize,
    /// Empty when the model knows no names: then only a matrix is accepted.
    names: Vec<String>,
    positions: HashMap<String, usize>,
    /// May be left out; filled with missing values.
    optional: Vec<bool>,
    categories: Vec<Option<Vec<Category>>>,
    has_categories: bool,
}

impl Columns {
    /// `names` and `optional` are empty or have `count` values; `categories` has `count`.
    pub(crate) fn new(
        count: usize,
        names: Vec<String>,
        optional: Vec<bool>,
        categories: Vec<Option<Vec<Category>>>,
    ) -> Self {
        let positions = names.iter().enumerate().map(|(position, name)| (name.clone(), position)).collect();
        let has_categories = categories.iter().any(Option::is_some);
        Self { count, names, positions, optional, categories, has_categories }
    }

    /// The request as a row-major matrix of `rows × count`, without a copy when it already is one.
    pub(crate) fn matrix<'r, T: Scalar>(&self, request: &'r InferenceRequest) -> Result<Cow<'r, [T]>, BackendError> {
        for tensor in &request.inputs {
            check_shape(tensor, request.rows)?;
        }
        if let [lone] = request.inputs.as_slice()
            && lone.shape.len() >= 2
            && !(self.count == 1 && self.positions.contains_key(&lone.name))
        {
            return self.one_matrix(lone);
        }
        self.by_name(request).map(Cow::Owned)
    }

    fn one_matrix<'r, T: Scalar>(&self, tensor: &'r Tensor) -> Result<Cow<'r, [T]>, BackendError> {
        let width = if let [_, width] = tensor.shape.as_slice() { Some(*width) } else { None };
        if width != Some(self.count) {
            let message = format!("input {:?} has shape {:?}; expected {}", tensor.name, tensor.shape, self.expected());
            return Err(BackendError::BadInput(message));
        }
        if !self.has_categories
            && let Some(values) = T::borrow(&tensor.data)
        {
            return Ok(Cow::Borrowed(values));
        }
        let mut matrix = Vec::with_capacity(tensor.data.len());
        for index in 0..tensor.data.len() {
            matrix.push(self.value(tensor, index, index % self.count)?);
        }
        Ok(Cow::Owned(matrix))
    }

    fn by_name<T: Scalar>(&self, request: &InferenceRequest) -> Result<Vec<T>, BackendError> {
        if self.names.is_empty() {
            let message = format!("the model knows no column names; expected {}", self.expected());
            return Err(BackendError::BadInput(message));
        }
        let mut given = vec![false; self.count];
        let mut matrix = vec![T::NAN; request.rows * self.count];
        for tensor in &request.inputs {
            // Columns the model does not know are ignored, as pyfunc does.
            let Some(&column) = self.positions.get(&tensor.name) else { continue };
            if !matches!(tensor.shape.as_slice(), [_] | [_, 1]) {
                let message =
                    format!("column {:?} has shape {:?}; expected [{}]", tensor.name, tensor.shape, request.rows);
                return Err(BackendError::BadInput(message));
            }
            if std::mem::replace(&mut given[column], true) {
                return Err(BackendError::BadInput(format!("column {:?} is given twice", tensor.name)));
            }
            self.scatter(tensor, column, &mut matrix)?;
        }
        self.check_given(&given, request)?;
        Ok(matrix)
    }

    /// Writes a column into the matrix; the two common types without a match per value.
    fn scatter<T: Scalar>(&self, tensor: &Tensor, column: usize, matrix: &mut [T]) -> Result<(), BackendError> {
        let slots = matrix.iter_mut().skip(column).step_by(self.count);
        match &tensor.data {
            TensorData::Fp64(values) if self.categories[column].is_none() => {
                slots.zip(values).for_each(|(slot, value)| *slot = T::from_f64(*value));
            }
            TensorData::Fp32(values) if self.categories[column].is_none() => {
                slots.zip(values).for_each(|(slot, value)| *slot = T::from_f64(f64::from(*value)));
            }
            _ => {
                for (index, slot) in slots.enumerate() {
                    *slot = self.value(tensor, index, column)?;
                }
            }
        }
        Ok(())
    }

    fn value<T: Scalar>(&self, tensor: &Tensor, index: usize, column: usize) -> Result<T, BackendError> {
        if let Some(categories) = &self.categories[column] {
            let code = match &tensor.data {
                TensorData::Bytes(texts) => texts.get(index).and_then(|text| code_of_text(categories, text)),
                data => number_at(data, index).and_then(|number| code_of_number(categories, number)),
            };
            return Ok(code.map_or(T::NAN, |code| T::from_f64(code as f64)));
        }
        number_at(&tensor.data, index).map(T::from_f64).ok_or_else(|| {
            let datatype = tensor.data.datatype().as_str();
            BackendError::BadInput(format!(
                "input {:?} has the datatype {datatype}; expected a number such as {}",
                tensor.name,
                Datatype::Fp64.as_str()
            ))
        })
    }

    fn check_given(&self, given: &[bool], request: &InferenceRequest) -> Result<(), BackendError> {
        let absent = |column: &usize| !given[*column] && !self.optional.get(*column).copied().unwrap_or(false);
        let missing: Vec<&str> = (0..self.count).filter(absent).map(|column| self.names[column].as_str()).collect();
        if missing.is_empty() && given.contains(&true) {
            return Ok(());
        }
        let unknown: Vec<&str> = request
            .inputs
            .iter()
            .map(|input| input.name.as_str())
            .filter(|name| !self.positions.contains_key(*name))
            .collect();
        let mut message = format!("columns are missing: {}", quote(&missing));
        if !unknown.is_empty() {
            message.push_str(&format!("; not columns of the model: {}", quote(&unknown)));
        }
        message.push_str(&format!("; expected {}", self.expected()));
        Err(BackendError::BadInput(message))
    }

    fn expected(&self) -> String {
        let matrix = format!("one matrix of shape [rows, {}]", self.count);
        if self.names.is_empty() {
            return matrix;
        }
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        format!("the columns {} one by one, or {matrix} in this order", quote(&names))
    }
}

fn quote(names: &[&str]) -> String {
    let shown = names.iter().take(QUOTED_NAMES).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    if names.len() > QUOTED_NAMES { format!("{shown} and {} more", names.len() - QUOTED_NAMES) } else { shown }
}
