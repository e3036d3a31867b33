//! Python workers live as long as the process they answer: it holds the other side of their socket. Jobs have no lifeline and outlive
//! whoever started them.

use crate::error::SupervisorError;
use crate::variables::WORKER_FD;
use rustix::process::{PidfdFlags, pidfd_open};
use std::os::fd::{FromRawFd, OwnedFd, RawFd};

pub(crate) struct Lifelines {
    /// The worker's socket, waiting at the number user code gets it under, and the process that started us.
    descriptors: Vec<OwnedFd>,
}

impl Lifelines {
    /// Takes over an inherited descriptor by its number.
    pub(crate) fn take(pass_fd: Option<RawFd>) -> Result<Self, SupervisorError> {
        let Some(number) = pass_fd else { return Ok(Self { descriptors: Vec::new() }) };
        let socket = move_to_place(number)?;
        let mut descriptors = vec![socket];
        if let Some(parent) = rustix::process::getppid() {
            // The socket alone would do, unless a copy of its other side leaked into a third process.
            let parent = pidfd_open(parent, PidfdFlags::empty());
            descriptors.push(parent.map_err(SupervisorError::system("watching the parent process"))?);
        }
        Ok(Self { descriptors })
    }

    pub(crate) fn has_worker_socket(&self) -> bool {
        !self.descriptors.is_empty()
    }

    pub(crate) fn into_descriptors(self) -> Vec<OwnedFd> {
        self.descriptors
    }
}

/// The standard library keeps descriptors of its own between fork and exec, so the number must be ours long before.
#[expect(unsafe_code, reason = "an inherited descriptor is known by number only")]
fn move_to_place(number: RawFd) -> Result<OwnedFd, SupervisorError> {
    let failed = || SupervisorError::system("taking the descriptor of --pass-fd")(std::io::Error::last_os_error());
    // SAFETY: fcntl and dup3 on descriptor numbers touch no memory; nothing in this process owns either number yet.
    unsafe {
        if number == WORKER_FD {
            if libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) < 0 {
                return Err(failed());
            }
        } else {
            if libc::dup3(number, WORKER_FD, libc::O_CLOEXEC) < 0 {
                return Err(failed());
            }
            libc::close(number);
        }
        Ok(OwnedFd::from_raw_fd(WORKER_FD))
    }
}
