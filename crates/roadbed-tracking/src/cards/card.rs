//! What a card says, as it goes over the wire.

use crate::artifacts::SignatureColumn;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub(super) struct Card {
    pub model: String,
    pub version: i64,
    /// As people wrote them.
    pub notes: Vec<Note>,
    /// Aliases that name it now.
    pub aliases: Vec<String>,
    pub license: Option<String>,
    pub registered_by: Option<String>,
    /// RFC 3339.
    pub registered_at: String,
    /// Over the files; none when they lie outside this server.
    pub digest: Option<String>,
    pub source: String,
    pub file_count: usize,
    /// Of all files.
    pub bytes: u64,
    /// Names of the flavors that can load it.
    pub flavors: Vec<String>,
    pub python_version: Option<String>,
    pub mlflow_version: Option<String>,
    /// None without a logged signature.
    pub inputs: Option<Vec<SignatureColumn>>,
    pub outputs: Option<Vec<SignatureColumn>>,
    pub origin: CardOrigin,
    pub parameters: BTreeMap<String, String>,
    /// The latest values; none for what is no number.
    pub metrics: BTreeMap<String, Option<f64>>,
    /// In the order given, revoked ones too.
    pub approvals: Vec<CardApproval>,
    /// Oldest first.
    pub production: Vec<CardPeriod>,
    pub signature: Option<CardSignature>,
    pub scan: Option<CardScan>,
    /// What this card cannot vouch for, in sentences.
    pub limits: Vec<String>,
}

/// Text of a person, in Markdown.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[serde(rename = "CardNote")]
pub(super) struct Note {
    /// Where it was written, such as `description of the version`.
    pub from: &'static str,
    pub text: String,
}

/// Where a version comes from, as far as it is still there.
#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub(super) struct CardOrigin {
    pub run: Option<String>,
    pub run_name: Option<String>,
    pub job: Option<String>,
    /// Of Git.
    pub commit: Option<String>,
    pub repository: Option<String>,
    /// File or notebook.
    pub source: Option<String>,
    pub datasets: Vec<CardDataset>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct CardDataset {
    pub name: String,
    pub digest: String,
    /// `training` and the like.
    pub context: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct CardApproval {
    pub alias: String,
    pub person: String,
    pub comment: String,
    /// RFC 3339.
    pub given_at: String,
    pub revoked_because: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct CardPeriod {
    /// `alias` or `service`.
    pub kind: &'static str,
    pub name: String,
    /// RFC 3339.
    pub from: String,
    /// RFC 3339; none while it lasts.
    pub until: Option<String>,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct CardSignature {
    pub signed_by: String,
    /// RFC 3339.
    pub signed_at: String,
    pub key: String,
    pub fits: bool,
}

#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(super) struct CardScan {
    /// The worst finding: `harmless`, `unknown` or `dangerous`.
    pub severity: &'static str,
    /// Imports that are not of known libraries.
    pub findings: usize,
    /// Files that hold pickles.
    pub scanned: u64,
    /// Files that were not read to their end.
    pub unread: usize,
}
