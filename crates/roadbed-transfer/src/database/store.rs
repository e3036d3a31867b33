//! The queries on MLflow's tables. Numbers stand in the text, texts are parameters: the columns of numbers are of several sizes.
//! Columns that an older MLflow does not have are read as NULL.

use super::engine::{Cells, Engine};
use crate::error::TransferError;
use std::collections::HashSet;
use std::fmt::Write as _;

/// Runs of a page.
pub(super) const PAGE: usize = 200;
/// A deleted version keeps its row, so that its number is not given again.
pub(super) const DELETED_VERSION: &str = "Deleted_Internal";

/// From here on PostgreSQL shows everything as of one moment; nobody who writes meanwhile waits for that.
pub(super) fn stand_still(engine: &mut Engine) -> Result<(), TransferError> {
    engine.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", &[]).map(drop)
}

/// Which columns a table has; none when there is no such table.
pub(super) fn columns(engine: &mut Engine, table: &str) -> Result<HashSet<String>, TransferError> {
    let sql = if engine.is_sqlite() {
        "SELECT name FROM pragma_table_info($1)"
    } else {
        "SELECT column_name::text FROM information_schema.columns WHERE table_name = $1 \
         AND table_schema = ANY (current_schemas(false))"
    };
    Ok(engine.rows(sql, &[table])?.iter().map(|row| row.text(0)).collect())
}

/// The columns of a table that are wanted, in their order, NULL for those it lacks.
fn selected(there: &HashSet<String>, wanted: &[&str]) -> String {
    let each = wanted.iter().map(|column| if there.contains(*column) { *column } else { "NULL" });
    each.collect::<Vec<_>>().join(", ")
}

/// `$1, $2, …` for so many values.
fn list(values: usize) -> String {
    let mut text = String::new();
    for number in 1..=values {
        let _ = write!(text, "{}${number}", if number > 1 { ", " } else { "" });
    }
    text
}

/// A condition on the workspace, where there are workspaces. The name is the last parameter.
fn in_workspace(there: &HashSet<String>, parameter: usize) -> String {
    if there.contains("workspace") { format!("workspace = ${parameter}") } else { "1 = 1".to_owned() }
}

/// The workspace as a parameter, where it is one.
fn with_workspace<'a>(there: &HashSet<String>, mut values: Vec<&'a str>, workspace: &'a str) -> Vec<&'a str> {
    if there.contains("workspace") {
        values.push(workspace);
    }
    values
}

/// Id, name, stage, made, changed.
pub(super) fn experiments(engine: &mut Engine, workspace: &str) -> Result<Vec<Cells>, TransferError> {
    let there = columns(engine, "experiments")?;
    let wanted = ["experiment_id", "name", "lifecycle_stage", "creation_time", "last_update_time"];
    let (wanted, filter) = (selected(&there, &wanted), in_workspace(&there, 1));
    let sql = format!("SELECT {wanted} FROM experiments WHERE {filter} ORDER BY experiment_id");
    engine.rows(&sql, &with_workspace(&there, Vec::new(), workspace))
}

/// Experiment, key, value.
pub(super) fn experiment_tags(engine: &mut Engine) -> Result<Vec<Cells>, TransferError> {
    if columns(engine, "experiment_tags")?.is_empty() {
        return Ok(Vec::new());
    }
    engine.rows("SELECT experiment_id, key, value FROM experiment_tags ORDER BY experiment_id, key", &[])
}

/// Id, name, user, status, stage, start, end, artifacts; those behind `after`.
pub(super) fn runs(engine: &mut Engine, experiment: i64, after: &str) -> Result<Vec<Cells>, TransferError> {
    let there = columns(engine, "runs")?;
    let wanted = ["run_uuid", "name", "user_id", "status", "lifecycle_stage", "start_time", "end_time", "artifact_uri"];
    let sql = format!(
        "SELECT {} FROM runs WHERE experiment_id = {experiment} AND run_uuid > $1 ORDER BY run_uuid LIMIT {PAGE}",
        selected(&there, &wanted)
    );
    engine.rows(&sql, &[after])
}

/// Run, key, value of `params` or `tags`.
pub(super) fn pairs(engine: &mut Engine, table: &str, runs: &[&str]) -> Result<Vec<Cells>, TransferError> {
    let list = list(runs.len());
    engine.rows(
        &format!("SELECT run_uuid, key, value FROM {table} WHERE run_uuid IN ({list}) ORDER BY run_uuid, key"),
        runs,
    )
}

/// Run and number of points.
pub(super) fn point_counts(engine: &mut Engine, runs: &[&str]) -> Result<Vec<Cells>, TransferError> {
    let list = list(runs.len());
    engine.rows(&format!("SELECT run_uuid, COUNT(*) FROM metrics WHERE run_uuid IN ({list}) GROUP BY run_uuid"), runs)
}

/// Key, time, step, value and whether it is NaN, of the points of a run.
pub(super) fn points(
    engine: &mut Engine,
    run: &str,
    take: impl FnMut(&Cells) -> std::ops::ControlFlow<()>,
) -> Result<(), TransferError> {
    let there = columns(engine, "metrics")?;
    let sql = format!(
        "SELECT {} FROM metrics WHERE run_uuid = $1 ORDER BY key",
        selected(&there, &["key", "timestamp", "step", "value", "is_nan"])
    );
    engine.each(&sql, &[run], take)
}

/// Run, id of the use, and the dataset in six columns.
pub(super) fn datasets(engine: &mut Engine, runs: &[&str]) -> Result<Vec<Cells>, TransferError> {
    if columns(engine, "inputs")?.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT i.destination_id, i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source, d.dataset_schema, \
         d.dataset_profile FROM inputs i JOIN datasets d ON d.dataset_uuid = i.source_id WHERE i.source_type = 'DATASET' \
         AND i.destination_type = 'RUN' AND i.destination_id IN ({}) ORDER BY i.destination_id, d.name, d.digest",
        list(runs.len())
    );
    engine.rows(&sql, runs)
}

/// Use, key, value.
pub(super) fn input_tags(engine: &mut Engine, uses: &[&str]) -> Result<Vec<Cells>, TransferError> {
    let list = list(uses.len());
    engine.rows(
        &format!("SELECT input_uuid, name, value FROM input_tags WHERE input_uuid IN ({list}) ORDER BY name"),
        uses,
    )
}

/// Run, kind of the end, model, step.
pub(super) fn model_ends(engine: &mut Engine, runs: &[&str]) -> Result<Vec<Cells>, TransferError> {
    let there = columns(engine, "inputs")?;
    if there.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT {} FROM inputs WHERE source_type IN ('RUN_INPUT', 'RUN_OUTPUT') AND source_id IN ({}) \
         ORDER BY source_id, destination_id",
        selected(&there, &["source_id", "source_type", "destination_id", "step"]),
        list(runs.len())
    );
    engine.rows(&sql, runs)
}

/// Id, name, type, status, stage, run, made, changed, artifacts.
pub(super) fn logged_models(engine: &mut Engine, experiment: i64) -> Result<Vec<Cells>, TransferError> {
    if columns(engine, "logged_models")?.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT model_id, name, model_type, status, lifecycle_stage, source_run_id, creation_timestamp_ms, \
         last_updated_timestamp_ms, artifact_location FROM logged_models WHERE experiment_id = {experiment} ORDER BY model_id"
    );
    engine.rows(&sql, &[])
}

/// Model, key, value of all logged models of an experiment; `kind` is `param` or `tag`.
pub(super) fn model_pairs(engine: &mut Engine, kind: &str, experiment: i64) -> Result<Vec<Cells>, TransferError> {
    let sql = format!(
        "SELECT model_id, {kind}_key, {kind}_value FROM logged_model_{kind}s WHERE experiment_id = {experiment}"
    );
    engine.rows(&sql, &[])
}

/// Run, key, dataset's name and digest, time, step, value. A value that is NULL is NaN.
pub(super) fn model_points(engine: &mut Engine, model: &str) -> Result<Vec<Cells>, TransferError> {
    let sql = "SELECT run_id, metric_name, dataset_name, dataset_digest, metric_timestamp_ms, metric_step, metric_value \
               FROM logged_model_metrics WHERE model_id = $1 ORDER BY run_id, metric_name, dataset_name, dataset_digest";
    engine.rows(sql, &[model])
}

/// Name, description, made, changed.
pub(super) fn models(engine: &mut Engine, workspace: &str) -> Result<Vec<Cells>, TransferError> {
    let there = columns(engine, "registered_models")?;
    if there.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = selected(&there, &["name", "description", "creation_time", "last_updated_time"]);
    let sql = format!("SELECT {wanted} FROM registered_models WHERE {} ORDER BY name", in_workspace(&there, 1));
    engine.rows(&sql, &with_workspace(&there, Vec::new(), workspace))
}

/// Key, value.
pub(super) fn model_tags(engine: &mut Engine, model: &str, workspace: &str) -> Result<Vec<Cells>, TransferError> {
    let there = columns(engine, "registered_model_tags")?;
    if there.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT key, value FROM registered_model_tags WHERE name = $1 AND {}", in_workspace(&there, 2));
    engine.rows(&sql, &with_workspace(&there, vec![model], workspace))
}

/// Number, source, run, link, description, stage, made, changed, location; deleted ones too.
pub(super) fn versions(engine: &mut Engine, model: &str, workspace: &str) -> Result<Vec<Cells>, TransferError> {
    let there = columns(engine, "model_versions")?;
    let wanted = [
        "version",
        "source",
        "run_id",
        "run_link",
        "description",
        "current_stage",
        "creation_time",
        "last_updated_time",
        "storage_location",
    ];
    let sql = format!(
        "SELECT {} FROM model_versions WHERE name = $1 AND {} ORDER BY version",
        selected(&there, &wanted),
        in_workspace(&there, 2)
    );
    engine.rows(&sql, &with_workspace(&there, vec![model], workspace))
}

/// Version, key, value.
pub(super) fn version_tags(engine: &mut Engine, model: &str, workspace: &str) -> Result<Vec<Cells>, TransferError> {
    let there = columns(engine, "model_version_tags")?;
    if there.is_empty() {
        return Ok(Vec::new());
    }
    let sql =
        format!("SELECT version, key, value FROM model_version_tags WHERE name = $1 AND {}", in_workspace(&there, 2));
    engine.rows(&sql, &with_workspace(&there, vec![model], workspace))
}

/// Alias, version.
pub(super) fn aliases(engine: &mut Engine, model: &str, workspace: &str) -> Result<Vec<Cells>, TransferError> {
    let there = columns(engine, "registered_model_aliases")?;
    if there.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT alias, version FROM registered_model_aliases WHERE name = $1 AND {} ORDER BY alias",
        in_workspace(&there, 2)
    );
    engine.rows(&sql, &with_workspace(&there, vec![model], workspace))
}

/// How many rows of a table fulfil a condition of ours; none when it has no such table or column.
pub(super) fn count(
    engine: &mut Engine,
    table: &str,
    needs: Option<&str>,
    condition: &str,
) -> Result<u64, TransferError> {
    let there = columns(engine, table)?;
    if there.is_empty() || needs.is_some_and(|column| !there.contains(column)) {
        return Ok(0);
    }
    let rows = engine.rows(&format!("SELECT COUNT(*) FROM {table} WHERE {condition}"), &[])?;
    Ok(rows.first().and_then(|row| u64::try_from(row.integer(0)).ok()).unwrap_or(0))
}

/// Where the files of a run lie.
pub(super) fn run_location(engine: &mut Engine, run: &str) -> Result<Option<String>, TransferError> {
    let rows = engine.rows("SELECT artifact_uri FROM runs WHERE run_uuid = $1", &[run])?;
    Ok(rows.first().and_then(|row| row.optional_text(0)))
}

/// Where the files of a logged model lie.
pub(super) fn model_location(engine: &mut Engine, model: &str) -> Result<Option<String>, TransferError> {
    if columns(engine, "logged_models")?.is_empty() {
        return Ok(None);
    }
    let rows = engine.rows("SELECT artifact_location FROM logged_models WHERE model_id = $1", &[model])?;
    Ok(rows.first().and_then(|row| row.optional_text(0)))
}
