//! What `cargo metadata` knows: our crates with what they use, and every package in the lock file for Linux.

use super::finding::Finding;
use super::tree::Tree;
use anyhow::{Context, ensure};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The platform whose packages count.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";
const DUPLICATES: &str = "xtask/duplicates.txt";

#[derive(Debug, Clone, Default)]
pub(crate) struct Packages {
    pub(crate) packages: Vec<Package>,
    /// (Name, version) of everything that is built. Less than `packages`: `cargo metadata` also lists what features that are off would need.
    pub(crate) built: BTreeSet<(String, String)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    /// One of ours.
    pub(crate) is_member: bool,
    /// Names of packages that are linked into it.
    pub(crate) uses: Vec<String>,
    /// Names of packages its tests use.
    pub(crate) uses_in_tests: Vec<String>,
}

impl Packages {
    pub(crate) fn load(root: &Path) -> anyhow::Result<Self> {
        let mut command = MetadataCommand::new();
        command.current_dir(root).other_options(["--filter-platform".to_owned(), PLATFORM.to_owned()]);
        let packages = packages_of(&command.exec().context("cargo metadata failed")?)?;
        let tree = Command::new("cargo")
            .args([
                "tree",
                "--workspace",
                "--edges",
                "all",
                "--target",
                PLATFORM,
                "--prefix",
                "none",
                "--format",
                "{p}",
            ])
            .current_dir(root)
            .output()
            .context("cannot run cargo tree")?;
        ensure!(tree.status.success(), "cargo tree: {}", String::from_utf8_lossy(&tree.stderr));
        Ok(Self { packages, built: built_packages(&String::from_utf8_lossy(&tree.stdout)) })
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.is_member)
    }

    /// Names of everything linked into a package, itself left out.
    pub(crate) fn linked_into(&self, name: &str) -> BTreeSet<&str> {
        let mut uses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for package in &self.packages {
            uses.entry(&package.name).or_default().extend(package.uses.iter().map(String::as_str));
        }
        let (mut linked, mut waiting) = (BTreeSet::new(), vec![name]);
        while let Some(next) = waiting.pop() {
            let new = uses.get(next).into_iter().flatten().filter(|used| linked.insert(**used));
            waiting.extend(new.copied().collect::<Vec<_>>());
        }
        linked
    }
}

/// Reads lines such as `serde v1.0.229 (*)`; lines about features are others.
fn built_packages(tree: &str) -> BTreeSet<(String, String)> {
    let package = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        let version = words.next()?.strip_prefix('v')?;
        Some((name.to_owned(), version.to_owned()))
    };
    tree.lines().filter_map(package).collect()
}

fn packages_of(metadata: &Metadata) -> anyhow::Result<Vec<Package>> {
    let resolve = metadata.resolve.as_ref().context("cargo metadata resolved nothing")?;
    let by_id: BTreeMap<_, _> = metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let mut packages = Vec::new();
    for node in &resolve.nodes {
        let package = by_id.get(&node.id).context("cargo metadata left out a package")?;
        let of_kind = |kind: DependencyKind| {
            let wanted =
                node.deps.iter().filter(|dependency| dependency.dep_kinds.iter().any(|found| found.kind == kind));
            let used = wanted.filter_map(|dependency| by_id.get(&dependency.pkg));
            used.map(|used| used.name.to_string()).collect()
        };
        packages.push(Package {
            name: package.name.to_string(),
            version: package.version.to_string(),
            license: package.license.clone(),
            is_member: metadata.workspace_members.contains(&node.id),
            uses: of_kind(DependencyKind::Normal),
            uses_in_tests: of_kind(DependencyKind::Development),
        });
    }
    Ok(packages)
}

/// Two versions of one package cost build time and surprise: each such package is on a reviewed list with the reason.
pub(crate) fn check_duplicates(tree: &Tree, packages: &Packages) -> Vec<Finding> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, version) in &packages.built {
        versions.entry(name).or_default().push(version);
    }
    versions.retain(|_, versions| versions.len() > 1);
    let list = tree.file(DUPLICATES);
    let lines =
        list.iter().flat_map(|file| file.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let mut findings = Vec::new();
    let mut reviewed = BTreeSet::new();
    for (number, line) in lines {
        let (name, reason) = line.split_once(':').unwrap_or((line, ""));
        reviewed.insert(name.trim());
        if reason.trim().is_empty() {
            let text = format!("{name} has no reason: write `{name}: who needs which version`");
            findings.push(Finding::refused(DUPLICATES, number, "duplicate-version", text));
        } else if !versions.contains_key(name.trim()) {
            let text = format!("{name} has one version now: remove this line");
            findings.push(Finding::refused(DUPLICATES, number, "duplicate-version", text));
        }
    }
    for (name, versions) in versions.iter().filter(|(name, _)| !reviewed.contains(*name)) {
        let line = tree.file("Cargo.lock").map_or(1, |lock| lock.line_of(&format!("name = \"{name}\"")));
        let text = format!(
            "{name} comes as {}: align the versions, or add it with its reason to {DUPLICATES}",
            versions.join(" and ")
        );
        findings.push(Finding::refused("Cargo.lock", line, "duplicate-version", text));
    }
    findings
}

#[cfg(test)]
mod tests;
