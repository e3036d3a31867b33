//! Rows of `traces_links`: which traces belong to a run, and which used a prompt.

use super::infos::key;
use crate::traces::model::TraceKey;
use roadbed_store::{Appender, Execute, Filter, Order, Query, StoreError, params};
use std::collections::HashMap;

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

/// The runs each of these traces is linked to, by their ids.
pub(in crate::traces) fn runs(
    query: &mut impl Query,
    keys: &[TraceKey],
) -> Result<HashMap<TraceKey, Vec<String>>, StoreError> {
    let keys = keys.iter().map(|key| key.as_bytes().to_vec());
    let filter = Filter::new().and("kind = ?", LinkKind::Run.as_str()).in_list("trace", keys);
    let sql = format!("SELECT trace, target FROM traces_links WHERE {} ORDER BY trace, target", filter.sql(0));
    let rows = query.query(&sql, filter.values(), |row| Ok((key(row, "traces_links")?, row.get("target")?)))?;
    let mut found: HashMap<TraceKey, Vec<String>> = HashMap::new();
    for (key, run) in rows {
        found.entry(key).or_default().push(run);
    }
    Ok(found)
}

/// The traces linked to a run, behind a key.
pub(in crate::traces) fn linked(
    query: &mut impl Query,
    run_id: &str,
    after: Option<TraceKey>,
    limit: usize,
) -> Result<Vec<TraceKey>, StoreError> {
    let after = after.map(|key| key.as_bytes().to_vec());
    let filter = Filter::new()
        .and("kind = ?", LinkKind::Run.as_str())
        .and("target = ?", run_id)
        .and_optional("trace > ?", after)
        .order_by("trace", Order::Ascending);
    let sql = format!("SELECT trace FROM traces_links WHERE {}{} LIMIT {limit}", filter.sql(0), filter.order_sql());
    query.query(&sql, filter.values(), |row| key(row, "traces_links"))
}

/// Takes back what links traces to these runs.
pub(in crate::traces) fn unlink_runs(append: &mut Appender<'_>, run_ids: &[String]) -> Result<(), StoreError> {
    let filter = Filter::new().and("kind = ?", LinkKind::Run.as_str()).in_list("target", run_ids);
    append.execute(&format!("DELETE FROM traces_links WHERE {}", filter.sql(0)), filter.values())?;
    Ok(())
}
