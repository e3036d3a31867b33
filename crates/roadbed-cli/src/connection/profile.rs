//! The login kept in the user's configuration folder: `$XDG_CONFIG_HOME/roadbed/login.json`, for its owner only.

use crate::failure::Failure;
use roadbed_core::Secret;
use serde::{Deserialize, Serialize};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// A server and a token for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gateway_url: Option<String>,
    pub(crate) token: Secret,
}

pub(crate) struct ProfileFile {
    path: PathBuf,
}

impl ProfileFile {
    /// `None` on a machine without a home directory.
    pub(crate) fn new(environment: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let base = environment("XDG_CONFIG_HOME").map(PathBuf::from);
        let base = base.or_else(|| environment("HOME").map(|home| Path::new(&home).join(".config")))?;
        Some(Self { path: base.join("roadbed").join("login.json") })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The login, when there is one.
    ///
    /// # Errors
    /// Others could read the file, or it is damaged.
    pub(crate) fn read(&self) -> Result<Option<Profile>, Failure> {
        let path = self.path.display();
        let metadata = match std::fs::metadata(&self.path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::file(&self.path, "read")(error)),
        };
        if metadata.permissions().mode() & 0o077 != 0 {
            let detail = format!("others on this machine can read the token in {path}");
            return Err(Failure::failed(detail, format!("revoke the token, then: chmod 600 {path}")));
        }
        let text = std::fs::read_to_string(&self.path).map_err(Failure::file(&self.path, "read"))?;
        let read = serde_json::from_str(&text);
        read.map(Some).map_err(|error| {
            Failure::failed(format!("{path} is not as expected: {error}"), "log in again with: roadbed login URL")
        })
    }

    /// Replaces the file in one step: readers see the old login or the new.
    pub(crate) fn write(&self, profile: &Profile) -> Result<(), Failure> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let created = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        created.map_err(Failure::file(folder, "created"))?;
        let text = serde_json::to_string_pretty(profile).unwrap_or_default();
        let fresh = self.path.with_extension("new");
        let _ = std::fs::remove_file(&fresh);
        let mut options = std::fs::OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&fresh);
        let written = file.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()));
        written.and_then(|()| std::fs::rename(&fresh, &self.path)).map_err(Failure::file(&self.path, "written"))
    }

    /// Whether there was a login to forget.
    pub(crate) fn remove(&self) -> Result<bool, Failure> {
        match std::fs::remove_file(&self.path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Failure::file(&self.path, "removed")(error)),
        }
    }
}
