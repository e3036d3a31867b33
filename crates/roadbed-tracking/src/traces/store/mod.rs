//! Rows of traces (records lane). A write of a trace first raises its row's `writes`, which on every engine makes the next writer of the
//! same trace wait: what is read after that is what is there until the commit.

mod assessments;
mod infos;
mod links;
mod scan;
mod span_scan;
mod spans;

pub(super) use assessments::{assessment, assessments, delete_assessment, put_assessment};
pub(super) use infos::{Stored, claim, delete, infos, lock, oldest, put};
pub(super) use links::{LinkKind, link, linked, runs, unlink_runs};
pub(super) use scan::{Place, Scope, scan};
pub(super) use span_scan::SpanScan;
pub(super) use spans::{SpanColumns, columns, contents, nodes, put_spans, root_names, size, texts};
