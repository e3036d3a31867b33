//! From sums to answers. Formulas are those of the libraries, in their precision, so that answers agree to the last digits.

use crate::scalar::Scalar;

/// What happens to the sums of one row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Transform {
    Identity,
    /// `1 / (1 + exp(-slope · x))` of each sum.
    Sigmoid {
        slope: f64,
    },
    Exponential,
    /// `exp(x_i - max) / Σ exp(x_j - max)` over the row.
    Softmax,
    /// The index of the largest sum; one value per row.
    LargestIndex,
    /// 1 above zero, else 0.
    Step,
    /// `sign(x) · x²`.
    SignedSquare,
    /// `ln(1 + exp(x))`.
    Softplus,
}

impl Transform {
    /// Values per row after the transform.
    pub(super) const fn width(self, outputs: usize) -> usize {
        if matches!(self, Self::LargestIndex) { 1 } else { outputs }
    }

    /// Applies the transform to row-major `sums` of `outputs` values each.
    pub(super) fn apply<T: Scalar>(self, mut sums: Vec<T>, outputs: usize) -> Vec<T> {
        match self {
            Self::Identity => {}
            Self::LargestIndex => {
                return sums.chunks_exact(outputs).map(|row| T::from_f64(largest(row) as f64)).collect();
            }
            Self::Softmax => sums.chunks_exact_mut(outputs).for_each(softmax),
            _ => {
                for value in &mut sums {
                    *value = T::from_f64(self.single(value.to_f64()));
                }
            }
        }
        sums
    }

    fn single(self, x: f64) -> f64 {
        match self {
            Self::Sigmoid { slope } => 1.0 / (1.0 + (-slope * x).exp()),
            Self::Exponential => x.exp(),
            Self::Step => f64::from(u8::from(x > 0.0)),
            Self::SignedSquare => x.signum() * x * x,
            Self::Softplus => x.exp().ln_1p(),
            Self::Identity | Self::Softmax | Self::LargestIndex => x,
        }
    }
}

/// Index of the largest value, the first of equals.
pub(super) fn largest<T: Scalar>(row: &[T]) -> usize {
    let mut best = 0;
    for (index, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = index;
        }
    }
    best
}

fn softmax<T: Scalar>(row: &mut [T]) {
    let most = row[largest(row)].to_f64();
    let mut total = 0.0;
    for value in row.iter_mut() {
        let share = (value.to_f64() - most).exp();
        total += share;
        *value = T::from_f64(share);
    }
    for value in row {
        *value = T::from_f64(value.to_f64() / total);
    }
}
