//! What a check has to say.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    Warning,
    Refused,
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) path: String,
    /// Counted from 1.
    pub(crate) line: usize,
    pub(crate) rule: &'static str,
    pub(crate) severity: Severity,
    /// What is wrong and what would be right.
    pub(crate) text: String,
}

impl Finding {
    pub(crate) fn refused(path: &str, line: usize, rule: &'static str, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule, severity: Severity::Refused, text: text.into() }
    }

    pub(crate) fn warning(path: &str, line: usize, rule: &'static str, text: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::refused(path, line, rule, text) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.severity == Severity::Warning { " (warning)" } else { "" };
        write!(f, "{}:{} {}{mark} — {}", self.path, self.line, self.rule, self.text)
    }
}
