//! Templates of `roadbed init`, kept in the repository's `templates/` and built into the program.

use roadbed_core::Name;

/// A small working project.
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Path in the project and text. The project's name is [`PLACEHOLDER`].
    pub(crate) files: &'static [(&'static str, &'static str)],
}

/// Name of the project in templates.
pub(crate) const PLACEHOLDER: &str = "my-project";

pub(crate) static TEMPLATES: [Template; 2] = [
    Template {
        name: "sklearn",
        about: "a scikit-learn model, tracked with MLflow",
        files: &[
            ("roadbed.yaml", include_str!("../../../templates/sklearn/roadbed.yaml")),
            ("train.py", include_str!("../../../templates/sklearn/train.py")),
            ("requirements.txt", include_str!("../../../templates/sklearn/requirements.txt")),
            ("README.md", include_str!("../../../templates/sklearn/README.md")),
            (".gitignore", include_str!("../../../templates/sklearn/gitignore")),
        ],
    },
    Template {
        name: "empty",
        about: "one job that says hello",
        files: &[
            ("roadbed.yaml", include_str!("../../../templates/empty/roadbed.yaml")),
            ("hello.py", include_str!("../../../templates/empty/hello.py")),
            ("README.md", include_str!("../../../templates/empty/README.md")),
            (".gitignore", include_str!("../../../templates/empty/gitignore")),
        ],
    },
];

/// A project name made of a folder's name: what cannot be in a name becomes `-`.
pub(crate) fn project_name(folder: &str) -> Option<Name> {
    let lowered: String =
        folder.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let label: String = lowered.trim_start_matches(|c: char| !c.is_ascii_lowercase()).chars().take(63).collect();
    label.trim_end_matches('-').parse().ok()
}
