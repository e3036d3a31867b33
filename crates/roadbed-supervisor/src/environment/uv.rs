//! Calling uv.

use super::places::Places;
use crate::error::NotStarted;
use crate::isolation::Isolation;
use crate::session::Session;
use crate::spawn;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Calls of uv: never downloading an interpreter, isolated like user code (a package's build runs code of its author).
pub(super) struct Uv {
    program: PathBuf,
    cache: PathBuf,
    isolation: Isolation,
}

impl Uv {
    pub(super) fn new(session: &Session, places: &Places) -> Result<Self, NotStarted> {
        let missing = "the job needs a Python environment and uv was not found: install it with 'pip install uv' and run the job again";
        let program = session.launch.uv.clone().ok_or_else(|| NotStarted::Refused(missing.to_owned()))?;
        let closed = vec![session.launch.data_directory.clone(), session.launch.cache_directory.clone()];
        let isolation =
            Isolation { closed, readable: vec![places.locks.clone()], writable: vec![places.uv_cache.clone()] };
        Ok(Self { program, cache: places.uv_cache.clone(), isolation })
    }

    /// A call that may write below `writable` only.
    pub(super) fn command(&self, arguments: &[&str], writable: &[&Path]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .args(["--no-progress", "--color", "never", "--no-python-downloads"])
            .env("UV_PYTHON_DOWNLOADS", "never")
            .env("UV_CACHE_DIR", &self.cache)
            .env("UV_LINK_MODE", "hardlink")
            .current_dir("/");
        clean(&mut command);
        let mut isolation = self.isolation.clone();
        isolation.writable.extend(writable.iter().map(|path| path.to_path_buf()));
        // A kernel without Landlock is told of in the log once, where user code starts.
        if let Ok(rules) = isolation.rules() {
            spawn::restrict_tool(&mut command, rules);
        }
        command
    }
}

/// Takes away what would lead a tool to another environment, and what is ours.
pub(super) fn clean(command: &mut Command) {
    for name in ["VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME"] {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ROADBED_") {
            command.env_remove(name);
        }
    }
}
