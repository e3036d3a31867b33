//! Walls between crates: who may use whom.

use super::finding::Finding;
use super::packages::{Package, Packages};
use super::tree::Tree;

pub(crate) const ROOMS: [&str; 8] =
    ["projects", "training", "tracking", "serving", "monitoring", "reliability", "cost", "changes"];

/// What every room may use: the words, the socket and the hands the socket stands on.
const ROOM_MAY_USE: [&str; 6] = ["core", "contracts", "stats", "store", "blobs", "capability"];

/// What the tests of a crate may use besides: an engine, and the room that drives it, are tested with the real process it starts.
const IN_TESTS: [(&str, &str); 2] = [("compute", "supervisor"), ("training", "supervisor")];

/// Packages that must not be linked into a crate, directly or through others, with the reason.
const NEVER_LINKED: [(&str, &[&str], &str); 2] = [
    (
        "supervisor",
        &["store", "blobs", "capability", "gateway", "inference", "compute", "tokio", "rusqlite", "postgres"],
        "a supervisor outlives everything and stays small and static",
    ),
    (
        "gateway",
        &["store", "blobs", "capability", "inference", "compute", "supervisor", "rusqlite", "postgres"],
        "predictions go on while control is dead",
    ),
];

/// Our crates a crate may use; `None` for a crate the drawing does not show.
fn may_use(name: &str) -> Option<Vec<&'static str>> {
    let allowed: &[&str] = match name {
        "core" | "stats" | "portal" | "xtask" => &[],
        "contracts" | "blobs" | "seal" | "snapshot" => &["core"],
        "store" | "compute" | "inference" => &["core", "contracts"],
        "supervisor" => &["core", "contracts", "snapshot"],
        "gateway" => &["core", "contracts", "stats"],
        "capability" => &["core", "contracts", "store", "blobs", "seal"],
        "training" => return Some([&ROOM_MAY_USE[..], &["compute"]].concat()),
        "serving" => return Some([&ROOM_MAY_USE[..], &["compute", "inference"]].concat()),
        "transfer" => &["core", "contracts"],
        "cli" => &["core", "contracts", "snapshot", "transfer"],
        "testkit" => &ROOM_MAY_USE,
        "roof" => {
            let beside = ["compute", "inference", "gateway", "supervisor", "snapshot", "cli", "portal"];
            return Some([&ROOM_MAY_USE[..], &ROOMS, &beside].concat());
        }
        room if ROOMS.contains(&room) => &ROOM_MAY_USE,
        _ => return None,
    };
    Some(allowed.to_vec())
}

/// The name of one of our crates in the drawing.
fn short_name(package: &str) -> &str {
    match package {
        "roadbed" => "roof",
        other => other.strip_prefix("roadbed-").unwrap_or(other),
    }
}

fn folder(package: &Package) -> String {
    if package.name == "xtask" { "xtask".to_owned() } else { format!("crates/{}", package.name) }
}

pub(crate) fn check(tree: &Tree, packages: &Packages) -> Vec<Finding> {
    let members: Vec<&Package> = packages.members().collect();
    let is_ours = |name: &str| members.iter().any(|member| member.name == name);
    let mut findings = Vec::new();
    for member in &members {
        let manifest = format!("{}/Cargo.toml", folder(member));
        let name = short_name(&member.name);
        let mut refuse = |needle: &str, text: String| {
            let line = tree.file(&manifest).map_or(1, |file| file.line_of(needle));
            findings.push(Finding::refused(&manifest, line, "wall", text));
        };
        let Some(allowed) = may_use(name) else {
            refuse(
                "name",
                format!("{name} is not in the drawing: add it to ARCHITECTURE.md and to the walls of xtask"),
            );
            continue;
        };
        for used in member.uses.iter().filter(|used| is_ours(used)) {
            if !allowed.contains(&short_name(used)) {
                refuse(used, format!("{name} must not use {}; it may use {}", short_name(used), spelled(&allowed)));
            }
        }
        for used in member.uses_in_tests.iter().filter(|used| is_ours(used) && !member.uses.contains(used)) {
            let is_known = short_name(used) == "testkit" || IN_TESTS.contains(&(name, short_name(used)));
            if !is_known && !allowed.contains(&short_name(used)) {
                let text = format!(
                    "tests of {name} must not use {}; they may use testkit and {}",
                    short_name(used),
                    spelled(&allowed)
                );
                refuse(used, text);
            }
        }
        for (_, never, reason) in NEVER_LINKED.iter().filter(|(whom, ..)| *whom == name) {
            let linked = packages.linked_into(&member.name);
            let wrong = linked
                .iter()
                .filter(|linked| never.contains(&short_name(linked)) || ROOMS.contains(&short_name(linked)));
            for linked in wrong {
                refuse("[dependencies]", format!("{name} links {linked}, maybe through others: {reason}"));
            }
        }
    }
    findings
}

fn spelled(allowed: &[&str]) -> String {
    if allowed.is_empty() { "none of our crates".to_owned() } else { allowed.join(", ") }
}

#[cfg(test)]
mod tests;
