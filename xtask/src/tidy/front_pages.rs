//! Every capability of a room explains itself at the top of its `mod.rs`.

use super::finding::Finding;
use super::tree::Tree;
use super::walls::ROOMS;
use std::collections::BTreeSet;

/// Headings of a front page; each is a list of accepted spellings.
const HEADINGS: [&[&str]; 5] =
    [&["Purpose"], &["Words", "States"], &["Reads and writes"], &["Endpoints"], &["Not here"]];

/// Files that make a folder a capability; a folder without them is a shared part of its room.
const MARKS: [&str; 7] =
    ["api.rs", "operations.rs", "store.rs", "manifest.rs", "controller.rs", "reactor.rs", "migrations"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for room in ROOMS {
        let source = format!("crates/roadbed-{room}/src/");
        let inside = tree.files.iter().filter_map(|file| file.path.strip_prefix(&source)?.split_once('/'));
        let is_mark = |name: &str| MARKS.iter().any(|mark| name.split('/').next() == Some(*mark));
        let capabilities: BTreeSet<&str> = inside.filter(|(_, name)| is_mark(name)).map(|(folder, _)| folder).collect();
        for capability in capabilities {
            let path = format!("{source}{capability}/mod.rs");
            match tree.file(&path) {
                None => {
                    let text = format!("the capability {capability} has no mod.rs: give it one with a front page");
                    findings.push(Finding::refused(&path, 1, "front-page", text));
                }
                Some(file) => {
                    let missing = missing_headings(&file.text);
                    if !missing.is_empty() {
                        let text =
                            format!("the front page lacks {}: add the lines as `//! Purpose: …`", missing.join(", "));
                        findings.push(Finding::refused(&path, 1, "front-page", text));
                    }
                }
            }
        }
    }
    findings
}

fn missing_headings(text: &str) -> Vec<String> {
    let page: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//!")).collect();
    let has = |heading: &str| page.iter().any(|line| is_heading(line, heading));
    let missing = HEADINGS.iter().filter(|spellings| !spellings.iter().any(|heading| has(heading)));
    missing.map(|spellings| format!("\"{}\"", spellings.join("\" or \""))).collect()
}

/// `# Purpose`, `**Purpose.** …`, `Purpose: …` and a bare `Purpose`.
fn is_heading(line: &str, heading: &str) -> bool {
    let line = line.trim_start_matches([' ', '#', '*']);
    let Some(rest) = line.strip_prefix(heading) else { return false };
    rest.is_empty()
        || rest.starts_with([':', '.', '*', '/', ','])
        || rest.starts_with(" and ")
        || rest.starts_with(" (")
}

#[cfg(test)]
mod tests;
