//! Machine checks of the architecture and the style of this repository. Each check is one function from what was read to findings.

mod attributes;
mod cycles;
mod error_lines;
mod finding;
mod front_pages;
mod licenses;
mod list_only;
mod manifests;
mod module_tree;
mod names;
mod npm_licenses;
mod packages;
mod portal;
mod references;
mod sizes;
mod sql_place;
mod tree;
mod walls;
mod words;

use anyhow::anyhow;
use finding::{Finding, Severity};
use packages::Packages;
use std::path::Path;
use tree::Tree;

/// What every check reads.
struct Subject {
    tree: Tree,
    packages: Packages,
}

type Check = fn(&Subject) -> Vec<Finding>;

const CHECKS: &[Check] = &[
    |subject| walls::check(&subject.tree, &subject.packages),
    |subject| cycles::check(&subject.tree),
    |subject| sizes::check_files(&subject.tree),
    |subject| sizes::check_functions(&subject.tree),
    |subject| list_only::check(&subject.tree),
    |subject| front_pages::check(&subject.tree),
    |subject| licenses::check(&subject.tree, &subject.packages),
    |subject| npm_licenses::check(&subject.tree),
    |subject| packages::check_duplicates(&subject.tree, &subject.packages),
    |subject| names::check(&subject.tree),
    |subject| manifests::check(&subject.tree),
    |subject| portal::check_features(&subject.tree),
    |subject| portal::check_addresses(&subject.tree),
    |subject| error_lines::check(&subject.tree),
    |subject| sql_place::check(&subject.tree),
    |subject| words::check_unfinished(&subject.tree),
    |subject| words::check_allow_attributes(&subject.tree),
    |subject| words::check_machine_paths(&subject.tree),
    |subject| words::check_hosts(&subject.tree),
    |subject| tree::check_parsed(&subject.tree),
];

/// All findings, and how many checks refused nothing or something.
pub(crate) struct Outcome {
    pub(crate) findings: Vec<Finding>,
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

/// Runs every check on the repository at `root`.
pub(crate) fn check(root: &Path) -> anyhow::Result<Outcome> {
    // Parsing and cargo take about as long as each other.
    let (tree, packages) = std::thread::scope(|scope| {
        let packages = scope.spawn(|| Packages::load(root));
        (Tree::load(root), packages.join())
    });
    let packages = packages.map_err(|_| anyhow!("the thread that asks cargo for packages panicked"))?;
    let subject = Subject { tree: tree?, packages: packages? };
    let mut outcome = Outcome { findings: Vec::new(), passed: 0, failed: 0 };
    for check in CHECKS {
        let findings = check(&subject);
        match findings.iter().any(|finding| finding.severity == Severity::Refused) {
            true => outcome.failed += 1,
            false => outcome.passed += 1,
        }
        outcome.findings.extend(findings);
    }
    outcome.findings.sort();
    Ok(outcome)
}
