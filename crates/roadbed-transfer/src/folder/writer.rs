//! Writes MLflow's folder store. What belongs to a run comes before its `meta.yaml`, so a run without one is written again when an
//! interrupted export goes on.

use super::belongings::{ends, files, points};
use super::experiments::{MODELS, TAGS, TRASH};
use super::writing::{Meta, below, place, python, stage, write_meta, write_pairs};
use super::yaml::META;
use crate::agent::encoded_path;
use crate::error::TransferError;
use crate::source::{Holder, Note, Source, VersionFiles};
use roadbed_contracts::transfer::{ExperimentLine, LoggedModelLine, ModelLine, RunLine, Stage, VersionLine};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Places of MLflow's lists of words, from 1.
const STATUSES: [&str; 5] = ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"];
const MODEL_STATUSES: [&str; 3] = ["LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"];
/// `LOCAL` of MLflow's source types.
const LOCAL: &str = "4";

pub struct FolderWriter {
    root: PathBuf,
}

impl FolderWriter {
    /// # Errors
    /// The folder cannot be made.
    pub fn new(root: &Path) -> Result<Self, TransferError> {
        std::fs::create_dir_all(root).map_err(TransferError::file(root, "made"))?;
        let root = root.canonicalize().map_err(TransferError::file(root, "found"))?;
        Ok(Self { root })
    }

    /// Writes these experiments, and the registered models unless they are left out.
    ///
    /// # Errors
    /// The source cannot be read or the folder not be written.
    pub fn write(
        &self,
        source: &mut dyn Source,
        (experiments, with_models): (&[ExperimentLine], bool),
        note: Note<'_>,
    ) -> Result<(), TransferError> {
        for experiment in experiments {
            let folder = self.experiment_folder(experiment);
            let meta = Meta::default()
                .text("artifact_location", &self.uri(&[&experiment.id.to_string()]))
                .plain("creation_time", experiment.created_ms)
                .text("experiment_id", &experiment.id.to_string())
                .plain("last_update_time", experiment.updated_ms)
                .plain("lifecycle_stage", stage(experiment.state))
                .text("name", &experiment.name);
            write_pairs(&folder.join(TAGS), &experiment.tags)?;
            self.runs(source, experiment, note)?;
            self.logged_models(source, experiment, note)?;
            write_meta(&folder, &meta)?;
            note("experiment", 1, "");
        }
        if with_models {
            self.models(source, note)?;
        }
        Ok(())
    }

    fn experiment_folder(&self, experiment: &ExperimentLine) -> PathBuf {
        let top = if experiment.state == Stage::Deleted { self.root.join(TRASH) } else { self.root.clone() };
        top.join(experiment.id.to_string())
    }

    /// The address of a folder below the root.
    fn uri(&self, parts: &[&str]) -> String {
        let path = parts.iter().fold(self.root.clone(), |path, part| path.join(part));
        format!("file://{}", encoded_path(&path.to_string_lossy()))
    }

    fn runs(&self, source: &mut dyn Source, experiment: &ExperimentLine, note: Note<'_>) -> Result<(), TransferError> {
        let folder = self.experiment_folder(experiment);
        let mut after: Option<String> = None;
        loop {
            let page = source.runs(experiment.id, after.as_deref())?;
            for found in page.items {
                let run = found.line;
                let own = below(&folder, &run.id)?;
                if own.join(META).exists() {
                    note("run written before", 1, "");
                    continue;
                }
                self.run(source, &run, (&folder, &own), note)?;
                note("run", 1, "");
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    fn run(
        &self,
        source: &mut dyn Source,
        run: &RunLine,
        (experiment, folder): (&Path, &Path),
        note: Note<'_>,
    ) -> Result<(), TransferError> {
        write_pairs(&folder.join("params"), &run.params)?;
        write_pairs(&folder.join(TAGS), &run.tags)?;
        points(source, run, &folder.join("metrics"), note)?;
        ends(run, experiment, folder)?;
        files(source, Holder::Run(run), &folder.join("artifacts"), note)?;
        let ended = run.ended_ms.map_or_else(|| "null".to_owned(), |end| end.to_string());
        let meta = Meta::default()
            .text("artifact_uri", &self.uri(&[&run.experiment.to_string(), &run.id, "artifacts"]))
            .plain("end_time", ended)
            .text("entry_point_name", "")
            .text("experiment_id", &run.experiment.to_string())
            .plain("lifecycle_stage", stage(run.state))
            .text("run_id", &run.id)
            .text("run_name", &run.name)
            .text("source_name", "")
            .plain("source_type", LOCAL)
            .text("source_version", "")
            .plain("start_time", run.started_ms)
            .plain("status", place(&STATUSES, &run.status))
            .plain("tags", "[]")
            .text("user_id", &run.user);
        write_meta(folder, &meta)
    }

    fn logged_models(
        &self,
        source: &mut dyn Source,
        experiment: &ExperimentLine,
        note: Note<'_>,
    ) -> Result<(), TransferError> {
        for model in source.logged_models(experiment.id)? {
            let folder = below(&self.experiment_folder(experiment).join(MODELS), &model.id)?;
            if folder.join(META).exists() {
                note("logged model written before", 1, "");
                continue;
            }
            self.logged_model(source, &model, &folder, note)?;
            note("logged model", 1, "");
        }
        Ok(())
    }

    fn logged_model(
        &self,
        source: &mut dyn Source,
        model: &LoggedModelLine,
        folder: &Path,
        note: Note<'_>,
    ) -> Result<(), TransferError> {
        write_pairs(&folder.join(TAGS), &model.tags)?;
        write_pairs(&folder.join("params"), &model.params)?;
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        for line in source.model_points(model)? {
            let text = texts.entry(line.key.clone()).or_default();
            for (time, step, value) in &line.points {
                let dataset = match (&line.dataset_name, &line.dataset_digest) {
                    (Some(name), Some(digest)) => format!(" {name} {digest}"),
                    _ => String::new(),
                };
                let _ = writeln!(text, "{time} {} {step} {}{dataset}", python(*value), line.run);
            }
        }
        write_pairs(&folder.join("metrics"), &texts)?;
        files(source, Holder::LoggedModel(model), &folder.join("artifacts"), note)?;
        let experiment = model.experiment.to_string();
        let meta = Meta::default()
            .text("artifact_location", &self.uri(&[&experiment, MODELS, &model.id, "artifacts"]))
            .plain("creation_timestamp", model.created_ms)
            .text("experiment_id", &experiment)
            .plain("last_updated_timestamp", model.updated_ms)
            .plain("lifecycle_stage", stage(model.state))
            .text("model_id", &model.id)
            .optional("model_type", &model.model_type)
            .text("name", &model.name)
            .optional("source_run_id", &model.run)
            .plain("status", place(&MODEL_STATUSES, &model.status))
            .plain("status_message", "null");
        write_meta(folder, &meta)
    }

    fn models(&self, source: &mut dyn Source, note: Note<'_>) -> Result<(), TransferError> {
        for model in source.models()? {
            let folder = below(&self.root.join(MODELS), &model.name)?;
            for version in source.versions(&model.name)? {
                self.version(source, &version, &folder.join(format!("version-{}", version.version)), note)?;
                note("version", 1, "");
            }
            let aliases = source.aliases(&model.name)?;
            note("alias", aliases.len() as u64, "");
            let pairs = aliases.into_iter().map(|line| (line.alias, line.version.to_string())).collect();
            write_pairs(&folder.join("aliases"), &pairs)?;
            write_pairs(&folder.join(TAGS), &model.tags)?;
            write_model(&folder, &model, &pairs)?;
            note("model", 1, "");
        }
        Ok(())
    }

    fn version(
        &self,
        source: &mut dyn Source,
        version: &VersionLine,
        folder: &Path,
        note: Note<'_>,
    ) -> Result<(), TransferError> {
        if source.version_files(version) != VersionFiles::None {
            files(source, Holder::Version(version), &folder.join("artifacts"), note)?;
        }
        write_pairs(&folder.join(TAGS), &version.tags)?;
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut meta = Meta::default()
            .plain("creation_timestamp", version.created_ms)
            .text("current_stage", &version.stage)
            .optional("description", version.description.as_deref().unwrap_or_default())
            .plain("last_updated_timestamp", version.updated_ms);
        if !version.logged_model.is_empty() {
            meta = meta.text("model_id", &version.logged_model);
        }
        let meta = meta
            .text("name", &version.model)
            .optional("run_id", &version.run)
            .optional("run_link", &version.run_link)
            .text("source", &version.source)
            .text("status", "READY")
            .plain("status_message", "null")
            .text("storage_location", &self.uri(&[MODELS, &version.model, &name, "artifacts"]))
            .plain("user_id", "null")
            .plain("version", version.version);
        write_meta(folder, &meta)
    }
}

fn write_model(folder: &Path, model: &ModelLine, aliases: &BTreeMap<String, String>) -> Result<(), TransferError> {
    let meta = Meta::default()
        .map("aliases", aliases)
        .plain("creation_timestamp", model.created_ms)
        .optional("description", &model.description)
        .plain("last_updated_timestamp", model.updated_ms)
        .text("name", &model.name);
    write_meta(folder, &meta)
}
