//! Values that go into statements and come out of rows.

use roadbed_core::{
    Digest, EnvironmentId, EventSeq, InstanceId, JobId, Micros, ModelName, Name, ProjectId, RevisionId, RolloutId,
    ServiceId, TeamId, Timestamp, TokenId, ViewId, WorkloadId,
};

/// One SQL value. Times are integer microseconds UTC, digests and ids are text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    /// Never NaN when bound: [`crate::StoreError::NotANumber`].
    Real(f64),
    /// Never with a NUL character when bound: [`crate::StoreError::NulInText`].
    Text(String),
    Bytes(Vec<u8>),
    Boolean(bool),
    /// An unsigned number above `i64::MAX`. It can be made but not bound: [`crate::StoreError::IntegerRange`].
    TooLarge(u64),
}

/// Builds the parameters of a statement: `params![id, name, tx.now()]`.
#[macro_export]
macro_rules! params {
    () => { &[] as &[$crate::Value] };
    ($($value:expr),+ $(,)?) => { &[$($crate::Value::from($value)),+] as &[$crate::Value] };
}

macro_rules! from_small_integer {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Value {
            fn from(number: $kind) -> Self {
                Self::Integer(i64::from(number))
            }
        }
    )*};
}
from_small_integer!(i64, i32, i16, i8, u32, u16, u8);

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or(Self::TooLarge(number), Self::Integer)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::from(number as u64)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<&serde_json::Value> for Value {
    fn from(json: &serde_json::Value) -> Self {
        Self::Text(json.to_string())
    }
}

impl From<&Self> for Value {
    fn from(value: &Self) -> Self {
        value.clone()
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! from_word {
    (integer: $($kind:ty => $read:expr),*; text: $($text:ty),*) => {
        $(
            impl From<$kind> for Value {
                fn from(word: $kind) -> Self {
                    Self::Integer($read(word))
                }
            }
            impl From<&$kind> for Value {
                fn from(word: &$kind) -> Self {
                    Self::from(*word)
                }
            }
        )*
        $(
            impl From<$text> for Value {
                fn from(word: $text) -> Self {
                    Self::Text(word.to_string())
                }
            }
            impl From<&$text> for Value {
                fn from(word: &$text) -> Self {
                    Self::Text(word.to_string())
                }
            }
        )*
    };
}
from_word! {
    integer: Timestamp => Timestamp::as_micros, EventSeq => |seq: EventSeq| seq.0, Micros => |micros: Micros| micros.0;
    text: Digest, Name, ModelName, TeamId, ProjectId, InstanceId, TokenId, JobId, EnvironmentId, ServiceId, RevisionId,
          RolloutId, ViewId, WorkloadId
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// `None` when the value has another type or does not fit.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! integer_from_value {
    ($($kind:ty),*) => {$(
        impl FromValue for $kind {
            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    Value::Integer(number) => Self::try_from(*number).ok(),
                    Value::Boolean(flag) => Some(Self::from(*flag)),
                    _ => None,
                }
            }
        }
    )*};
}
integer_from_value!(i64, i32, i16, u8, u16, u32, u64);

impl FromValue for f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a real column may give a whole number back as an integer on SQLite"
    )]
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Real(number) => Some(*number),
            Value::Integer(number) => Some(*number as Self),
            _ => None,
        }
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Boolean(flag) => Some(*flag),
            Value::Integer(0) => Some(false),
            Value::Integer(1) => Some(true),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Option<Self> {
        Some(value.clone())
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            present => T::from_value(present).map(Some),
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Self::from_micros)
    }
}

impl FromValue for EventSeq {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
}

impl FromValue for Micros {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(Self)
    }
}

impl FromValue for Digest {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value)?.parse().ok()
    }
}
