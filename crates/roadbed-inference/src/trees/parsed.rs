//! Trees as the parsers give them, before they are laid out for speed: nodes by index, root first.

use crate::scalar::Scalar;

/// Most features a model may have: node records keep 24 bits for them.
pub(super) const MAX_FEATURES: usize = 1 << 24;

/// One node. Indices of children are checked by [`ParsedTree::order`], not by the parsers.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ParsedNode<T> {
    Leaf(T),
    /// A leaf with a linear model: `constant + Σ coefficient · x`, or `fallback` when one of its features is missing.
    LinearLeaf {
        constant: T,
        terms: Vec<(usize, T)>,
        fallback: T,
    },
    Split {
        feature: usize,
        test: Test<T>,
        left: usize,
        right: usize,
    },
}

/// Which side a value takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test<T> {
    /// Right when `x >= at`; a missing value goes as told.
    Threshold { at: T, missing_left: bool },
    /// As `Threshold`, where values within 1e-35 of zero count as missing (LightGBM's `zero_as_missing`).
    ZeroMissing { at: T, missing_left: bool },
    /// By membership of the truncated value in a set of 32-bit words.
    Category { words: Vec<u32>, inside_left: bool, missing_left: bool },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct ParsedTree<T> {
    pub(super) nodes: Vec<ParsedNode<T>>,
    /// Which output the tree adds to.
    pub(super) output: usize,
}

/// Why nodes do not form a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("tree {tree}: {reason}")]
pub(super) struct InvalidTree {
    pub(super) tree: usize,
    pub(super) reason: String,
}

impl<T: Scalar> ParsedTree<T> {
    /// Node indices in preorder, left before right, with the depth of the deepest leaf (0 for a lone leaf). Refuses what is no tree:
    /// children out of range, a node reached twice, features out of range.
    pub(super) fn order(&self, features: usize) -> Result<(Vec<usize>, usize), String> {
        let mut seen = vec![false; self.nodes.len()];
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut pending = vec![(0_usize, 0_usize)];
        let mut deepest = 0;
        while let Some((index, depth)) = pending.pop() {
            let node = self.nodes.get(index).ok_or_else(|| format!("node {index} does not exist"))?;
            if std::mem::replace(&mut seen[index], true) {
                return Err(format!("node {index} has two parents"));
            }
            order.push(index);
            deepest = deepest.max(depth);
            let used = match node {
                ParsedNode::Leaf(_) => None,
                ParsedNode::LinearLeaf { terms, .. } => terms.iter().map(|(feature, _)| *feature).max(),
                ParsedNode::Split { feature, left, right, .. } => {
                    pending.push((*right, depth + 1));
                    pending.push((*left, depth + 1));
                    Some(*feature)
                }
            };
            if let Some(feature) = used.filter(|feature| *feature >= features) {
                return Err(format!("node {index} asks for feature {feature} of {features}"));
            }
        }
        Ok((order, deepest))
    }
}
