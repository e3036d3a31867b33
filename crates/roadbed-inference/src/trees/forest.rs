//! A laid-out ensemble and its sums for a block of rows.

use super::layout::{Segment, lay_out};
use super::parsed::{InvalidTree, MAX_FEATURES, ParsedTree};
use crate::scalar::Scalar;

/// Rows summed together, so that a group of trees stays in the processor's cache while many rows pass.
const BLOCK_ROWS: usize = 64;

/// Trees with the margin each output starts from.
#[derive(Debug, Clone)]
pub(super) struct Forest<T> {
    segments: Vec<Segment<T>>,
    features: usize,
    base: Vec<T>,
    /// Sums are divided by this: the number of iterations of a LightGBM random forest, else 1.
    average_over: Option<f64>,
}

impl<T: Scalar> Forest<T> {
    /// `base` has one start value per output; every tree's output must be below its length.
    pub(super) fn new(
        trees: &[ParsedTree<T>],
        features: usize,
        base: Vec<T>,
        average_over: Option<f64>,
    ) -> Result<Self, InvalidTree> {
        if features == 0 || features > MAX_FEATURES {
            return Err(InvalidTree { tree: 0, reason: format!("the model has {features} features") });
        }
        if let Some((tree, bad)) = trees.iter().enumerate().find(|(_, tree)| tree.output >= base.len()) {
            return Err(InvalidTree { tree, reason: format!("it adds to output {} of {}", bad.output, base.len()) });
        }
        Ok(Self { segments: lay_out(trees, features)?, features, base, average_over })
    }

    pub(super) const fn outputs(&self) -> usize {
        self.base.len()
    }

    /// Sums for row-major `rows` of `features` values each: row-major, `outputs` values each.
    pub(super) fn sums(&self, rows: &[T]) -> Vec<T> {
        let count = rows.len() / self.features;
        let outputs = self.base.len();
        let mut sums = Vec::with_capacity(count * outputs);
        for _ in 0..count {
            sums.extend_from_slice(&self.base);
        }
        let blocks = rows.chunks(BLOCK_ROWS * self.features).zip(sums.chunks_mut(BLOCK_ROWS * outputs));
        for (block, block_sums) in blocks {
            self.sum_block(block, block_sums);
        }
        if let Some(divisor) = self.average_over {
            for sum in &mut sums {
                *sum = T::from_f64(sum.to_f64() / divisor);
            }
        }
        sums
    }

    fn sum_block(&self, block: &[T], sums: &mut [T]) {
        let mut missing = [false; BLOCK_ROWS];
        for (row, missing) in block.chunks_exact(self.features).zip(&mut missing) {
            // No early exit, so that the compiler compares many values at once.
            *missing = row.iter().fold(false, |found, value| found | value.is_missing());
        }
        for segment in &self.segments {
            let rows = block.chunks_exact(self.features).zip(sums.chunks_exact_mut(self.base.len()));
            for ((row, row_sums), missing) in rows.zip(&missing) {
                match segment {
                    Segment::Perfect(perfect) => perfect.add(row, *missing, row_sums),
                    Segment::Linked(linked) => linked.add(row, *missing, row_sums),
                    Segment::Walk(walk) => walk.add(row, row_sums),
                }
            }
        }
    }

    pub(super) fn memory_bytes(&self) -> usize {
        let segments = self.segments.iter().map(|segment| match segment {
            Segment::Perfect(perfect) => perfect.memory_bytes(),
            Segment::Linked(linked) => linked.memory_bytes(),
            Segment::Walk(walk) => walk.memory_bytes(),
        });
        segments.sum::<usize>() + size_of_val(self.base.as_slice())
    }
}
