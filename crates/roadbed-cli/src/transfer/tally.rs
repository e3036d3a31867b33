//! What was carried and what was not, with the reasons.

use crate::failure::Failure;
use crate::output::{Shape, Shown, table};
use crate::session::Session;
use roadbed_transfer::LeftOut;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Reasons that are kept of each kind; more are only counted.
const KEPT: usize = 1000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) found: u64,
    pub(crate) made: u64,
    /// There before this command.
    pub(crate) present: u64,
    pub(crate) refused: u64,
}

/// One thing that was found and could not be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refused {
    kind: String,
    id: String,
    reason: String,
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: BTreeMap<&'static str, Count>,
    pub(crate) bytes: u64,
    refused: Vec<Refused>,
    left_out: Vec<LeftOut>,
}

/// In the order in which they are shown.
const KINDS: [&str; 9] =
    ["experiment", "run", "metric point", "logged model", "model metric point", "model", "version", "alias", "file"];

impl Tally {
    pub(crate) fn of(&mut self, kind: &'static str) -> &mut Count {
        self.counts.entry(kind).or_default()
    }

    pub(crate) fn refuse(&mut self, kind: &'static str, id: impl Into<String>, reason: impl Into<String>) {
        self.of(kind).refused += 1;
        if self.refused.len() < KEPT {
            self.refused.push(Refused { kind: kind.to_owned(), id: id.into(), reason: reason.into() });
        }
    }

    pub(crate) fn leave_out(&mut self, left_out: Vec<LeftOut>) {
        self.left_out = left_out;
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.counts.values().all(|count| count.refused == 0)
    }

    pub(crate) fn found(&self, kind: &str) -> u64 {
        self.counts.get(kind).map_or(0, |count| count.found)
    }

    /// Shows it: a table of what was carried and one of what was not, or one object.
    pub(crate) fn show(&self, session: &mut Session<'_>, about: &Value) -> Result<(), Failure> {
        let rows: Vec<Value> = KINDS.iter().filter_map(|kind| self.row(kind)).collect();
        let refused = |one: &Refused| json!({ "kind": one.kind, "id": one.id, "reason": one.reason });
        let refused: Vec<Value> = self.refused.iter().map(refused).collect();
        let left_out = |one: &LeftOut| json!({ "kind": one.what, "count": one.count, "reason": one.reason });
        let left_out: Vec<Value> = self.left_out.iter().map(left_out).collect();
        if !session.format().is_for_people() {
            let mut report = about.clone();
            report["carried"] = Value::from(rows);
            report["bytes"] = json!(self.bytes);
            report["refused"] = Value::from(refused);
            report["left_out"] = Value::from(left_out);
            return session.show_item(&Shape { name: "source", columns: &[] }, &report);
        }
        let (wide, headers) = (session.global.output.is_some(), !session.global.no_headers);
        let mut text = table(CARRIED, &rows, wide, headers);
        for (title, columns, rows) in [("refused", REFUSED, &refused), ("not carried", LEFT_OUT, &left_out)] {
            if !rows.is_empty() {
                text.push_str(&format!("\n{title}:\n{}", table(columns, rows, true, headers)));
            }
        }
        session.terminal.data(&text)
    }

    fn row(&self, kind: &str) -> Option<Value> {
        let Count { found, made, present, refused } = *self.counts.get(kind)?;
        Some(json!({ "kind": kind, "found": found, "made": made, "present": present, "refused": refused }))
    }
}

const CARRIED: &[Shown] = &[
    Shown::new("KIND", "kind"),
    Shown::new("FOUND", "found"),
    Shown::new("CARRIED", "made"),
    Shown::new("THERE BEFORE", "present"),
    Shown::new("REFUSED", "refused"),
];
const REFUSED: &[Shown] = &[Shown::new("KIND", "kind"), Shown::new("ID", "id"), Shown::new("REASON", "reason")];
const LEFT_OUT: &[Shown] = &[Shown::new("WHAT", "kind"), Shown::new("COUNT", "count"), Shown::new("REASON", "reason")];
