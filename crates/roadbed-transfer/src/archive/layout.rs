//! What lies where in an export.

use roadbed_contracts::transfer::{FORMAT, VERSION};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const EXPERIMENTS: &str = "experiments.jsonl";
pub(super) const MODELS: &str = "models.jsonl";
pub(super) const VERSIONS: &str = "versions.jsonl";
pub(super) const ALIASES: &str = "aliases.jsonl";
/// Files of versions.
pub(super) const VERSION_FILES: &str = "files/registered.jsonl";

/// A file of one experiment, such as `runs/3.jsonl`.
pub(super) fn of_experiment(kind: &str, experiment: i64) -> String {
    format!("{kind}/{experiment}.jsonl")
}

/// Where the bytes with a digest lie.
pub(super) fn blob(root: &Path, digest: &str) -> PathBuf {
    root.join("blobs").join(digest.get(..2).unwrap_or("00")).join(digest)
}

/// The last file that is written: an export with one is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) version: u32,
    /// The server it comes from.
    pub(super) source: String,
    /// How many there are, by kind.
    pub(super) counts: BTreeMap<String, u64>,
    /// Every file of lines, by path.
    pub(super) files: BTreeMap<String, Summed>,
}

impl Manifest {
    pub(super) fn new(source: &str) -> Self {
        let (counts, files) = (BTreeMap::new(), BTreeMap::new());
        Self { format: FORMAT.to_owned(), version: VERSION, source: source.to_owned(), counts, files }
    }
}

/// Size, digest and lines (without the header) of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Summed {
    pub(super) bytes: u64,
    /// BLAKE3, in hex.
    pub(super) digest: String,
    pub(super) lines: u64,
}

/// One artifact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileLine {
    /// `file`.
    pub(super) kind: String,
    /// `run/<id>`, `logged_model/<id>` or `version/<model>/<number>`.
    pub(super) holder: String,
    pub(super) path: String,
    pub(super) bytes: u64,
    /// BLAKE3, in hex.
    pub(super) digest: String,
}
