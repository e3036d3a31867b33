//! What is needed of a skops file (skops.io, the format mlflow logs scikit-learn style models in): a zip archive with `schema.json` and
//! numpy arrays. Only data is read; nothing in it is ever executed.

use super::ensemble::Labels;
use super::npy;
use crate::error::LoadError;
use serde_json::Value;
use std::collections::HashMap;

const END_OF_DIRECTORY: [u8; 4] = *b"PK\x05\x06";
const DIRECTORY_ENTRY: [u8; 4] = *b"PK\x01\x02";
const LOCAL_HEADER_BYTES: usize = 30;
/// Bytes of the end record without comment, and the longest comment.
const END_BYTES: usize = 22;
const MAX_COMMENT: usize = 65_535;

/// A LightGBM model of the scikit-learn interface.
#[derive(Debug)]
pub(super) struct SklearnModel {
    /// Text of the booster.
    pub(super) booster: String,
    /// Iterations early stopping asks to use; `None`: all.
    pub(super) best_iteration: Option<usize>,
    /// Class labels of a classifier.
    pub(super) classes: Option<Labels>,
}

/// Reads the booster and the class labels of an `LGBMClassifier` or `LGBMRegressor`.
pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<SklearnModel, LoadError> {
    if !bytes.starts_with(b"PK") {
        return Err(LoadError::unsupported(format!(
            "{file} is a pickle, which only Python can read; log it with serialization_format=\"skops\""
        )));
    }
    let members = members(file, bytes)?;
    let schema = members.get("schema.json").ok_or_else(|| LoadError::corrupt(file, "schema.json is missing"))?;
    let schema: Value =
        serde_json::from_slice(schema).map_err(|error| LoadError::corrupt(file, format!("schema.json: {error}")))?;
    let missing = |what: &str| LoadError::corrupt(file, format!("schema.json has no {what}"));
    let content = |node: &'_ Value, key: &str| node.pointer(&format!("/content/content/{key}")).cloned();
    let booster = content(&schema, "_Booster").ok_or_else(|| missing("_Booster"))?;
    let text = content(&booster, "_handle").and_then(|node| json_text(&node)).ok_or_else(|| missing("model text"))?;
    let best = content(&booster, "best_iteration").and_then(|node| node.get("content")?.as_str()?.parse::<i64>().ok());
    let best_iteration = best.filter(|best| *best > 0).and_then(|best| usize::try_from(best).ok());
    let classes = match content(&schema, "_classes") {
        None => None,
        Some(node) => Some(classes(file, &schema, &node, &members)?),
    };
    Ok(SklearnModel { booster: text, best_iteration, classes })
}

/// The text of a node that holds JSON of a text.
fn json_text(node: &Value) -> Option<String> {
    serde_json::from_str(node.get("content")?.as_str()?).ok()
}

fn classes(file: &str, schema: &Value, node: &Value, members: &HashMap<String, &[u8]>) -> Result<Labels, LoadError> {
    // An object met before is written as a reference to its first place.
    let cached = node.get("__loader__").and_then(Value::as_str) == Some("CachedNode");
    let node = if cached { node.get("__id__").and_then(|id| find(schema, id)) } else { Some(node) };
    let name = node.and_then(|node| node.get("file")).and_then(Value::as_str);
    let name =
        name.ok_or_else(|| LoadError::unsupported(format!("{file} keeps its classes in a form only Python can read")))?;
    let array = members.get(name).ok_or_else(|| LoadError::corrupt(file, format!("{name} is missing")))?;
    npy::labels(array).map_err(|reason| LoadError::unsupported(format!("{file}: the classes in {name}: {reason}")))
}

/// The node that is written in full under an id.
fn find<'v>(value: &'v Value, id: &Value) -> Option<&'v Value> {
    let full = |node: &Value| {
        node.get("__id__") == Some(id) && node.get("__loader__").is_some_and(|loader| loader != "CachedNode")
    };
    match value {
        Value::Object(_) if full(value) => Some(value),
        Value::Object(members) => members.values().find_map(|member| find(member, id)),
        Value::Array(items) => items.iter().find_map(|item| find(item, id)),
        _ => None,
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?)))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}

/// Members of a zip archive whose members are stored as they are, which is what skops writes unless told otherwise.
fn members<'b>(file: &str, bytes: &'b [u8]) -> Result<HashMap<String, &'b [u8]>, LoadError> {
    let corrupt = || LoadError::corrupt(file, "the zip directory is damaged");
    let from = bytes.len().saturating_sub(END_BYTES + MAX_COMMENT);
    let end = bytes[from..].windows(4).rposition(|window| window == END_OF_DIRECTORY).ok_or_else(corrupt)? + from;
    let count = u16_at(bytes, end + 10).ok_or_else(corrupt)?;
    let mut at = u32_at(bytes, end + 16).ok_or_else(corrupt)?;
    let mut found = HashMap::new();
    for _ in 0..count {
        let entry = bytes.get(at..).filter(|entry| entry.starts_with(&DIRECTORY_ENTRY)).ok_or_else(corrupt)?;
        let read = || {
            let method = u16_at(entry, 10)?;
            let size = u32_at(entry, 20)?;
            let name_length = u16_at(entry, 28)?;
            let next = 46 + name_length + u16_at(entry, 30)? + u16_at(entry, 32)?;
            let name = String::from_utf8(entry.get(46..46 + name_length)?.to_vec()).ok()?;
            let local = u32_at(entry, 42)?;
            let start = local + LOCAL_HEADER_BYTES + u16_at(bytes, local + 26)? + u16_at(bytes, local + 28)?;
            Some((method, name, bytes.get(start..start.checked_add(size)?)?, next))
        };
        let (method, name, data, next) = read().ok_or_else(corrupt)?;
        if method != 0 {
            return Err(LoadError::unsupported(format!("{file} is compressed, which only Python can read")));
        }
        found.insert(name, data);
        at += next;
    }
    Ok(found)
}
