//! Which engine runs a model: a native one where it can, Python workers where the revision allows them.

use crate::check::check;
use crate::error::LoadError;
use crate::mlmodel::{self, MlModel, NativeFlavor};
use crate::native::{NativeModel, Timed};
use crate::onnx::{self, OnnxEngines};
use crate::trees::TreeModel;
use roadbed_contracts::backend::{BackendError, InferenceRequest, InferenceResponse};
use roadbed_contracts::tensor::Signature;
use std::path::Path;

/// What a model folder needs.
#[derive(Debug)]
pub(crate) enum Choice {
    Native(Timed),
    /// Only Python can; the reason is for people, empty when no native engine knows the flavor.
    Python {
        model: Box<MlModel>,
        because: String,
    },
}

impl NativeModel for TreeModel {
    fn predict(&self, request: &InferenceRequest) -> Result<InferenceResponse, BackendError> {
        Self::predict(self, request)
    }
    fn signature(&self) -> &Signature {
        Self::signature(self)
    }
    fn engine(&self) -> String {
        "trees".to_owned()
    }
    fn memory_bytes(&self) -> u64 {
        Self::memory_bytes(self)
    }
}

/// Loads the folder natively, or says that Python has to. Damaged files are errors whatever could run them.
pub(crate) fn choose(engines: &OnnxEngines, directory: &Path) -> Result<Choice, LoadError> {
    let model = mlmodel::read(directory)?;
    let native = match &model.native {
        None => return Ok(Choice::Python { model: Box::new(model), because: String::new() }),
        Some(NativeFlavor::Onnx { data }) => {
            onnx::load(engines, directory, data, &model).map(|loaded| Box::new(loaded) as Box<dyn NativeModel>)
        }
        Some(_) => load_trees(directory, &model).map(|loaded| Box::new(loaded) as Box<dyn NativeModel>),
    };
    match native {
        Ok(native) => Ok(Choice::Native(warmed(native, directory, &model))),
        Err(LoadError::Unsupported(because)) => Ok(Choice::Python { model: Box::new(model), because }),
        Err(error @ LoadError::SelfCheck(_)) => {
            Ok(Choice::Python { model: Box::new(model), because: error.to_string() })
        }
        Err(error) => Err(error),
    }
}

fn load_trees(directory: &Path, model: &MlModel) -> Result<TreeModel, LoadError> {
    let loaded = TreeModel::load(directory, model)?;
    check(&loaded, directory, model)?;
    Ok(loaded)
}

/// Lets the model learn its speed on the logged example, so that the first requests are already placed well.
fn warmed(native: Box<dyn NativeModel>, directory: &Path, model: &MlModel) -> Timed {
    let timed = Timed::new(native);
    if let Ok(Some(example)) = mlmodel::read_example(directory, model) {
        for _ in 0..16 {
            // The self-check has just passed on this example.
            let _ = timed.predict(&example.request);
        }
    }
    timed
}
