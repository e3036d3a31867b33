//! Rows of `traces_links`: which traces belong to a run, and which used a prompt.

use crate::traces::model::TraceKey;
use roadbed_store::{Appender, Execute, StoreError, params};

/// What a trace is linked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::traces) enum LinkKind {
    /// A run, by its id.
    Run,
    /// A prompt, as `name/version`.
    Prompt,
}

impl LinkKind {
    pub(in crate::traces) const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Prompt => "prompt",
        }
    }
}

/// Links traces to targets; those that are there stay.
pub(in crate::traces) fn link(
    append: &mut Appender<'_>,
    kind: LinkKind,
    links: &[(String, TraceKey)],
) -> Result<(), StoreError> {
    let mut values = Vec::with_capacity(links.len() * 3);
    for (target, key) in links {
        values.extend_from_slice(params![kind.as_str(), target, key.as_bytes()]);
    }
    let sql =
        "INSERT INTO traces_links (kind, target, trace) VALUES {rows} ON CONFLICT (kind, target, trace) DO NOTHING";
    append.execute_rows(sql, 3, &[0, 1, 2], &values)?;
    Ok(())
}
