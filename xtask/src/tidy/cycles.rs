//! No module cycles inside a crate. Modules side by side are compared with everything below them, so that two folders do not lean on
//! each other through different files; and a module must not use a module above it that uses it.

use super::finding::Finding;
use super::module_tree::{ModulePath, ModuleTree, modules_of};
use super::references::References;
use super::tree::Tree;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// From → to → where that is said.
type Edges<N> = BTreeMap<N, BTreeMap<N, Place>>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    path: String,
    line: usize,
}

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.crate_folders().into_iter().flat_map(|folder| check_crate(&modules_of(tree, folder))).collect()
}

fn check_crate(modules: &ModuleTree<'_>) -> Vec<Finding> {
    let references = References::of(modules);
    let mut edges: Edges<ModulePath> = Edges::new();
    for (from, module) in modules {
        for (to, line) in references.from(from) {
            let place = Place { path: module.file.path.clone(), line };
            edges.entry(from.clone()).or_default().insert(to.clone(), place);
        }
    }
    let mut findings = Vec::new();
    for parent in modules.keys() {
        findings.extend(cycles_in(&edges_between_children(&edges, parent)).iter().map(|cycle| describe(cycle)));
    }
    // A cycle through a module and one below it is invisible side by side.
    for cycle in cycles_in(&edges) {
        let paths: Vec<&ModulePath> = cycle.iter().map(|(path, _)| path).collect();
        let is_vertical =
            paths.iter().any(|above| paths.iter().any(|below| below != above && below.starts_with(above)));
        if is_vertical {
            findings.push(describe(&cycle));
        }
    }
    findings
}

/// Edges between the children of a module, each standing for everything below it.
fn edges_between_children(edges: &Edges<ModulePath>, parent: &ModulePath) -> Edges<ModulePath> {
    let depth = parent.len() + 1;
    let child_of =
        |path: &ModulePath| (path.len() >= depth && path.starts_with(parent)).then(|| path[..depth].to_vec());
    let mut between: Edges<ModulePath> = Edges::new();
    for (from, targets) in edges {
        let Some(from) = child_of(from) else { continue };
        for (to, place) in targets {
            if let Some(to) = child_of(to).filter(|to| *to != from) {
                let known = between.entry(from.clone()).or_default().entry(to).or_insert_with(|| place.clone());
                *known = known.clone().min(place.clone());
            }
        }
    }
    between
}

/// One shortest cycle per group of modules that reach each other: each module with the place where it names the next.
fn cycles_in<N: Ord + Clone>(edges: &Edges<N>) -> Vec<Vec<(N, Place)>> {
    let (mut cycles, mut told) = (Vec::new(), BTreeSet::new());
    for start in edges.keys() {
        if told.contains(start) {
            continue;
        }
        if let Some(cycle) = shortest_cycle(edges, start) {
            told.extend(reachable_both_ways(edges, start));
            cycles.push(cycle);
        }
    }
    cycles
}

fn shortest_cycle<N: Ord + Clone>(edges: &Edges<N>, start: &N) -> Option<Vec<(N, Place)>> {
    let mut came_from: BTreeMap<&N, (&N, &Place)> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(node) = waiting.pop_front() {
        for (next, place) in edges.get(node).into_iter().flatten() {
            if !came_from.contains_key(next) {
                came_from.insert(next, (node, place));
                waiting.push_back(next);
            }
        }
        if let Some((last, place)) = came_from.get(start) {
            let mut cycle = vec![((*last).clone(), (*place).clone())];
            let mut node = *last;
            while node != start {
                let (before, place) = came_from.get(node)?;
                cycle.push(((*before).clone(), (*place).clone()));
                node = before;
            }
            cycle.reverse();
            return Some(cycle);
        }
    }
    None
}

fn reachable<'a, N: Ord>(edges: &'a Edges<N>, start: &'a N) -> BTreeSet<&'a N> {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![start]);
    while let Some(node) = waiting.pop() {
        for next in edges.get(node).into_iter().flatten().map(|(next, _)| next) {
            if seen.insert(next) {
                waiting.push(next);
            }
        }
    }
    seen
}

fn reachable_both_ways<N: Ord + Clone>(edges: &Edges<N>, start: &N) -> Vec<N> {
    let ahead = reachable(edges, start);
    ahead.into_iter().filter(|node| reachable(edges, node).contains(start)).cloned().collect()
}

fn describe(cycle: &[(ModulePath, Place)]) -> Finding {
    let name = |path: &ModulePath| if path.is_empty() { "the root".to_owned() } else { path.join("::") };
    let next = cycle.iter().skip(1).chain(cycle.first());
    let steps: Vec<String> = cycle
        .iter()
        .zip(next)
        .map(|((from, place), (to, _))| format!("{} uses {} ({}:{})", name(from), name(to), place.path, place.line))
        .collect();
    let text = format!("{}: move what both need below both", steps.join(", "));
    let (path, line) = cycle.first().map_or(("", 1), |(_, place)| (place.path.as_str(), place.line));
    Finding::refused(path, line, "module-cycle", text)
}

#[cfg(test)]
mod tests;
