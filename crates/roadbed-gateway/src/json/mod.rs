//! JSON as predictions need it: numbers straight into vectors, names borrowed, no tree of values in between.
//!
//! `serde_json` reads everything that is not on the way of numbers. This reader exists for speed and for exactness (each number is
//! the nearest representable one), and because Python clients write `NaN` and `Infinity`, which JSON proper does not have.

mod array;
mod mixed;
mod scanner;
mod write;

pub(crate) use array::{Shape, read_nested};
pub(crate) use mixed::{MixedValues, narrow};
pub(crate) use scanner::{JsonError, Number, Scanner};
pub(crate) use write::{NotNumbers, write_flat, write_nested, write_text};

#[cfg(test)]
mod tests;
