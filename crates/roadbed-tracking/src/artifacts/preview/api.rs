//! What a preview answers.

use crate::artifacts::described::ModelDescription;
use crate::artifacts::kind::media_type;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewQuery {
    /// File relative to the top, or a folder that holds a model.
    pub path: String,
    /// Where to begin: bytes of a text, rows of a table. The beginning when absent.
    #[serde(default)]
    pub offset: Option<u64>,
    /// How much: bytes of a text (1 to 1048576; 262144 when absent), rows of a table (1 to 1000; 100 when absent).
    #[serde(default)]
    pub limit: Option<u64>,
}

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PreviewKind {
    /// `text` is there.
    Text,
    /// `columns` and `rows` are there.
    Table,
    /// Fetch the file itself to draw it.
    Image,
    /// `model` and, for the file itself, `text` are there.
    Model,
    /// Nothing can be shown.
    Binary,
}

/// A file as far as it can be shown. Which fields are there depends on `kind`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct FilePreview {
    pub kind: PreviewKind,
    /// Relative to the top.
    pub path: String,
    /// Of the whole file, or of all files of a model folder.
    pub bytes: u64,
    pub media_type: &'static str,
    /// Whether the file goes on after what is shown.
    pub truncated: bool,
    /// Where the next part begins, in bytes of a text or rows of a table; none at the end and behind what can be shown.
    pub next_offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Numbers, texts, booleans and null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<Vec<serde_json::Value>>>,
    /// Rows of the whole file; none for a file too long to be counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_count: Option<u64>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelDescription>,
}

impl FilePreview {
    pub(super) fn new(kind: PreviewKind, path: &str, bytes: u64) -> Self {
        Self {
            kind,
            path: path.to_owned(),
            bytes,
            media_type: media_type(path),
            truncated: false,
            next_offset: None,
            text: None,
            columns: None,
            rows: None,
            row_count: None,
            width: None,
            height: None,
            model: None,
        }
    }
}
