//! Rows of `traces_spans`.

use super::infos::{corrupt, key};
use crate::traces::model::TraceKey;
use crate::traces::spans::{Content, Node, Row as SpanRow, unpack};
use roadbed_store::{Appender, Execute, Filter, Query, Row, StoreError, params};
use std::collections::HashMap;

/// Rows of one statement: contents may be large.
const ROWS_AT_ONCE: usize = 200;

/// Writes spans; one that comes again takes the place of the earlier one.
pub(in crate::traces) fn put_spans(
    append: &mut Appender<'_>,
    key: TraceKey,
    rows: &[SpanRow],
) -> Result<(), StoreError> {
    let sql = "INSERT INTO traces_spans (trace, span, parent, name, kind, status, started_ns, ended_ns, token_usage, cost, \
               plain_bytes, content) VALUES {rows} ON CONFLICT (trace, span) DO UPDATE SET parent = excluded.parent, \
               name = excluded.name, kind = excluded.kind, status = excluded.status, started_ns = excluded.started_ns, \
               ended_ns = excluded.ended_ns, token_usage = excluded.token_usage, cost = excluded.cost, \
               plain_bytes = excluded.plain_bytes, content = excluded.content";
    for some in rows.chunks(ROWS_AT_ONCE) {
        let mut values = Vec::with_capacity(some.len() * 12);
        for row in some {
            values.extend_from_slice(params![
                key.as_bytes(),
                row.span,
                row.parent,
                &row.name,
                &row.kind,
                row.status,
                row.started_ns,
                row.ended_ns,
                row.usage.as_deref(),
                row.cost.as_deref(),
                row.plain_bytes,
                row.content.as_slice()
            ]);
        }
        append.execute_rows(sql, 12, &[0, 1], &values)?;
    }
    Ok(())
}

/// All spans of a trace as far as sums look at them: tokens, and costs.
pub(in crate::traces) fn nodes(query: &mut impl Query, key: TraceKey) -> Result<(Vec<Node>, Vec<Node>), StoreError> {
    let sql = "SELECT span, parent, token_usage, cost FROM traces_spans WHERE trace = ?1";
    let pairs = query.query(sql, params![key.as_bytes()], |row| {
        let (id, parent): (i64, Option<i64>) = (row.get("span")?, row.get("parent")?);
        let node = |data| Node { id, parent, data };
        Ok((node(row.get("token_usage")?), node(row.get("cost")?)))
    })?;
    Ok(pairs.into_iter().unzip())
}

/// How many spans there are of each trace, and how many bytes their texts have.
pub(in crate::traces) fn size(
    query: &mut impl Query,
    keys: &[TraceKey],
) -> Result<HashMap<TraceKey, (u64, i64)>, StoreError> {
    let filter = Filter::new().in_list("trace", keys.iter().map(|key| key.as_bytes().to_vec()));
    let sql = format!(
        "SELECT trace, COUNT(*) AS spans, CAST(SUM(plain_bytes) AS {{INTEGER}}) AS bytes FROM traces_spans WHERE {} GROUP BY trace",
        filter.sql(0)
    );
    let read = |row: &Row| {
        let spans: i64 = row.get("spans")?;
        Ok((key(row, "traces_spans")?, (u64::try_from(spans).unwrap_or(0), row.get("bytes")?)))
    };
    Ok(query.query(&sql, filter.values(), read)?.into_iter().collect())
}

/// The documents of the spans, of each trace the roots first and then by start.
pub(in crate::traces) fn contents(
    query: &mut impl Query,
    keys: &[TraceKey],
) -> Result<HashMap<TraceKey, Vec<Content>>, StoreError> {
    let open = |text: String| {
        serde_json::from_str::<Content>(&text).map_err(|_| corrupt("traces_spans", "content", "no span"))
    };
    let all = texts(query, keys)?.into_iter();
    all.map(|(key, texts)| Ok((key, texts.into_iter().map(open).collect::<Result<_, _>>()?))).collect()
}

/// As [`contents`], as texts.
pub(in crate::traces) fn texts(
    query: &mut impl Query,
    keys: &[TraceKey],
) -> Result<HashMap<TraceKey, Vec<String>>, StoreError> {
    let filter = Filter::new().in_list("trace", keys.iter().map(|key| key.as_bytes().to_vec()));
    let sql = format!(
        "SELECT trace, plain_bytes, content FROM traces_spans WHERE {} \
         ORDER BY CASE WHEN parent IS NULL THEN 0 ELSE 1 END, started_ns, span",
        filter.sql(0)
    );
    let rows = query.query(&sql, filter.values(), |row| {
        let length: i64 = row.get("plain_bytes")?;
        let text = unpack(row.get("content")?, usize::try_from(length).unwrap_or(0)).ok();
        let text = text.and_then(|text| String::from_utf8(text).ok());
        let text = text.ok_or_else(|| corrupt("traces_spans", "content", "no text"))?;
        Ok((key(row, "traces_spans")?, text))
    })?;
    let mut found: HashMap<TraceKey, Vec<String>> = HashMap::new();
    for (key, text) in rows {
        found.entry(key).or_default().push(text);
    }
    Ok(found)
}

/// The names of the roots of these traces; of several roots the first to begin.
pub(in crate::traces) fn root_names(
    query: &mut impl Query,
    keys: &[TraceKey],
) -> Result<HashMap<TraceKey, String>, StoreError> {
    let filter = Filter::new().in_list("trace", keys.iter().map(|key| key.as_bytes().to_vec()));
    let sql = format!(
        "SELECT trace, name FROM traces_spans WHERE {} AND parent IS NULL ORDER BY trace, started_ns DESC, span DESC",
        filter.sql(0)
    );
    let rows = query.query(&sql, filter.values(), |row| Ok((key(row, "traces_spans")?, row.get("name")?)))?;
    Ok(rows.into_iter().collect())
}

/// What filters look at of a span without opening its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::traces) struct SpanColumns {
    pub name: String,
    pub kind: String,
    pub status: String,
}

pub(in crate::traces) fn columns(
    query: &mut impl Query,
    keys: &[TraceKey],
) -> Result<HashMap<TraceKey, Vec<SpanColumns>>, StoreError> {
    let filter = Filter::new().in_list("trace", keys.iter().map(|key| key.as_bytes().to_vec()));
    let sql =
        format!("SELECT trace, name, kind, status FROM traces_spans WHERE {} ORDER BY trace, span", filter.sql(0));
    let rows = query.query(&sql, filter.values(), |row| {
        let columns = SpanColumns { name: row.get("name")?, kind: row.get("kind")?, status: row.get("status")? };
        Ok((key(row, "traces_spans")?, columns))
    })?;
    let mut found: HashMap<TraceKey, Vec<SpanColumns>> = HashMap::new();
    for (key, columns) in rows {
        found.entry(key).or_default().push(columns);
    }
    Ok(found)
}
