//! From requirements as written to a lock with hashes.

use super::claim::claim;
use super::interpreter::{self, Interpreter};
use super::places::{Places, Resolved, file_error};
use super::uv::Uv;
use crate::error::NotStarted;
use crate::folder::{private_file, read_json, replace};
use crate::session::Session;
use crate::tool;
use roadbed_contracts::workload::EnvironmentSpec;
use roadbed_core::Digest;
use std::io::Write;
use std::path::Path;

pub(super) fn resolve(
    environment: &EnvironmentSpec,
    places: &Places,
    uv: &Uv,
    session: &mut Session,
) -> Result<Resolved, NotStarted> {
    let key = &environment.request_key;
    let _claim = claim(&places.locks.join(format!("{key}.lock")), session)?;
    // Another job may have resolved it while we waited.
    if let Some(resolved) = read_json::<Resolved>(&places.resolved(key))?.filter(|there| there.interpreter.exists()) {
        return Ok(resolved);
    }
    session.step("resolving the environment")?;
    let interpreter = interpreter::find(environment.python.as_deref(), uv, session)?;
    let lock_path = places.lock(key);
    let lock = match std::fs::read_to_string(&lock_path) {
        Ok(lock) => lock,
        Err(_) => make_lock(environment, &interpreter, places, uv, session)?,
    };
    let environment_key = environment_key(&lock, &interpreter);
    let resolved = Resolved { environment_key, interpreter: interpreter.path };
    replace(&places.resolved(key), &resolved)?;
    Ok(resolved)
}

/// The name of everything that decides what is in an environment. Fields are separated by a byte that none of them holds.
fn environment_key(lock: &str, interpreter: &Interpreter) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for field in ["roadbed environment 1", &interpreter.platform, lock] {
        hasher.update(field.as_bytes());
        hasher.update(&[0]);
    }
    Digest::from_bytes(*hasher.finalize().as_bytes())
}

fn make_lock(
    environment: &EnvironmentSpec,
    interpreter: &Interpreter,
    places: &Places,
    uv: &Uv,
    session: &mut Session,
) -> Result<String, NotStarted> {
    let key = &environment.request_key;
    // In a folder of its own: the call may write nowhere else, so it cannot touch the locks of others.
    let folder = tempfolder(session)?;
    let (request, answer) = (folder.join("requirements.in"), folder.join("requirements.txt"));
    let written = private_file(&request).and_then(|mut file| file.write_all(environment.requirements.as_bytes()));
    written.map_err(file_error(&request, "written"))?;
    session.log.note("resolving the environment's requirements");
    let (interpreter, input, output) =
        (interpreter.path.to_string_lossy(), request.to_string_lossy(), answer.to_string_lossy());
    let arguments = ["pip", "compile", &*input, "--output-file", &*output, "--python", &*interpreter];
    let mut command = uv.command(&arguments, &[&folder]);
    command.args(["--generate-hashes", "--no-header", "--no-annotate", "--quiet"]);
    let end = tool::run(command, session)?;
    if !end.status.success() {
        let reason = end.tail.replace(&*input, "requirements");
        return Err(NotStarted::Refused(format!("the requirements could not be resolved: {reason}")));
    }
    let lock = std::fs::read_to_string(&answer).map_err(file_error(&answer, "read"))?;
    store_lock(&places.lock(key), &lock)?;
    Ok(lock)
}

fn tempfolder(session: &Session) -> Result<std::path::PathBuf, NotStarted> {
    Ok(session.folder.subfolder("resolve")?)
}

fn store_lock(path: &Path, lock: &str) -> Result<(), NotStarted> {
    let unfinished = path.with_extension("unfinished");
    let written = private_file(&unfinished)
        .and_then(|mut file| file.write_all(lock.as_bytes()))
        .and_then(|()| std::fs::rename(&unfinished, path));
    written.map_err(file_error(path, "written"))
}
