//! What parsers give: the trees of a file, and the names of its classes.

use super::forest::Forest;
use super::linear::Linear;
use super::transform::Transform;
use crate::input::Category;
use roadbed_contracts::tensor::TensorData;

/// What a parser found in a file.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) ensemble: Ensemble,
    pub(super) transform: Transform,
    pub(super) features: usize,
    /// Empty when the file has none.
    pub(super) feature_names: Vec<String>,
    /// Categories of each feature.
    pub(super) categories: Vec<Option<Vec<Category>>>,
    /// Several targets, each with its own answer, rather than classes.
    pub(super) multi_target: bool,
}

#[derive(Debug)]
pub(super) enum Ensemble {
    Single(Forest<f32>),
    Double(Forest<f64>),
    Linear(Linear<f32>),
}

/// Names of classes, by index.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Labels {
    /// The index itself, 64 bits.
    Index,
    /// The index itself, 32 bits (XGBoost's `multi:softmax`).
    NarrowIndex,
    Integers(Vec<i64>),
    Floats(Vec<f64>),
    Flags(Vec<bool>),
    Texts(Vec<String>),
}

impl Labels {
    /// Classes named; `None` when any index is fine.
    pub(super) const fn len(&self) -> Option<usize> {
        match self {
            Self::Index | Self::NarrowIndex => None,
            Self::Integers(labels) => Some(labels.len()),
            Self::Floats(labels) => Some(labels.len()),
            Self::Flags(labels) => Some(labels.len()),
            Self::Texts(labels) => Some(labels.len()),
        }
    }

    /// The labels of classes by index.
    pub(super) fn name(&self, classes: impl Iterator<Item = usize>) -> TensorData {
        match self {
            Self::Index => TensorData::Int64(classes.map(|class| i64::try_from(class).unwrap_or(i64::MAX)).collect()),
            Self::NarrowIndex => {
                TensorData::Int32(classes.map(|class| i32::try_from(class).unwrap_or(i32::MAX)).collect())
            }
            Self::Integers(labels) => TensorData::Int64(classes.map(|class| labels[class]).collect()),
            Self::Floats(labels) => TensorData::Fp64(classes.map(|class| labels[class]).collect()),
            Self::Flags(labels) => TensorData::Bool(classes.map(|class| labels[class]).collect()),
            Self::Texts(labels) => TensorData::Bytes(classes.map(|class| labels[class].as_bytes().to_vec()).collect()),
        }
    }
}
