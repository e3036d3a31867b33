//! Every crate takes edition, version, license and lints from the workspace.

use super::finding::Finding;
use super::tree::Tree;

const INHERITED: [&str; 4] = ["version", "edition", "rust-version", "license"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for folder in tree.crate_folders() {
        let Some(file) = tree.file(&format!("{folder}/Cargo.toml")) else { continue };
        let mut refuse = |line, text: String| findings.push(Finding::refused(&file.path, line, "inherit", text));
        let manifest: toml::Table = match file.text.parse() {
            Ok(manifest) => manifest,
            Err(error) => {
                refuse(1, format!("this is not TOML: {error}"));
                continue;
            }
        };
        let inherits = |value: Option<&toml::Value>| {
            let flag = value.and_then(|value| value.get("workspace")).and_then(toml::Value::as_bool);
            flag == Some(true)
        };
        if !inherits(manifest.get("lints")) {
            refuse(
                file.line_of("[lints"),
                "the lints of the workspace do not apply: write [lints] workspace = true".to_owned(),
            );
        }
        let package = manifest.get("package");
        for key in INHERITED {
            if !inherits(package.and_then(|package| package.get(key))) {
                refuse(file.line_of(key), format!("{key} is the crate's own: write {key}.workspace = true"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
