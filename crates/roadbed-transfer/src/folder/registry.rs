//! Registered models: `models/<name>/` with `version-<n>/` folders and one file per alias.

use super::experiments::{MODELS, TAGS, folders, name, pairs};
use super::yaml::Meta;
use crate::error::TransferError;
use crate::versions::logged_model_of;
use roadbed_contracts::transfer::{AliasLine, ModelLine, VersionLine};
use std::path::Path;

const DELETED_VERSION: &str = "Deleted_Internal";
const VERSION: &str = "version-";

pub(super) fn models(root: &Path) -> Result<Vec<ModelLine>, TransferError> {
    let mut found = Vec::new();
    for folder in folders(&root.join(MODELS))? {
        let Some(meta) = Meta::read(&folder)? else { continue };
        let created_ms = meta.integer("creation_timestamp").unwrap_or(0);
        let numbers = folders(&folder)?;
        let numbers = numbers.iter().filter_map(|folder| name(folder).strip_prefix(VERSION)?.parse::<i64>().ok());
        found.push(ModelLine {
            name: meta.text("name"),
            description: meta.text("description"),
            tags: pairs(&folder.join(TAGS))?,
            last_version: numbers.max().unwrap_or(0),
            created_ms,
            updated_ms: meta.integer("last_updated_timestamp").unwrap_or(created_ms),
        });
    }
    Ok(found)
}

/// A version and where its files lie.
pub(super) fn versions(root: &Path, model: &str) -> Result<Vec<(VersionLine, String)>, TransferError> {
    let mut found = Vec::new();
    for folder in folders(&root.join(MODELS).join(model))? {
        let Some(version) = name(&folder).strip_prefix(VERSION).and_then(|number| number.parse().ok()) else {
            continue;
        };
        let Some(meta) = Meta::read(&folder)? else { continue };
        let stage = meta.text("current_stage");
        if stage == DELETED_VERSION {
            continue;
        }
        let (source, created_ms) = (meta.text("source"), meta.integer("creation_timestamp").unwrap_or(0));
        let location = meta.optional("storage_location").unwrap_or_else(|| source.clone());
        let line = VersionLine {
            model: model.to_owned(),
            version,
            logged_model: meta.optional("model_id").or_else(|| logged_model_of(&source)).unwrap_or_default(),
            source,
            run: meta.text("run_id"),
            run_link: meta.text("run_link"),
            description: meta.optional("description"),
            stage,
            tags: pairs(&folder.join(TAGS))?,
            created_ms,
            updated_ms: meta.integer("last_updated_timestamp").unwrap_or(created_ms),
            files_at: None,
        };
        found.push((line, location));
    }
    found.sort_by_key(|(line, _)| line.version);
    Ok(found)
}

pub(super) fn aliases(root: &Path, model: &str) -> Result<Vec<AliasLine>, TransferError> {
    let found = pairs(&root.join(MODELS).join(model).join("aliases"))?;
    let line = |(alias, version): (String, String)| {
        Some(AliasLine { model: model.to_owned(), alias, version: version.trim().parse().ok()? })
    };
    Ok(found.into_iter().filter_map(line).collect())
}
