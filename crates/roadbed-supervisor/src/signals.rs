//! Signals to this process: a request to stop, and children that changed. Both wake one pipe, so that a single `poll` waits for everything.

use crate::error::SupervisorError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGTERM};
use std::io::Read;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(crate) struct Signals {
    wake: UnixStream,
    stop: Arc<AtomicBool>,
}

impl Signals {
    /// Installs the handlers; from here on no request is lost.
    pub(crate) fn install() -> Result<Self, SupervisorError> {
        let (wake, sender) = UnixStream::pair().map_err(SupervisorError::system("making the signal pipe"))?;
        wake.set_nonblocking(true).map_err(SupervisorError::system("making the signal pipe"))?;
        let stop = Arc::new(AtomicBool::new(false));
        let install = |signal| {
            // The flag first: a handler runs its actions in order, and the flag must be up when the pipe wakes us.
            if signal == SIGTERM || signal == SIGINT {
                signal_hook::flag::register(signal, Arc::clone(&stop))?;
            }
            signal_hook::low_level::pipe::register(signal, sender.try_clone()?)
        };
        for signal in [SIGTERM, SIGINT, SIGHUP, SIGCHLD] {
            install(signal).map_err(SupervisorError::system("installing a signal handler"))?;
        }
        Ok(Self { wake, stop })
    }

    pub(crate) fn stop_requested(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    pub(crate) fn as_fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }

    /// Forgets wake-ups so far; look at children and flags after this.
    pub(crate) fn drain(&self) {
        let mut buffer = [0; 64];
        while (&self.wake).read(&mut buffer).is_ok_and(|read| read > 0) {}
    }

    /// Waits for a signal, at most so long.
    pub(crate) fn wait(&self, at_most: Duration) {
        wait_for(&mut [PollFd::new(&self.wake, PollFlags::IN)], at_most);
        self.drain();
    }
}

/// `poll` with a time limit. An interruption is an answer too: the caller looks at everything anyway.
pub(crate) fn wait_for(descriptors: &mut [PollFd<'_>], at_most: Duration) {
    let limit = Timespec {
        tv_sec: i64::try_from(at_most.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: at_most.subsec_nanos().into(),
    };
    if poll(descriptors, Some(&limit)).is_err() {
        for descriptor in descriptors {
            descriptor.clear_revents();
        }
    }
}
