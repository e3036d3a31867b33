//! The general layout: trees of any depth and any kind of test, nodes in preorder so that the left child follows its parent.

use super::parsed::{ParsedNode, ParsedTree, Test};
use crate::scalar::{Scalar, category};

const LEAF: u32 = 1 << 24;
const LINEAR: u32 = 1 << 25;
const CATEGORY: u32 = 1 << 26;
const ZERO_MISSING: u32 = 1 << 27;
const MISSING_LEFT: u32 = 1 << 28;
const INSIDE_LEFT: u32 = 1 << 29;
const FEATURE: u32 = LEAF - 1;

/// LightGBM's bound below which a value counts as zero.
const ZERO_BOUND: f64 = 1e-35_f32 as f64;

/// `value` is a threshold or a leaf; `tag` holds the feature (or the index of a side record) and flags; `right` the right child.
#[derive(Debug, Clone, Copy)]
struct Node<T> {
    value: T,
    tag: u32,
    right: u32,
}

#[derive(Debug, Clone, Copy)]
struct CategorySet {
    feature: u32,
    first_word: u32,
    words: u32,
}

#[derive(Debug, Clone)]
struct Linear<T> {
    constant: T,
    terms: Vec<(u32, T)>,
    fallback: T,
}

/// Trees in the general layout.
#[derive(Debug, Clone)]
pub(super) struct Walk<T> {
    nodes: Vec<Node<T>>,
    roots: Vec<(u32, u32)>,
    sets: Vec<CategorySet>,
    words: Vec<u32>,
    linear: Vec<Linear<T>>,
}

impl<T: Scalar> Walk<T> {
    pub(super) const fn new() -> Self {
        Self { nodes: Vec::new(), roots: Vec::new(), sets: Vec::new(), words: Vec::new(), linear: Vec::new() }
    }

    /// Adds a tree whose preorder is `order`. Refuses more nodes than 32-bit indices reach.
    pub(super) fn push(&mut self, tree: &ParsedTree<T>, order: &[usize]) -> Result<(), String> {
        let too_big = |_| "more than 4 billion nodes".to_owned();
        let base = self.nodes.len();
        let mut position = vec![0; tree.nodes.len()];
        for (place, index) in order.iter().enumerate() {
            position[*index] = base + place;
        }
        self.roots.push((u32::try_from(base).map_err(too_big)?, u32::try_from(tree.output).map_err(too_big)?));
        for index in order {
            let node = match &tree.nodes[*index] {
                ParsedNode::Leaf(value) => Node { value: *value, tag: LEAF, right: 0 },
                ParsedNode::LinearLeaf { constant, terms, fallback } => {
                    let terms: Result<_, _> = terms.iter().map(|(f, c)| Ok((u32::try_from(*f)?, *c))).collect();
                    let terms = terms.map_err(too_big)?;
                    self.linear.push(Linear { constant: *constant, terms, fallback: *fallback });
                    let record = u32::try_from(self.linear.len() - 1).map_err(too_big)?;
                    Node { value: *fallback, tag: LEAF | LINEAR, right: record }
                }
                ParsedNode::Split { feature, test, right, .. } => {
                    let right = u32::try_from(position[*right]).map_err(too_big)?;
                    let feature = u32::try_from(*feature).map_err(too_big)?;
                    self.split(feature, test, right)?
                }
            };
            self.nodes.push(node);
        }
        Ok(())
    }

    fn split(&mut self, feature: u32, test: &Test<T>, right: u32) -> Result<Node<T>, String> {
        let flag = |set: bool, flag: u32| if set { flag } else { 0 };
        Ok(match test {
            Test::Threshold { at, missing_left } => {
                Node { value: *at, tag: feature | flag(*missing_left, MISSING_LEFT), right }
            }
            Test::ZeroMissing { at, missing_left } => {
                Node { value: *at, tag: feature | ZERO_MISSING | flag(*missing_left, MISSING_LEFT), right }
            }
            Test::Category { words, inside_left, missing_left } => {
                let record = u32::try_from(self.sets.len()).ok().filter(|record| *record <= FEATURE);
                let first_word = u32::try_from(self.words.len()).map_err(|_| "too many categories")?;
                let count = u32::try_from(words.len()).map_err(|_| "too many categories")?;
                self.sets.push(CategorySet { feature, first_word, words: count });
                self.words.extend_from_slice(words);
                let flags = flag(*missing_left, MISSING_LEFT) | flag(*inside_left, INSIDE_LEFT);
                let tag = record.ok_or("more than 16 million category splits")? | CATEGORY | flags;
                Node { value: T::default(), tag, right }
            }
        })
    }

    /// Adds every tree's leaf to `sums`, in tree order.
    pub(super) fn add(&self, row: &[T], sums: &mut [T]) {
        for (root, output) in &self.roots {
            let sum = &mut sums[*output as usize];
            *sum = sum.plus(self.leaf(*root, row));
        }
    }

    fn leaf(&self, root: u32, row: &[T]) -> T {
        let mut at = root as usize;
        loop {
            let node = self.nodes[at];
            if node.tag & LEAF != 0 {
                return if node.tag & LINEAR == 0 {
                    node.value
                } else {
                    self.linear_leaf(&self.linear[node.right as usize], row)
                };
            }
            at = if self.goes_left(node, row) { at + 1 } else { node.right as usize };
        }
    }

    fn goes_left(&self, node: Node<T>, row: &[T]) -> bool {
        let missing_left = node.tag & MISSING_LEFT != 0;
        if node.tag & CATEGORY != 0 {
            return self.category_left(node.tag, self.sets[(node.tag & FEATURE) as usize], row);
        }
        let value = row[(node.tag & FEATURE) as usize];
        if value.is_missing() || (node.tag & ZERO_MISSING != 0 && value.to_f64().abs() <= ZERO_BOUND) {
            return missing_left;
        }
        value < node.value
    }

    fn category_left(&self, tag: u32, set: CategorySet, row: &[T]) -> bool {
        let value = row[set.feature as usize];
        if value.is_missing() {
            return tag & MISSING_LEFT != 0;
        }
        let inside_left = tag & INSIDE_LEFT != 0;
        // Between -1 and 0 the libraries differ: LightGBM truncates to category 0, XGBoost calls the value invalid.
        let wanted = category(value.to_f64()).filter(|_| inside_left || value.to_f64() >= 0.0);
        let inside = wanted.is_some_and(|category| {
            let words = &self.words[set.first_word as usize..(set.first_word + set.words) as usize];
            words.get((category / 32) as usize).is_some_and(|word| word >> (category % 32) & 1 == 1)
        });
        inside == inside_left
    }

    fn linear_leaf(&self, leaf: &Linear<T>, row: &[T]) -> T {
        let mut sum = leaf.constant;
        for (feature, coefficient) in &leaf.terms {
            let value = row[*feature as usize];
            if value.is_missing() {
                return leaf.fallback;
            }
            sum = sum.plus(value.times(*coefficient));
        }
        sum
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let terms: usize =
            self.linear.iter().map(|leaf| size_of::<Linear<T>>() + leaf.terms.len() * 2 * size_of::<T>()).sum();
        size_of_val(self.nodes.as_slice())
            + size_of_val(self.roots.as_slice())
            + size_of_val(self.sets.as_slice())
            + size_of_val(self.words.as_slice())
            + terms
    }
}
