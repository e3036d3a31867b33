//! Rows of `traces_infos`.

use crate::traces::model::{State, Trace, TraceKey};
use roadbed_core::TeamId;
use roadbed_store::{Appender, Execute, Filter, Query, Row, StoreError, params};
use std::collections::{BTreeMap, HashMap};

pub(super) const COLUMNS: &str = "trace, trace_id, experiment, experiment_id, started_ms, duration_ms, state, client_request_id, \
                                  request_preview, response_preview, tags, metadata, finalized";

/// A trace with its key.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Stored {
    pub key: TraceKey,
    pub trace: Trace,
}

pub(super) fn corrupt(table: &str, column: &str, value: &str) -> StoreError {
    StoreError::Corrupt { table: table.to_owned(), column: column.to_owned(), value: value.chars().take(80).collect() }
}

fn map(row: &Row, column: &str) -> Result<BTreeMap<String, String>, StoreError> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map_err(|_| corrupt("traces_infos", column, &text))
}

fn text(map: &BTreeMap<String, String>) -> Result<String, StoreError> {
    serde_json::to_string(map).map_err(|error| StoreError::Event { detail: error.to_string() })
}

pub(super) fn key(row: &Row, table: &str) -> Result<TraceKey, StoreError> {
    let bytes: Vec<u8> = row.get("trace")?;
    TraceKey::of_bytes(&bytes).ok_or_else(|| corrupt(table, "trace", "another length"))
}

pub(super) fn stored(row: &Row) -> Result<Stored, StoreError> {
    let state: String = row.get("state")?;
    let trace = Trace {
        trace_id: row.get("trace_id")?,
        experiment: row.get("experiment")?,
        experiment_id: row.get("experiment_id")?,
        started_ms: row.get("started_ms")?,
        duration_ms: row.get("duration_ms")?,
        state: state.parse::<State>().map_err(|()| corrupt("traces_infos", "state", &state))?,
        client_request_id: row.get("client_request_id")?,
        request_preview: row.get("request_preview")?,
        response_preview: row.get("response_preview")?,
        tags: map(row, "tags")?,
        metadata: map(row, "metadata")?,
        finalized: row.get("finalized")?,
    };
    Ok(Stored { key: key(row, "traces_infos")?, trace })
}

/// The row of the trace, made when it was not there, and held until the commit. True when it is new.
pub(in crate::traces) fn claim(
    append: &mut Appender<'_>,
    team: TeamId,
    fresh: &Trace,
) -> Result<(Trace, bool), StoreError> {
    let key = TraceKey::new(team, &fresh.trace_id);
    let sql = format!(
        "INSERT INTO traces_infos ({COLUMNS}, session, team_id, writes) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, NULL, ?14, 1) \
         ON CONFLICT (trace) DO UPDATE SET writes = traces_infos.writes + 1 RETURNING {COLUMNS}, writes"
    );
    let values = params![
        key.as_bytes(),
        &fresh.trace_id,
        fresh.experiment,
        fresh.experiment_id,
        fresh.started_ms,
        fresh.duration_ms,
        fresh.state.as_str(),
        fresh.client_request_id.as_deref(),
        fresh.request_preview.as_deref(),
        fresh.response_preview.as_deref(),
        text(&fresh.tags)?,
        text(&fresh.metadata)?,
        fresh.finalized,
        team
    ];
    let found = append.query_one(&sql, values, |row| Ok((stored(row)?.trace, row.get::<i64>("writes")? == 1)))?;
    found.ok_or_else(|| corrupt("traces_infos", "trace", &fresh.trace_id))
}

/// The trace, held until the commit; none when there is no such trace in the team.
pub(in crate::traces) fn lock(
    append: &mut Appender<'_>,
    team: TeamId,
    trace_id: &str,
) -> Result<Option<Stored>, StoreError> {
    let key = TraceKey::new(team, trace_id);
    let sql = format!("UPDATE traces_infos SET writes = writes + 1 WHERE trace = ?1 RETURNING {COLUMNS}");
    append.query_one(&sql, params![key.as_bytes()], stored)
}

/// Writes a trace whose row is held.
pub(in crate::traces) fn put(append: &mut Appender<'_>, team: TeamId, trace: &Trace) -> Result<(), StoreError> {
    let key = TraceKey::new(team, &trace.trace_id);
    let sql = "UPDATE traces_infos SET experiment = ?2, experiment_id = ?3, started_ms = ?4, duration_ms = ?5, state = ?6, \
               client_request_id = ?7, request_preview = ?8, response_preview = ?9, session = ?10, tags = ?11, metadata = ?12, \
               finalized = ?13 WHERE trace = ?1";
    let values = params![
        key.as_bytes(),
        trace.experiment,
        trace.experiment_id,
        trace.started_ms,
        trace.duration_ms,
        trace.state.as_str(),
        trace.client_request_id.as_deref(),
        trace.request_preview.as_deref(),
        trace.response_preview.as_deref(),
        trace.metadata.get(crate::traces::model::SESSION).map(String::as_str),
        text(&trace.tags)?,
        text(&trace.metadata)?,
        trace.finalized
    ];
    append.execute(sql, values)?;
    Ok(())
}

/// The traces of these keys that are there.
pub(in crate::traces) fn infos(
    query: &mut impl Query,
    keys: &[TraceKey],
) -> Result<HashMap<TraceKey, Trace>, StoreError> {
    let filter = Filter::new().in_list("trace", keys.iter().map(|key| key.as_bytes().to_vec()));
    let sql = format!("SELECT {COLUMNS} FROM traces_infos WHERE {}", filter.sql(0));
    let rows = query.query(&sql, filter.values(), stored)?;
    Ok(rows.into_iter().map(|stored| (stored.key, stored.trace)).collect())
}

/// The oldest traces of an experiment that began at `until_ms` or before.
pub(in crate::traces) fn oldest(
    query: &mut impl Query,
    experiment: i64,
    until_ms: i64,
    limit: usize,
) -> Result<Vec<(TraceKey, String)>, StoreError> {
    let sql = "SELECT trace, trace_id FROM traces_infos WHERE experiment = ?1 AND started_ms <= ?2 \
               ORDER BY started_ms, trace_id LIMIT ?3";
    let read = |row: &Row| Ok((key(row, "traces_infos")?, row.get("trace_id")?));
    query.query(sql, params![experiment, until_ms, limit], read)
}

/// Deletes traces with everything that belongs to them; how many there were.
pub(in crate::traces) fn delete(append: &mut Appender<'_>, keys: &[TraceKey]) -> Result<u64, StoreError> {
    let filter = || Filter::new().in_list("trace", keys.iter().map(|key| key.as_bytes().to_vec()));
    let of = filter();
    let condition = of.sql(0);
    // First the row that writers wait for, so that no span comes between.
    let deleted = append.execute(&format!("DELETE FROM traces_infos WHERE {condition}"), of.values())?;
    for sql in [
        format!("DELETE FROM traces_spans WHERE {condition}"),
        format!("DELETE FROM traces_assessments WHERE {condition}"),
        format!("DELETE FROM traces_links WHERE {condition}"),
    ] {
        append.execute(&sql, of.values())?;
    }
    Ok(deleted)
}
