//! Eight trees of any depth side by side: nodes with explicit children, leaves that lead to themselves, so that all eight walks take the same
//! number of steps without a branch. For LightGBM's deep and thin trees, which the perfect layout would blow up.

use super::parsed::{ParsedNode, ParsedTree, Test};
use super::perfect::LANES;
use crate::scalar::Scalar;

/// Steps between looks whether all walks have ended.
const STRIDE: usize = 4;

/// Goes to `left + 1` when `row[feature] >= threshold`, else to `left`. A leaf has its own place as `left` and a threshold that no value reaches.
#[derive(Debug, Clone, Copy)]
struct Node<T> {
    threshold: T,
    feature: u32,
    left: u32,
}

#[derive(Debug, Clone)]
pub(super) struct Linked<T> {
    nodes: Vec<Node<T>>,
    /// Whether a missing value goes left, by node.
    missing_left: Vec<bool>,
    /// Values of leaves, by node.
    values: Vec<T>,
    roots: [u32; LANES],
    outputs: [u32; LANES],
    used: usize,
    depth: usize,
    features: usize,
}

impl<T: Scalar> Linked<T> {
    /// Lays out 1 to 8 trees of thresholds whose indices were checked against `features`. Refuses more nodes than 32-bit indices reach.
    pub(super) fn new(trees: &[&ParsedTree<T>], depth: usize, features: usize) -> Result<Self, String> {
        let mut linked = Self {
            nodes: Vec::new(),
            missing_left: Vec::new(),
            values: Vec::new(),
            roots: [0; LANES],
            outputs: [0; LANES],
            used: trees.len().min(LANES),
            depth,
            features,
        };
        for (lane, tree) in trees.iter().take(LANES).enumerate() {
            linked.roots[lane] = linked.push_leaf()?;
            linked.outputs[lane] = u32::try_from(tree.output).map_err(|_| "too many outputs".to_owned())?;
            linked.fill(tree, linked.roots[lane])?;
        }
        Ok(linked)
    }

    fn push_leaf(&mut self) -> Result<u32, String> {
        let place = u32::try_from(self.nodes.len()).map_err(|_| "more than 4 billion nodes".to_owned())?;
        self.nodes.push(Node { threshold: T::NAN, feature: 0, left: place });
        self.missing_left.push(true);
        self.values.push(T::default());
        Ok(place)
    }

    fn fill(&mut self, tree: &ParsedTree<T>, root: u32) -> Result<(), String> {
        let mut pending = vec![(0_usize, root)];
        while let Some((index, place)) = pending.pop() {
            let slot = place as usize;
            match &tree.nodes[index] {
                ParsedNode::Split { feature, test: Test::Threshold { at, missing_left }, left, right } => {
                    let first = self.push_leaf()?;
                    self.push_leaf()?;
                    let feature = u32::try_from(*feature).map_err(|_| "too many features".to_owned())?;
                    self.nodes[slot] = Node { threshold: *at, feature, left: first };
                    self.missing_left[slot] = *missing_left;
                    pending.push((*left, first));
                    pending.push((*right, first + 1));
                }
                ParsedNode::Leaf(value) => self.values[slot] = *value,
                ParsedNode::Split { .. } | ParsedNode::LinearLeaf { .. } => {
                    return Err("a split is no threshold".to_owned());
                }
            }
        }
        Ok(())
    }

    /// Adds the eight leaves of a row to `sums`, in tree order. `missing` tells whether the row holds a missing value.
    pub(super) fn add(&self, row: &[T], missing: bool, sums: &mut [T]) {
        assert!(row.len() >= self.features, "a row has fewer values than the model has features");
        let places = if missing { self.places::<true>(row) } else { self.places::<false>(row) };
        let leaf = |lane: usize| self.values[places[lane] as usize];
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

    fn places<const MISSING: bool>(&self, row: &[T]) -> [u32; LANES] {
        let mut places = self.roots;
        let mut steps = 0;
        while steps < self.depth {
            let before = places;
            for _ in 0..STRIDE {
                self.step::<MISSING>(row, &mut places);
            }
            if places == before {
                break;
            }
            steps += STRIDE;
        }
        places
    }

    #[expect(unsafe_code, reason = "bounds checks double the time of the innermost loop of the platform")]
    fn step<const MISSING: bool>(&self, row: &[T], places: &mut [u32; LANES]) {
        for place in places {
            // SAFETY: places are roots or children, all of which were pushed into `nodes` (and into `missing_left`, equally long): `left` of a
            // split has its neighbour, `left` of a leaf is itself and its threshold, NaN, is never reached. Features are below `features`
            // by construction and the caller has asserted that the row is at least that long.
            let (node, value) = unsafe {
                let node = *self.nodes.get_unchecked(*place as usize);
                (node, *row.get_unchecked(node.feature as usize))
            };
            let mut right = value >= node.threshold;
            if MISSING {
                right |= value.is_missing() & !self.missing_left[*place as usize];
            }
            *place = node.left + u32::from(right);
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + size_of_val(self.nodes.as_slice())
            + self.missing_left.len()
            + size_of_val(self.values.as_slice())
    }
}
