//! The `MLmodel` file and the files beside it.

use super::signature::parse_specs;
use crate::error::{LoadError, read_text};
use crate::input::OUTPUT_NAME;
use roadbed_contracts::tensor::Signature;
use saphyr::{LoadableYamlNode, Yaml};
use std::path::{Component, Path};

const FILE: &str = "MLmodel";
const MAX_FILE_BYTES: u64 = 64 << 20;

/// A flavor that a native engine may run. `data` is a path inside the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NativeFlavor {
    Xgboost { data: String, model_class: String },
    Lightgbm { data: String, model_class: String },
    Onnx { data: String },
}

/// What the folder says about its model.
#[derive(Debug, Clone, PartialEq)]
pub struct MlModel {
    /// The flavor whose `predict()` a native engine can give; `None` when only Python can.
    pub native: Option<NativeFlavor>,
    /// Whether mlflow can load it as a Python function.
    pub python_function: bool,
    pub signature: Option<Signature>,
    /// Minor version of the Python it was logged with, such as `3.11`.
    pub python: Option<String>,
    /// Text of `requirements.txt`, empty when there is none.
    pub requirements: String,
    /// Input example, as a path inside the folder.
    pub(crate) example: Option<String>,
    pub mlflow_version: Option<String>,
}

impl MlModel {
    /// Name of the first output, when the signature gives one.
    pub(crate) fn output_name(&self) -> Option<&str> {
        let name = self.signature.as_ref()?.outputs.first()?.name.as_str();
        (name != OUTPUT_NAME).then_some(name)
    }
}

/// Reads the folder's description. No model file is opened.
pub fn read(directory: &Path) -> Result<MlModel, LoadError> {
    let text = read_text(directory, FILE, MAX_FILE_BYTES)?;
    let mut model = parse(&text)?;
    if directory.join("requirements.txt").is_file() {
        model.requirements = read_text(directory, "requirements.txt", MAX_FILE_BYTES)?;
    }
    Ok(model)
}

/// Parses the text of an `MLmodel` file.
pub(super) fn parse(text: &str) -> Result<MlModel, LoadError> {
    let documents =
        Yaml::load_from_str(text).map_err(|error| LoadError::corrupt(FILE, format!("not YAML: {error}")))?;
    let root = documents.first().ok_or_else(|| LoadError::corrupt(FILE, "it is empty"))?;
    let flavors = root.as_mapping_get("flavors").ok_or_else(|| LoadError::corrupt(FILE, "flavors is missing"))?;
    let python_function = flavors.as_mapping_get("python_function");
    let loader = python_function.and_then(|flavor| text_of(flavor, "loader_module"));
    Ok(MlModel {
        native: native(flavors, loader.as_deref())?,
        python_function: python_function.is_some(),
        signature: signature(root)?,
        python: python_function.and_then(|flavor| text_of(flavor, "python_version")).map(|version| minor(&version)),
        requirements: String::new(),
        example: example(root)?,
        mlflow_version: text_of(root, "mlflow_version"),
    })
}

fn text_of(node: &Yaml<'_>, key: &str) -> Option<String> {
    node.as_mapping_get(key)?.as_str().map(str::to_owned)
}

fn minor(version: &str) -> String {
    version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".")
}

/// The native flavor, when the Python function is its plain wrapper: any other wrapper may change what `predict()` gives.
fn native(flavors: &Yaml<'_>, loader: Option<&str>) -> Result<Option<NativeFlavor>, LoadError> {
    for kind in ["xgboost", "lightgbm", "onnx"] {
        let Some(flavor) = flavors.as_mapping_get(kind) else { continue };
        if loader.is_some_and(|loader| loader != format!("mlflow.{kind}")) {
            continue;
        }
        let data = text_of(flavor, "data")
            .ok_or_else(|| LoadError::corrupt(FILE, format!("flavors.{kind}.data is missing")))?;
        check_inside(&data)?;
        let model_class = |default: &str| text_of(flavor, "model_class").unwrap_or_else(|| default.to_owned());
        return Ok(Some(match kind {
            "xgboost" => NativeFlavor::Xgboost { data, model_class: model_class("xgboost.core.Booster") },
            "lightgbm" => NativeFlavor::Lightgbm { data, model_class: model_class("lightgbm.basic.Booster") },
            _ => NativeFlavor::Onnx { data },
        }));
    }
    Ok(None)
}

/// Refuses a path that leaves the folder.
fn check_inside(path: &str) -> Result<(), LoadError> {
    let inside = !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    if inside { Ok(()) } else { Err(LoadError::corrupt(FILE, format!("the path {path:?} leaves the model folder"))) }
}

fn signature(root: &Yaml<'_>) -> Result<Option<Signature>, LoadError> {
    let Some(node) = root.as_mapping_get("signature").filter(|node| node.is_mapping()) else { return Ok(None) };
    let specs = |key: &str| match text_of(node, key) {
        None => Ok(Vec::new()),
        Some(json) => {
            parse_specs(&json, key).map_err(|reason| LoadError::corrupt(FILE, format!("signature.{key}: {reason}")))
        }
    };
    let signature = Signature { inputs: specs("inputs")?, outputs: specs("outputs")? };
    Ok((!signature.inputs.is_empty() || !signature.outputs.is_empty()).then_some(signature))
}

fn example(root: &Yaml<'_>) -> Result<Option<String>, LoadError> {
    let Some(info) = root.as_mapping_get("saved_input_example_info").filter(|node| node.is_mapping()) else {
        return Ok(None);
    };
    let Some(path) = text_of(info, "serving_input_path").or_else(|| text_of(info, "artifact_path")) else {
        return Ok(None);
    };
    check_inside(&path)?;
    Ok(Some(path))
}
