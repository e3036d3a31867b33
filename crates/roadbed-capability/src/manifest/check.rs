//! Checks a whole manifest without a server.

use super::diagnostic::{Diagnostic, DiagnosticSeverity, Diagnostics};
use super::document::Document;
use super::field::Field;
use super::node::Node;
use super::plan::SectionSyntax;
use crate::problem::{Problem, ProblemItem};
use roadbed_core::{Digest, Name};
use serde_json::Value;
use std::collections::BTreeMap;

/// Top-level keys of later versions. A key leaves the list by itself as soon as a section reads it.
pub const LATER_KEYS: &[&str] = &["pipelines", "monitors", "objectives", "budget", "alerts", "targets", "agents"];

/// A manifest that reads well: what a server plans and applies.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    pub project: Name,
    /// `None`: the team of the caller.
    pub team: Option<Name>,
    /// Canonical JSON of each section that the file has, by top-level key.
    pub sections: BTreeMap<String, Value>,
    /// Over the canonical JSON of everything above: equal meaning gives an equal digest, whatever the layout of the file.
    pub digest: Digest,
}

/// The result of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// `None` when any diagnostic is an error.
    pub manifest: Option<Manifest>,
    /// Errors and warnings in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Checked {
    /// # Errors
    /// A 422 problem that lists every diagnostic.
    pub fn into_manifest(self) -> Result<Manifest, Problem> {
        self.manifest.ok_or_else(|| invalid(&self.diagnostics))
    }
}

fn invalid(diagnostics: &[Diagnostic]) -> Problem {
    let first = diagnostics.iter().find(|diagnostic| diagnostic.severity == DiagnosticSeverity::Error);
    let detail = first.map_or_else(|| "the manifest is not valid".to_owned(), ToString::to_string);
    let mut problem = Problem::new(http::StatusCode::UNPROCESSABLE_ENTITY, "manifest.invalid", detail);
    problem.line = first.map(|diagnostic| format!("{}:{}", diagnostic.line, diagnostic.column));
    problem.field = first.map(|diagnostic| diagnostic.key.clone()).filter(|key| !key.is_empty());
    problem.fix = first.and_then(|diagnostic| diagnostic.fix.clone());
    problem.with_problems(diagnostics.iter().map(ProblemItem::from).collect())
}

impl Manifest {
    /// Reads and checks the text of a manifest. `file` is the name shown in messages.
    #[must_use]
    pub fn check(file: &str, text: &str, sections: &[SectionSyntax]) -> Checked {
        let root = match Document::parse(file, text) {
            Ok(root) => root,
            Err(diagnostics) => return Checked { manifest: None, diagnostics },
        };
        let diagnostics = Diagnostics::new(file);
        let manifest = read(&root, sections, &diagnostics);
        let failed = diagnostics.error_count() > 0;
        Checked { manifest: manifest.filter(|_| !failed), diagnostics: diagnostics.into_sorted() }
    }

    /// The whole manifest as canonical JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        document(&self.project, self.team.as_ref(), &self.sections)
    }
}

fn read(root: &Node, sections: &[SectionSyntax], diagnostics: &Diagnostics) -> Option<Manifest> {
    let mut fields = Field::new(root, diagnostics).mapping()?;
    let project = fields.required("project").parse::<Name>();
    let team = fields.optional("team").parse::<Name>();
    let mut found = BTreeMap::new();
    for section in sections {
        let Some(node) = fields.optional(section.key).node() else { continue };
        let errors = diagnostics.error_count();
        match (section.check)(node, diagnostics) {
            Some(value) => {
                found.insert(section.key.to_owned(), sorted(value));
            }
            None if diagnostics.error_count() == errors => diagnostics.error(node, "the section is not accepted", None),
            None => {}
        }
    }
    fields.later(LATER_KEYS);
    fields.finish();
    let project = project?;
    let digest = digest_of(&document(&project, team.as_ref(), &found));
    Some(Manifest { project, team, sections: found, digest })
}

fn document(project: &Name, team: Option<&Name>, sections: &BTreeMap<String, Value>) -> Value {
    let mut document = serde_json::Map::new();
    document.insert("project".to_owned(), Value::String(project.to_string()));
    if let Some(team) = team {
        document.insert("team".to_owned(), Value::String(team.to_string()));
    }
    document.extend(sections.iter().map(|(key, value)| (key.clone(), value.clone())));
    sorted(Value::Object(document))
}

fn digest_of(value: &Value) -> Digest {
    Digest::from_bytes(*blake3::hash(value.to_string().as_bytes()).as_bytes())
}

/// The same value with the keys of every mapping in order, whatever map type `serde_json` was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let ordered: BTreeMap<String, Value> =
                entries.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Value::Object(ordered.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        scalar => scalar,
    }
}
