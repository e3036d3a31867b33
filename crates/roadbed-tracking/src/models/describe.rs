//! What the `MLmodel` file of a version says, for people.
//! Source of the format: mlflow 3.17 `mlflow/models/model.py`, `mlflow/models/signature.py`.

use super::registry::python_minor;
use crate::artifacts::StoredFile;
use crate::mlflow::{MlflowError, Tracking};
use roadbed_capability::manifest::{Diagnostics, Document, Field};
use serde_json::{Map, Value};

const FILE: &str = "MLmodel";
const TEXT_LIMIT_BYTES: u64 = 4 << 20;

/// Empty where the file says nothing or cannot be read: a page about the version is worth showing all the same.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Described {
    pub flavors: Vec<String>,
    /// `inputs`, `outputs` and `params` as lists.
    pub signature: Option<Value>,
    pub python: Option<String>,
}

/// Describes the files of a version.
///
/// # Errors
/// The blobs fail.
pub(super) async fn of_files(tracking: &Tracking, files: &[StoredFile]) -> Result<Described, MlflowError> {
    let Some(file) = files.iter().find(|file| file.path == FILE) else { return Ok(Described::default()) };
    if file.bytes > TEXT_LIMIT_BYTES {
        return Ok(Described::default());
    }
    let bytes = tracking.context.blobs.read(&file.digest, TEXT_LIMIT_BYTES).await?;
    Ok(std::str::from_utf8(&bytes).map(of_text).unwrap_or_default())
}

pub(super) fn of_text(text: &str) -> Described {
    let Ok(root) = Document::parse(FILE, text) else { return Described::default() };
    let diagnostics = Diagnostics::new(FILE);
    let flavors = root.get("flavors").and_then(|node| Field::new(node, &diagnostics).entries()).unwrap_or_default();
    let mut signature = Map::new();
    if let Some(node) = root.get("signature") {
        for part in ["inputs", "outputs", "params"] {
            let json = node.get(part).and_then(|node| Field::new(node, &diagnostics).scalar());
            // MLflow writes each part as JSON in a text.
            if let Some(Ok(list @ Value::Array(_))) = json.map(|json| serde_json::from_str(&json)) {
                signature.insert(part.to_owned(), list);
            }
        }
    }
    Described {
        flavors: flavors.into_iter().map(|(name, _)| name.text.clone()).collect(),
        signature: (!signature.is_empty()).then_some(Value::Object(signature)),
        python: python_minor(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{Described, of_text};
    use serde_json::json;

    #[test]
    fn flavors_signature_and_python_are_told() {
        let text = "artifact_path: model\nflavors:\n  sklearn: {code: null}\n  python_function: {python_version: 3.11.7}\n\
                    signature:\n  inputs: '[{\"type\": \"double\", \"name\": \"a\"}]'\n  outputs: null\n";
        let described = of_text(text);
        assert_eq!(described.flavors, ["sklearn", "python_function"]);
        assert_eq!(described.signature, Some(json!({"inputs": [{"type": "double", "name": "a"}]})));
    }

    #[test]
    fn a_file_that_cannot_be_read_says_nothing() {
        for text in ["", ": : :", "flavors: 3", "signature: {inputs: nothing}"] {
            let described = of_text(text);
            assert_eq!((described.flavors.len(), described.signature), (0, None), "{text}");
        }
        assert_eq!(of_text("a: ["), Described::default());
    }
}
