//! Reads an export, and nothing of one that was cut or changed: every file is held against the manifest before it is read.

use super::layout::{
    ALIASES, EXPERIMENTS, FileLine, MANIFEST, MODELS, Manifest, VERSION_FILES, VERSIONS, blob, of_experiment,
};
use super::lines::{LinesReader, summed};
use crate::error::TransferError;
use crate::roots::open_local;
use crate::source::{FileContent, FileEntry, Found, Holder, LeftOut, Page, Points, Source, VersionFiles};
use roadbed_contracts::transfer::{
    AliasLine, ExperimentLine, FORMAT, Line, LoggedModelLine, ModelLine, ModelMetricLine, RunLine, VERSION, VersionLine,
};
use serde::Deserialize;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

const PAGE: usize = 200;

/// A complete export.
pub struct Archive {
    root: PathBuf,
    manifest: Manifest,
    /// The runs that are being read.
    runs: Option<LinesReader>,
    /// Where the lines of a run lie in the metrics of its experiment: from, to.
    points: HashMap<String, (u64, u64)>,
    /// Files by holder.
    files: HashMap<String, Vec<FileLine>>,
    measured: HashMap<String, Vec<ModelMetricLine>>,
}

/// Of a line of a metric, only whose it is.
#[derive(Deserialize)]
struct OfRun {
    run: String,
}

impl Archive {
    /// Whether a folder holds an export that is complete.
    #[must_use]
    pub fn is_at(folder: &Path) -> bool {
        folder.join(MANIFEST).is_file()
    }

    /// # Errors
    /// It is no complete export, or one of its files is not as it was written.
    pub fn open(root: &Path) -> Result<Self, TransferError> {
        let path = root.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(TransferError::file(&path, "read"))?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| TransferError::form(&path, error))?;
        if manifest.format != FORMAT || manifest.version > VERSION {
            let detail = format!(
                "it is {} version {}; this program reads {FORMAT} up to {VERSION}",
                manifest.format, manifest.version
            );
            return Err(TransferError::form(&path, detail));
        }
        for (file, sum) in &manifest.files {
            let path = root.join(file);
            if summed(&path)? != *sum {
                return Err(TransferError::form(&path, "it is not as the manifest says: copy the export again"));
            }
        }
        let mut archive = Self {
            root: root.to_path_buf(),
            manifest,
            runs: None,
            points: HashMap::new(),
            files: HashMap::new(),
            measured: HashMap::new(),
        };
        archive.read_files(VERSION_FILES)?;
        Ok(archive)
    }

    /// Lines of a file, none when the export does not have it.
    fn lines(&self, file: &str, kind: &str) -> Result<Option<LinesReader>, TransferError> {
        if !self.manifest.files.contains_key(file) {
            return Ok(None);
        }
        LinesReader::open(self.root.join(file), kind).map(Some)
    }

    /// The lines of one kind; a line of another kind is an error of the file.
    fn all<T>(&self, file: &str, kind: &str, pick: fn(Line) -> Option<T>) -> Result<Vec<T>, TransferError> {
        let lines = self.lines(file, kind)?.map_or_else(|| Ok(Vec::new()), LinesReader::all)?;
        let odd = || TransferError::form(&self.root.join(file), format!("it has lines that are not of kind {kind}"));
        lines.into_iter().map(|line| pick(line).ok_or_else(odd)).collect()
    }

    fn read_files(&mut self, file: &str) -> Result<(), TransferError> {
        let lines: Vec<FileLine> = self.lines(file, "file")?.map_or_else(|| Ok(Vec::new()), LinesReader::all)?;
        for line in lines {
            self.files.entry(line.holder.clone()).or_default().push(line);
        }
        Ok(())
    }

    fn begin(&mut self, experiment: i64) -> Result<(), TransferError> {
        self.read_files(&of_experiment("files", experiment))?;
        self.points.clear();
        if let Some(mut lines) = self.lines(&of_experiment("metrics", experiment), "metric")? {
            let mut from = lines.offset;
            while let Some(line) = lines.next::<OfRun>()? {
                self.points.entry(line.run).or_insert((from, from)).1 = lines.offset;
                from = lines.offset;
            }
        }
        self.runs = self.lines(&of_experiment("runs", experiment), "run")?;
        Ok(())
    }

    fn files_of(&self, holder: Holder<'_>) -> &[FileLine] {
        let key = match holder {
            Holder::Run(run) => format!("run/{}", run.id),
            Holder::LoggedModel(model) => format!("logged_model/{}", model.id),
            Holder::Version(version) => format!("version/{}/{}", version.model, version.version),
        };
        self.files.get(&key).map_or(&[], Vec::as_slice)
    }
}

impl Source for Archive {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn experiments(&mut self) -> Result<Vec<ExperimentLine>, TransferError> {
        self.all(EXPERIMENTS, "experiment", |line| if let Line::Experiment(line) = line { Some(line) } else { None })
    }

    fn runs(&mut self, experiment: i64, after: Option<&str>) -> Result<Page<Found<RunLine>>, TransferError> {
        if after.is_none() {
            self.begin(experiment)?;
        }
        let mut items = Vec::new();
        let Some(lines) = &mut self.runs else { return Ok(Page { items, next: None }) };
        while items.len() < PAGE {
            match lines.next()? {
                Some(Line::Run(line)) => {
                    let (from, to) = self.points.get(&line.id).copied().unwrap_or_default();
                    items.push(Found { line, extent: (to - from).to_string() });
                }
                Some(other) => {
                    return Err(TransferError::Unknown(format!("a line of kind {} among runs", other.kind())));
                }
                None => return Ok(Page { items, next: None }),
            }
        }
        Ok(Page { items, next: Some("more".to_owned()) })
    }

    fn points(&mut self, run: &RunLine, take: Points<'_>) -> Result<(), TransferError> {
        let Some((from, to)) = self.points.get(&run.id).copied() else { return Ok(()) };
        let path = self.root.join(of_experiment("metrics", run.experiment));
        let mut file = File::open(&path).map_err(TransferError::file(&path, "read"))?;
        file.seek(SeekFrom::Start(from)).map_err(TransferError::file(&path, "read"))?;
        let mut lines =
            serde_json::Deserializer::from_reader(std::io::BufReader::new(file.take(to - from))).into_iter::<Line>();
        lines.by_ref().try_for_each(|line| match line.map_err(|error| TransferError::form(&path, error))? {
            Line::Metric(line) if line.run == run.id => {
                let _ = take(line);
                Ok(())
            }
            other => Err(TransferError::form(
                &path,
                format!("a line of {} {} among those of {}", other.kind(), other.id(), run.id),
            )),
        })
    }

    fn logged_models(&mut self, experiment: i64) -> Result<Vec<LoggedModelLine>, TransferError> {
        let file = of_experiment("model_metrics", experiment);
        let measured: Vec<ModelMetricLine> =
            self.all(&file, "model_metric", |line| if let Line::ModelMetric(line) = line { Some(line) } else { None })?;
        for line in measured {
            self.measured.entry(line.model.clone()).or_default().push(line);
        }
        self.all(&of_experiment("logged_models", experiment), "logged_model", |line| {
            if let Line::LoggedModel(line) = line { Some(line) } else { None }
        })
    }

    fn model_points(&mut self, model: &LoggedModelLine) -> Result<Vec<ModelMetricLine>, TransferError> {
        Ok(self.measured.remove(&model.id).unwrap_or_default())
    }

    fn models(&mut self) -> Result<Vec<ModelLine>, TransferError> {
        self.all(MODELS, "model", |line| if let Line::Model(line) = line { Some(line) } else { None })
    }

    fn versions(&mut self, model: &str) -> Result<Vec<VersionLine>, TransferError> {
        let all =
            self.all(VERSIONS, "version", |line| if let Line::Version(line) = line { Some(line) } else { None })?;
        Ok(all.into_iter().filter(|line| line.model == model).collect())
    }

    fn aliases(&mut self, model: &str) -> Result<Vec<AliasLine>, TransferError> {
        let all = self.all(ALIASES, "alias", |line| if let Line::Alias(line) = line { Some(line) } else { None })?;
        Ok(all.into_iter().filter(|line| line.model == model).collect())
    }

    fn version_files(&mut self, version: &VersionLine) -> VersionFiles {
        if self.files_of(Holder::Version(version)).is_empty() { VersionFiles::None } else { VersionFiles::Own }
    }

    fn files(&mut self, holder: Holder<'_>) -> Result<Result<Vec<FileEntry>, String>, TransferError> {
        let entry = |line: &FileLine| FileEntry { path: line.path.clone(), bytes: line.bytes };
        Ok(Ok(self.files_of(holder).iter().map(entry).collect()))
    }

    fn open_file(&mut self, holder: Holder<'_>, path: &str) -> Result<FileContent, TransferError> {
        let line = self.files_of(holder).iter().find(|line| line.path == path);
        let Some(line) = line else { return Err(TransferError::Unknown(format!("the export has no file {path:?}"))) };
        let is_digest = line.digest.len() == 64 && line.digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let place = blob(&self.root, &line.digest);
        if !is_digest || summed(&place)?.digest != line.digest {
            return Err(TransferError::form(
                &place,
                "its bytes are not those that were written: copy the export again",
            ));
        }
        open_local(&place)
    }

    fn left_out(&mut self) -> Result<Vec<LeftOut>, TransferError> {
        Ok(Vec::new())
    }
}
