//! Which layout trees get: groups of full and shallow ones the perfect one, other trees of thresholds the linked one, the rest the general
//! walk. Order is kept, so sums round as the libraries' sums do.

use super::linked::Linked;
use super::parsed::{InvalidTree, ParsedNode, ParsedTree, Test};
use super::perfect::{LANES, Perfect};
use super::walk::Walk;
use crate::scalar::Scalar;

/// Deepest tree of the perfect layout: 2^8 leaves.
const PERFECT_DEPTH: usize = 8;
/// Filling a group up to the perfect layout may multiply its leaves by this much.
const PERFECT_GROWTH: usize = 8;

/// Consecutive trees of one layout.
#[derive(Debug, Clone)]
pub(super) enum Segment<T> {
    Perfect(Perfect<T>),
    Linked(Linked<T>),
    Walk(Walk<T>),
}

/// A checked tree with its preorder and depth.
struct Ordered<'t, T> {
    tree: &'t ParsedTree<T>,
    number: usize,
    order: Vec<usize>,
    depth: usize,
}

/// Lays out `trees`. Refuses what is no tree.
pub(super) fn lay_out<T: Scalar>(trees: &[ParsedTree<T>], features: usize) -> Result<Vec<Segment<T>>, InvalidTree> {
    let mut segments = Vec::new();
    let mut run: Vec<Ordered<'_, T>> = Vec::new();
    let mut run_simple = false;
    for (number, tree) in trees.iter().enumerate() {
        let (order, depth) = tree.order(features).map_err(|reason| InvalidTree { tree: number, reason })?;
        let simple = thresholds_only(tree);
        if simple != run_simple || (simple && run.len() == LANES) {
            flush(&mut run, run_simple, features, &mut segments)?;
            run_simple = simple;
        }
        run.push(Ordered { tree, number, order, depth });
    }
    flush(&mut run, run_simple, features, &mut segments)?;
    Ok(segments)
}

fn thresholds_only<T: Scalar>(tree: &ParsedTree<T>) -> bool {
    tree.nodes.iter().all(|node| match node {
        ParsedNode::Leaf(_) => true,
        ParsedNode::LinearLeaf { .. } => false,
        ParsedNode::Split { test, .. } => matches!(test, Test::Threshold { .. }),
    })
}

fn flush<T: Scalar>(
    run: &mut Vec<Ordered<'_, T>>,
    simple: bool,
    features: usize,
    segments: &mut Vec<Segment<T>>,
) -> Result<(), InvalidTree> {
    let Some(first) = run.first().map(|ordered| ordered.number) else { return Ok(()) };
    let invalid = |reason| InvalidTree { tree: first, reason };
    let trees: Vec<&ParsedTree<T>> = run.iter().map(|ordered| ordered.tree).collect();
    let depth = run.iter().map(|ordered| ordered.depth).max().unwrap_or_default();
    let leaves: usize = trees.iter().map(|tree| tree.nodes.len() / 2 + 1).sum();
    segments.push(if !simple {
        let mut walk = Walk::new();
        for ordered in run.iter() {
            walk.push(ordered.tree, &ordered.order).map_err(invalid)?;
        }
        Segment::Walk(walk)
    } else if depth <= PERFECT_DEPTH && trees.len() << depth <= leaves * PERFECT_GROWTH {
        Segment::Perfect(Perfect::new(&trees, depth, features))
    } else {
        Segment::Linked(Linked::new(&trees, depth, features).map_err(invalid)?)
    });
    run.clear();
    Ok(())
}
