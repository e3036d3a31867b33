//! What every store of tracking data can be asked.

use crate::error::TransferError;
use roadbed_contracts::transfer::{
    AliasLine, ExperimentLine, LoggedModelLine, MetricLine, ModelLine, ModelMetricLine, RunLine, VersionLine,
};
use std::ops::ControlFlow;

/// Something found, with a text that is another one when there is more of what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<T> {
    pub line: T,
    pub extent: String,
}

/// Some of many; `next` asks for those behind.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// What files belong to.
#[derive(Debug, Clone, Copy)]
pub enum Holder<'a> {
    Run(&'a RunLine),
    LoggedModel(&'a LoggedModelLine),
    Version(&'a VersionLine),
}

/// A file below its holder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileEntry {
    /// With `/` between its parts.
    pub path: String,
    pub bytes: u64,
}

/// The bytes of a file with their number, where it is known before.
pub struct FileContent {
    pub reader: Box<dyn std::io::Read + Send>,
    pub bytes: Option<u64>,
}

/// Where the files of a version lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionFiles {
    /// Those of its logged model.
    OfLoggedModel,
    /// Those of its run below this path.
    OfRun(String),
    /// At a place of their own.
    Own,
    /// Nowhere, as with prompts.
    None,
}

/// Something that is not carried, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    pub what: String,
    /// None where the store does not say.
    pub count: Option<u64>,
    pub reason: String,
}

/// Takes lines of points one after the other; the reading ends when it breaks.
pub type Points<'a> = &'a mut dyn FnMut(MetricLine) -> ControlFlow<()>;

/// A store that is read. Lists come in an order that stays.
pub trait Source {
    /// In the user's words, such as the path.
    fn name(&self) -> String;

    /// # Errors
    /// The store cannot be read, as for all below.
    fn experiments(&mut self) -> Result<Vec<ExperimentLine>, TransferError>;

    /// # Errors
    /// As above.
    fn runs(&mut self, experiment: i64, after: Option<&str>) -> Result<Page<Found<RunLine>>, TransferError>;

    /// The whole history of every metric of a run.
    ///
    /// # Errors
    /// As above.
    fn points(&mut self, run: &RunLine, take: Points<'_>) -> Result<(), TransferError>;

    /// # Errors
    /// As above.
    fn logged_models(&mut self, experiment: i64) -> Result<Vec<LoggedModelLine>, TransferError>;

    /// # Errors
    /// As above.
    fn model_points(&mut self, model: &LoggedModelLine) -> Result<Vec<ModelMetricLine>, TransferError>;

    /// # Errors
    /// As above.
    fn models(&mut self) -> Result<Vec<ModelLine>, TransferError>;

    /// # Errors
    /// As above.
    fn versions(&mut self, model: &str) -> Result<Vec<VersionLine>, TransferError>;

    /// # Errors
    /// As above.
    fn aliases(&mut self, model: &str) -> Result<Vec<AliasLine>, TransferError>;

    fn version_files(&mut self, version: &VersionLine) -> VersionFiles;

    /// Every file of a holder, by path; `Err` of the inner result says why there is none to read.
    ///
    /// # Errors
    /// As above.
    fn files(&mut self, holder: Holder<'_>) -> Result<Result<Vec<FileEntry>, String>, TransferError>;

    /// # Errors
    /// The file cannot be read.
    fn open_file(&mut self, holder: Holder<'_>, path: &str) -> Result<FileContent, TransferError>;

    /// What the store holds that is not carried.
    ///
    /// # Errors
    /// As above.
    fn left_out(&mut self) -> Result<Vec<LeftOut>, TransferError>;
}

/// Told what was written: kind, how many, and why one was not (empty when it was).
pub type Note<'a> = &'a mut dyn FnMut(&'static str, u64, &str);
