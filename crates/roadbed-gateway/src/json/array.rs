//! Nested arrays into one vector and a shape.

use crate::json::scanner::{DEPTH_LIMIT, JsonError, Scanner};

/// The shape of an array while it is read: rows of different length are refused.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// Length per level, known once an array of that level has closed.
    lengths: Vec<Option<usize>>,
    /// Level of the elements that are no arrays.
    leaf_level: Option<usize>,
}

impl Shape {
    /// Notes an element that is no array at this level (1 inside the outermost array).
    #[inline]
    fn note_leaf(&mut self, level: usize, scanner: &Scanner<'_>) -> Result<(), JsonError> {
        if *self.leaf_level.get_or_insert(level) == level {
            return Ok(());
        }
        Err(scanner.error("arrays and single values are mixed at one level; every row must have the same shape"))
    }

    fn note_length(&mut self, level: usize, length: usize, scanner: &Scanner<'_>) -> Result<(), JsonError> {
        match self.lengths.get_mut(level) {
            Some(Some(known)) if *known != length => {
                Err(scanner
                    .error(format!("rows of {known} and of {length} elements; every row must have the same length")))
            }
            Some(known) => {
                *known = Some(length);
                Ok(())
            }
            None => Err(scanner.error("the array is nested too deeply")),
        }
    }

    fn open(&mut self, level: usize, scanner: &Scanner<'_>) -> Result<(), JsonError> {
        if level >= DEPTH_LIMIT {
            return Err(scanner.error("nested deeper than 32 levels"));
        }
        if self.lengths.len() <= level {
            self.lengths.resize(level + 1, None);
        }
        Ok(())
    }

    /// Sets the length of the outermost level, when its elements were read one by one.
    pub(crate) fn close(&mut self, rows: usize, scanner: &Scanner<'_>) -> Result<(), JsonError> {
        self.open(0, scanner)?;
        self.note_length(0, rows, scanner)
    }

    /// Lengths from the outermost level inwards.
    pub(crate) fn finish(self, scanner: &Scanner<'_>) -> Result<Vec<usize>, JsonError> {
        if self.leaf_level.is_some_and(|level| level != self.lengths.len()) {
            return Err(
                scanner.error("arrays and single values are mixed at one level; every row must have the same shape")
            );
        }
        Ok(self.lengths.into_iter().map(|length| length.unwrap_or(0)).collect())
    }
}

/// Reads an array, or a single value, that stands at `level` of a larger array: `take` reads each element that is no array.
pub(crate) fn read_nested<'a>(
    scanner: &mut Scanner<'a>,
    level: usize,
    shape: &mut Shape,
    take: &mut impl FnMut(&mut Scanner<'a>) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    if !scanner.eat(b'[') {
        shape.note_leaf(level, scanner)?;
        return take(scanner);
    }
    shape.open(level, scanner)?;
    let (mut first, mut length) = (true, 0);
    while scanner.next_element(&mut first)? {
        if scanner.peek() == Some(b'[') {
            read_nested(scanner, level + 1, shape, take)?;
        } else {
            shape.note_leaf(level + 1, scanner)?;
            take(scanner)?;
        }
        length += 1;
    }
    shape.note_length(level, length, scanner)
}
