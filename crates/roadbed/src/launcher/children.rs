use anyhow::Context as _;
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};
use std::net::TcpListener;
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// A role ends with this code when starting it again would fail the same way (a newer store, a broken setting).
pub(crate) const FINAL_EXIT: i32 = 78;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// A child that ran this long is restarted at once when it ends.
const STEADY: Duration = Duration::from_secs(10);

/// How to start a role.
pub(super) struct RoleCommand {
    pub(super) role: &'static str,
    pub(super) program: PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) listener: TcpListener,
}

/// One role's process, started again whenever it ends.
pub(super) struct RoleProcess {
    command: RoleCommand,
    child: Child,
    started: Instant,
    pause: Duration,
    /// When to start it again, while it is down.
    due: Option<Instant>,
}

impl RoleProcess {
    pub(super) fn start(command: RoleCommand) -> anyhow::Result<Self> {
        let child = spawn(&command)?;
        Ok(Self { command, child, started: Instant::now(), pause: FIRST_PAUSE, due: None })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Notices an end and starts again when due. `Ok(Some(code))`: the role says that starting again is useless.
    pub(super) fn tend(&mut self) -> anyhow::Result<Tended> {
        if let Some(due) = self.due {
            if Instant::now() < due {
                return Ok(Tended::Same);
            }
            self.child = spawn(&self.command)?;
            self.started = Instant::now();
            self.due = None;
            return Ok(Tended::Restarted);
        }
        let Some(status) = self.child.try_wait().context("a child cannot be watched")? else { return Ok(Tended::Same) };
        if status.code() == Some(FINAL_EXIT) {
            return Ok(Tended::Final);
        }
        let ran = self.started.elapsed();
        self.pause = if ran >= STEADY { FIRST_PAUSE } else { (self.pause * 2).min(LONGEST_PAUSE) };
        tracing::warn!(role = self.command.role, %status, "{} ended ({status}); starting it again", self.command.role);
        self.due = Some(Instant::now() + self.pause);
        Ok(Tended::Same)
    }

    /// Time until `tend` has something to do for sure.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.due.map(|due| due.saturating_duration_since(Instant::now()))
    }

    /// Asks the process to end, then waits; kills it when it takes longer than `patience`.
    pub(super) fn stop(&mut self, patience: Duration) {
        if self.due.is_some() {
            return;
        }
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        tracing::warn!(role = self.command.role, "{} did not end in {patience:?}; killed", self.command.role);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What became of a role.
pub(super) enum Tended {
    Same,
    Restarted,
    Final,
}

/// The launcher starts processes from one thread, so while a socket may be inherited only this role can inherit it.
fn spawn(command: &RoleCommand) -> anyhow::Result<Child> {
    fcntl_setfd(&command.listener, FdFlags::empty()).context("the listening socket cannot be handed on")?;
    let child = Command::new(&command.program)
        .args(["server", "--role", command.role, "--listener-fd", &command.listener.as_raw_fd().to_string()])
        .args(&command.arguments)
        .stdin(std::process::Stdio::null())
        .spawn()
        .with_context(|| format!("{} cannot be started", command.role));
    fcntl_setfd(&command.listener, FdFlags::CLOEXEC).context("the listening socket cannot be kept from others")?;
    child
}
