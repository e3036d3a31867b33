//! Which finest buckets a coarser row has taken in, as ranges of their numbers inside its window.

use std::fmt;
use std::str::FromStr;

/// Disjoint ranges of bucket numbers, ends included, ascending and never adjacent. Text: `0-5,7,9-59`; empty for none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Covered(Vec<(u32, u32)>);

impl Covered {
    pub(super) fn contains(&self, number: u32) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= number);
        after.checked_sub(1).is_some_and(|at| self.0[at].1 >= number)
    }

    pub(super) fn insert(&mut self, number: u32) {
        self.insert_range(number, number);
    }

    /// Adds another set whose numbers start `offset` later in this window.
    pub(super) fn insert_all(&mut self, other: &Self, offset: u32) {
        for (first, last) in &other.0 {
            self.insert_range(first + offset, last + offset);
        }
    }

    /// Whether any number of `other`, `offset` later, is in this set.
    pub(super) fn overlaps(&self, other: &Self, offset: u32) -> bool {
        other.0.iter().any(|(first, last)| {
            let before_end = self.0.partition_point(|(start, _)| *start <= last + offset);
            before_end.checked_sub(1).is_some_and(|at| self.0[at].1 >= first + offset)
        })
    }

    fn insert_range(&mut self, first: u32, last: u32) {
        let from = self.0.partition_point(|(_, end)| end.saturating_add(1) < first);
        let to = self.0.partition_point(|(start, _)| *start <= last.saturating_add(1));
        if from >= to {
            self.0.insert(from, (first, last));
            return;
        }
        let merged = (first.min(self.0[from].0), last.max(self.0[to - 1].1));
        self.0.splice(from..to, [merged]);
    }
}

impl fmt::Display for Covered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            if first == last { write!(f, "{comma}{first}")? } else { write!(f, "{comma}{first}-{last}")? }
        }
        Ok(())
    }
}

/// The column of a coarser row does not hold ranges.
#[derive(Debug)]
pub(super) struct InvalidCovered;

impl FromStr for Covered {
    type Err = InvalidCovered;
    fn from_str(text: &str) -> Result<Self, InvalidCovered> {
        let mut covered = Self::default();
        for range in text.split(',').filter(|range| !range.is_empty()) {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let (first, last) = (first.parse().map_err(|_| InvalidCovered)?, last.parse().map_err(|_| InvalidCovered)?);
            if first > last {
                return Err(InvalidCovered);
            }
            covered.insert_range(first, last);
        }
        Ok(covered)
    }
}
