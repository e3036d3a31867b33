//! Reads traces of experiments piece by piece, the newest or the oldest first.

use super::infos::{COLUMNS, Stored, stored};
use super::links::LinkKind;
use roadbed_store::{Filter, Order, Query, StoreError};

/// Where a trace stands among others: when it began, and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::traces) struct Place {
    pub started_ms: i64,
    pub trace_id: String,
}

/// What the store itself looks at of a search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::traces) struct Scope {
    /// By the store's key; must not be empty.
    pub experiments: Vec<i64>,
    /// Inclusive bounds of the start in milliseconds.
    pub from_ms: Option<i64>,
    pub until_ms: Option<i64>,
    pub session: Option<String>,
    pub run: Option<String>,
    pub prompts: Vec<String>,
    /// The oldest first.
    pub ascending: bool,
}

impl Scope {
    fn filter(&self, experiment: i64, after: Option<&Place>) -> Filter {
        let linked = "EXISTS (SELECT 1 FROM traces_links AS l WHERE l.kind = ? AND l.target = ? AND l.trace = traces_infos.trace)";
        let mut filter = Filter::new()
            .and("experiment = ?", experiment)
            .and_optional("started_ms >= ?", self.from_ms)
            .and_optional("started_ms <= ?", self.until_ms)
            .and_optional("session = ?", self.session.as_deref());
        if let Some(run) = &self.run {
            filter = filter.and_all(linked, vec![LinkKind::Run.as_str().into(), run.into()]);
        }
        for prompt in &self.prompts {
            filter = filter.and_all(linked, vec![LinkKind::Prompt.as_str().into(), prompt.into()]);
        }
        if let Some(place) = after {
            let values = vec![place.started_ms.into(), place.started_ms.into(), (&place.trace_id).into()];
            filter = match self.ascending {
                true => filter.and_all("started_ms > ? OR (started_ms = ? AND trace_id > ?)", values),
                false => filter.and_all("started_ms < ? OR (started_ms = ? AND trace_id > ?)", values),
            };
            // For the index, which does not look into the choice above.
            filter = match self.ascending {
                true => filter.and("started_ms >= ?", place.started_ms),
                false => filter.and("started_ms <= ?", place.started_ms),
            };
        }
        let order = if self.ascending { Order::Ascending } else { Order::Descending };
        filter.order_by("started_ms", order).order_by("trace_id", Order::Ascending)
    }
}

/// At most `limit` traces after a place, by start and then by id.
pub(in crate::traces) fn scan(
    query: &mut impl Query,
    scope: &Scope,
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<Stored>, StoreError> {
    let mut found: Vec<Stored> = Vec::new();
    for experiment in &scope.experiments {
        let filter = scope.filter(*experiment, after);
        let sql =
            format!("SELECT {COLUMNS} FROM traces_infos WHERE {}{} LIMIT {limit}", filter.sql(0), filter.order_sql());
        found.extend(query.query(&sql, filter.values(), stored)?);
    }
    if scope.experiments.len() > 1 {
        found.sort_by(|a, b| {
            let started = a.trace.started_ms.cmp(&b.trace.started_ms);
            let started = if scope.ascending { started } else { started.reverse() };
            started.then_with(|| a.trace.trace_id.cmp(&b.trace.trace_id))
        });
        found.truncate(limit);
    }
    Ok(found)
}
