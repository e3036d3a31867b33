//! Route of scans.

use super::container;
use super::judge::Severity;
use super::unpack::{BUDGET_BYTES, Budget};
use super::walk::Report;
use crate::artifacts::StoredFile;
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::models::{self, MODEL_READ};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::PathOf;
use roadbed_capability::{Caller, Capability, Problem, Routes, get};
use serde::Serialize;

/// Files of one version that are looked at.
const FILES: usize = 2000;

#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let routes = Routes::new(tracking).add(
        get("/api/v1/models/{model}/versions/{version}/scan", show)
            .summary("Show what loading a model version's pickles would import")
            .answers::<Scan>(StatusCode::OK)
            .allow(MODEL_READ),
    );
    Capability::new("scans").routes(routes)
}

/// An import that a file makes.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Finding {
    severity: Severity,
    file: String,
    /// `?` when it cannot be told without running the file.
    module: String,
    name: String,
}

/// A file that was not read to its end.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct Unread {
    file: String,
    why: String,
}

/// What loading the pickles of files would import.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub struct Scan {
    /// The worst of the findings; without any `harmless`, or `unknown` when something was not looked at.
    severity: Option<Severity>,
    /// The worst first.
    findings: Vec<Finding>,
    /// How many imports of known libraries there are besides.
    harmless: u64,
    /// Files that hold pickles.
    scanned: u64,
    /// Files that hold none.
    without: u64,
    unread: Vec<Unread>,
    #[serde(skip)]
    unseen: bool,
}

impl Scan {
    fn add(&mut self, file: &str, report: Report) {
        self.scanned += 1;
        self.harmless += report.harmless;
        self.findings.extend(report.imports.into_iter().map(|import| Finding {
            severity: import.severity,
            file: file.to_owned(),
            module: import.module.chars().take(200).collect(),
            name: import.name.chars().take(200).collect(),
        }));
        self.unseen |= report.unseen;
        self.skip(file, report.incomplete);
    }

    fn skip(&mut self, file: &str, why: Option<String>) {
        self.unread.extend(why.map(|why| Unread { file: file.to_owned(), why }));
    }

    fn done(mut self) -> Self {
        self.findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.file.cmp(&b.file)));
        // What was not looked at is not thereby harmless.
        let without = if self.unseen { Severity::Unknown } else { Severity::Harmless };
        self.severity = Some(self.findings.first().map_or(without, |worst| worst.severity.max(without)));
        self
    }

    /// The worst of the findings, as its word on the wire.
    #[must_use]
    pub fn worst(&self) -> &'static str {
        self.severity.unwrap_or(Severity::Unknown).as_str()
    }

    /// Imports that are not of known libraries.
    #[must_use]
    pub const fn finding_count(&self) -> usize {
        self.findings.len()
    }

    /// Files that hold pickles.
    #[must_use]
    pub const fn scanned(&self) -> u64 {
        self.scanned
    }

    /// Files that were not read to their end, with the reason.
    pub fn unread(&self) -> impl Iterator<Item = (&str, &str)> {
        self.unread.iter().map(|unread| (unread.file.as_str(), unread.why.as_str()))
    }
}

async fn scan_file(tracking: &Tracking, file: &StoredFile, budget: Budget) -> Result<Option<Report>, MlflowError> {
    let local = tracking.context.blobs.local_path(&file.digest).await?;
    let missing = || MlflowError::internal(&format!("the content of {} is not there", file.path));
    let local = local.ok_or_else(missing)?;
    let (path, bytes) = (file.path.clone(), file.bytes);
    let scanned = tokio::task::spawn_blocking(move || {
        let content = std::fs::File::open(local.path())?;
        container::scan(content, &path, bytes, &budget)
    });
    let scanned = scanned.await.map_err(|error| MlflowError::internal(&error))?;
    match scanned {
        Ok(report) => Ok(report),
        // A file that ends before it should is no fault of ours.
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            let mut report = Report::default();
            report.miss("only looked at in part: it ends before it should");
            Ok(Some(report))
        }
        Err(error) => Err(MlflowError::internal(&error)),
    }
}

/// Looks at the files of a version.
///
/// # Errors
/// The blobs fail.
pub async fn scan_files(tracking: &Tracking, files: &[StoredFile]) -> Result<Scan, MlflowError> {
    let (mut scan, budget) = (Scan::default(), Budget::new(BUDGET_BYTES));
    for (place, file) in files.iter().enumerate() {
        if place >= FILES {
            scan.unseen = true;
            scan.skip(&file.path, Some("not looked at: there are too many files".to_owned()));
            break;
        }
        match scan_file(tracking, file, budget.clone()).await? {
            Some(report) => scan.add(&file.path, report),
            None => scan.without += 1,
        }
    }
    Ok(scan.done())
}

async fn show(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    PathOf((name, number)): PathOf<(String, String)>,
) -> Result<Json<Scan>, Problem> {
    let call = Call::of(&tracking, caller, &headers, MODEL_READ).await?;
    let files = models::files_of(&tracking, call.team, &name, &number).await?;
    Ok(Json(scan_files(&tracking, &files).await?))
}
