//! What the text of an `MLmodel` file says for people: flavors, and the signature as MLflow wrote it. Pure.
//! Source of the format: mlflow 3.17 `mlflow/models/model.py`, `mlflow/types/schema.py`. The engine reads the file by itself when it loads
//! the model; it wants tensors, and these are MLflow's own words.

use roadbed_capability::manifest::{Diagnostics, Document, Field, Node};
use serde_json::Value;

const FILE: &str = "MLmodel";

/// A description of a model.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MlModel {
    /// In the order of the file.
    pub flavors: Vec<String>,
    pub inputs: Vec<Column>,
    pub outputs: Vec<Column>,
    pub parameters: Vec<Parameter>,
    /// Path of the input example inside the folder, in the form the server takes when there is one.
    pub example: Option<String>,
}

/// One input or output: a column of a table, or a tensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// `None`: the only one, without a name.
    pub name: Option<String>,
    /// As MLflow wrote it: `{"type": "double"}`, `{"type": "array", "items": …}`; of a tensor the element type.
    pub definition: Value,
    /// Of a tensor; `-1` is any size.
    pub shape: Option<Vec<i64>>,
    pub required: bool,
}

/// A parameter of `predict()`.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    pub name: String,
    pub kind: String,
    pub default: Value,
}

impl Column {
    /// The type in words: `double`, `array(string)`, `float32`.
    #[must_use]
    pub fn kind(&self) -> String {
        kind_of(&self.definition)
    }
}

fn kind_of(definition: &Value) -> String {
    let name = definition.get("type").and_then(Value::as_str).unwrap_or("any");
    let within = definition.get("items").or_else(|| definition.get("values"));
    within.map_or_else(|| name.to_owned(), |within| format!("{name}({})", kind_of(within)))
}

/// Reads the text of an `MLmodel` file.
///
/// # Errors
/// A sentence: it is not YAML, or a part of the signature is not as MLflow writes it.
pub fn parse(text: &str) -> Result<MlModel, String> {
    let first = |found: &[roadbed_capability::manifest::Diagnostic]| {
        found.first().map_or_else(|| format!("{FILE} cannot be read"), ToString::to_string)
    };
    let root = Document::parse(FILE, text).map_err(|found| first(&found))?;
    let diagnostics = Diagnostics::new(FILE);
    let text_at = |node: Option<&Node>, key: &str| {
        let quiet = Diagnostics::new(FILE);
        Field::new(node?.get(key)?, &quiet).scalar()
    };
    let flavors = root.get("flavors").and_then(|node| Field::new(node, &diagnostics).entries());
    let signature = root.get("signature");
    let columns = |key: &str| match text_at(signature, key) {
        Some(json) => read_columns(&json).map_err(|reason| format!("{FILE}: signature.{key}: {reason}")),
        None => Ok(Vec::new()),
    };
    let parameters = match text_at(signature, "params") {
        Some(json) => read_parameters(&json).map_err(|reason| format!("{FILE}: signature.params: {reason}"))?,
        None => Vec::new(),
    };
    let example = root.get("saved_input_example_info");
    Ok(MlModel {
        flavors: flavors.unwrap_or_default().into_iter().map(|(key, _)| key.text.clone()).collect(),
        inputs: columns("inputs")?,
        outputs: columns("outputs")?,
        parameters,
        example: text_at(example, "serving_input_path").or_else(|| text_at(example, "artifact_path")),
    })
}

fn items(json: &str) -> Result<Vec<Value>, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

fn read_columns(json: &str) -> Result<Vec<Column>, String> {
    items(json)?.into_iter().map(read_column).collect()
}

fn read_column(mut column: Value) -> Result<Column, String> {
    let members = column.as_object_mut().ok_or("an entry is not an object")?;
    let name = match members.remove("name") {
        Some(Value::String(name)) => Some(name),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let required =
        members.remove("required") != Some(Value::Bool(false)) && members.remove("optional") != Some(Value::Bool(true));
    let Some(tensor) = members.remove("tensor-spec") else {
        if !members.get("type").is_some_and(Value::is_string) {
            return Err("an entry has no type".to_owned());
        }
        return Ok(Column { name, definition: column, shape: None, required });
    };
    let kind = tensor.get("dtype").and_then(Value::as_str).ok_or("a tensor has no dtype")?;
    let shape = tensor.get("shape").and_then(Value::as_array).ok_or("a tensor has no shape")?;
    let shape: Option<Vec<i64>> = shape.iter().map(Value::as_i64).collect();
    let shape = shape.ok_or("the shape of a tensor has whole numbers")?;
    Ok(Column { name, definition: serde_json::json!({ "type": kind }), shape: Some(shape), required })
}

fn read_parameters(json: &str) -> Result<Vec<Parameter>, String> {
    let read = |parameter: Value| {
        let text = |key: &str| parameter.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Parameter {
            name: text("name")?,
            kind: text("type").unwrap_or_else(|| "any".to_owned()),
            default: parameter.get("default").cloned().unwrap_or_default(),
        })
    };
    items(json)?
        .into_iter()
        .map(|parameter| read(parameter).ok_or_else(|| "a parameter has no name".to_owned()))
        .collect()
}
