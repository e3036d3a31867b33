//! Words that must not be in the repository. Each is put together from halves here, so that this file does not find itself.

use super::finding::Finding;
use super::tree::{TextFile, Tree};

const UNFINISHED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];
const UNFINISHED_MACROS: [&str; 2] = [concat!("todo", "!("), concat!("unimplemented", "!(")];
const ALLOW_ATTRIBUTES: [&str; 2] = [concat!("#[", "allow("), concat!("#![", "allow(")];
const MACHINE_PATHS: [&str; 2] = [concat!("/wo", "rk/"), concat!("/ro", "ot/")];
/// Hosts of package registries: which one is used is a setting of the machine.
const REGISTRY_HOSTS: [&str; 8] = [
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "yarnpkg.com"),
    concat!("proxy.", "golang.org"),
    concat!("conda.", "anaconda.org"),
];
/// What lock files may name: the public registry, never a mirror.
const LOCK_HOSTS: [&str; 5] = [
    "github.com",
    concat!("index.", "crates.io"),
    concat!("registry.", "npmjs.org"),
    concat!("pypi", ".org"),
    concat!("files.python", "hosted.org"),
];
const LOCK_FILES: [&str; 4] = ["Cargo.lock", "package-lock.json", "uv.lock", "pnpm-lock.yaml"];
const LOCK_REFERENCES: [&str; 4] = ["source = ", "\"resolved\": ", "url = ", "tarball: "];

fn is_lock(file: &TextFile) -> bool {
    LOCK_FILES.contains(&file.name())
}

/// Whether `word` stands in the line as a word of its own.
fn has_word(line: &str, word: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    line.match_indices(word).any(|(start, _)| {
        let (before, after) =
            (line.get(..start).unwrap_or_default(), line.get(start + word.len()..).unwrap_or_default());
        is_edge(before.chars().next_back()) && is_edge(after.chars().next())
    })
}

/// A finding for every line of the wanted files that `problem` objects to.
fn each_line(
    tree: &Tree,
    wanted: impl Fn(&TextFile) -> bool,
    rule: &'static str,
    problem: impl Fn(&str) -> Option<String>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| wanted(file)) {
        let found = file.lines().filter_map(|(number, line)| Some((number, problem(line)?)));
        findings.extend(found.map(|(number, text)| Finding::refused(&file.path, number, rule, text)));
    }
    findings
}

pub(crate) fn check_unfinished(tree: &Tree) -> Vec<Finding> {
    each_line(
        tree,
        |file| !is_lock(file),
        "unfinished",
        |line| {
            let word = UNFINISHED.iter().find(|word| has_word(line, word));
            let found = word.or_else(|| UNFINISHED_MACROS.iter().find(|call| line.contains(**call)))?;
            Some(format!("{found} stands for missing work: do it, or leave it out and say so where users read"))
        },
    )
}

pub(crate) fn check_allow_attributes(tree: &Tree) -> Vec<Finding> {
    each_line(
        tree,
        |file| file.path.ends_with(".rs"),
        "allow-attribute",
        |line| {
            let line = line.trim_start();
            let found = ALLOW_ATTRIBUTES.iter().find(|attribute| line.starts_with(**attribute))?;
            Some(format!(
                "{found}…)] hides a lint for ever: write #[expect(…, reason = \"…\")], or do what the lint says"
            ))
        },
    )
}

pub(crate) fn check_machine_paths(tree: &Tree) -> Vec<Finding> {
    each_line(
        tree,
        |_| true,
        "machine-path",
        |line| {
            // Only where a path starts: a folder of that name further down is no machine's.
            let starts_there = |(start, _): (usize, &str)| {
                let before = line.get(..start).unwrap_or_default().chars().next_back();
                before
                    .is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '/' | '}' | '>' | '*' | '$'))
            };
            let found = MACHINE_PATHS.iter().find(|path| line.match_indices(**path).any(starts_there))?;
            Some(format!("{found} exists on one machine: use a path inside the repository or a setting"))
        },
    )
}

pub(crate) fn check_hosts(tree: &Tree) -> Vec<Finding> {
    let mut findings = each_line(
        tree,
        |file| !is_lock(file),
        "registry-host",
        |line| {
            let found = REGISTRY_HOSTS.iter().find(|host| line.contains(**host))?;
            Some(format!("{found} is a setting of the machine: leave the choice of registry to cargo, uv and npm"))
        },
    );
    findings.extend(each_line(tree, is_lock, "registry-host", |line| {
        let reference = LOCK_REFERENCES.iter().any(|start| line.contains(start));
        let (_, address) = line.split_once("://").filter(|_| reference)?;
        let host = address.split(['/', '"', ':']).next().unwrap_or_default();
        let advice = || format!("{host:?} is not the public registry: make the lock file again without a mirror");
        (!LOCK_HOSTS.contains(&host)).then(advice)
    }));
    findings
}

#[cfg(test)]
mod tests;
