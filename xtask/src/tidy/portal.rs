//! Walls and addresses of the portal's sources.

use super::finding::Finding;
use super::tree::{TextFile, Tree};

const SOURCES: &str = "web/src/";
const FEATURES: &str = "web/src/features/";
/// Files at the top that put features together; what is put together does not look up to them.
const ASSEMBLY: [&str; 3] = ["web/src/App", "web/src/main", "web/src/routes"];
/// Names of XML name spaces and of this machine: they are never asked for anything.
const NEVER_CALLED: [&str; 3] = ["www.w3.org", "localhost", "127.0.0.1"];

fn sources(tree: &Tree) -> impl Iterator<Item = &TextFile> {
    tree.files.iter().filter(|file| file.path.starts_with(SOURCES))
}

/// Features meet in addresses and in the API, never in each other's code; what they share knows none of them.
pub(crate) fn check_features(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in sources(tree).filter(|file| file.path.ends_with(".ts") || file.path.ends_with(".tsx")) {
        let is_assembly = ASSEMBLY.iter().any(|path| stem(&file.path) == *path);
        for (number, line) in file.lines().filter(|_| !is_assembly) {
            for imported in imports(line).filter_map(|text| resolve(&file.path, text)) {
                if let Some(text) = objection(&file.path, &imported) {
                    findings.push(Finding::refused(&file.path, number, "feature-wall", text));
                }
            }
        }
    }
    findings
}

fn objection(path: &str, imported: &str) -> Option<String> {
    let own = feature_of(path);
    match feature_of(imported) {
        Some(other) if own != Some(other) => {
            let who = own.map_or("what features share".to_owned(), |own| format!("the feature {own}"));
            Some(format!(
                "{who} must not use the feature {other}: link to its address, or move what both need to widgets or state"
            ))
        }
        None if own.is_some() && ASSEMBLY.contains(&stem(imported)) => {
            Some(format!("a feature must not use {imported}: it is put together there"))
        }
        _ => None,
    }
}

/// The feature a path belongs to.
fn feature_of(path: &str) -> Option<&str> {
    path.strip_prefix(FEATURES)?.split('/').next().filter(|name| !name.is_empty())
}

/// A path without the ending of a source file.
fn stem(path: &str) -> &str {
    path.strip_suffix(".tsx").or_else(|| path.strip_suffix(".ts")).unwrap_or(path)
}

/// What a line imports: the text after `from`, or within `import(…)`. Sources are formatted, so that both stand on one line.
fn imports(line: &str) -> impl Iterator<Item = &str> {
    let quoted = |rest: &'static str| line.match_indices(rest).map(move |(at, _)| at + rest.len());
    let places = quoted("from \"").chain(quoted("import(\"")).chain(quoted("import \""));
    places.filter_map(|start| line.get(start..)?.split('"').next())
}

/// The path a relative import leads to; `None` for packages.
fn resolve(path: &str, import: &str) -> Option<String> {
    if !import.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// The portal speaks to the server it came from and to nobody else: it works without a network, and tells nobody that it is used.
pub(crate) fn check_addresses(tree: &Tree) -> Vec<Finding> {
    let is_portal = |file: &&TextFile| file.path.starts_with(SOURCES) || file.path == "web/index.html";
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(is_portal).filter(|file| !file.is_test()) {
        for (number, line) in file.lines() {
            if let Some(host) = foreign_host(line) {
                let text = format!(
                    "{host} is not this server: the portal asks nobody else for anything and links to its own pages"
                );
                findings.push(Finding::refused(&file.path, number, "foreign-host", text));
            }
        }
    }
    findings
}

fn foreign_host(line: &str) -> Option<&str> {
    line.match_indices("://").find_map(|(at, separator)| {
        let before = line.get(..at)?;
        let is_web = ["http", "https", "ws", "wss"].iter().any(|scheme| before.ends_with(scheme));
        let host =
            line.get(at + separator.len()..)?.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '-').next()?;
        // Without a host it is put together at run time, from the address of this server.
        (is_web && !host.is_empty() && !NEVER_CALLED.contains(&host)).then_some(host)
    })
}

#[cfg(test)]
mod tests;
