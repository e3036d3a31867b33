//! Checks parameters before an engine sees them, so that both refuse the same values.

use crate::error::StoreError;
use crate::sql::translate::Translated;
use crate::value::Value;

/// Refuses what one of the engines cannot keep.
pub(crate) fn check_value(value: &Value, parameter: usize) -> Result<(), StoreError> {
    match value {
        Value::Real(number) if number.is_nan() => Err(StoreError::NotANumber { parameter }),
        Value::Text(text) if text.as_bytes().contains(&0) => Err(StoreError::NulInText { parameter }),
        Value::TooLarge(number) => Err(StoreError::IntegerRange { parameter, value: number.to_string() }),
        _ => Ok(()),
    }
}

/// The number of parameters and each value.
pub(crate) fn check_params(translated: &Translated, params: &[Value], sql: &str) -> Result<(), StoreError> {
    if params.len() != translated.parameters {
        let (expected, given) = (translated.parameters, params.len());
        return Err(StoreError::Arity { expected, given, sql: sql.to_owned() });
    }
    params.iter().enumerate().try_for_each(|(index, value)| check_value(value, index + 1))
}
