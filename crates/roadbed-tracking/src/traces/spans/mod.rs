//! Spans as they are kept, told and summed up. Pure.

mod batch;
mod content;
mod preview;
mod semantics;
mod usage;

pub(super) use batch::{Batch, Row, batches};
pub(super) use content::{Content, SpanView, unpack};
pub(super) use usage::{Node, summed};

#[cfg(test)]
mod tests;
