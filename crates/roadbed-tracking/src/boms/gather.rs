//! Makes a bill of what is known.

use super::document::{
    Bom, Commit, Component, ComponentData, DataReference, Dependency, ExternalReference, Format, Hash, License,
    LicenseChoice, Metadata, ModelCard, ModelParameters, Pedigree, PerformanceMetric, Property, QuantitativeAnalysis,
    Tools,
};
use super::requirements::{self, Requirement};
use super::serial::numbered;
use crate::artifacts::{SignatureColumn, StoredFile};
use crate::facts::Facts;
use crate::inputs::DatasetInput;
use crate::mlflow::{Call, MlflowError, Tracking, rfc3339};
use crate::signatures::{FileHashes, Sha256};
use std::collections::BTreeSet;

const SCHEMA: &str = "http://cyclonedx.org/schema/bom-1.6.schema.json";
/// Licenses that are told by their SPDX identifier; tags with anything else are told as names.
const SPDX: [&str; 20] = [
    "AGPL-3.0-only",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "EPL-2.0",
    "EUPL-1.2",
    "GPL-2.0-only",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-3.0-only",
    "MIT",
    "MPL-2.0",
    "Unlicense",
    "Zlib",
];

pub(super) async fn bom(
    tracking: &Tracking,
    hashes: &FileHashes,
    call: &Call,
    (name, number): (&str, &str),
) -> Result<Bom, MlflowError> {
    let facts = Facts::of_version(tracking, call, (name, number)).await?;
    let digests = hashes.of_files(&facts.registered.files).await?;
    let files = facts.registered.files.iter().zip(digests).map(|(file, sha256)| of_file(file, sha256)).collect();
    let requirements = facts.requirements.as_deref().map(requirements::parse).unwrap_or_default();
    let datasets = datasets(&facts);
    let model = Component { components: files, ..of_model(&facts, &datasets) };
    let reference = model.reference.clone().unwrap_or_default();
    let libraries: Vec<Component> = requirements.iter().map(of_requirement).collect();
    let depends_on: Vec<String> = libraries.iter().filter_map(|library| library.reference.clone()).collect();
    let leaves = depends_on.iter().cloned().map(|reference| Dependency { reference, depends_on: Vec::new() });
    let leaves: Vec<Dependency> = leaves.collect();
    let mut dependencies = vec![Dependency { reference, depends_on }];
    dependencies.extend(leaves);
    let tool = Component {
        kind: "application",
        name: "roadbed".to_owned(),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        ..Component::default()
    };
    let bom = Bom {
        schema: SCHEMA,
        bom_format: "CycloneDX",
        spec_version: "1.6",
        serial_number: String::new(),
        version: 1,
        metadata: Metadata {
            timestamp: rfc3339(facts.registered.version.created_ms),
            tools: Tools { components: vec![tool] },
            component: model,
        },
        components: datasets.into_iter().map(|(data, _)| data).chain(libraries).collect(),
        dependencies,
    };
    numbered(bom).map_err(|error| MlflowError::internal(&error))
}

fn property(name: &str, value: Option<String>) -> Option<Property> {
    value.filter(|value| !value.is_empty()).map(|value| Property { name: format!("roadbed:{name}"), value })
}

fn license(text: &str) -> LicenseChoice {
    let id = SPDX.into_iter().find(|known| known.eq_ignore_ascii_case(text.trim()));
    let name = id.is_none().then(|| text.chars().take(300).collect());
    LicenseChoice { license: License { id, name } }
}

fn of_model(facts: &Facts, datasets: &[(Component, String)]) -> Component {
    let (version, model) = (&facts.registered.version, &facts.registered.model);
    let name = model.name.clone();
    let number = version.version.to_string();
    let (origin, repository) = (facts.origin.as_ref(), facts.repository());
    let said = version.description.as_deref().filter(|text| !text.is_empty()).unwrap_or(&model.description);
    let commit = origin.and_then(|origin| origin.commit.clone());
    let vcs = repository.clone().map(|url| ExternalReference { kind: "vcs", url });
    let properties = [
        property("digest", version.digest.map(|digest| digest.to_string())),
        property("run", origin.map(|origin| origin.run_id.clone())),
        property("job", origin.and_then(|origin| origin.job.clone())),
        property("source", Some(version.source.clone())),
        property("registered_by", version.created_by.clone()),
        property("python_version", facts.described.python_version.clone()),
        property("mlflow_version", facts.described.mlflow_version.clone()),
    ];
    Component {
        kind: "machine-learning-model",
        reference: Some(format!("model:{name}/{number}")),
        name,
        version: Some(number),
        description: Some(said.to_owned()).filter(|text| !text.is_empty()),
        licenses: facts.license().map(license).into_iter().collect(),
        pedigree: commit.map(|uid| Pedigree { commits: vec![Commit { uid, url: repository }] }),
        external_references: vcs.into_iter().collect(),
        model_card: Some(model_card(facts, datasets)),
        properties: properties.into_iter().flatten().collect(),
        ..Component::default()
    }
}

fn model_card(facts: &Facts, datasets: &[(Component, String)]) -> ModelCard {
    let format = |column: &SignatureColumn| {
        let name = column.name.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        let shape = column.shape.as_ref().map(|shape| format!(" {shape:?}")).unwrap_or_default();
        Format { format: format!("{name}{}{shape}", column.kind) }
    };
    let side = |columns: &Option<Vec<SignatureColumn>>| columns.iter().flatten().map(format).collect();
    let metric = |(name, value): (&String, &f64)| PerformanceMetric { kind: name.clone(), value: value.to_string() };
    let metrics: Vec<PerformanceMetric> = facts.metrics.iter().map(metric).collect();
    let parameter = |(name, value): (&String, &String)| Property {
        name: format!("roadbed:parameter:{name}"),
        value: value.clone(),
    };
    let flavors = facts.described.flavors.join(", ");
    ModelCard {
        model_parameters: ModelParameters {
            architecture_family: Some(flavors).filter(|flavors| !flavors.is_empty()),
            datasets: datasets.iter().map(|(_, reference)| DataReference { reference: reference.clone() }).collect(),
            inputs: side(&facts.described.inputs),
            outputs: side(&facts.described.outputs),
        },
        quantitative_analysis: (!metrics.is_empty()).then_some(QuantitativeAnalysis { performance_metrics: metrics }),
        properties: facts.parameters.iter().map(parameter).collect(),
    }
}

fn of_file(file: &StoredFile, sha256: Option<Sha256>) -> Component {
    let sha256 = sha256.map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    let hashes = [("SHA-256", sha256), ("BLAKE3", Some(file.digest.to_string()))];
    let hashes = hashes.into_iter().filter_map(|(alg, content)| Some(Hash { alg, content: content? })).collect();
    let properties = property("bytes", Some(file.bytes.to_string())).into_iter().collect();
    Component { kind: "file", name: file.path.clone(), hashes, properties, ..Component::default() }
}

/// Each dataset once, with what it is referred to by.
fn datasets(facts: &Facts) -> Vec<(Component, String)> {
    let inputs = facts.origin.as_ref().map(|origin| origin.datasets.as_slice()).unwrap_or_default();
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for input in inputs {
        let reference = format!("data:{}@{}", input.dataset.name, input.dataset.digest);
        if known.insert(reference.clone()) {
            found.push((of_dataset(input, reference.clone()), reference));
        }
    }
    found
}

fn of_dataset(input: &DatasetInput, reference: String) -> Component {
    let data = &input.dataset;
    let used = input.context().map_or_else(|| "read by the run".to_owned(), |context| format!("used for {context}"));
    let properties = [
        property("source_type", Some(data.source_type.clone())),
        property("context", input.context().map(str::to_owned)),
    ];
    Component {
        kind: "data",
        reference: Some(reference),
        name: data.name.clone(),
        version: Some(data.digest.clone()).filter(|digest| !digest.is_empty()),
        data: vec![ComponentData { kind: "dataset", name: data.name.clone(), description: used }],
        properties: properties.into_iter().flatten().collect(),
        ..Component::default()
    }
}

fn of_requirement(requirement: &Requirement) -> Component {
    let purl = requirement.purl();
    Component {
        kind: "library",
        reference: Some(purl.clone()),
        name: requirement.name.clone(),
        version: requirement.version.clone(),
        purl: Some(purl),
        properties: property("requirement", Some(requirement.text.clone())).into_iter().collect(),
        ..Component::default()
    }
}
