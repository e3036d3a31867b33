//! What the `MLmodel` file of a model folder says, for people.
//! Source of the format: mlflow 3.17 `mlflow/models/model.py`, `mlflow/models/signature.py`, `mlflow/types/schema.py`.

use super::kind::MODEL_FILE;
use super::model::StoredFile;
use crate::mlflow::{MlflowError, Tracking};
use roadbed_capability::manifest::{Diagnostics, Document, Field, Node};
use serde::Serialize;
use serde_json::{Map, Value};

const TEXT_LIMIT_BYTES: u64 = 4 << 20;

/// One column, or one tensor, of what a model takes or gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SignatureColumn {
    pub name: Option<String>,
    /// `double`, `long`, `string` and the like, or the type of a tensor's numbers.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a tensor; -1 stands for any length.
    pub shape: Option<Vec<i64>>,
    /// Whether the column must be there.
    pub required: bool,
}

/// Empty where the file says nothing or cannot be read: a page about the model is worth showing all the same.
#[derive(Debug, Clone, Default, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ModelDescription {
    /// Names of the flavors that can load it.
    pub flavors: Vec<String>,
    /// Signature as logged: `inputs`, `outputs` and `params`, each a list; none when none was logged.
    pub signature: Option<Value>,
    /// The signature's inputs; none without a signature.
    pub inputs: Option<Vec<SignatureColumn>>,
    pub outputs: Option<Vec<SignatureColumn>>,
    /// Minor Python version it was logged with.
    pub python_version: Option<String>,
    pub mlflow_version: Option<String>,
    /// When it was logged, as its client wrote it.
    pub logged_at: Option<String>,
    /// Of all files of the folder.
    pub bytes: Option<u64>,
}

impl ModelDescription {
    /// Describes a model folder by its files.
    ///
    /// # Errors
    /// The blobs fail.
    pub async fn of_files(tracking: &Tracking, files: &[StoredFile]) -> Result<Self, MlflowError> {
        let bytes = Some(files.iter().map(|file| file.bytes).sum());
        let file = files.iter().find(|file| file.path == MODEL_FILE && file.bytes <= TEXT_LIMIT_BYTES);
        let Some(file) = file else { return Ok(Self { bytes, ..Self::default() }) };
        let content = tracking.context.blobs.read(&file.digest, TEXT_LIMIT_BYTES).await?;
        let described = std::str::from_utf8(&content).map(Self::of_text).unwrap_or_default();
        Ok(Self { bytes, ..described })
    }

    fn of_text(text: &str) -> Self {
        let Ok(root) = Document::parse(MODEL_FILE, text) else { return Self::default() };
        let diagnostics = Diagnostics::new(MODEL_FILE);
        let word = |key| root.get(key).and_then(|node| Field::new(node, &diagnostics).scalar());
        let flavors = root.get("flavors").and_then(|node| Field::new(node, &diagnostics).entries()).unwrap_or_default();
        let signature = root.get("signature").map(|node| signature(node, &diagnostics)).unwrap_or_default();
        let side = |part: &str| Some(columns(signature.get(part)?));
        Self {
            flavors: flavors.into_iter().map(|(name, _)| name.text.clone()).collect(),
            inputs: side("inputs"),
            outputs: side("outputs"),
            signature: (!signature.is_empty()).then_some(Value::Object(signature)),
            python_version: python_minor(text),
            mlflow_version: word("mlflow_version"),
            logged_at: word("utc_time_created"),
            bytes: None,
        }
    }
}

/// MLflow writes each part of a signature as JSON in a text.
fn signature(node: &Node, diagnostics: &Diagnostics) -> Map<String, Value> {
    let mut found = Map::new();
    for part in ["inputs", "outputs", "params"] {
        let json = node.get(part).and_then(|node| Field::new(node, diagnostics).scalar());
        if let Some(Ok(list @ Value::Array(_))) = json.map(|json| serde_json::from_str(&json)) {
            found.insert(part.to_owned(), list);
        }
    }
    found
}

fn columns(list: &Value) -> Vec<SignatureColumn> {
    let column = |one: &Value| {
        let tensor = &one["tensor-spec"];
        let kind = tensor["dtype"].as_str().or_else(|| one["type"].as_str()).unwrap_or("unknown");
        let shape = tensor["shape"].as_array().map(|sizes| sizes.iter().filter_map(Value::as_i64).collect());
        SignatureColumn {
            name: one["name"].as_str().map(str::to_owned),
            kind: kind.to_owned(),
            shape,
            required: one["required"].as_bool().unwrap_or(true),
        }
    };
    list.as_array().into_iter().flatten().map(column).collect()
}

/// The minor Python version in the text of an `MLmodel` file: `python_version: 3.11.7` is `3.11`.
#[must_use]
pub fn python_minor(mlmodel: &str) -> Option<String> {
    let value = mlmodel.lines().find_map(|line| line.trim_start().strip_prefix("python_version:"))?;
    let value = value.trim().trim_matches(['\'', '"']);
    let mut parts = value.split('.');
    let (major, minor) = (parts.next()?, parts.next()?);
    let number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    (number(major) && number(minor)).then(|| format!("{major}.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::ModelDescription;
    use serde_json::json;

    #[test]
    fn flavors_signature_and_versions_are_told() {
        let text = "artifact_path: model\nflavors:\n  sklearn: {code: null}\n  python_function: {python_version: 3.11.7}\n\
                    mlflow_version: 3.17.2\nsignature:\n  inputs: '[{\"type\": \"double\", \"name\": \"a\", \"required\": false}]'\n  \
                    outputs: '[{\"type\": \"tensor\", \"tensor-spec\": {\"dtype\": \"int64\", \"shape\": [-1, 2]}}]'\n";
        let described = ModelDescription::of_text(text);
        assert_eq!(described.flavors, ["sklearn", "python_function"]);
        assert_eq!(described.mlflow_version.as_deref(), Some("3.17.2"));
        assert_eq!(described.signature.as_ref().unwrap()["inputs"][0]["name"], "a");
        let sides = json!([described.inputs, described.outputs]);
        let wanted = json!([
            [{"name": "a", "type": "double", "shape": null, "required": false}],
            [{"name": null, "type": "int64", "shape": [-1, 2], "required": true}],
        ]);
        assert_eq!(sides, wanted);
    }

    #[test]
    fn a_file_that_cannot_be_read_says_nothing() {
        for text in ["", ": : :", "flavors: 3", "signature: {inputs: nothing}"] {
            let described = ModelDescription::of_text(text);
            assert_eq!((described.flavors.len(), described.signature), (0, None), "{text}");
        }
        assert_eq!(ModelDescription::of_text("a: ["), ModelDescription::default());
    }
}
