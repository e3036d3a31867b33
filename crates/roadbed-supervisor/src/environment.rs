//! Python environments, made once per content.
//!
//! A request (Python version and requirements as written) is *resolved* once to a lock with hashes, which is remembered under the
//! request's key. Lock, interpreter version and platform give the environment's key, under which it is *built* once at its final path and
//! never changed. A request seen before costs two small reads and no process.
//!
//! ```text
//! <cache>/environments/locks/<request key>.json   what the request resolved to
//! <cache>/environments/locks/<request key>.txt    the lock
//! <cache>/environments/<environment key>/         the environment; `.ready` is written last
//! <cache>/environments/<environment key>.lock     held while one process builds
//! ```

mod build;
mod claim;
mod interpreter;
mod places;
mod resolve;
mod uv;

use crate::error::NotStarted;
use crate::folder::{make_private, read_json};
use crate::session::Session;
use places::{Places, Resolved};
use roadbed_contracts::workload::EnvironmentSpec;
use std::path::{Path, PathBuf};
use uv::Uv;

/// Folders that user code may read but not change: environments hold hard links to uv's cache.
pub(crate) fn read_only_folders(cache_directory: &Path) -> Vec<PathBuf> {
    vec![Places::of(cache_directory).uv_cache]
}

/// The environment's folder, resolved and built when it is not there yet.
pub(crate) fn prepare(environment: &EnvironmentSpec, session: &mut Session) -> Result<PathBuf, NotStarted> {
    let places = Places::of(&session.launch.cache_directory);
    let resolved: Option<Resolved> = read_json(&places.resolved(&environment.request_key))?;
    if let Some(resolved) = &resolved
        && let Some(path) = build::ready(&places, resolved)
    {
        return Ok(path);
    }
    make_private(&places.locks)?;
    make_private(&places.uv_cache)?;
    let uv = Uv::new(session, &places)?;
    let resolved = match resolved {
        // The lock is kept even when the interpreter it was made with is gone: another of the same version will do.
        Some(resolved) if resolved.interpreter.exists() => resolved,
        _ => resolve::resolve(environment, &places, &uv, session)?,
    };
    build::build(environment, &resolved, &places, &uv, session)
}
