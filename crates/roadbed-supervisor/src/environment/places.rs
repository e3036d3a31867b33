//! Where environments and locks lie.

use crate::error::{NotStarted, SupervisorError};
use roadbed_core::Digest;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// What a request resolved to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Resolved {
    /// Digest of the lock, the interpreter's minor version and the platform.
    pub(super) environment_key: Digest,
    /// The interpreter it was resolved with.
    pub(super) interpreter: PathBuf,
}

/// Where environments lie.
pub(super) struct Places {
    pub(super) environments: PathBuf,
    pub(super) locks: PathBuf,
    pub(super) uv_cache: PathBuf,
}

impl Places {
    #[expect(clippy::disallowed_methods, reason = "a variable of uv, shared with the user's own use of uv")]
    pub(super) fn of(cache_directory: &Path) -> Self {
        let environments = cache_directory.join("environments");
        let uv_cache = std::env::var_os("UV_CACHE_DIR").map_or_else(|| cache_directory.join("cache/uv"), PathBuf::from);
        Self { locks: environments.join("locks"), environments, uv_cache }
    }

    pub(super) fn resolved(&self, request_key: &Digest) -> PathBuf {
        self.locks.join(format!("{request_key}.json"))
    }

    pub(super) fn lock(&self, request_key: &Digest) -> PathBuf {
        self.locks.join(format!("{request_key}.txt"))
    }

    pub(super) fn environment(&self, key: &Digest) -> PathBuf {
        self.environments.join(key.to_string())
    }
}

/// A file and the error it gave.
pub(super) fn file_error(path: &Path, action: &'static str) -> impl FnOnce(std::io::Error) -> NotStarted {
    let error = SupervisorError::file(path, action);
    move |source| error(source).into()
}
