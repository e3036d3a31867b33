//! From a lock to an environment, at its final path: scripts and compiled files hold absolute paths, so it cannot be moved there later.

use super::claim::claim;
use super::places::{Places, Resolved, file_error};
use super::uv::Uv;
use crate::error::NotStarted;
use crate::session::Session;
use crate::tool;
use roadbed_contracts::workload::EnvironmentSpec;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

const READY: &str = ".ready";

/// The environment when it is complete and its interpreter still exists.
pub(super) fn ready(places: &Places, resolved: &Resolved) -> Option<PathBuf> {
    let path = places.environment(&resolved.environment_key);
    // The second look follows the link to the interpreter it was built with.
    (path.join(READY).is_file() && path.join("bin/python").exists()).then_some(path)
}

pub(super) fn build(
    environment: &EnvironmentSpec,
    resolved: &Resolved,
    places: &Places,
    uv: &Uv,
    session: &mut Session,
) -> Result<PathBuf, NotStarted> {
    let path = places.environment(&resolved.environment_key);
    let _claim = claim(&path.with_extension("lock"), session)?;
    if let Some(path) = ready(places, resolved) {
        return Ok(path);
    }
    session.step("building the environment")?;
    // What a builder left that was killed.
    discard(&path)?;
    fs::create_dir(&path).map_err(file_error(&path, "made"))?;
    let built = fill(&path, &places.lock(&environment.request_key), resolved, uv, session);
    if built.is_err() {
        discard(&path)?;
    }
    built.map(|()| path)
}

fn fill(path: &Path, lock: &Path, resolved: &Resolved, uv: &Uv, session: &mut Session) -> Result<(), NotStarted> {
    session.log.note("building the environment");
    let interpreter = resolved.interpreter.to_string_lossy();
    let (folder, python) = (path.to_string_lossy(), path.join("bin/python"));
    let arguments = ["venv", &*folder, "--allow-existing", "--no-project", "--python", &*interpreter, "--quiet"];
    check(&tool::run(uv.command(&arguments, &[path]), session)?)?;
    let requirements = fs::read_to_string(lock).map_err(file_error(lock, "read"))?;
    if requirements.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let (lock, python) = (lock.to_string_lossy(), python.to_string_lossy());
        let mut command = uv.command(&["pip", "sync", &*lock, "--require-hashes", "--python", &*python], &[path]);
        // Nothing can be compiled later: the folder is closed to writing.
        command.args(["--compile-bytecode", "--strict"]);
        check(&tool::run(command, session)?)?;
    }
    close(path).map_err(file_error(path, "closed to writing"))?;
    let marker = path.join(READY);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(file_error(path, "finished"))?;
    fs::write(&marker, b"").map_err(file_error(&marker, "written"))?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o555)).map_err(file_error(path, "finished"))
}

fn check(end: &tool::ToolEnd) -> Result<(), NotStarted> {
    if end.status.success() {
        return Ok(());
    }
    Err(NotStarted::Refused(format!("the environment could not be built: {}", end.tail)))
}

/// Takes write permission from folders. Not from files: they are hard links into uv's cache.
fn close(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            close(&entry.path())?;
        }
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o555))
}

fn open(folder: &Path) -> std::io::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            open(&entry.path())?;
        }
    }
    Ok(())
}

fn discard(path: &Path) -> Result<(), NotStarted> {
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    open(path).and_then(|()| fs::remove_dir_all(path)).map_err(file_error(path, "removed"))
}
