//! One process works on a key at a time; others wait and stay cancellable.

use super::places::file_error;
use crate::error::NotStarted;
use crate::session::Session;
use rustix::fs::{FlockOperation, flock};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

const LOOK_PERIOD: Duration = Duration::from_millis(100);

/// The right to work on what `path` guards, until dropped.
pub(super) struct Claim {
    _file: File,
}

pub(super) fn claim(path: &Path, session: &mut Session) -> Result<Claim, NotStarted> {
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path);
    let file = opened.map_err(file_error(path, "opened"))?;
    let mut said = false;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(Claim { _file: file }),
            Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::INTR) => {}
            Err(error) => return Err(file_error(path, "locked")(error.into())),
        }
        if !said {
            session.step("waiting for environment: another job is making it")?;
            session.log.note("waiting for the environment that another job is making");
            said = true;
        }
        session.check()?;
        session.signals.wait(LOOK_PERIOD);
    }
}
