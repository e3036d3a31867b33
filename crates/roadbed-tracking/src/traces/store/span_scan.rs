//! Reads what metrics look at of the spans of many traces, so many rows at a time.

use super::infos::{corrupt, key};
use crate::traces::metrics::SpanFact;
use crate::traces::model::TraceKey;
use crate::traces::spans::{Content, unpack};
use roadbed_store::{Filter, Order, Query, Row, StoreError};

/// Rows of one look, and when their documents are opened.
const ROWS: usize = 5000;
const OPEN_ROWS: usize = 200;

/// Where a walk through spans stands.
#[derive(Debug)]
pub(in crate::traces) struct SpanScan<'a> {
    pub keys: &'a [TraceKey],
    /// Whether documents are opened for the model and its provider.
    pub opens: bool,
    /// Only spans that say what they cost.
    pub priced: bool,
    pub after: Option<(TraceKey, i64)>,
}

impl SpanScan<'_> {
    /// The next spans; none at the end.
    pub(in crate::traces) fn next(&mut self, query: &mut impl Query) -> Result<Option<Vec<SpanFact>>, StoreError> {
        if self.keys.is_empty() {
            return Ok(None);
        }
        let limit = if self.opens { OPEN_ROWS } else { ROWS };
        let mut filter = Filter::new().in_list("trace", self.keys.iter().map(|key| key.as_bytes().to_vec()));
        if let Some((trace, span)) = &self.after {
            let trace = || trace.as_bytes().to_vec().into();
            filter = filter.and_all("trace > ? OR (trace = ? AND span > ?)", vec![trace(), trace(), (*span).into()]);
        }
        let filter = filter.order_by("trace", Order::Ascending).order_by("span", Order::Ascending);
        let document = if self.opens { ", plain_bytes, content" } else { "" };
        let priced = if self.priced { " AND cost IS NOT NULL" } else { "" };
        let sql = format!(
            "SELECT trace, span, name, kind, status, started_ns, ended_ns, cost{document} FROM traces_spans \
             WHERE {}{priced}{} LIMIT {limit}",
            filter.sql(0),
            filter.order_sql()
        );
        let opens = self.opens;
        let read = |row: &Row| Ok(((key(row, "traces_spans")?, row.get("span")?), fact(row, opens)?));
        let rows: Vec<((TraceKey, i64), SpanFact)> = query.query(&sql, filter.values(), read)?;
        let Some((last, _)) = rows.last() else { return Ok(None) };
        self.after = Some(*last);
        if rows.len() < limit {
            self.keys = &[];
        }
        Ok(Some(rows.into_iter().map(|(_, fact)| fact).collect()))
    }
}

fn fact(row: &Row, opens: bool) -> Result<SpanFact, StoreError> {
    let content = if opens { Some(document(row)?) } else { None };
    let told = |key: &str| content.as_ref().and_then(|content| content.text_attribute(key));
    Ok(SpanFact {
        name: row.get("name")?,
        kind: row.get("kind")?,
        status: row.get("status")?,
        started_ns: row.get("started_ns")?,
        ended_ns: row.get("ended_ns")?,
        cost: row.get("cost")?,
        model: told("mlflow.llm.model"),
        provider: told("mlflow.llm.provider"),
    })
}

fn document(row: &Row) -> Result<Content, StoreError> {
    let length: i64 = row.get("plain_bytes")?;
    let text = unpack(row.get("content")?, usize::try_from(length).unwrap_or(0)).ok();
    let content = text.and_then(|text| serde_json::from_slice(&text).ok());
    content.ok_or_else(|| corrupt("traces_spans", "content", "no span"))
}
