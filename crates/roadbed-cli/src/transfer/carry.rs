//! From a source to the server, in an order in which nothing stands on what is not there yet: experiments, runs with what they logged and
//! their files, logged models, registered models with versions and aliases. What is whole on the server already is not read again.

use super::files;
use super::progress::Progress;
use super::sender::Sender;
use super::tally::Tally;
use crate::failure::Failure;
use crate::terminal::Terminal;
use roadbed_contracts::transfer::{Line, LoggedModelLine, ModelLine, RunLine, VersionLine, WholeLine};
use roadbed_transfer::{Found, Holder, Source, VersionFiles};
use std::collections::HashSet;
use std::ops::ControlFlow;

struct Carrier<'a, 'b, 'c> {
    source: &'a mut dyn Source,
    sender: &'a mut Sender<'b>,
    tally: &'a mut Tally,
    terminal: &'a mut Terminal<'c>,
    progress: Progress,
    /// Runs and logged models of which files did not arrive.
    incomplete: HashSet<String>,
}

/// Carries everything; what could not be is in the tally.
pub(crate) fn carry(
    source: &mut dyn Source,
    sender: &mut Sender<'_>,
    tally: &mut Tally,
    terminal: &mut Terminal<'_>,
) -> Result<(), Failure> {
    sender.read_whole()?;
    let progress = Progress::new();
    let mut carrier = Carrier { source, sender, tally, terminal, progress, incomplete: HashSet::new() };
    let experiments = carrier.source.experiments()?;
    carrier.tally.of("experiment").found = experiments.len() as u64;
    for experiment in &experiments {
        carrier.sender.put(&Line::Experiment(experiment.clone()), carrier.tally)?;
    }
    carrier.sender.flush(carrier.tally)?;
    for experiment in &experiments {
        carrier.runs(experiment.id)?;
        carrier.logged_models(experiment.id)?;
    }
    carrier.registered()?;
    let left_out = carrier.source.left_out()?;
    carrier.tally.leave_out(left_out);
    Ok(())
}

/// Another one when the thing itself or the extent of what belongs to it is another one.
fn mark(line: &Line, extent: &str) -> Result<String, Failure> {
    let odd = |error: serde_json::Error| Failure::Failed { detail: error.to_string(), fix: None };
    let mut hasher = blake3::Hasher::new();
    hasher.update(&serde_json::to_vec(line).map_err(odd)?);
    hasher.update(extent.as_bytes());
    Ok(hasher.finalize().to_hex().chars().take(32).collect())
}

impl Carrier<'_, '_, '_> {
    fn runs(&mut self, experiment: i64) -> Result<(), Failure> {
        let mut after: Option<String> = None;
        loop {
            let page = self.source.runs(experiment, after.as_deref())?;
            self.tally.of("run").found += page.items.len() as u64;
            let mut waiting: Vec<(RunLine, WholeLine)> = Vec::new();
            for Found { line, extent } in page.items {
                let whole =
                    WholeLine { item: format!("run/{}", line.id), mark: mark(&Line::Run(line.clone()), &extent)? };
                if self.sender.is_whole(&whole.item, &whole.mark) {
                    self.tally.of("run").present += 1;
                } else {
                    if !self.sender.dry_run {
                        self.sender.put(&Line::Run(line.clone()), self.tally)?;
                    }
                    waiting.push((line, whole));
                }
            }
            self.sender.flush(self.tally)?;
            self.logged(waiting)?;
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Points and files of runs that are there; a run with all of them is whole.
    fn logged(&mut self, runs: Vec<(RunLine, WholeLine)>) -> Result<(), Failure> {
        let mut whole = Vec::new();
        for (run, done) in runs {
            if self.sender.is_refused("run", &run.id) {
                continue;
            }
            self.points(&run)?;
            let folder = format!("{}/{}/artifacts", run.experiment, run.id);
            if files::send(self.source, self.sender, (Holder::Run(&run), &folder), self.tally)? {
                whole.push(done);
            } else {
                self.incomplete.insert(run.id);
            }
            self.progress.show(self.terminal, self.tally);
        }
        self.sender.flush(self.tally)?;
        self.finish(whole)
    }

    fn finish(&mut self, whole: Vec<WholeLine>) -> Result<(), Failure> {
        if self.sender.dry_run {
            return Ok(());
        }
        for line in whole {
            self.sender.put(&Line::Whole(line), self.tally)?;
        }
        self.sender.flush(self.tally)
    }

    fn points(&mut self, run: &RunLine) -> Result<(), Failure> {
        let Self { source, sender, tally, .. } = self;
        let mut failed = None;
        source.points(run, &mut |line| {
            tally.of("metric point").found += line.points.len() as u64;
            if sender.dry_run {
                return ControlFlow::Continue(());
            }
            match sender.put(&Line::Metric(line), tally) {
                Ok(()) => ControlFlow::Continue(()),
                Err(failure) => {
                    failed = Some(failure);
                    ControlFlow::Break(())
                }
            }
        })?;
        failed.map_or(Ok(()), Err)
    }

    fn logged_models(&mut self, experiment: i64) -> Result<(), Failure> {
        let models = self.source.logged_models(experiment)?;
        self.tally.of("logged model").found += models.len() as u64;
        let mut waiting: Vec<(LoggedModelLine, WholeLine)> = Vec::new();
        for model in models {
            let points = self.source.model_points(&model)?;
            let count = points.iter().map(|line| line.points.len() as u64).sum::<u64>();
            let item = format!("logged_model/{}", model.id);
            let whole = WholeLine { item, mark: mark(&Line::LoggedModel(model.clone()), &count.to_string())? };
            if self.sender.is_whole(&whole.item, &whole.mark) {
                self.tally.of("logged model").present += 1;
                continue;
            }
            self.tally.of("model metric point").found += count;
            if !self.sender.dry_run {
                self.sender.put(&Line::LoggedModel(model.clone()), self.tally)?;
                for line in points {
                    self.sender.put(&Line::ModelMetric(line), self.tally)?;
                }
            }
            waiting.push((model, whole));
        }
        self.sender.flush(self.tally)?;
        let mut whole = Vec::new();
        for (model, done) in waiting {
            if self.sender.is_refused("logged model", &model.id) {
                continue;
            }
            let folder = format!("{}/models/{}/artifacts", model.experiment, model.id);
            if files::send(self.source, self.sender, (Holder::LoggedModel(&model), &folder), self.tally)? {
                whole.push(done);
            } else {
                self.incomplete.insert(model.id);
            }
            self.progress.show(self.terminal, self.tally);
        }
        self.finish(whole)
    }

    fn registered(&mut self) -> Result<(), Failure> {
        let models = self.source.models()?;
        self.tally.of("model").found = models.len() as u64;
        for model in &models {
            self.sender.put(&Line::Model(model.clone()), self.tally)?;
        }
        self.sender.flush(self.tally)?;
        for model in &models {
            if !self.sender.is_refused("model", &model.name) {
                self.versions(model)?;
            }
        }
        self.sender.flush(self.tally)
    }

    fn versions(&mut self, model: &ModelLine) -> Result<(), Failure> {
        let versions = self.source.versions(&model.name)?;
        self.tally.of("version").found += versions.len() as u64;
        let mut whole = Vec::new();
        for mut version in versions {
            let line = Line::Version(version.clone());
            let done = WholeLine { item: format!("version/{}", line.id()), mark: mark(&line, "")? };
            if self.sender.is_whole(&done.item, &done.mark) {
                self.tally.of("version").present += 1;
                continue;
            }
            // A version never changes once it is there: without its files it is not sent.
            let Some(files_at) = self.files_of(&version)? else { continue };
            version.files_at = files_at;
            if !self.sender.dry_run {
                self.sender.put(&Line::Version(version), self.tally)?;
            }
            whole.push(done);
        }
        self.sender.flush(self.tally)?;
        whole.retain(|done| !self.sender.is_refused("version", done.item.trim_start_matches("version/")));
        let aliases = self.source.aliases(&model.name)?;
        self.tally.of("alias").found += aliases.len() as u64;
        for alias in aliases {
            if !self.sender.dry_run {
                self.sender.put(&Line::Alias(alias), self.tally)?;
            }
        }
        self.sender.flush(self.tally)?;
        self.finish(whole)
    }

    /// The folder to freeze the files of a version from; `None` outside when files did not arrive, inside when there are none.
    fn files_of(&mut self, version: &VersionLine) -> Result<Option<Option<String>>, Failure> {
        let own = format!("imports/{}/{}", version.model, version.version);
        let (kind, id, folder) = match self.source.version_files(version) {
            VersionFiles::None => return Ok(Some(None)),
            VersionFiles::Own => {
                let sent = files::send(self.source, self.sender, (Holder::Version(version), &own), self.tally)?;
                return Ok(sent.then_some(Some(own)));
            }
            VersionFiles::OfLoggedModel => {
                ("logged model", &version.logged_model, self.model_folder(&version.logged_model)?)
            }
            VersionFiles::OfRun(path) => {
                ("run", &version.run, self.run_folder(&version.run)?.map(|folder| format!("{folder}/{path}")))
            }
        };
        let why = match folder {
            Some(folder) if !self.incomplete.contains(id) => return Ok(Some(Some(folder))),
            Some(_) => format!("the files of its {kind} {id} did not arrive"),
            None => format!("its {kind} {id} is not there"),
        };
        self.tally.refuse("version", format!("{}/{}", version.model, version.version), why);
        Ok(None)
    }

    /// Where the server keeps the files of a logged model.
    fn model_folder(&self, id: &str) -> Result<Option<String>, Failure> {
        self.sender
            .folder(&format!("/api/2.0/mlflow/logged-models/{}", crate::http::segment(id)), "/model/info/artifact_uri")
    }

    fn run_folder(&self, id: &str) -> Result<Option<String>, Failure> {
        let path = format!("/api/2.0/mlflow/runs/get?run_id={}", crate::http::segment(id));
        self.sender.folder(&path, "/run/info/artifact_uri")
    }
}
