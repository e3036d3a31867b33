//! Runs and logged models, and what they logged.

use super::experiments::{MODELS, TAGS, folders, name, pairs};
use super::yaml::Meta;
use crate::error::TransferError;
use crate::roots::local_files;
use crate::source::{Found, Points};
use roadbed_contracts::transfer::{
    DatasetUse, LoggedModelLine, MetricLine, ModelMetricLine, ModelOutput, Number, RunLine,
};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const LINE_POINTS: usize = 2000;
const STATUSES: [&str; 5] = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];
const MODEL_STATUSES: [&str; 3] = ["LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"];

/// The word of a status that is kept as its number in a list of words.
fn status(words: &[&str], text: &str) -> String {
    let place = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    place.and_then(|place| words.get(place)).map_or_else(|| text.to_owned(), |word| (*word).to_owned())
}

/// The folders of the runs of an experiment, by id.
pub(super) fn run_folders(experiment: &Path) -> Result<Vec<PathBuf>, TransferError> {
    let mut found = folders(experiment)?;
    found.retain(|folder| !matches!(name(folder).as_str(), TAGS | MODELS | "datasets" | "traces" | "issues"));
    Ok(found)
}

/// A run; its extent is how long the files of its metrics are.
pub(super) fn run(experiment: i64, folder: &Path) -> Result<Option<Found<RunLine>>, TransferError> {
    let Some(meta) = Meta::read(folder)? else { return Ok(None) };
    let id = meta.optional("run_id").unwrap_or_else(|| meta.text("run_uuid"));
    if id != name(folder) {
        return Ok(None);
    }
    let tags = pairs(&folder.join(TAGS))?;
    let (datasets, model_inputs) = inputs(folder)?;
    let named = meta.optional("run_name").filter(|name| !name.is_empty());
    let line = RunLine {
        experiment,
        name: named.or_else(|| tags.get("mlflow.runName").cloned()).unwrap_or_default(),
        user: meta.text("user_id"),
        status: status(&STATUSES, &meta.optional("status").unwrap_or_else(|| "1".to_owned())),
        state: meta.stage(),
        started_ms: meta.integer("start_time").unwrap_or(0),
        ended_ms: meta.integer("end_time"),
        params: pairs(&folder.join("params"))?,
        tags,
        datasets,
        model_inputs,
        model_outputs: outputs(folder)?,
        id,
    };
    let bytes: u64 = local_files(&folder.join("metrics"))?.iter().map(|file| file.bytes).sum();
    Ok(Some(Found { line, extent: bytes.to_string() }))
}

fn inputs(folder: &Path) -> Result<(Vec<DatasetUse>, Vec<String>), TransferError> {
    let (mut datasets, mut models) = (Vec::new(), Vec::new());
    let all = folder.parent().map(|experiment| experiment.join("datasets")).unwrap_or_default();
    for input in folders(&folder.join("inputs"))? {
        let Some(meta) = Meta::read(&input)? else { continue };
        let id = meta.text("source_id");
        if meta.text("source_type") != "DATASET" {
            models.push(id);
            continue;
        }
        if id.contains(['/', '\\']) {
            continue;
        }
        let Some(dataset) = Meta::read(&all.join(&id))? else { continue };
        datasets.push(DatasetUse {
            name: dataset.text("name"),
            digest: dataset.text("digest"),
            source_type: dataset.text("source_type"),
            source: dataset.text("source"),
            schema: dataset.optional("schema"),
            profile: dataset.optional("profile"),
            tags: meta.map("tags"),
        });
    }
    datasets.sort_by(|a, b| (&a.name, &a.digest).cmp(&(&b.name, &b.digest)));
    Ok((datasets, models))
}

fn outputs(folder: &Path) -> Result<Vec<ModelOutput>, TransferError> {
    let mut found = Vec::new();
    for output in folders(&folder.join("outputs"))? {
        if let Some(meta) = Meta::read(&output)? {
            found.push(ModelOutput { model: meta.text("source_id"), step: meta.integer("step").unwrap_or(0) });
        }
    }
    Ok(found)
}

fn number(text: &str) -> Option<Number> {
    // As Python writes them.
    match text {
        "nan" => Some(Number(f64::NAN)),
        "inf" => Some(Number(f64::INFINITY)),
        "-inf" => Some(Number(f64::NEG_INFINITY)),
        other => other.parse().ok().map(Number),
    }
}

/// Reads the lines of a file of points; `take` gets the words of each.
fn each_line(
    path: &Path,
    mut take: impl FnMut(&[&str]) -> Option<ControlFlow<()>>,
) -> Result<ControlFlow<()>, TransferError> {
    let file = File::open(path).map_err(TransferError::file(path, "read"))?;
    for (index, line) in BufReader::new(file).lines().enumerate() {
        let line = line.map_err(TransferError::file(path, "read"))?;
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() {
            continue;
        }
        match take(&words) {
            Some(ControlFlow::Continue(())) => {}
            Some(ended) => return Ok(ended),
            None => return Err(TransferError::form(path, format!("line {} is no point of a metric", index + 1))),
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Time, value and step of the words of a line; very old lines have no step.
fn point(words: &[&str]) -> Option<(i64, i64, Number)> {
    let step = match words.get(2) {
        Some(step) => step.parse().ok()?,
        None => 0,
    };
    Some((words.first()?.parse().ok()?, step, number(words.get(1)?)?))
}

pub(super) fn points(folder: &Path, run: &str, take: Points<'_>) -> Result<(), TransferError> {
    let metrics = folder.join("metrics");
    for file in local_files(&metrics)? {
        let mut waiting = Vec::new();
        let mut give =
            |points: Vec<(i64, i64, Number)>| take(MetricLine { run: run.to_owned(), key: file.path.clone(), points });
        let ended = each_line(&metrics.join(&file.path), |words| {
            waiting.push(point(words)?);
            if waiting.len() == LINE_POINTS {
                Some(give(std::mem::take(&mut waiting)))
            } else {
                Some(ControlFlow::Continue(()))
            }
        })?;
        let ended = if ended.is_continue() && !waiting.is_empty() { give(waiting) } else { ended };
        if ended.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

pub(super) fn logged_models(experiment: i64, folder: &Path) -> Result<Vec<LoggedModelLine>, TransferError> {
    let mut found = Vec::new();
    for folder in folders(&folder.join(MODELS))? {
        let Some(meta) = Meta::read(&folder)? else { continue };
        let created_ms = meta.integer("creation_timestamp").unwrap_or(0);
        found.push(LoggedModelLine {
            id: name(&folder),
            experiment,
            name: meta.text("name"),
            model_type: meta.text("model_type"),
            status: status(&MODEL_STATUSES, &meta.text("status")),
            state: meta.stage(),
            run: meta.text("source_run_id"),
            tags: pairs(&folder.join(TAGS))?,
            params: pairs(&folder.join("params"))?,
            created_ms,
            updated_ms: meta.integer("last_updated_timestamp").unwrap_or(created_ms),
        });
    }
    Ok(found)
}

/// Lines are time, value, step, run, and then maybe name and digest of a dataset; the name may have spaces.
pub(super) fn model_points(folder: &Path, model: &str) -> Result<Vec<ModelMetricLine>, TransferError> {
    let metrics = folder.join("metrics");
    let mut found: Vec<ModelMetricLine> = Vec::new();
    for file in local_files(&metrics)? {
        let _ = each_line(&metrics.join(&file.path), |words| {
            let point = point(words)?;
            let (run, dataset) = words.get(3..)?.split_first()?;
            let (digest, name) = dataset
                .split_last()
                .map_or((None, None), |(digest, name)| (Some((*digest).to_owned()), Some(name.join(" "))));
            let is_same = |line: &ModelMetricLine| {
                line.run == **run && line.key == file.path && line.dataset_name == name && line.dataset_digest == digest
            };
            match found.iter_mut().rev().find(|line| is_same(line) && line.points.len() < LINE_POINTS) {
                Some(line) => line.points.push(point),
                None => found.push(ModelMetricLine {
                    model: model.to_owned(),
                    run: (*run).to_owned(),
                    key: file.path.clone(),
                    dataset_name: name,
                    dataset_digest: digest,
                    points: vec![point],
                }),
            }
            Some(ControlFlow::Continue(()))
        })?;
    }
    Ok(found)
}
