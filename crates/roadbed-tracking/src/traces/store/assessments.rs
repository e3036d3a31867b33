//! Rows of `traces_assessments`.

use super::infos::{corrupt, key};
use crate::traces::assessment::Assessment;
use crate::traces::model::TraceKey;
use roadbed_store::{Appender, Execute, Filter, Query, Row, StoreError, params};
use std::collections::HashMap;

fn read(row: &Row) -> Result<Assessment, StoreError> {
    let text: String = row.get("content")?;
    serde_json::from_str(&text).map_err(|_| corrupt("traces_assessments", "content", &text))
}

/// Assessments of these traces, the oldest first.
pub(in crate::traces) fn assessments(
    query: &mut impl Query,
    keys: &[TraceKey],
) -> Result<HashMap<TraceKey, Vec<Assessment>>, StoreError> {
    let filter = Filter::new().in_list("trace", keys.iter().map(|key| key.as_bytes().to_vec()));
    let sql = format!(
        "SELECT trace, content FROM traces_assessments WHERE {} ORDER BY created_ms, assessment_id",
        filter.sql(0)
    );
    let rows = query.query(&sql, filter.values(), |row| Ok((key(row, "traces_assessments")?, read(row)?)))?;
    let mut found: HashMap<TraceKey, Vec<Assessment>> = HashMap::new();
    for (key, assessment) in rows {
        found.entry(key).or_default().push(assessment);
    }
    Ok(found)
}

pub(in crate::traces) fn assessment(
    query: &mut impl Query,
    key: TraceKey,
    assessment_id: &str,
) -> Result<Option<Assessment>, StoreError> {
    let sql = "SELECT content FROM traces_assessments WHERE trace = ?1 AND assessment_id = ?2";
    query.query_one(sql, params![key.as_bytes(), assessment_id], read)
}

pub(in crate::traces) fn put_assessment(
    append: &mut Appender<'_>,
    key: TraceKey,
    said: &Assessment,
) -> Result<(), StoreError> {
    let content = serde_json::to_string(said).map_err(|error| StoreError::Event { detail: error.to_string() })?;
    let sql = "INSERT INTO traces_assessments (trace, assessment_id, created_ms, content) VALUES (?1, ?2, ?3, ?4) \
               ON CONFLICT (trace, assessment_id) DO UPDATE SET created_ms = excluded.created_ms, content = excluded.content";
    append.execute(sql, params![key.as_bytes(), &said.assessment_id, said.created_ms, content])?;
    Ok(())
}

pub(in crate::traces) fn delete_assessment(
    append: &mut Appender<'_>,
    key: TraceKey,
    assessment_id: &str,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM traces_assessments WHERE trace = ?1 AND assessment_id = ?2";
    append.execute(sql, params![key.as_bytes(), assessment_id])?;
    Ok(())
}
