//! A metric's value on the wire: JSON has no NaN, so protobuf writes it as text; infinities are clamped to the largest double.

use serde::{Serialize, Serializer};

/// A double as MLflow stores and shows it. Never infinite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure(f64);

impl Measure {
    /// Infinities become the largest finite double of their sign, as MLflow stores them.
    #[must_use]
    pub const fn new(value: f64) -> Self {
        if value.is_infinite() { Self(if value > 0.0 { f64::MAX } else { f64::MIN }) } else { Self(value) }
    }

    /// From the store's two columns: the value (0 for NaN) and the flag.
    #[must_use]
    pub const fn from_stored(value: f64, is_nan: bool) -> Self {
        Self(if is_nan { f64::NAN } else { value })
    }

    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    #[must_use]
    pub const fn is_nan(&self) -> bool {
        self.0.is_nan()
    }

    /// What the value column holds: 0 for NaN.
    #[must_use]
    pub const fn stored(self) -> f64 {
        if self.0.is_nan() { 0.0 } else { self.0 }
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.is_nan() { serializer.serialize_str("NaN") } else { serializer.serialize_f64(self.0) }
    }
}
