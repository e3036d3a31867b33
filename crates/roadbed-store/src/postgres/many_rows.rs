//! Cuts many rows into statements PostgreSQL takes: not too many parameters, and no key twice in one statement, because
//! an upsert there may not meet a row it has just written.

use crate::session::RowsStatement;
use crate::value::Value;
use std::collections::HashSet;

const ROWS_PER_STATEMENT: usize = 256;
const PARAMETERS_PER_STATEMENT: usize = 32_000;

/// The rows in pieces, each a power of two rows long, so that few different statements arise.
pub(super) fn pieces<'a>(rows: &RowsStatement<'a>) -> Vec<&'a [Value]> {
    let limit = ROWS_PER_STATEMENT.min((PARAMETERS_PER_STATEMENT / rows.width).max(1));
    let mut pieces = Vec::new();
    let mut rest = rows.values;
    while !rest.is_empty() {
        let mut run = distinct_run(rows, rest, limit);
        while run > 0 {
            let count = 1 << run.ilog2();
            let (piece, after) = rest.split_at(count * rows.width);
            pieces.push(piece);
            rest = after;
            run -= count;
        }
    }
    pieces
}

/// How many rows from the beginning have different keys.
fn distinct_run(rows: &RowsStatement<'_>, values: &[Value], limit: usize) -> usize {
    let mut seen = HashSet::new();
    let mut chunks = values.chunks_exact(rows.width).take(limit);
    let fresh = chunks.by_ref().take_while(|row| {
        let key: Vec<String> =
            rows.key.iter().filter_map(|position| row.get(*position)).map(|value| format!("{value:?}")).collect();
        key.is_empty() || seen.insert(key)
    });
    fresh.count().max(1)
}
