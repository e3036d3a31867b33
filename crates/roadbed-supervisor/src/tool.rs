//! Running a tool of ours before user code starts, with its output in the workload's log. A stop ends it.

use crate::error::NotStarted;
use crate::log::Log;
use crate::session::Session;
use crate::signals::wait_for;
use rustix::event::{PollFd, PollFlags};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The end of a tool's output that is kept for the reason of a failure.
const TAIL_BYTES: usize = 2000;
/// Resolving and building stop after this: a hanging index must not hold a job for ever.
const TOOL_TIMEOUT: Duration = Duration::from_secs(45 * 60);
const LOOK_PERIOD: Duration = Duration::from_millis(500);

pub(crate) struct ToolEnd {
    pub(crate) status: ExitStatus,
    /// The last output, for people.
    pub(crate) tail: String,
}

/// Runs to the end with output going to the log.
pub(crate) fn run(mut command: Command, session: &mut Session) -> Result<ToolEnd, NotStarted> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |error: std::io::Error| NotStarted::Refused(format!("{name} could not be started: {error}"));
    let (mut reader, writer) = std::io::pipe().map_err(failed)?;
    command.stdin(Stdio::null()).stdout(writer.try_clone().map_err(failed)?).stderr(writer).process_group(0);
    let mut child = command.spawn().map_err(failed)?;
    drop(command);
    let ended = follow(&mut child, &mut reader, session);
    if ended.is_err() {
        kill(&child);
        let _collected = child.wait();
    }
    session.log.flush();
    ended
}

/// Runs to the end and answers what it printed to stdout; what it prints to stderr is dropped.
pub(crate) fn answer(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn follow(child: &mut Child, reader: &mut std::io::PipeReader, session: &mut Session) -> Result<ToolEnd, NotStarted> {
    let started = Instant::now();
    let mut tail = Vec::new();
    let mut is_open = true;
    loop {
        session.check()?;
        if started.elapsed() > TOOL_TIMEOUT {
            return Err(NotStarted::Refused(format!(
                "a tool did not end within {} minutes",
                TOOL_TIMEOUT.as_secs() / 60
            )));
        }
        if !is_open && let Ok(Some(status)) = child.try_wait() {
            return Ok(ToolEnd { status, tail: String::from_utf8_lossy(&tail).trim().to_owned() });
        }
        if is_open {
            let mut descriptors = [
                PollFd::new(&*reader, PollFlags::IN),
                PollFd::from_borrowed_fd(session.signals.as_fd(), PollFlags::IN),
            ];
            wait_for(&mut descriptors, LOOK_PERIOD);
            let readable = !descriptors[0].revents().is_empty();
            session.signals.drain();
            if readable {
                is_open = read_some(reader, &mut session.log, &mut tail);
            }
        } else {
            session.signals.wait(Duration::from_millis(20));
        }
    }
}

/// One read; false at the end of the output.
fn read_some(reader: &mut std::io::PipeReader, log: &mut Log, tail: &mut Vec<u8>) -> bool {
    let mut buffer = [0; 8192];
    match reader.read(&mut buffer) {
        Ok(0) => false,
        Ok(read) => {
            let bytes = buffer.get(..read).unwrap_or_default();
            log.write(bytes);
            tail.extend_from_slice(bytes);
            let excess = tail.len().saturating_sub(TAIL_BYTES);
            tail.drain(..excess);
            true
        }
        Err(error) => error.kind() == std::io::ErrorKind::Interrupted,
    }
}

fn kill(child: &Child) {
    if let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // It may have ended by itself meanwhile.
        let _gone = kill_process_group(pid, Signal::KILL);
    }
}
