//! Writes an export. What an interrupted one has completed is kept: lines experiment by experiment, files by their digest.

use super::layout::{
    ALIASES, EXPERIMENTS, FileLine, MANIFEST, MODELS, Manifest, VERSION_FILES, VERSIONS, blob, of_experiment,
};
use super::lines::{LinesWriter, summed};
use crate::error::TransferError;
use crate::source::{Holder, Note, Source, VersionFiles};
use roadbed_contracts::transfer::{ExperimentLine, Line};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

pub struct ArchiveWriter {
    root: PathBuf,
}

impl ArchiveWriter {
    /// # Errors
    /// The folder holds a complete export or something else.
    pub fn new(root: &Path) -> Result<Self, TransferError> {
        if root.join(MANIFEST).exists() {
            return Err(TransferError::Unknown(format!("{} holds a complete export already", root.display())));
        }
        let is_begun = root.join("blobs").is_dir();
        if !is_begun && root.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(TransferError::Unknown(format!("{} is not empty", root.display())));
        }
        let blobs = root.join("blobs");
        std::fs::create_dir_all(&blobs).map_err(TransferError::file(&blobs, "made"))?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// Writes these experiments, and the registered models unless they are left out.
    ///
    /// # Errors
    /// The source cannot be read or the folder not be written; what is complete stays and is not written again.
    pub fn write(
        &self,
        source: &mut dyn Source,
        (experiments, with_models): (&[ExperimentLine], bool),
        note: Note<'_>,
    ) -> Result<(), TransferError> {
        let mut lines = LinesWriter::create(self.root.join(EXPERIMENTS), "experiment")?;
        for experiment in experiments {
            lines.put(&Line::Experiment(experiment.clone()))?;
            note("experiment", 1, "");
        }
        lines.finish()?;
        for experiment in experiments {
            self.experiment(source, experiment.id, note)?;
        }
        if with_models {
            self.models(source, note)?;
        }
        self.finish(&source.name())
    }

    fn experiment(&self, source: &mut dyn Source, id: i64, note: Note<'_>) -> Result<(), TransferError> {
        let path = |kind: &str| self.root.join(of_experiment(kind, id));
        // The last one of an experiment.
        if path("files").exists() {
            note("experiment written before", 1, "");
            return Ok(());
        }
        let mut runs = LinesWriter::create(path("runs"), "run")?;
        let mut metrics = LinesWriter::create(path("metrics"), "metric")?;
        let mut files = LinesWriter::create(path("files"), "file")?;
        let mut after: Option<String> = None;
        loop {
            let page = source.runs(id, after.as_deref())?;
            for found in page.items {
                let run = found.line;
                let mut failed = None;
                source.points(&run, &mut |line| {
                    note("metric point", line.points.len() as u64, "");
                    match metrics.put(&Line::Metric(line)) {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(error) => {
                            failed = Some(error);
                            ControlFlow::Break(())
                        }
                    }
                })?;
                failed.map_or(Ok(()), Err)?;
                self.files(source, (Holder::Run(&run), &format!("run/{}", run.id)), &mut files, note)?;
                runs.put(&Line::Run(run))?;
                note("run", 1, "");
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let mut models = LinesWriter::create(path("logged_models"), "logged_model")?;
        let mut measured = LinesWriter::create(path("model_metrics"), "model_metric")?;
        for model in source.logged_models(id)? {
            for line in source.model_points(&model)? {
                note("model metric point", line.points.len() as u64, "");
                measured.put(&Line::ModelMetric(line))?;
            }
            let holder = format!("logged_model/{}", model.id);
            self.files(source, (Holder::LoggedModel(&model), &holder), &mut files, note)?;
            models.put(&Line::LoggedModel(model))?;
            note("logged model", 1, "");
        }
        [runs, metrics, models, measured, files].into_iter().try_for_each(LinesWriter::finish)
    }

    fn models(&self, source: &mut dyn Source, note: Note<'_>) -> Result<(), TransferError> {
        let mut models = LinesWriter::create(self.root.join(MODELS), "model")?;
        let mut versions = LinesWriter::create(self.root.join(VERSIONS), "version")?;
        let mut aliases = LinesWriter::create(self.root.join(ALIASES), "alias")?;
        let mut files = LinesWriter::create(self.root.join(VERSION_FILES), "file")?;
        for model in source.models()? {
            for version in source.versions(&model.name)? {
                if source.version_files(&version) != VersionFiles::None {
                    let holder = format!("version/{}/{}", version.model, version.version);
                    self.files(source, (Holder::Version(&version), &holder), &mut files, note)?;
                }
                versions.put(&Line::Version(version))?;
                note("version", 1, "");
            }
            for alias in source.aliases(&model.name)? {
                aliases.put(&Line::Alias(alias))?;
                note("alias", 1, "");
            }
            models.put(&Line::Model(model))?;
            note("model", 1, "");
        }
        [models, versions, aliases, files].into_iter().try_for_each(LinesWriter::finish)
    }

    fn files(
        &self,
        source: &mut dyn Source,
        (holder, name): (Holder<'_>, &str),
        lines: &mut LinesWriter,
        note: Note<'_>,
    ) -> Result<(), TransferError> {
        let found = match source.files(holder)? {
            Ok(found) => found,
            Err(reason) => {
                note("file", 0, &format!("{name}: {reason}"));
                return Ok(());
            }
        };
        for file in found {
            let (bytes, digest) = self.keep(source, (holder, &file.path))?;
            let (kind, holder) = ("file".to_owned(), name.to_owned());
            lines.put(&FileLine { kind, holder, path: file.path, bytes, digest })?;
            note("file", 1, "");
        }
        Ok(())
    }

    /// Copies the bytes of a file to their place.
    fn keep(
        &self,
        source: &mut dyn Source,
        (holder, path): (Holder<'_>, &str),
    ) -> Result<(u64, String), TransferError> {
        let mut content = source.open_file(holder, path)?;
        let part = self.root.join("blobs").join("part");
        let mut file = File::create(&part).map_err(TransferError::file(&part, "written"))?;
        let (mut hasher, mut bytes) = (blake3::Hasher::new(), 0_u64);
        let mut piece = vec![0; 1 << 16];
        loop {
            let length = content.reader.read(&mut piece).map_err(TransferError::file(Path::new(path), "read"))?;
            let read = piece.get(..length).unwrap_or_default();
            if read.is_empty() {
                break;
            }
            hasher.update(read);
            bytes += length as u64;
            file.write_all(read).map_err(TransferError::file(&part, "written"))?;
        }
        if content.bytes.is_some_and(|known| known != bytes) {
            return Err(TransferError::form(Path::new(path), "it ended early"));
        }
        let digest = hasher.finalize().to_hex().to_string();
        let place = blob(&self.root, &digest);
        if let Some(folder) = place.parent() {
            std::fs::create_dir_all(folder).map_err(TransferError::file(folder, "made"))?;
        }
        file.sync_all().map_err(TransferError::file(&part, "written"))?;
        std::fs::rename(&part, &place).map_err(TransferError::file(&place, "written"))?;
        Ok((bytes, digest))
    }

    /// Everything is there: says so in the manifest, which comes last.
    fn finish(&self, source: &str) -> Result<(), TransferError> {
        let mut manifest = Manifest::new(source);
        for file in crate::roots::local_files(&self.root)? {
            let is_lines = Path::new(&file.path).extension().is_some_and(|extension| extension == "jsonl");
            if is_lines {
                let sum = summed(&self.root.join(&file.path))?;
                let kind = file.path.split(['/', '.']).next().unwrap_or_default().to_owned();
                *manifest.counts.entry(kind).or_default() += sum.lines;
                manifest.files.insert(file.path, sum);
            }
        }
        let (path, part) = (self.root.join(MANIFEST), self.root.join("manifest.part"));
        let text = serde_json::to_string_pretty(&manifest).map_err(|error| TransferError::form(&path, error))?;
        std::fs::write(&part, text + "\n").map_err(TransferError::file(&part, "written"))?;
        std::fs::rename(&part, &path).map_err(TransferError::file(&path, "written"))
    }
}
