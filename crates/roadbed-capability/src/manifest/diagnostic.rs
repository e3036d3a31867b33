//! What is wrong in a file, where, and what would be right.

use super::node::{KeyPath, Node, Place};
use crate::problem::ProblemItem;
use serde::Serialize;
use std::cell::{Cell, RefCell};
use std::fmt;

/// Whether a diagnostic stops an apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiagnosticSeverity {
    Warning,
    Error,
}

/// One thing to correct. As text: `roadbed.yaml:7:14 jobs.train.timeout: "1 hour" is not a length of time: write …; fix: …`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Diagnostic {
    pub severity: DiagnosticSeverity,
    /// Name of the file as the user gave it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// Key path such as `jobs.train.timeout`; empty when the file as a whole is wrong.
    pub key: String,
    /// The value given, shortened; `None` when something is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is wrong and what would be accepted.
    pub message: String,
    /// What to write instead, or what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, " {}", self.key)?;
        }
        let warning = if self.severity == DiagnosticSeverity::Warning { "warning: " } else { "" };
        write!(f, ": {warning}{}", self.message)?;
        match &self.fix {
            Some(fix) => write!(f, "; fix: {fix}"),
            None => Ok(()),
        }
    }
}

impl From<&Diagnostic> for ProblemItem {
    fn from(diagnostic: &Diagnostic) -> Self {
        Self {
            detail: diagnostic.to_string(),
            field: Some(diagnostic.key.clone()).filter(|key| !key.is_empty()),
            line: Some(format!("{}:{}", diagnostic.line, diagnostic.column)),
            fix: diagnostic.fix.clone(),
        }
    }
}

/// A file with thousands of mistakes is answered with the first of them.
const KEPT_LIMIT: usize = 100;

/// Collects what readers find. Shared by reference among all readers of one file, so they need no mutable borrow.
#[derive(Debug)]
pub struct Diagnostics {
    file: String,
    found: RefCell<Vec<Diagnostic>>,
    errors: Cell<usize>,
    dropped: Cell<usize>,
}

impl Diagnostics {
    /// `file` is shown in front of every message.
    #[must_use]
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), found: RefCell::default(), errors: Cell::new(0), dropped: Cell::new(0) }
    }

    /// An error at a node. The message starts with the value where there is one.
    pub fn error(&self, node: &Node, message: impl Into<String>, fix: Option<String>) {
        self.add(DiagnosticSeverity::Error, node.place(), node.path(), Some(node.shown()), message.into(), fix);
    }

    /// Something that works and is probably not meant.
    pub fn warning(&self, node: &Node, message: impl Into<String>, fix: Option<String>) {
        self.add(DiagnosticSeverity::Warning, node.place(), node.path(), Some(node.shown()), message.into(), fix);
    }

    /// An error at a place without a node: a key, a syntax error, something missing.
    pub fn error_at(
        &self,
        place: Place,
        path: &KeyPath,
        value: Option<String>,
        message: impl Into<String>,
        fix: Option<String>,
    ) {
        self.add(DiagnosticSeverity::Error, place, path, value, message.into(), fix);
    }

    /// Errors so far, also those beyond the number that is kept.
    #[must_use]
    pub const fn error_count(&self) -> usize {
        self.errors.get()
    }

    fn add(
        &self,
        severity: DiagnosticSeverity,
        place: Place,
        path: &KeyPath,
        value: Option<String>,
        message: String,
        fix: Option<String>,
    ) {
        if severity == DiagnosticSeverity::Error {
            self.errors.set(self.errors.get() + 1);
        }
        let mut found = self.found.borrow_mut();
        if found.len() >= KEPT_LIMIT {
            self.dropped.set(self.dropped.get() + 1);
            return;
        }
        let (file, key) = (self.file.clone(), path.to_string());
        found.push(Diagnostic { severity, file, line: place.line, column: place.column, key, value, message, fix });
    }

    /// Everything found, in the order of the file. When more than 100 were found the last one says how many are left out.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column));
        if self.dropped.get() > 0 {
            let (line, column) = found.last().map_or((1, 1), |last| (last.line, last.column));
            let severity = if self.errors.get() > 0 { DiagnosticSeverity::Error } else { DiagnosticSeverity::Warning };
            let message = format!("{} more problems are not shown", self.dropped.get());
            let fix = Some("correct the ones above and check again".to_owned());
            found.push(Diagnostic {
                severity,
                file: self.file,
                line,
                column,
                key: String::new(),
                value: None,
                message,
                fix,
            });
        }
        found
    }
}
