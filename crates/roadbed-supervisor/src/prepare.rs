//! Everything before user code starts: its files and its environment.

mod fetch;

use crate::environment;
use crate::error::NotStarted;
use crate::folder::make_private;
use crate::session::Session;
use roadbed_contracts::workload::folder;
use roadbed_snapshot::{Limits, unpack};
use std::path::{Path, PathBuf};

/// What user code is given.
pub(crate) struct Prepared {
    pub(crate) work: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) temporary: PathBuf,
    pub(crate) environment: Option<PathBuf>,
}

pub(crate) fn prepare(session: &mut Session) -> Result<Prepared, NotStarted> {
    session.step("starting")?;
    let work = session.folder.subfolder(folder::WORK)?;
    let home = session.folder.subfolder("home")?;
    let temporary = temporary_folder(session)?;
    if let Some(directory) = &session.spec.checkpoint_directory {
        let directory = Path::new(directory);
        if !directory.is_absolute() {
            return Err(NotStarted::Refused(format!("the checkpoint folder {directory:?} is not an absolute path")));
        }
        make_private(directory)?;
    }
    unpack_code(&work, session)?;
    let environment = match session.spec.environment.clone() {
        Some(environment) => Some(environment::prepare(&environment, session)?),
        None => None,
    };
    session.check()?;
    Ok(Prepared { work, home, temporary, environment })
}

/// Room that Python's multiprocessing needs for the names of its sockets.
const TEMPORARY_NAME_BYTES_MAX: usize = 108 - 48;

/// The folder for temporary files, by a short name when its own is too long for sockets in it.
fn temporary_folder(session: &mut Session) -> Result<PathBuf, NotStarted> {
    let path = session.folder.subfolder(folder::TEMPORARY)?;
    if path.as_os_str().len() <= TEMPORARY_NAME_BYTES_MAX {
        return Ok(path);
    }
    let short = folder::short_temporary(session.spec.id);
    match std::os::unix::fs::symlink(&path, &short) {
        Ok(()) => Ok(short),
        Err(error) => {
            let note = format!("{} could not be made ({error}); sockets in TMPDIR may fail", short.display());
            session.log.note(&note);
            Ok(path)
        }
    }
}

/// Removes the short name.
pub(crate) fn forget_temporary(session: &Session) {
    let short = folder::short_temporary(session.spec.id);
    if short
        .read_link()
        .is_ok_and(|path| path.ends_with(Path::new(&session.spec.id.to_string()).join(folder::TEMPORARY)))
    {
        // Nobody else makes this name; one that is gone already is as good.
        let _gone = std::fs::remove_file(short);
    }
}

fn unpack_code(work: &Path, session: &mut Session) -> Result<(), NotStarted> {
    let Some(code) = session.spec.code.clone() else { return Ok(()) };
    session.step("fetching the code")?;
    let reader = fetch::open(&code, session)?;
    let unpacked = unpack(reader, work, &Limits::default());
    session.check()?;
    let unpacked = unpacked.map_err(|error| NotStarted::Refused(format!("the code could not be unpacked: {error}")))?;
    if (unpacked.digest, unpacked.bytes) == (code.digest, code.bytes) {
        return Ok(());
    }
    Err(NotStarted::Refused(format!(
        "the code is not what was submitted: expected {} bytes of {}, got {} bytes of {}; submit the job again",
        code.bytes,
        code.digest.short(),
        unpacked.bytes,
        unpacked.digest.short()
    )))
}
