//! Wire forms of the registry (`mlflow/protos/model_registry.proto`: RegisteredModel, ModelVersion).

use super::model::{Alias, RegisteredModel};
use super::operations::FullModel;
use super::versions::FullVersion;
use crate::mlflow::PairView;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct VersionView {
    name: String,
    version: String,
    creation_timestamp: i64,
    last_updated_timestamp: i64,
    current_stage: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    source: String,
    run_id: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<PairView>,
    run_link: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    model_id: String,
}

impl From<FullVersion> for VersionView {
    fn from(FullVersion { name, version, aliases }: FullVersion) -> Self {
        Self {
            name,
            version: version.version.to_string(),
            creation_timestamp: version.created_ms,
            last_updated_timestamp: version.updated_ms,
            current_stage: version.stage,
            description: version.description,
            source: version.source,
            run_id: version.run_id,
            // A version exists only after its files were frozen.
            status: "READY",
            tags: PairView::list(version.tags),
            run_link: version.run_link,
            aliases,
            model_id: version.model_id,
        }
    }
}

#[derive(Debug, Serialize)]
struct AliasView {
    alias: String,
    version: String,
}

#[derive(Debug, Serialize)]
pub(super) struct ModelView {
    name: String,
    creation_timestamp: i64,
    last_updated_timestamp: i64,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    latest_versions: Vec<VersionView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<PairView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<AliasView>,
}

impl From<FullModel> for ModelView {
    fn from(full: FullModel) -> Self {
        let FullModel { model, latest, aliases } = full;
        let RegisteredModel { name, description, tags, created_ms, updated_ms, .. } = model;
        // The versions inside a model carry no aliases of their own.
        let version = |version| FullVersion { name: name.clone(), version, aliases: Vec::new() };
        let latest_versions = latest.into_iter().map(version).map(VersionView::from).collect();
        let alias = |alias: Alias| AliasView { alias: alias.alias, version: alias.version.to_string() };
        Self {
            name,
            creation_timestamp: created_ms,
            last_updated_timestamp: updated_ms,
            description,
            latest_versions,
            tags: PairView::list(tags),
            aliases: aliases.into_iter().map(alias).collect(),
        }
    }
}
