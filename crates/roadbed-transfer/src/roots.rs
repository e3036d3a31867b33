//! Where artifacts lie: an artifact URI as a folder of this machine or a path of an MLflow server.

use crate::error::TransferError;
use crate::source::{FileContent, FileEntry};
use percent_encoding::percent_decode_str;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A place that an artifact URI names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Root {
    Local(PathBuf),
    /// Behind the artifact proxy of a server.
    Proxied(String),
    /// Not within reach; says why.
    OutOfReach(String),
}

impl Root {
    /// `base` is what relative paths are relative to; `served` the folder in which a server keeps `mlflow-artifacts:` files.
    pub(crate) fn of_uri(uri: &str, base: &Path, served: Option<&Path>) -> Self {
        if let Some(path) = uri.strip_prefix("mlflow-artifacts:") {
            // Written with one slash, or with a host, which is the server's own.
            let path = match path.strip_prefix("//") {
                Some(with_host) => with_host.split_once('/').map_or("", |(_, path)| path),
                None => path,
            };
            let path = path.trim_matches('/');
            return match served {
                Some(folder) => Self::Local(folder.join(path)),
                None => Self::Proxied(path.to_owned()),
            };
        }
        if let Some(path) = uri.strip_prefix("file:") {
            let path = path.strip_prefix("//localhost").or_else(|| path.strip_prefix("//")).unwrap_or(path);
            let path = path.split(['?', '#']).next().unwrap_or(path);
            return Self::Local(base.join(percent_decode_str(path).decode_utf8_lossy().as_ref()));
        }
        match uri.split_once("://") {
            Some((scheme, _)) => Self::OutOfReach(format!("files at {scheme}:// are not read by this program")),
            None if uri.is_empty() => Self::OutOfReach("the store does not say where the files lie".to_owned()),
            None => Self::Local(base.join(uri)),
        }
    }

    pub(crate) fn join(&self, below: &str) -> Self {
        match self {
            Self::Local(folder) => Self::Local(folder.join(below)),
            Self::Proxied(path) => Self::Proxied(format!("{path}/{below}")),
            Self::OutOfReach(why) => Self::OutOfReach(why.clone()),
        }
    }
}

/// Every file below a folder, by path; none when there is no such folder. Links are not followed: they lead out of the store.
pub(crate) fn local_files(folder: &Path) -> Result<Vec<FileEntry>, TransferError> {
    let mut found = Vec::new();
    if folder.is_file() {
        return Ok(found);
    }
    let mut waiting = vec![(folder.to_path_buf(), String::new())];
    while let Some((folder, prefix)) = waiting.pop() {
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(TransferError::file(&folder, "listed")(error)),
        };
        for entry in entries {
            let entry = entry.map_err(TransferError::file(&folder, "listed"))?;
            let kind = entry.file_type().map_err(TransferError::file(&entry.path(), "looked at"))?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                return Err(TransferError::form(&entry.path(), "the name of the file is not UTF-8"));
            };
            let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
            if kind.is_dir() {
                waiting.push((entry.path(), path));
            } else if kind.is_file() {
                let bytes = entry.metadata().map_err(TransferError::file(&entry.path(), "looked at"))?.len();
                found.push(FileEntry { path, bytes });
            }
        }
    }
    found.sort();
    Ok(found)
}

pub(crate) fn open_local(path: &Path) -> Result<FileContent, TransferError> {
    let file = File::open(path).map_err(TransferError::file(path, "read"))?;
    let bytes = file.metadata().map_err(TransferError::file(path, "looked at"))?.len();
    Ok(FileContent { reader: Box::new(file), bytes: Some(bytes) })
}

#[cfg(test)]
mod tests {
    use super::Root;
    use std::path::{Path, PathBuf};

    #[test]
    fn uris_name_places() {
        let base = Path::new("/base");
        let of = |uri: &str| Root::of_uri(uri, base, None);
        assert_eq!(of("file:///a/b%20c"), Root::Local(PathBuf::from("/a/b c")));
        assert_eq!(of("file:/a"), Root::Local(PathBuf::from("/a")));
        assert_eq!(of("/a/b c"), Root::Local(PathBuf::from("/a/b c")));
        assert_eq!(of("./mlruns/1"), Root::Local(PathBuf::from("/base/./mlruns/1")));
        assert_eq!(of("mlflow-artifacts:/1/x/artifacts"), Root::Proxied("1/x/artifacts".to_owned()));
        assert_eq!(of("mlflow-artifacts://host:80/1/x"), Root::Proxied("1/x".to_owned()));
        let served = Root::of_uri("mlflow-artifacts:/1/x", base, Some(Path::new("/files")));
        assert_eq!(served, Root::Local(PathBuf::from("/files/1/x")));
        assert!(matches!(of("s3://bucket/1"), Root::OutOfReach(why) if why.contains("s3://")));
    }
}
