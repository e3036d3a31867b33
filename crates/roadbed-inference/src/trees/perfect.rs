//! The fast layout: eight trees side by side, each filled up to the same depth. A level of all eight is one row of memory, children are
//! found by arithmetic, and eight independent walks keep the processor busy while one waits for memory.

use super::parsed::{ParsedNode, ParsedTree, Test};
use crate::scalar::Scalar;

/// Trees walked together.
pub(super) const LANES: usize = 8;

/// Goes right when `row[feature] >= threshold`.
#[derive(Debug, Clone, Copy)]
struct Node<T> {
    threshold: T,
    feature: u32,
}

/// Eight trees of one depth.
#[derive(Debug, Clone)]
pub(super) struct Perfect<T> {
    depth: usize,
    /// Node `n` of lane `l` at `n * LANES + l`, `n` in level order.
    nodes: Vec<Node<T>>,
    /// Whether a missing value goes left, in the order of `nodes`.
    missing_left: Vec<bool>,
    /// Leaf `n` of lane `l` at `n * LANES + l`.
    leaves: Vec<T>,
    outputs: [u32; LANES],
    /// Lanes in use; the rest are zero trees.
    used: usize,
    /// The row must have at least this many values.
    features: usize,
}

impl<T: Scalar> Perfect<T> {
    /// Lays out 1 to 8 trees of thresholds, at most `depth` deep, whose indices [`ParsedTree::order`] checked against `features`.
    pub(super) fn new(trees: &[&ParsedTree<T>], depth: usize, features: usize) -> Self {
        let padding = Node { threshold: T::INFINITY, feature: 0 };
        let mut perfect = Self {
            depth,
            nodes: vec![padding; ((1 << depth) - 1) * LANES],
            missing_left: vec![true; ((1 << depth) - 1) * LANES],
            leaves: vec![T::default(); (1 << depth) * LANES],
            outputs: [0; LANES],
            used: trees.len().min(LANES),
            features,
        };
        for (lane, tree) in trees.iter().take(LANES).enumerate() {
            perfect.outputs[lane] = u32::try_from(tree.output).unwrap_or_default();
            perfect.fill(lane, tree);
        }
        perfect
    }

    fn fill(&mut self, lane: usize, tree: &ParsedTree<T>) {
        // (node of the tree, place in level order, level)
        let mut pending = vec![(0_usize, 0_usize, 0_usize)];
        while let Some((index, place, level)) = pending.pop() {
            match &tree.nodes[index] {
                ParsedNode::Split { feature, test: Test::Threshold { at, missing_left }, left, right } => {
                    let slot = place * LANES + lane;
                    self.nodes[slot] = Node { threshold: *at, feature: u32::try_from(*feature).unwrap_or_default() };
                    self.missing_left[slot] = *missing_left;
                    pending.push((*left, 2 * place + 1, level + 1));
                    pending.push((*right, 2 * place + 2, level + 1));
                }
                ParsedNode::Leaf(value) => {
                    // Every leaf below this place has the value, so padding nodes may send rows either way.
                    let span = 1 << (self.depth - level);
                    let first = (place + 1 - (1 << level)) * span;
                    for leaf in first..first + span {
                        self.leaves[leaf * LANES + lane] = *value;
                    }
                }
                ParsedNode::Split { .. } | ParsedNode::LinearLeaf { .. } => {}
            }
        }
    }

    /// Adds the eight leaves of a row to `sums`, in tree order. `missing` tells whether the row holds a missing value.
    pub(super) fn add(&self, row: &[T], missing: bool, sums: &mut [T]) {
        assert!(row.len() >= self.features, "a row has fewer values than the model has features");
        let places = if missing { self.places::<true>(row) } else { self.places::<false>(row) };
        let first_leaf = (1 << self.depth) - 1;
        let leaf = |lane: usize| self.leaves[(places[lane] - first_leaf) * LANES + lane];
        if let [sum] = sums {
            // The common case of one output: the sum stays in a register.
            *sum = (0..self.used).fold(*sum, |sum, lane| sum.plus(leaf(lane)));
            return;
        }
        for lane in 0..self.used {
            let sum = &mut sums[self.outputs[lane] as usize];
            *sum = sum.plus(leaf(lane));
        }
    }

    #[expect(unsafe_code, reason = "bounds checks double the time of the innermost loop of the platform")]
    fn places<const MISSING: bool>(&self, row: &[T]) -> [usize; LANES] {
        let mut places = [0_usize; LANES];
        for _ in 0..self.depth {
            for (lane, place) in places.iter_mut().enumerate() {
                let slot = *place * LANES + lane;
                // SAFETY: at level k a place is below 2^(k+1) - 1, so the slot lies in `nodes` (and in `missing_left`, equally long). Features
                // are below `features` by construction and the caller has asserted that the row is at least that long; padding nodes have
                // feature 0 and a forest has at least one feature.
                let (node, value) = unsafe {
                    let node = *self.nodes.get_unchecked(slot);
                    (node, *row.get_unchecked(node.feature as usize))
                };
                let mut right = value >= node.threshold;
                if MISSING {
                    right |= value.is_missing() & !self.missing_left[slot];
                }
                *place = 2 * *place + 1 + usize::from(right);
            }
        }
        places
    }

    pub(super) fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + size_of_val(self.nodes.as_slice())
            + self.missing_left.len()
            + size_of_val(self.leaves.as_slice())
    }
}
