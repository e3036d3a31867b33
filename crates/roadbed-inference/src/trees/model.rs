//! A tree model as requests meet it: rows in, predictions and probabilities out.

use super::ensemble::{Ensemble, Labels, Parsed};
use super::transform::{Transform, largest};
use super::{lightgbm, skops, xgboost};
use crate::error::{LoadError, read_file, read_text};
use crate::input::{Columns, MATRIX_NAME, OUTPUT_NAME, PROBABILITIES_NAME, select_outputs};
use crate::mlmodel::{MlModel, NativeFlavor};
use crate::scalar::Scalar;
use roadbed_contracts::backend::{BackendError, InferenceRequest, InferenceResponse};
use roadbed_contracts::tensor::{Datatype, Signature, Tensor, TensorData, TensorSpec};
use std::path::Path;

/// Largest model file that is read.
const MAX_FILE_BYTES: u64 = 4 << 30;

/// What `predict()` gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    /// The transformed sums.
    Values,
    /// The class with the largest probability, then the probabilities.
    Classes(Labels),
    /// 0 or 1 per target, then the probabilities.
    Targets,
}

/// A loaded model. Predictions equal those of the library within 1e-6.
#[derive(Debug)]
pub struct TreeModel {
    ensemble: Ensemble,
    transform: Transform,
    answer: Answer,
    outputs: usize,
    columns: Columns,
    output_name: String,
    signature: Signature,
}

impl TreeModel {
    /// Loads the XGBoost or LightGBM model of an MLflow folder.
    pub fn load(directory: &Path, model: &MlModel) -> Result<Self, LoadError> {
        match &model.native {
            Some(NativeFlavor::Xgboost { data, model_class }) => {
                let classifier = model_class.ends_with("Classifier");
                let booster = model_class.ends_with("Booster");
                let parsed = xgboost::parse(data, &read_file(directory, data, MAX_FILE_BYTES)?, !booster)?;
                let answer = if classifier { xgboost_answer(&parsed) } else { Answer::Values };
                Self::new(parsed, answer, model)
            }
            Some(NativeFlavor::Lightgbm { data, model_class }) if model_class == "lightgbm.basic.Booster" => {
                let parsed = lightgbm::parse(data, &read_text(directory, data, MAX_FILE_BYTES)?, None)?;
                Self::new(parsed, Answer::Values, model)
            }
            Some(NativeFlavor::Lightgbm { data, model_class }) => {
                let sklearn = skops::parse(data, &read_file(directory, data, MAX_FILE_BYTES)?)?;
                let parsed = lightgbm::parse(data, &sklearn.booster, sklearn.best_iteration)?;
                let answer = if model_class.ends_with("Classifier") {
                    let labels = sklearn.classes.ok_or_else(|| LoadError::corrupt(data, "the classes are missing"))?;
                    Answer::Classes(labels)
                } else {
                    Answer::Values
                };
                Self::new(parsed, answer, model)
            }
            _ => Err(LoadError::unsupported("the folder has no xgboost or lightgbm flavor")),
        }
    }

    fn new(mut parsed: Parsed, answer: Answer, model: &MlModel) -> Result<Self, LoadError> {
        let outputs = match &parsed.ensemble {
            Ensemble::Single(forest) => forest.outputs(),
            Ensemble::Double(forest) => forest.outputs(),
            Ensemble::Linear(linear) => linear.base.len(),
        };
        if let Answer::Classes(labels) = &answer {
            // The classes of multi:softmax come without probabilities; the margins are there, so give both.
            if parsed.transform == Transform::LargestIndex {
                parsed.transform = Transform::Softmax;
            }
            let expected = if outputs == 1 { 2 } else { outputs };
            if labels.len().is_some_and(|count| count != expected) {
                return Err(LoadError::unsupported(format!("the model has {expected} classes and other labels")));
            }
        }
        let signature_inputs =
            model.signature.as_ref().map(|signature| signature.inputs.as_slice()).unwrap_or_default();
        let columns = columns(&mut parsed, signature_inputs)?;
        let output_name = model.output_name().unwrap_or(OUTPUT_NAME).to_owned();
        let mut built = Self {
            ensemble: parsed.ensemble,
            transform: parsed.transform,
            answer,
            outputs,
            columns,
            output_name,
            signature: Signature::default(),
        };
        built.signature = built.describe(&parsed.feature_names, parsed.features, signature_inputs);
        Ok(built)
    }

    fn describe(&self, names: &[String], features: usize, inputs: &[TensorSpec]) -> Signature {
        let single = matches!(self.ensemble, Ensemble::Single(_) | Ensemble::Linear(_));
        let number = if single { Datatype::Fp32 } else { Datatype::Fp64 };
        let spec = |name: &str, datatype, shape: Vec<i64>| TensorSpec {
            name: name.to_owned(),
            datatype,
            shape,
            optional: false,
        };
        let inputs = if !inputs.is_empty() {
            inputs.to_vec()
        } else if names.is_empty() {
            vec![spec(MATRIX_NAME, number, vec![-1, i64::try_from(features).unwrap_or(-1)])]
        } else {
            names.iter().map(|name| spec(name, number, vec![-1])).collect()
        };
        let row = self.predict_rows_shape();
        let wide = |width: usize| vec![-1, i64::try_from(width).unwrap_or(-1)];
        let outputs = match &self.answer {
            Answer::Values => vec![spec(&self.output_name, number, row.map_or(vec![-1], wide))],
            Answer::Classes(labels) => vec![
                spec(&self.output_name, labels.name(std::iter::empty()).datatype(), vec![-1]),
                spec(PROBABILITIES_NAME, number, wide(if self.outputs == 1 { 2 } else { self.outputs })),
            ],
            Answer::Targets => vec![
                spec(&self.output_name, Datatype::Fp64, wide(self.outputs)),
                spec(PROBABILITIES_NAME, number, wide(self.outputs)),
            ],
        };
        Signature { inputs, outputs }
    }

    /// Width of a matrix answer; `None` when there is one value per row.
    fn predict_rows_shape(&self) -> Option<usize> {
        let width = self.transform.width(self.outputs);
        (width > 1).then_some(width)
    }

    #[must_use]
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Memory of the laid-out model in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        let bytes = match &self.ensemble {
            Ensemble::Single(forest) => forest.memory_bytes(),
            Ensemble::Double(forest) => forest.memory_bytes(),
            Ensemble::Linear(linear) => size_of_val(linear.weights.as_slice()),
        };
        bytes as u64
    }

    /// Predicts. `BadInput` when names, shapes or types do not fit.
    pub fn predict(&self, request: &InferenceRequest) -> Result<InferenceResponse, BackendError> {
        let outputs = match &self.ensemble {
            Ensemble::Single(forest) => self.answer(forest.sums(&self.columns.matrix(request)?), request.rows),
            Ensemble::Double(forest) => self.answer(forest.sums(&self.columns.matrix(request)?), request.rows),
            Ensemble::Linear(linear) => self.answer(linear.sums(&self.columns.matrix(request)?), request.rows),
        };
        select_outputs(outputs, &request.outputs)
    }

    fn answer<T: Scalar>(&self, sums: Vec<T>, rows: usize) -> Vec<Tensor> {
        let values = self.transform.apply(sums, self.outputs);
        let shape = |width: Option<usize>| width.map_or_else(|| vec![rows], |width| vec![rows, width]);
        let tensor = |name: &str, shape, data| Tensor { name: name.to_owned(), shape, data };
        match &self.answer {
            Answer::Values => {
                vec![tensor(&self.output_name, shape(self.predict_rows_shape()), T::into_data(values))]
            }
            Answer::Classes(labels) => {
                let probabilities = if self.outputs == 1 { both_classes(&values) } else { values };
                let width = if self.outputs == 1 { 2 } else { self.outputs };
                let classes = labels.name(probabilities.chunks_exact(width).map(largest));
                vec![
                    tensor(&self.output_name, shape(None), classes),
                    tensor(PROBABILITIES_NAME, shape(Some(width)), T::into_data(probabilities)),
                ]
            }
            Answer::Targets => {
                let flags = values.iter().map(|value| f64::from(u8::from(value.to_f64() > 0.5))).collect();
                vec![
                    tensor(&self.output_name, shape(Some(self.outputs)), TensorData::Fp64(flags)),
                    tensor(PROBABILITIES_NAME, shape(Some(self.outputs)), T::into_data(values)),
                ]
            }
        }
    }
}

fn xgboost_answer(parsed: &Parsed) -> Answer {
    if parsed.multi_target {
        Answer::Targets
    } else if parsed.transform == Transform::LargestIndex {
        Answer::Classes(Labels::NarrowIndex)
    } else {
        Answer::Classes(Labels::Index)
    }
}

/// `[1 - p, p]` for each probability.
fn both_classes<T: Scalar>(positive: &[T]) -> Vec<T> {
    let mut both = Vec::with_capacity(2 * positive.len());
    for p in positive {
        both.push(T::from_f64(1.0).plus(p.times(T::from_f64(-1.0))));
        both.push(*p);
    }
    both
}

/// Columns by the names of the model file, else of the signature; a signature may mark some optional.
fn columns(parsed: &mut Parsed, inputs: &[TensorSpec]) -> Result<Columns, LoadError> {
    let by_column = !inputs.is_empty() && inputs.iter().all(|input| input.shape.len() == 1);
    if by_column && inputs.len() == parsed.features {
        let names: Vec<String> = inputs.iter().map(|input| input.name.clone()).collect();
        // A model file may hold its own spelling (LightGBM replaces blanks); the signature is what clients know.
        let same_order = parsed.feature_names.iter().all(|name| !names.contains(name))
            || parsed.feature_names.iter().zip(&names).all(|(file, signature)| file == signature);
        if parsed.feature_names.is_empty() || same_order {
            parsed.feature_names = names;
        }
    }
    let optional = parsed
        .feature_names
        .iter()
        .map(|name| inputs.iter().find(|input| input.name == *name).is_some_and(|input| input.optional));
    let optional = optional.collect();
    let categories = std::mem::take(&mut parsed.categories);
    if parsed.feature_names.len() > 1
        && parsed.feature_names.iter().collect::<std::collections::HashSet<_>>().len() < parsed.features
    {
        return Err(LoadError::unsupported("two features of the model have the same name"));
    }
    Ok(Columns::new(parsed.features, parsed.feature_names.clone(), optional, categories))
}
