//! MLflow's folder store as a source.

use super::yaml::Meta;
use super::{experiments, registry, runs};
use crate::error::TransferError;
use crate::roots::{Root, local_files, open_local};
use crate::source::{FileContent, FileEntry, Found, Holder, LeftOut, Page, Points, Source, VersionFiles};
use crate::versions::{Place, place_of};
use roadbed_contracts::transfer::{
    AliasLine, ExperimentLine, LoggedModelLine, ModelLine, ModelMetricLine, RunLine, VersionLine,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Runs of a page.
const PAGE: usize = 200;

pub(crate) struct FolderSource {
    root: PathBuf,
    served: Option<PathBuf>,
    /// Folders of the experiments.
    folders: HashMap<i64, PathBuf>,
    /// Where the files of versions lie, by model and number.
    locations: HashMap<(String, i64), String>,
}

impl FolderSource {
    /// # Errors
    /// There is no such folder, or it is none of MLflow's.
    pub(crate) fn open(root: &Path, served: Option<PathBuf>) -> Result<Self, TransferError> {
        let mut source = Self { root: root.to_path_buf(), served, folders: HashMap::new(), locations: HashMap::new() };
        if !root.is_dir() || source.experiments()?.is_empty() {
            return Err(TransferError::Unknown(format!(
                "{} is no folder of MLflow: it holds no experiments",
                root.display()
            )));
        }
        Ok(source)
    }

    fn folder(&self, experiment: i64) -> PathBuf {
        self.folders.get(&experiment).cloned().unwrap_or_default()
    }

    /// Where the files of a holder lie. A store that was copied or put in the trash has them beside the holder.
    fn root(&self, holder: Holder<'_>) -> Result<Root, TransferError> {
        let (folder, key) = match holder {
            Holder::Run(run) => (self.folder(run.experiment).join(&run.id), "artifact_uri"),
            Holder::LoggedModel(model) => {
                (self.folder(model.experiment).join(experiments::MODELS).join(&model.id), "artifact_location")
            }
            Holder::Version(version) => {
                let uri = self.locations.get(&(version.model.clone(), version.version));
                return Ok(Root::of_uri(uri.map_or("", String::as_str), &self.root, self.served.as_deref()));
            }
        };
        let uri = Meta::read(&folder)?.map(|meta| meta.text(key)).unwrap_or_default();
        Ok(match Root::of_uri(&uri, &self.root, self.served.as_deref()) {
            Root::Local(there) if there.exists() => Root::Local(there),
            Root::Proxied(_) => {
                Root::OutOfReach("the files lie with an MLflow server: name its folder with --artifacts".to_owned())
            }
            Root::OutOfReach(why) if !uri.is_empty() => Root::OutOfReach(why),
            _ => Root::Local(folder.join("artifacts")),
        })
    }
}

impl Source for FolderSource {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn experiments(&mut self) -> Result<Vec<ExperimentLine>, TransferError> {
        let found = experiments::all(&self.root)?;
        self.folders = found.iter().map(|(line, folder)| (line.id, folder.clone())).collect();
        Ok(found.into_iter().map(|(line, _)| line).collect())
    }

    fn runs(&mut self, experiment: i64, after: Option<&str>) -> Result<Page<Found<RunLine>>, TransferError> {
        let mut folders = runs::run_folders(&self.folder(experiment))?;
        folders.retain(|folder| after.is_none_or(|after| experiments::name(folder).as_str() > after));
        let is_more = folders.len() > PAGE;
        folders.truncate(PAGE);
        let next = folders.last().filter(|_| is_more).map(|folder| experiments::name(folder));
        let mut items = Vec::new();
        for folder in folders {
            items.extend(runs::run(experiment, &folder)?);
        }
        Ok(Page { items, next })
    }

    fn points(&mut self, run: &RunLine, take: Points<'_>) -> Result<(), TransferError> {
        runs::points(&self.folder(run.experiment).join(&run.id), &run.id, take)
    }

    fn logged_models(&mut self, experiment: i64) -> Result<Vec<LoggedModelLine>, TransferError> {
        runs::logged_models(experiment, &self.folder(experiment))
    }

    fn model_points(&mut self, model: &LoggedModelLine) -> Result<Vec<ModelMetricLine>, TransferError> {
        runs::model_points(&self.folder(model.experiment).join(experiments::MODELS).join(&model.id), &model.id)
    }

    fn models(&mut self) -> Result<Vec<ModelLine>, TransferError> {
        registry::models(&self.root)
    }

    fn versions(&mut self, model: &str) -> Result<Vec<VersionLine>, TransferError> {
        let found = registry::versions(&self.root, model)?;
        for (line, location) in &found {
            self.locations.insert((line.model.clone(), line.version), location.clone());
        }
        Ok(found.into_iter().map(|(line, _)| line).collect())
    }

    fn aliases(&mut self, model: &str) -> Result<Vec<AliasLine>, TransferError> {
        registry::aliases(&self.root, model)
    }

    fn version_files(&mut self, version: &VersionLine) -> VersionFiles {
        let location = self.locations.get(&(version.model.clone(), version.version));
        // The run may lie in any experiment; its folder says where its files are.
        let folder = self.folders.values().map(|folder| folder.join(&version.run)).find(|folder| folder.is_dir());
        let folder = folder.filter(|_| !version.run.is_empty());
        let run = folder.and_then(|folder| Meta::read(&folder).ok().flatten()).map(|meta| meta.text("artifact_uri"));
        match place_of(version, run.as_deref(), location.map(String::as_str)) {
            Place::Is(files) => files,
            Place::Unknown => VersionFiles::Own,
        }
    }

    fn files(&mut self, holder: Holder<'_>) -> Result<Result<Vec<FileEntry>, String>, TransferError> {
        match self.root(holder)? {
            Root::Local(folder) => local_files(&folder).map(Ok),
            Root::Proxied(why) | Root::OutOfReach(why) => Ok(Err(why)),
        }
    }

    fn open_file(&mut self, holder: Holder<'_>, path: &str) -> Result<FileContent, TransferError> {
        match self.root(holder)?.join(path) {
            Root::Local(path) => open_local(&path),
            Root::Proxied(why) | Root::OutOfReach(why) => Err(TransferError::Unknown(why)),
        }
    }

    fn left_out(&mut self) -> Result<Vec<LeftOut>, TransferError> {
        let mut traces = 0;
        for folder in self.folders.values() {
            traces += experiments::folders(&folder.join("traces"))?.len() as u64;
        }
        let left_out =
            LeftOut { what: "traces".to_owned(), count: Some(traces), reason: "Roadbed keeps no traces".to_owned() };
        Ok(Some(left_out).filter(|_| traces > 0).into_iter().collect())
    }
}
