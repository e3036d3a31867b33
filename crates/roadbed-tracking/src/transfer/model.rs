//! What an import answers, and why it can be refused as a whole.

use crate::arrival::Arrival;
use axum::http::StatusCode;
use roadbed_capability::{Grantee, Permission, Problem};
use roadbed_contracts::transfer::Line;
use serde::Serialize;
use std::collections::BTreeMap;

pub(super) const TRANSFER_WRITE: Permission = Permission::new("transfer:write", Grantee::Admin);

/// Most lines of one request.
pub(super) const LINES_LIMIT: usize = 10_000;
/// Most points of one line.
pub(super) const POINTS_LIMIT: usize = 10_000;

/// Why a request is not taken at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum TransferError {
    #[error("line {line} is not as expected: {detail}")]
    Line { line: usize, detail: String },
    #[error("the body has more than {LINES_LIMIT} lines; send them in several requests")]
    TooManyLines,
    #[error("line {line} has more than {POINTS_LIMIT} points; write them as several lines")]
    TooManyPoints { line: usize },
}

impl TransferError {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Line { .. } => "transfer.line",
            Self::TooManyLines | Self::TooManyPoints { .. } => "transfer.too_many",
        }
    }
}

impl From<TransferError> for Problem {
    fn from(error: TransferError) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error.code(), error.to_string())
    }
}

/// A line that did not arrive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(super) struct RefusedLine {
    /// In the body, from 1.
    line: usize,
    kind: String,
    id: String,
    reason: String,
}

/// What became of the lines of one request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub(super) struct Arrived {
    /// New here, by kind.
    made: BTreeMap<String, u64>,
    /// Here already, by kind.
    present: BTreeMap<String, u64>,
    refused: Vec<RefusedLine>,
}

impl Arrived {
    /// `line` from 0.
    pub(super) fn note(&mut self, number: usize, line: &Line, arrival: Arrival) {
        let counts = match arrival {
            Arrival::Made => &mut self.made,
            Arrival::Present => &mut self.present,
            Arrival::Refused(reason) => {
                let kind = line.kind().to_owned();
                return self.refused.push(RefusedLine { line: number + 1, kind, id: line.id(), reason });
            }
        };
        *counts.entry(line.kind().to_owned()).or_default() += 1;
    }
}

/// The lines of a body, in order.
///
/// # Errors
/// One is not as expected, or they are too many.
pub(super) fn parse(body: &[u8]) -> Result<Vec<Line>, TransferError> {
    let texts = body.split(|byte| *byte == b'\n').enumerate().filter(|(_, text)| !text.trim_ascii().is_empty());
    let mut lines = Vec::new();
    for (index, text) in texts {
        if lines.len() == LINES_LIMIT {
            return Err(TransferError::TooManyLines);
        }
        let wrong = |error: serde_json::Error| TransferError::Line { line: index + 1, detail: error.to_string() };
        let line: Line = serde_json::from_slice(text).map_err(wrong)?;
        let points = match &line {
            Line::Metric(line) => line.points.len(),
            Line::ModelMetric(line) => line.points.len(),
            _ => 0,
        };
        if points > POINTS_LIMIT {
            return Err(TransferError::TooManyPoints { line: index + 1 });
        }
        lines.push(line);
    }
    Ok(lines)
}
