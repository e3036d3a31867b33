//! Templates of new projects, kept in the repository's `templates/` and built into the program: `roadbed init` writes one into a folder,
//! the portal makes a project of one on the server.

use roadbed_core::Name;
use std::collections::BTreeMap;

/// A small working project.
#[derive(Debug)]
pub struct Template {
    pub name: &'static str,
    pub title: &'static str,
    pub about: &'static str,
    /// What somebody has after it, one sentence part each.
    pub what_you_get: &'static [&'static str],
    /// The job to start with.
    pub first_job: &'static str,
    /// Defaults of that job's parameters which one may choose.
    pub parameters: &'static [TemplateParameter],
    /// Path in the project and text. The project's name is [`PLACEHOLDER`].
    pub files: &'static [(&'static str, &'static str)],
}

/// A value in the manifest of a template, written there as `NAME: DEFAULT`.
#[derive(Debug)]
pub struct TemplateParameter {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: ParameterKind,
    pub default: &'static str,
    pub about: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// A whole number within these bounds, both included.
    Integer { least: u32, most: u32 },
    /// One line of at most 80 characters.
    Text,
}

/// Why a template cannot be filled in with what was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("the template has no parameter {0:?}")]
    UnknownParameter(String),
    #[error("{label} is a whole number from {least} to {most}, and {given:?} is none")]
    NotAnInteger { name: &'static str, label: &'static str, least: u32, most: u32, given: String },
    #[error("{label} is one line of 1 to {TEXT_LIMIT} characters")]
    NotALine { name: &'static str, label: &'static str },
}

/// Longest text of a parameter, in characters.
const TEXT_LIMIT: usize = 80;
/// Name of the project in templates.
const PLACEHOLDER: &str = "my-project";
/// The manifest's path in a project.
pub const MANIFEST: &str = "roadbed.yaml";

pub static TEMPLATES: [Template; 2] = [
    Template {
        name: "sklearn",
        title: "Train and serve a scikit-learn model",
        about: "a scikit-learn model, tracked with MLflow",
        what_you_get: &[
            "a training job with an environment of its own, built once",
            "a tracked run with parameters, metrics and the model",
            "a registered model named like the project, ready to deploy",
            "code that also runs without Roadbed: plain scikit-learn and MLflow",
        ],
        first_job: "train",
        parameters: &[
            TemplateParameter {
                name: "depth",
                label: "Depth of each tree",
                kind: ParameterKind::Integer { least: 1, most: 64 },
                default: "4",
                about: "deeper trees fit the training data more closely",
            },
            TemplateParameter {
                name: "trees",
                label: "Number of trees",
                kind: ParameterKind::Integer { least: 1, most: 1000 },
                default: "50",
                about: "more trees take longer and vary less",
            },
        ],
        files: &[
            (MANIFEST, include_str!("../../../templates/sklearn/roadbed.yaml")),
            ("train.py", include_str!("../../../templates/sklearn/train.py")),
            ("requirements.txt", include_str!("../../../templates/sklearn/requirements.txt")),
            ("README.md", include_str!("../../../templates/sklearn/README.md")),
            (".gitignore", include_str!("../../../templates/sklearn/gitignore")),
        ],
    },
    Template {
        name: "empty",
        title: "Start from a job that says hello",
        about: "one job that says hello",
        what_you_get: &["a job of plain Python without packages", "a place to put your own code"],
        first_job: "hello",
        parameters: &[TemplateParameter {
            name: "name",
            label: "Whom to greet",
            kind: ParameterKind::Text,
            default: "world",
            about: "the job's one parameter",
        }],
        files: &[
            (MANIFEST, include_str!("../../../templates/empty/roadbed.yaml")),
            ("hello.py", include_str!("../../../templates/empty/hello.py")),
            ("README.md", include_str!("../../../templates/empty/README.md")),
            (".gitignore", include_str!("../../../templates/empty/gitignore")),
        ],
    },
];

/// What a template is filled in with.
#[derive(Debug, Clone)]
pub struct Filling<'a> {
    pub project: &'a Name,
    /// Written into the manifest when given.
    pub team: Option<&'a Name>,
    /// Parameter → value as text; absent ones keep their defaults.
    pub parameters: &'a BTreeMap<String, String>,
}

/// A file of a filled-in template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFile {
    /// Relative to the project's folder.
    pub path: &'static str,
    pub text: String,
}

impl Template {
    /// The template called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TEMPLATES.iter().find(|template| template.name == name)
    }

    /// The project's files.
    ///
    /// # Errors
    /// Every parameter that is unknown or has a value it cannot have.
    pub fn fill(&self, filling: &Filling<'_>) -> Result<Vec<ProjectFile>, Vec<TemplateError>> {
        let unknown =
            filling.parameters.keys().filter(|name| !self.parameters.iter().any(|known| known.name == **name));
        let mut errors: Vec<TemplateError> = unknown.map(|name| TemplateError::UnknownParameter(shown(name))).collect();
        let mut chosen = Vec::new();
        for parameter in self.parameters {
            match filling.parameters.get(parameter.name).map(|given| parameter.value(given)) {
                Some(Ok(value)) => chosen.push((parameter, value)),
                Some(Err(error)) => errors.push(error),
                None => {}
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let fill = |(path, text): &(&'static str, &str)| {
            let mut text = text.replace(PLACEHOLDER, filling.project.as_str());
            if *path == MANIFEST {
                for (parameter, value) in &chosen {
                    text = text.replace(&parameter.as_written(parameter.default), &parameter.as_written(value));
                }
                if let Some(team) = filling.team {
                    let project = format!("project: {}\n", filling.project);
                    text = text.replacen(&project, &format!("{project}team: {team}\n"), 1);
                }
            }
            ProjectFile { path, text }
        };
        Ok(self.files.iter().map(fill).collect())
    }
}

impl TemplateParameter {
    fn as_written(&self, value: &str) -> String {
        format!("{}: {value}", self.name)
    }

    /// The value as it stands in the manifest.
    fn value(&self, given: &str) -> Result<String, TemplateError> {
        let (name, label) = (self.name, self.label);
        match self.kind {
            ParameterKind::Integer { least, most } => {
                let number: Option<u32> = given.trim().parse().ok();
                let number = number.filter(|number| (least..=most).contains(number));
                let error = || TemplateError::NotAnInteger { name, label, least, most, given: shown(given) };
                number.map(|number| number.to_string()).ok_or_else(error)
            }
            ParameterKind::Text if given == self.default => Ok(given.to_owned()),
            ParameterKind::Text => {
                let is_line = !given.trim().is_empty() && given.chars().count() <= TEXT_LIMIT;
                if !is_line || given.contains(char::is_control) {
                    return Err(TemplateError::NotALine { name, label });
                }
                // A JSON text is a YAML text too, whatever is in it: `no`, `1e3`, `a: b`.
                Ok(serde_json::Value::from(given).to_string())
            }
        }
    }
}

impl TemplateError {
    /// The parameter it is about.
    #[must_use]
    pub fn parameter(&self) -> &str {
        match self {
            Self::UnknownParameter(name) => name,
            Self::NotAnInteger { name, .. } | Self::NotALine { name, .. } => name,
        }
    }
}

/// The beginning of what somebody gave, for a message.
fn shown(given: &str) -> String {
    given.chars().take(40).collect()
}

/// A project name made of a folder's name: what cannot be in a name becomes `-`.
pub(crate) fn project_name(folder: &str) -> Option<Name> {
    let lowered: String =
        folder.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let label: String = lowered.trim_start_matches(|c: char| !c.is_ascii_lowercase()).chars().take(63).collect();
    label.trim_end_matches('-').parse().ok()
}

#[cfg(test)]
mod tests;
