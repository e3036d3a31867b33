//! Number types trees are evaluated in: XGBoost compares and sums in 32 bits, LightGBM in 64.

use roadbed_contracts::tensor::TensorData;

/// A floating-point type of an evaluator.
pub(crate) trait Scalar: Copy + PartialOrd + Default + Send + Sync + std::fmt::Debug + 'static {
    const INFINITY: Self;
    const NAN: Self;
    fn from_f64(value: f64) -> Self;
    fn to_f64(self) -> f64;
    fn is_missing(self) -> bool;
    fn plus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    /// The elements when the tensor already has this type.
    fn borrow(data: &TensorData) -> Option<&[Self]>;
    fn into_data(values: Vec<Self>) -> TensorData;
}

impl Scalar for f32 {
    const INFINITY: Self = Self::INFINITY;
    const NAN: Self = Self::NAN;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounding to the nearest 32-bit value is what XGBoost does with its inputs"
    )]
    fn from_f64(value: f64) -> Self {
        value as Self
    }
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    fn is_missing(self) -> bool {
        self.is_nan()
    }
    fn plus(self, other: Self) -> Self {
        self + other
    }
    fn times(self, other: Self) -> Self {
        self * other
    }
    fn borrow(data: &TensorData) -> Option<&[Self]> {
        if let TensorData::Fp32(values) = data { Some(values) } else { None }
    }
    fn into_data(values: Vec<Self>) -> TensorData {
        TensorData::Fp32(values)
    }
}

impl Scalar for f64 {
    const INFINITY: Self = Self::INFINITY;
    const NAN: Self = Self::NAN;
    fn from_f64(value: f64) -> Self {
        value
    }
    fn to_f64(self) -> f64 {
        self
    }
    fn is_missing(self) -> bool {
        self.is_nan()
    }
    fn plus(self, other: Self) -> Self {
        self + other
    }
    fn times(self, other: Self) -> Self {
        self * other
    }
    fn borrow(data: &TensorData) -> Option<&[Self]> {
        if let TensorData::Fp64(values) = data { Some(values) } else { None }
    }
    fn into_data(values: Vec<Self>) -> TensorData {
        TensorData::Fp64(values)
    }
}

/// The whole number of a value that holds one in `0..limit`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked before the cast")]
pub(crate) fn whole(value: f64, limit: usize) -> Option<usize> {
    (value >= 0.0 && value < limit as f64 && value.fract() == 0.0).then_some(value as usize)
}

/// The category of a value by truncation towards zero; `None` below zero or beyond 31 bits.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked before the cast")]
pub(crate) fn category(value: f64) -> Option<u32> {
    (value > -1.0 && value < 2_147_483_648.0).then(|| value.trunc().abs() as u32)
}
