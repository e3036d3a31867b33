//! What changed between two revisions, field by field. Pure.

use super::line_difference::{LineDifference, line_difference};
use super::mlmodel::{Column, MlModel};
use crate::services::Revision;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Changed files that are named; there is a field `files` with the number of all.
const FILES_LIMIT: usize = 100;

/// What the files of a revision say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contents {
    pub model: MlModel,
    /// Text of `requirements.txt`.
    pub requirements: Option<String>,
}

/// One of the two revisions.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub revision: &'a Revision,
    pub contents: &'a Contents,
}

/// A field that is not equal.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FieldDifference {
    /// Such as `model_version`, `batching.max_rows`, `signature.inputs`, `requirements` or `files/model.ubj`.
    pub field: String,
    /// Null when there was none.
    pub before: Value,
    pub after: Value,
    /// For texts: what changed line by line; `before` and `after` are their digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<LineDifference>,
}

/// Fields that are not equal, in a fixed order.
#[must_use]
pub fn difference(before: Side<'_>, after: Side<'_>) -> Vec<FieldDifference> {
    let (fields_before, fields_after) = (fields(before), fields(after));
    let mut found: Vec<FieldDifference> = fields_before
        .into_iter()
        .zip(fields_after)
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| FieldDifference { field: field.to_owned(), before, after, lines: None })
        .collect();
    found.extend(requirements(before, after));
    found.extend(files(before, after));
    found
}

fn fields(side: Side<'_>) -> Vec<(&'static str, Value)> {
    let entry = &side.revision.entry;
    let origin = side.revision.origin.as_ref();
    let model = &side.contents.model;
    vec![
        ("model_name", json!(entry.model_name)),
        ("model_version", json!(entry.model_version)),
        ("model_digest", json!(entry.model_digest.to_string())),
        ("run_id", json!(origin.and_then(|origin| origin.run_id.clone()))),
        ("flavors", json!(model.flavors)),
        ("python", json!(origin.and_then(|origin| origin.python.clone()))),
        ("batching.max_rows", json!(entry.batching.map(|batching| batching.max_rows))),
        ("batching.max_delay_micros", json!(entry.batching.map(|batching| batching.max_delay_micros))),
        ("workers", json!(entry.workers)),
        ("concurrency", json!(origin.map(|origin| origin.concurrency))),
        ("signature.inputs", columns(&model.inputs)),
        ("signature.outputs", columns(&model.outputs)),
        ("signature.parameters", model.parameters.iter().map(|parameter| json!(parameter.name)).collect()),
    ]
}

fn columns(columns: &[Column]) -> Value {
    let column = |column: &Column| json!({ "name": column.name, "type": column.kind(), "shape": column.shape, "required": column.required });
    columns.iter().map(column).collect()
}

const REQUIREMENTS: &str = "requirements.txt";

fn digest_of(side: Side<'_>, path: &str) -> Value {
    let file = side.revision.entry.files.iter().find(|file| file.path == path);
    json!(file.map(|file| file.digest.to_string()))
}

fn requirements(before: Side<'_>, after: Side<'_>) -> Option<FieldDifference> {
    let text = |side: Side<'_>| side.contents.requirements.clone().unwrap_or_default();
    let lines = line_difference(&text(before), &text(after));
    (!lines.hunks.is_empty()).then(|| FieldDifference {
        field: "requirements".to_owned(),
        before: digest_of(before, REQUIREMENTS),
        after: digest_of(after, REQUIREMENTS),
        lines: Some(lines),
    })
}

/// Files that came, went or changed.
fn files(before: Side<'_>, after: Side<'_>) -> Vec<FieldDifference> {
    let mut digests: BTreeMap<&str, [Value; 2]> = BTreeMap::new();
    for (at, side) in [before, after].into_iter().enumerate() {
        for file in side.revision.entry.files.iter().filter(|file| file.path != REQUIREMENTS) {
            digests.entry(&file.path).or_default()[at] = json!(file.digest.to_string());
        }
    }
    let count = |side: Side<'_>| json!(side.revision.entry.files.len());
    let mut found = Vec::new();
    if count(before) != count(after) {
        let (before, after) = (count(before), count(after));
        found.push(FieldDifference { field: "files".to_owned(), before, after, lines: None });
    }
    let changed = digests.into_iter().filter(|(_, [before, after])| before != after).take(FILES_LIMIT);
    found.extend(changed.map(|(path, [before, after])| FieldDifference {
        field: format!("files/{path}"),
        before,
        after,
        lines: None,
    }));
    found
}
