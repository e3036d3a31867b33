//! Values whose type only the values tell: a column of a table, an array without a declared datatype.
//! Types follow what pandas and numpy make of the same JSON.

use crate::json::scanner::{JsonError, Number, Scanner};
use roadbed_contracts::tensor::{Datatype, TensorData};

/// Why values make no column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MixedError {
    #[error("{found} after {kind}; all values of a column must have one type")]
    Mixed { kind: &'static str, found: &'static str },
    #[error("a missing value among {kind}; only numbers can be missing, so fill it in or leave the column out")]
    Missing { kind: &'static str },
    #[error("an object where a number, text, true, false or null is expected")]
    Object,
}

/// Values of one type so far.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MixedValues {
    /// Only nulls, this many.
    Unknown(usize),
    Bool(Vec<bool>),
    Integer(Vec<i64>),
    Float(Vec<f64>),
    Text(Vec<Vec<u8>>),
}

impl Default for MixedValues {
    fn default() -> Self {
        Self::Unknown(0)
    }
}

impl MixedValues {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "missing values",
            Self::Bool(_) => "booleans",
            Self::Integer(_) | Self::Float(_) => "numbers",
            Self::Text(_) => "text",
        }
    }

    /// Reads one value that is no array.
    #[inline]
    pub(crate) fn take(&mut self, scanner: &mut Scanner<'_>) -> Result<(), JsonError> {
        let outcome = match scanner.peek() {
            Some(b'"') => self.push_text(scanner.string()?.as_bytes()),
            Some(b't' | b'f') => self.push_bool(scanner.boolean()?),
            Some(b'n') if scanner.eat_null() => self.push_missing(),
            Some(b'{') => Err(MixedError::Object),
            _ => self.push_number(scanner.number()?),
        };
        outcome.map_err(|error| scanner.error(error.to_string()))
    }

    #[inline]
    pub(crate) fn push_number(&mut self, number: Number) -> Result<(), MixedError> {
        match (&mut *self, number) {
            (Self::Float(values), number) => values.push(number.as_f64()),
            (Self::Integer(values), Number::Integer(value)) => values.push(value),
            (Self::Unknown(0), Number::Integer(value)) => *self = Self::Integer(vec![value]),
            (Self::Integer(_) | Self::Unknown(_), number) => {
                let mut values = self.floats();
                values.push(number.as_f64());
                *self = Self::Float(values);
            }
            (other, _) => return Err(MixedError::Mixed { kind: other.kind(), found: "a number" }),
        }
        Ok(())
    }

    /// What is there so far, as floats with NaN for what is missing.
    fn floats(&self) -> Vec<f64> {
        match self {
            Self::Integer(values) => values.iter().map(|value| *value as f64).collect(),
            Self::Unknown(missing) => vec![f64::NAN; *missing],
            _ => Vec::new(),
        }
    }

    pub(crate) fn push_text(&mut self, text: &[u8]) -> Result<(), MixedError> {
        match self {
            Self::Text(values) => values.push(text.to_vec()),
            Self::Unknown(0) => *self = Self::Text(vec![text.to_vec()]),
            Self::Unknown(_) => return Err(MixedError::Missing { kind: "text" }),
            other => return Err(MixedError::Mixed { kind: other.kind(), found: "text" }),
        }
        Ok(())
    }

    pub(crate) fn push_bool(&mut self, value: bool) -> Result<(), MixedError> {
        match self {
            Self::Bool(values) => values.push(value),
            Self::Unknown(0) => *self = Self::Bool(vec![value]),
            Self::Unknown(_) => return Err(MixedError::Missing { kind: "booleans" }),
            other => return Err(MixedError::Mixed { kind: other.kind(), found: "a boolean" }),
        }
        Ok(())
    }

    pub(crate) fn push_missing(&mut self) -> Result<(), MixedError> {
        match self {
            Self::Unknown(count) => *count += 1,
            Self::Float(values) => values.push(f64::NAN),
            Self::Integer(_) => {
                let mut values = self.floats();
                values.push(f64::NAN);
                *self = Self::Float(values);
            }
            Self::Bool(_) | Self::Text(_) => return Err(MixedError::Missing { kind: self.kind() }),
        }
        Ok(())
    }

    pub(crate) const fn is_all_missing(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// As tensor data: in the wanted datatype where no value changes its meaning, else in the natural one, which the model's own
    /// check then refuses with what it expects.
    pub(crate) fn into_data(self, wanted: Option<Datatype>) -> TensorData {
        match (self, wanted) {
            (Self::Text(values), _) => TensorData::Bytes(values),
            (Self::Bool(values), _) => TensorData::Bool(values),
            (Self::Unknown(missing), wanted) => Self::Float(vec![f64::NAN; missing]).into_data(wanted),
            (Self::Float(values), Some(Datatype::Fp32)) => TensorData::Fp32(values.into_iter().map(narrow).collect()),
            (Self::Float(values), _) => TensorData::Fp64(values),
            (Self::Integer(values), Some(wanted)) => integers_as(values, wanted),
            (Self::Integer(values), None) => TensorData::Int64(values),
        }
    }
}

/// The nearest `f32`.
#[expect(clippy::cast_possible_truncation, reason = "rounding to the nearest is what the model's type asks for")]
pub(crate) fn narrow(value: f64) -> f32 {
    value as f32
}

fn integers_as(values: Vec<i64>, wanted: Datatype) -> TensorData {
    fn all<T: TryFrom<i64>>(values: &[i64]) -> Option<Vec<T>> {
        values.iter().map(|value| T::try_from(*value).ok()).collect()
    }
    let data = match wanted {
        Datatype::Fp64 => Some(TensorData::Fp64(values.iter().map(|value| *value as f64).collect())),
        Datatype::Fp32 => Some(TensorData::Fp32(values.iter().map(|value| narrow(*value as f64)).collect())),
        Datatype::Int32 => all(&values).map(TensorData::Int32),
        Datatype::Int16 => all(&values).map(TensorData::Int16),
        Datatype::Int8 => all(&values).map(TensorData::Int8),
        Datatype::Uint64 => all(&values).map(TensorData::Uint64),
        Datatype::Uint32 => all(&values).map(TensorData::Uint32),
        Datatype::Uint16 => all(&values).map(TensorData::Uint16),
        Datatype::Uint8 => all(&values).map(TensorData::Uint8),
        Datatype::Int64 | Datatype::Bool | Datatype::Fp16 | Datatype::Bytes => None,
    };
    data.unwrap_or(TensorData::Int64(values))
}
