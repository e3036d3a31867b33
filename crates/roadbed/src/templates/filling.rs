//! From what somebody chose to files, or to everything that is wrong with it.

use roadbed_capability::manifest::{DiagnosticSeverity, Manifest, SectionSyntax};
use roadbed_capability::problem::ProblemItem;
use roadbed_cli::templates::{Filling, MANIFEST, ProjectFile, Template, TemplateError};
use roadbed_core::Name;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a template is filled in with.
#[derive(Debug, Default, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Chosen {
    /// Name of the project: lower-case letters, digits and `-`.
    pub name: String,
    /// Team that will own the project; written into the manifest when given.
    pub team: Option<String>,
    /// Values of the template's parameters; defaults for absent ones.
    #[serde(default)]
    pub parameters: BTreeMap<String, ParameterValue>,
}

/// A number or a text.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum ParameterValue {
    Number(serde_json::Number),
    Text(String),
}

impl ParameterValue {
    fn into_text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}

/// The files, or all problems at once: the name by the rule of projects, the parameters by those of the template, the manifest as an apply
/// reads it.
pub(super) fn fill(
    template: &Template,
    chosen: Chosen,
    syntax: &[SectionSyntax],
) -> Result<Vec<ProjectFile>, Vec<ProblemItem>> {
    let mut problems = Vec::new();
    let project = named("name", &chosen.name, &mut problems);
    let team = chosen.team.as_deref().and_then(|team| named("team", team, &mut problems));
    let parameters = chosen.parameters.into_iter().map(|(name, value)| (name, value.into_text())).collect();
    // The other fields are looked at even while the name is still wrong.
    let stand_in: Name = project.clone().map_or_else(|| "project".parse(), Ok).map_err(|_| Vec::new())?;
    let filling = Filling { project: &stand_in, team: team.as_ref(), parameters: &parameters };
    match template.fill(&filling) {
        Ok(files) if problems.is_empty() => {
            problems.extend(manifest_problems(&files, syntax));
            if problems.is_empty() { Ok(files) } else { Err(problems) }
        }
        Ok(_) => Err(problems),
        Err(errors) => {
            problems.extend(errors.iter().map(parameter_problem));
            Err(problems)
        }
    }
}

fn named(field: &str, text: &str, problems: &mut Vec<ProblemItem>) -> Option<Name> {
    match text.parse() {
        Ok(name) => Some(name),
        Err(error) => {
            let error: roadbed_core::InvalidName = error;
            problems.push(problem(field.to_owned(), error.to_string()));
            None
        }
    }
}

fn parameter_problem(error: &TemplateError) -> ProblemItem {
    problem(format!("parameters.{}", error.parameter()), error.to_string())
}

fn manifest_problems(files: &[ProjectFile], syntax: &[SectionSyntax]) -> Vec<ProblemItem> {
    let Some(manifest) = files.iter().find(|file| file.path == MANIFEST) else { return Vec::new() };
    let checked = Manifest::check(MANIFEST, &manifest.text, syntax);
    let errors = checked.diagnostics.iter().filter(|found| found.severity == DiagnosticSeverity::Error);
    errors.map(ProblemItem::from).collect()
}

const fn problem(field: String, detail: String) -> ProblemItem {
    ProblemItem { detail, field: Some(field), line: None, fix: None }
}
