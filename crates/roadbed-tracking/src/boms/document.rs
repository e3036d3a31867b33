//! The parts of CycloneDX 1.6 that are used. Source: `CycloneDX/specification` 1.6.1 `schema/bom-1.6.schema.json`; names and order of keys
//! are those of the schema.

use serde::Serialize;

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bom {
    #[serde(rename = "$schema")]
    pub schema: &'static str,
    pub bom_format: &'static str,
    pub spec_version: &'static str,
    /// `urn:uuid:…`, the same for the same content.
    pub serial_number: String,
    pub version: u32,
    pub metadata: Metadata,
    /// Data and packages.
    pub components: Vec<Component>,
    pub dependencies: Vec<Dependency>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomMetadata")]
pub(super) struct Metadata {
    /// RFC 3339: when the version was registered.
    pub timestamp: String,
    pub tools: Tools,
    /// The model.
    pub component: Component,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomTools")]
pub(super) struct Tools {
    pub components: Vec<Component>,
}

#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomComponent", rename_all = "camelCase")]
pub(super) struct Component {
    /// `machine-learning-model`, `file`, `data`, `library` or `application`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What dependencies and data sets name.
    #[serde(rename = "bom-ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub licenses: Vec<LicenseChoice>,
    /// Package URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pedigree: Option<Pedigree>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external_references: Vec<ExternalReference>,
    /// Files of the model.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_card: Option<ModelCard>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<ComponentData>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomHash")]
pub(super) struct Hash {
    /// `SHA-256` or `BLAKE3`.
    pub alg: &'static str,
    pub content: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomLicenseChoice")]
pub(super) struct LicenseChoice {
    pub license: License,
}

/// An identifier of SPDX, else a name.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomLicense")]
pub(super) struct License {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomPedigree")]
pub(super) struct Pedigree {
    pub commits: Vec<Commit>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomCommit")]
pub(super) struct Commit {
    pub uid: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomExternalReference")]
pub(super) struct ExternalReference {
    /// `vcs`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub url: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomModelCard", rename_all = "camelCase")]
pub(super) struct ModelCard {
    pub model_parameters: ModelParameters,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantitative_analysis: Option<QuantitativeAnalysis>,
    /// Parameters of the run, as `roadbed:parameter:<name>`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub properties: Vec<Property>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomModelParameters", rename_all = "camelCase")]
pub(super) struct ModelParameters {
    /// Flavors of the model, such as `sklearn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture_family: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<DataReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<Format>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Format>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomDataReference")]
pub(super) struct DataReference {
    #[serde(rename = "ref")]
    pub reference: String,
}

/// An input or output, such as `age: double`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomFormat")]
pub(super) struct Format {
    pub format: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomQuantitativeAnalysis", rename_all = "camelCase")]
pub(super) struct QuantitativeAnalysis {
    pub performance_metrics: Vec<PerformanceMetric>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomPerformanceMetric")]
pub(super) struct PerformanceMetric {
    /// Name of the metric.
    #[serde(rename = "type")]
    pub kind: String,
    pub value: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomData")]
pub(super) struct ComponentData {
    /// `dataset`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub name: String,
    pub description: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomProperty")]
pub(super) struct Property {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "BomDependency", rename_all = "camelCase")]
pub(super) struct Dependency {
    #[serde(rename = "ref")]
    pub reference: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<String>,
}
