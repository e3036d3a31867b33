//! Rows of the `inputs_` tables (records lane).

use super::model::{Dataset, DatasetInput, DatasetSummary, ModelOutput, RunInputs};
use roadbed_store::{Appender, Execute, Filter, Query, Reader, Row, StoreError, Value, params};
use std::collections::HashMap;

const INPUT: &str = "input";
const OUTPUT: &str = "output";
/// Most summaries of one answer, as MLflow gives.
const SUMMARIES: usize = 1000;

/// Notes the datasets a run used. What is already noted stays as it is.
///
/// # Errors
/// The store fails.
pub fn log_datasets(
    append: &mut Appender<'_>,
    run: i64,
    experiment: i64,
    inputs: &[DatasetInput],
) -> Result<(), StoreError> {
    let (mut datasets, mut used) = (Vec::new(), Vec::new());
    for input in inputs {
        let Dataset { name, digest, source_type, source, schema, profile } = &input.dataset;
        let (schema, profile) = (schema.as_deref(), profile.as_deref());
        datasets.extend_from_slice(params![experiment, name, digest, source_type, source, schema, profile]);
        let tags =
            serde_json::to_string(&input.tags).map_err(|error| StoreError::Event { detail: error.to_string() })?;
        used.extend_from_slice(params![run, experiment, name, digest, input.context(), tags]);
    }
    let sql = "INSERT INTO inputs_datasets (experiment, name, digest, source_type, source, dataset_schema, profile) \
               VALUES {rows} ON CONFLICT (experiment, name, digest) DO NOTHING";
    append.execute_rows(sql, 7, &[0, 1, 2], &datasets)?;
    let sql = "INSERT INTO inputs_used (run, experiment, name, digest, context, tags) VALUES {rows} \
               ON CONFLICT (run, name, digest) DO NOTHING";
    append.execute_rows(sql, 6, &[0, 2, 3], &used)?;
    Ok(())
}

/// Notes models a run read.
///
/// # Errors
/// The store fails.
pub fn log_model_inputs(append: &mut Appender<'_>, run: i64, model_ids: &[String]) -> Result<(), StoreError> {
    log_models(append, run, INPUT, model_ids.iter().map(|id| (id.as_str(), 0)))
}

/// Notes models a run made.
///
/// # Errors
/// The store fails.
pub fn log_model_outputs(append: &mut Appender<'_>, run: i64, outputs: &[ModelOutput]) -> Result<(), StoreError> {
    log_models(append, run, OUTPUT, outputs.iter().map(|output| (output.model_id.as_str(), output.step)))
}

fn log_models<'a>(
    append: &mut Appender<'_>,
    run: i64,
    direction: &'static str,
    models: impl Iterator<Item = (&'a str, i64)>,
) -> Result<(), StoreError> {
    let mut values = Vec::new();
    for (model_id, step) in models {
        values.extend_from_slice(params![run, direction, model_id, step]);
    }
    let sql = "INSERT INTO inputs_models (run, direction, model_id, step) VALUES {rows} \
               ON CONFLICT (run, direction, model_id) DO UPDATE SET step = excluded.step";
    append.execute_rows(sql, 4, &[0, 1, 2], &values)?;
    Ok(())
}

fn dataset(row: &Row) -> Result<Dataset, StoreError> {
    Ok(Dataset {
        name: row.get("name")?,
        digest: row.get("digest")?,
        source_type: row.get("source_type")?,
        source: row.get("source")?,
        schema: row.get("dataset_schema")?,
        profile: row.get("profile")?,
    })
}

fn tags(row: &Row) -> Result<Vec<(String, String)>, StoreError> {
    let text: String = row.get("tags")?;
    serde_json::from_str(&text).map_err(|_| StoreError::Corrupt {
        table: "inputs_used".to_owned(),
        column: "tags".to_owned(),
        value: text.chars().take(80).collect(),
    })
}

/// Both ends of each of these runs; runs without any are left out.
///
/// # Errors
/// The store fails or a row does not parse.
pub fn for_runs(reader: &mut Reader<'_>, runs: &[i64]) -> Result<HashMap<i64, RunInputs>, StoreError> {
    let mut found: HashMap<i64, RunInputs> = HashMap::new();
    let filter = Filter::new().in_list("used.run", runs.iter().copied());
    let sql = format!(
        "SELECT used.run AS run, used.name AS name, used.digest AS digest, used.tags AS tags, data.source_type AS source_type, \
         data.source AS source, data.dataset_schema AS dataset_schema, data.profile AS profile \
         FROM inputs_used AS used JOIN inputs_datasets AS data \
         ON data.experiment = used.experiment AND data.name = used.name AND data.digest = used.digest \
         WHERE {} ORDER BY used.run, used.name, used.digest",
        filter.sql(0)
    );
    let rows = reader.query(&sql, filter.values(), |row| {
        Ok((row.get::<i64>("run")?, DatasetInput { dataset: dataset(row)?, tags: tags(row)? }))
    })?;
    for (run, input) in rows {
        found.entry(run).or_default().datasets.push(input);
    }
    let filter = Filter::new().in_list("run", runs.iter().copied());
    let sql = format!(
        "SELECT run, direction, model_id, step FROM inputs_models WHERE {} ORDER BY run, step, model_id",
        filter.sql(0)
    );
    let rows = reader.query(&sql, filter.values(), |row| {
        Ok((row.get::<i64>("run")?, row.get::<String>("direction")?, row.get("model_id")?, row.get("step")?))
    })?;
    for (run, direction, model_id, step) in rows {
        let ends = found.entry(run).or_default();
        if direction == INPUT {
            ends.model_inputs.push(model_id);
        } else {
            ends.model_outputs.push(ModelOutput { model_id, step });
        }
    }
    Ok(found)
}

/// A dataset use as a search looks at it: run, name, digest and context.
pub type DatasetUse = (i64, String, String, Option<String>);

/// Every dataset use of these experiments.
///
/// # Errors
/// The store fails.
pub fn datasets_of_experiments(reader: &mut Reader<'_>, experiments: &[i64]) -> Result<Vec<DatasetUse>, StoreError> {
    let filter = Filter::new().in_list("experiment", experiments.iter().copied());
    let sql = format!("SELECT run, name, digest, context FROM inputs_used WHERE {}", filter.sql(0));
    reader.query(&sql, filter.values(), |row| {
        Ok((row.get("run")?, row.get("name")?, row.get("digest")?, row.get("context")?))
    })
}

/// The datasets of these experiments, each with its contexts.
///
/// # Errors
/// The store fails.
pub fn summaries(reader: &mut Reader<'_>, experiments: &[i64]) -> Result<Vec<DatasetSummary>, StoreError> {
    let filter = Filter::new().in_list("experiment", experiments.iter().copied());
    let sql = format!(
        "SELECT DISTINCT experiment, name, digest, context FROM inputs_used WHERE {} ORDER BY experiment, name, digest LIMIT ?{}",
        filter.sql(0),
        filter.values().len() + 1
    );
    let values = [filter.values(), &[Value::from(SUMMARIES)]].concat();
    reader.query(&sql, &values, |row| {
        Ok(DatasetSummary {
            experiment: row.get("experiment")?,
            name: row.get("name")?,
            digest: row.get("digest")?,
            context: row.get("context")?,
        })
    })
}

/// Removes both ends of these runs. Datasets stay: other runs of the experiment may have used them. Doing it twice is once.
///
/// # Errors
/// The store fails.
pub fn forget(append: &mut Appender<'_>, runs: &[i64]) -> Result<(), StoreError> {
    for some in runs.chunks(500) {
        let filter = Filter::new().in_list("run", some.iter().copied());
        for table in ["inputs_used", "inputs_models"] {
            append.execute(&format!("DELETE FROM {table} WHERE {}", filter.sql(0)), filter.values())?;
        }
    }
    Ok(())
}
