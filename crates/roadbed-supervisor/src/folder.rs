//! The workload folder, from the supervisor's side. File names and meanings: [`roadbed_contracts::workload::folder`].

use crate::error::SupervisorError;
use roadbed_contracts::workload::folder::{self, Identity, Launch, OutputFile, Stop, UsageSnapshot, UsageSpan};
use roadbed_contracts::workload::{ExitReport, WorkloadPhase, WorkloadSpec};
use rustix::fs::{FlockOperation, flock};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

pub(crate) struct Folder {
    path: PathBuf,
    /// Device and inode, to notice that the folder was removed or replaced.
    identity: (u64, u64),
    /// Held until this process ends.
    _lock: File,
}

impl Folder {
    /// Opens the folder and makes sure that we alone supervise it: an engine passes the locked file as stdin, otherwise it is locked here.
    pub(crate) fn open(path: &Path) -> Result<Self, SupervisorError> {
        let path = path.canonicalize().map_err(SupervisorError::file(path, "opened"))?;
        let metadata = fs::metadata(&path).map_err(SupervisorError::file(&path, "read"))?;
        let lock = lock(&path.join(folder::LOCK))?;
        Ok(Self { identity: (metadata.dev(), metadata.ino()), path, _lock: lock })
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// False once the folder or anything above it was removed.
    pub(crate) fn is_there(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|metadata| (metadata.dev(), metadata.ino()) == self.identity)
    }

    /// A folder inside, 0700, made when missing.
    pub(crate) fn subfolder(&self, name: &str) -> Result<PathBuf, SupervisorError> {
        let path = self.path.join(name);
        make_private(&path)?;
        Ok(path)
    }

    pub(crate) fn spec(&self) -> Result<WorkloadSpec, SupervisorError> {
        let path = self.file(folder::SPEC);
        let missing = || SupervisorError::Damaged { path: path.clone(), reason: "it is missing".to_owned() };
        read_json(&path)?.ok_or_else(missing)
    }

    pub(crate) fn launch(&self) -> Result<Launch, SupervisorError> {
        Ok(read_json(&self.file(folder::LAUNCH))?.unwrap_or_else(|| Launch::for_folder(&self.path)))
    }

    pub(crate) fn stop(&self) -> Option<Stop> {
        read_json(&self.file(folder::STOP)).ok().flatten()
    }

    pub(crate) fn write_identity(&self, identity: &Identity) -> Result<(), SupervisorError> {
        replace(&self.file(folder::IDENTITY), identity)
    }

    pub(crate) fn write_phase(&self, phase: &WorkloadPhase) -> Result<(), SupervisorError> {
        replace(&self.file(folder::PHASE), phase)
    }

    pub(crate) fn write_usage(&self, usage: &UsageSnapshot) -> Result<(), SupervisorError> {
        replace(&self.file(folder::USAGE), usage)
    }

    pub(crate) fn write_outputs(&self, outputs: &[OutputFile]) -> Result<(), SupervisorError> {
        replace(&self.file(folder::OUTPUTS), &outputs)
    }

    pub(crate) fn append_usage_minute(&self, minute: &UsageSpan) -> Result<(), SupervisorError> {
        let path = self.file(folder::USAGE_MINUTES);
        let mut line = to_json(&path, minute)?;
        line.push(b'\n');
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path);
        file.and_then(|mut file| file.write_all(&line)).map_err(SupervisorError::file(&path, "written"))
    }

    /// The last word: on disk, together with the log it speaks of, when this returns.
    pub(crate) fn write_exit(&self, report: &ExitReport) -> Result<(), SupervisorError> {
        let path = self.file(folder::EXIT);
        let unfinished = path.with_extension("unfinished");
        let text = to_json(&path, report)?;
        let write = || -> std::io::Result<()> {
            let mut file = private_file(&unfinished)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&unfinished, &path)?;
            File::open(&self.path)?.sync_all()
        };
        write().map_err(SupervisorError::file(&path, "written"))
    }
}

/// Makes a folder (0700) and what is above it.
pub(crate) fn make_private(path: &Path) -> Result<(), SupervisorError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(SupervisorError::file(path, "made"))
}

pub(crate) fn private_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

fn to_json<T: Serialize>(path: &Path, value: &T) -> Result<Vec<u8>, SupervisorError> {
    serde_json::to_vec(value)
        .map_err(|error| SupervisorError::Damaged { path: path.to_path_buf(), reason: error.to_string() })
}

/// Reads a JSON file; `None` when it is not there.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, SupervisorError> {
    match fs::read(path) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| SupervisorError::Damaged { path: path.to_path_buf(), reason: error.to_string() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SupervisorError::file(path, "read")(error)),
    }
}

/// Writes a JSON file so that a reader sees the old or the new one, never a part.
pub(crate) fn replace<T: Serialize>(path: &Path, value: &T) -> Result<(), SupervisorError> {
    let unfinished = path.with_extension("unfinished");
    let text = to_json(path, value)?;
    let write = || -> std::io::Result<()> {
        private_file(&unfinished)?.write_all(&text)?;
        fs::rename(&unfinished, path)
    };
    write().map_err(SupervisorError::file(path, "written"))
}

fn lock(path: &Path) -> Result<File, SupervisorError> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = opened.map_err(SupervisorError::file(path, "opened"))?;
    let ours = file.metadata().map_err(SupervisorError::file(path, "read"))?;
    // The lock belongs to the open file, not to the process: the one on stdin was locked by the engine before we existed.
    let stdin = std::io::stdin().as_fd().try_clone_to_owned().map(File::from);
    if let Ok(stdin) = stdin
        && stdin.metadata().is_ok_and(|theirs| (theirs.dev(), theirs.ino()) == (ours.dev(), ours.ino()))
    {
        return take(stdin, path);
    }
    take(file, path)
}

/// Locking again through the same open file succeeds.
fn take(file: File, path: &Path) -> Result<File, SupervisorError> {
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(SupervisorError::Supervised(path.to_path_buf())),
        Err(error) => Err(SupervisorError::file(path, "locked")(error.into())),
    }
}
