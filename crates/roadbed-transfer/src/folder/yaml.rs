//! `meta.yaml`: one level of keys and plain values, sometimes a map of texts below one.

use crate::error::TransferError;
use roadbed_contracts::transfer::Stage;
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use std::collections::BTreeMap;
use std::path::Path;

/// The file in which a folder says what it is.
pub(super) const META: &str = "meta.yaml";

/// A file that was read.
pub(super) struct Meta {
    texts: BTreeMap<String, String>,
    maps: BTreeMap<String, BTreeMap<String, String>>,
}

impl Meta {
    /// None when the folder has no such file.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>, TransferError> {
        let path = folder.join(META);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(TransferError::file(&path, "read")(error)),
        };
        let documents = Yaml::load_from_str(&text).map_err(|error| TransferError::form(&path, error))?;
        let mut meta = Self { texts: BTreeMap::new(), maps: BTreeMap::new() };
        let mapping = documents.first().and_then(Yaml::as_mapping);
        let mapping = mapping.ok_or_else(|| TransferError::form(&path, "it holds no keys"))?;
        for (key, value) in mapping {
            let Some(key) = plain(key) else { continue };
            if let Some(text) = plain(value) {
                meta.texts.insert(key, text);
            } else if let Some(inner) = value.as_mapping() {
                let pairs =
                    inner.iter().filter_map(|(key, value)| Some((plain(key)?, plain(value).unwrap_or_default())));
                meta.maps.insert(key, pairs.collect());
            }
        }
        Ok(Some(meta))
    }

    /// Null is nothing.
    pub(super) fn optional(&self, key: &str) -> Option<String> {
        self.texts.get(key).cloned()
    }

    pub(super) fn text(&self, key: &str) -> String {
        self.optional(key).unwrap_or_default()
    }

    pub(super) fn integer(&self, key: &str) -> Option<i64> {
        self.texts.get(key)?.parse().ok()
    }

    pub(super) fn map(&self, key: &str) -> BTreeMap<String, String> {
        self.maps.get(key).cloned().unwrap_or_default()
    }

    pub(super) fn stage(&self) -> Stage {
        if self.text("lifecycle_stage") == "deleted" { Stage::Deleted } else { Stage::Active }
    }
}

fn plain(value: &Yaml<'_>) -> Option<String> {
    match value {
        Yaml::Value(Scalar::String(text)) => Some(text.to_string()),
        Yaml::Value(Scalar::Integer(number)) => Some(number.to_string()),
        Yaml::Value(Scalar::FloatingPoint(number)) => Some(number.to_string()),
        Yaml::Value(Scalar::Boolean(word)) => Some(word.to_string()),
        _ => None,
    }
}

/// Writes a value so that every reader of YAML takes it for the same text: JSON's strings are YAML's.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}
