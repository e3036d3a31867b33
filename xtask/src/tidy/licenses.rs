//! Every package may be used under a license of the list in `deny.toml`.

use super::finding::Finding;
use super::packages::Packages;
use super::tree::Tree;

const LIST: &str = "deny.toml";

pub(crate) fn check(tree: &Tree, packages: &Packages) -> Vec<Finding> {
    let allowed = match allowed_licenses(tree) {
        Ok(allowed) => allowed,
        Err(problem) => return vec![Finding::refused(LIST, 1, "license", problem)],
    };
    let mut findings = Vec::new();
    for package in packages.packages.iter().filter(|package| !package.is_member) {
        let text = match &package.license {
            Some(expression) if is_allowed(expression, &allowed) => continue,
            Some(expression) => {
                format!("{expression:?} is not in the list of {LIST}: use another package, or have the list reviewed")
            }
            None => "it names no license: use another package".to_owned(),
        };
        let line = tree.file("Cargo.lock").map_or(1, |lock| lock.line_of(&format!("name = \"{}\"", package.name)));
        let text = format!("{} {}: {text}", package.name, package.version);
        findings.push(Finding::refused("Cargo.lock", line, "license", text));
    }
    findings
}

fn allowed_licenses(tree: &Tree) -> Result<Vec<String>, String> {
    let file = tree.file(LIST).ok_or("the file is missing: it holds the list of licenses")?;
    let settings: toml::Table = file.text.parse().map_err(|error| format!("the file is not TOML: {error}"))?;
    let list = settings.get("licenses").and_then(|licenses| licenses.get("allow")).and_then(toml::Value::as_array);
    let list = list.ok_or("[licenses] allow = […] is missing")?;
    Ok(list.iter().filter_map(|license| license.as_str().map(str::to_owned)).collect())
}

/// Whether an SPDX expression can be met with allowed licenses. `A/B` is the old way to write `A OR B`.
pub(super) fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed, is_cut_off: false };
    let met = reader.any_of();
    met && reader.words.is_empty() && !reader.is_cut_off
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
    /// The expression ended where a license was due.
    is_cut_off: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take_if(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.take();
        }
        found
    }

    fn any_of(&mut self) -> bool {
        let mut met = self.all_of();
        while self.take_if("OR") {
            met |= self.all_of();
        }
        met
    }

    fn all_of(&mut self) -> bool {
        let mut met = self.one();
        while self.take_if("AND") {
            met &= self.one();
        }
        met
    }

    fn one(&mut self) -> bool {
        if self.take_if("(") {
            let met = self.any_of();
            return self.take_if(")") && met;
        }
        let Some(license) = self.take() else {
            self.is_cut_off = true;
            return false;
        };
        // An exception only adds rights, so the license alone is enough.
        let excepted = self.take_if("WITH").then(|| self.take()).flatten();
        let is_listed = |name: &str| self.allowed.iter().any(|allowed| allowed == name);
        is_listed(license) || excepted.is_some_and(|exception| is_listed(&format!("{license} WITH {exception}")))
    }
}

#[cfg(test)]
mod tests;
