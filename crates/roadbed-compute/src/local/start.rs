//! Starting a workload.

use super::folders::write_json;
use super::lock::{Supervision, look};
use super::state::Inner;
use super::{gpus, stop};
use crate::engine::EngineError;
use roadbed_contracts::workload::WorkloadSpec;
use roadbed_contracts::workload::folder::{self, Launch};
use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::sync::PoisonError;
use tokio::process::{Child, Command};

/// Makes the folder and spawns the supervisor; `None` when the workload exists already.
pub(super) fn start(inner: &Inner, spec: &WorkloadSpec) -> Result<Option<Child>, EngineError> {
    let _gate = inner.gate.lock().unwrap_or_else(PoisonError::into_inner);
    let directory = inner.folders.path(spec.id);
    if directory.is_dir() {
        return complete(inner, spec, &directory);
    }
    let prepared = inner.folders.prepare(spec.id)?;
    write_json(&prepared.join(folder::SPEC), spec)?;
    write_json(&prepared.join(folder::LAUNCH), &launch(inner, spec)?)?;
    let Supervision::Free(lock) = look(&prepared)? else { return Ok(None) };
    let directory = inner.folders.publish(&prepared, spec.id)?;
    spawn(inner, &directory, lock).map(Some)
}

/// Starts what an earlier `start` left unfinished: the folder is there and no supervisor ever wrote its identity.
fn complete(inner: &Inner, spec: &WorkloadSpec, directory: &Path) -> Result<Option<Child>, EngineError> {
    if !stop::never_supervised(directory)? {
        return Ok(None);
    }
    let Supervision::Free(lock) = look(directory)? else { return Ok(None) };
    write_json(&directory.join(folder::LAUNCH), &launch(inner, spec)?)?;
    spawn(inner, directory, lock).map(Some)
}

fn launch(inner: &Inner, spec: &WorkloadSpec) -> Result<Launch, EngineError> {
    let config = &inner.config;
    let code_file = match (&spec.code, &config.locate_code) {
        (Some(code), Some(locate)) => locate(code.digest),
        _ => None,
    };
    Ok(Launch {
        format: 1,
        data_directory: config.data_directory.clone(),
        cache_directory: config.cache_directory.clone(),
        uv: config.uv.clone(),
        code_file,
        gpus: gpus::grant(inner, spec)?,
        readable: Vec::new(),
    })
}

/// No closure runs between fork and exec, so the standard library can use `posix_spawn`, which does not copy this process's memory map.
/// The supervisor takes the lock from stdin, and leaves our session itself.
fn spawn(inner: &Inner, directory: &Path, lock: File) -> Result<Child, EngineError> {
    let program = &inner.config.supervisor_program;
    Command::new(program)
        .args(&inner.config.supervisor_arguments)
        .arg("--directory")
        .arg(directory)
        .stdin(Stdio::from(lock))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| EngineError::Spawn { program: program.clone(), source })
}
