//! Names that say nothing.

use super::finding::Finding;
use super::tree::Tree;
use std::collections::BTreeSet;
use syn::visit::Visit;

const EMPTY_WORDS: [&str; 8] = ["util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"];
/// Where names are ours to choose.
const PLACES: [&str; 4] = ["crates/", "xtask/", "web/src/", "examples/"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = BTreeSet::new();
    for file in tree.files.iter().filter(|file| PLACES.iter().any(|place| file.path.starts_with(place))) {
        if let Some(word) = file.path.split('/').find_map(empty_word) {
            findings.insert(Finding::refused(&file.path, 1, "name", advice(word)));
        }
        if let Some(syntax) = file.rust() {
            let mut modules = Modules { path: &file.path, findings: &mut findings };
            modules.visit_file(syntax);
        }
    }
    findings.into_iter().collect()
}

fn advice(word: &str) -> String {
    format!("\"{word}\" says nothing: name it for what is inside")
}

/// The empty word in a file, folder or module name, such as in `session_manager.rs`.
fn empty_word(name: &str) -> Option<&'static str> {
    let stem = name.split('.').next().unwrap_or(name).to_lowercase();
    let is_in = |word: &&&str| stem.split(['_', '-']).any(|part| part == **word);
    EMPTY_WORDS.iter().find(is_in).copied()
}

struct Modules<'a> {
    path: &'a str,
    findings: &'a mut BTreeSet<Finding>,
}

impl<'ast> Visit<'ast> for Modules<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let name = module.ident.to_string();
        if let Some(word) = empty_word(&name) {
            let line = module.ident.span().start().line;
            self.findings.insert(Finding::refused(self.path, line, "name", advice(word)));
        }
        syn::visit::visit_item_mod(self, module);
    }
}

#[cfg(test)]
mod tests;
