//! From what a user writes after `--from` to a source.

use crate::archive::Archive;
use crate::database::DatabaseSource;
use crate::error::TransferError;
use crate::folder::FolderSource;
use crate::server::ServerSource;
use crate::source::Source;
use std::path::{Path, PathBuf};

/// What else is known of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Of several in one database or server; `default` when empty.
    pub workspace: String,
    /// Folder in which a server keeps what `mlflow-artifacts:` names.
    pub artifacts: Option<PathBuf>,
    /// For a server that asks for one.
    pub token: Option<String>,
    /// What relative paths are relative to.
    pub folder: PathBuf,
}

/// # Errors
/// There is no such store, or it cannot be read.
pub fn open(from: &str, options: &Options) -> Result<Box<dyn Source>, TransferError> {
    let workspace = if options.workspace.is_empty() { "default" } else { options.workspace.as_str() };
    let served = options.artifacts.as_ref().map(|path| options.folder.join(path));
    if let Some(path) = from.strip_prefix("sqlite:///") {
        return Ok(Box::new(DatabaseSource::sqlite(&options.folder.join(path), workspace, served)?));
    }
    if from.starts_with("postgres") {
        let Some((_, rest)) = from.split_once("://") else {
            return Err(TransferError::Unknown(format!("{from:?} is no address of a database")));
        };
        return Ok(Box::new(DatabaseSource::postgres(&format!("postgresql://{rest}"), workspace, served)?));
    }
    if from.starts_with("http://") || from.starts_with("https://") {
        return Ok(Box::new(ServerSource::new(from, options.token.as_deref(), None)));
    }
    if let Some((scheme, _)) = from.split_once("://")
        && scheme != "file"
    {
        return Err(TransferError::Unknown(format!("{scheme}:// is no store this program reads")));
    }
    let path = from.strip_prefix("file://").or_else(|| from.strip_prefix("file:")).unwrap_or(from);
    let path = options.folder.join(Path::new(path));
    if Archive::is_at(&path) {
        return Ok(Box::new(Archive::open(&path)?));
    }
    if path.is_file() {
        return Ok(Box::new(DatabaseSource::sqlite(&path, workspace, served)?));
    }
    Ok(Box::new(FolderSource::open(&path, served)?))
}
