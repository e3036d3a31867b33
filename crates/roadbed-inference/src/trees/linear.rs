//! XGBoost's `gblinear`: a weight per feature and output, missing values count as nothing.

use crate::scalar::Scalar;

/// Weights in feature-major order, the intercepts last: `(features + 1) × outputs`.
#[derive(Debug, Clone)]
pub(super) struct Linear<T> {
    pub(super) weights: Vec<T>,
    pub(super) features: usize,
    /// Margin each output starts from.
    pub(super) base: Vec<T>,
}

impl<T: Scalar> Linear<T> {
    /// Sums for row-major `rows`.
    pub(super) fn sums(&self, rows: &[T]) -> Vec<T> {
        let outputs = self.base.len();
        let mut sums = Vec::with_capacity(rows.len() / self.features * outputs);
        for row in rows.chunks_exact(self.features) {
            for output in 0..outputs {
                let mut sum = self.base[output].plus(self.weights[self.features * outputs + output]);
                for (feature, value) in row.iter().enumerate().filter(|(_, value)| !value.is_missing()) {
                    sum = sum.plus(value.times(self.weights[feature * outputs + output]));
                }
                sums.push(sum);
            }
        }
        sums
    }
}
