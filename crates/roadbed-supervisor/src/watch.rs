//! Following user code from its start to the end of its last process: log, usage, time limit, stop.

use crate::control_group::ControlGroups;
use crate::error::SupervisorError;
use crate::session::Session;
use crate::signals::wait_for;
use crate::tree::{self, Collection, EndStatus};
use crate::usage::Meter;
use roadbed_contracts::workload::folder::UsageSnapshot;
use roadbed_core::{Clock, SystemClock, Timestamp};
use rustix::event::{PollFd, PollFlags};
use rustix::process::Signal;
use std::io::{PipeReader, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

/// Between two looks at usage, the folder and the stop file. The first is sooner, for short jobs.
const LOOK_PERIOD: Duration = Duration::from_secs(1);
const FIRST_LOOK: Duration = Duration::from_millis(100);
/// Looks between two writings of `usage.json`.
const LOOKS_PER_WRITE: u32 = 5;
/// How long a possible secret at the end of the output waits for the rest of its line.
const HOLD_BACK: Duration = Duration::from_millis(100);
/// Processes in an uninterruptible wait outlive SIGKILL; they are left behind after this.
const KILL_PATIENCE: Duration = Duration::from_secs(10);

/// Why the work was ended by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EndCause {
    Timeout,
    /// With the reason for people.
    Stopped(String),
    /// The workload folder is gone.
    Vanished,
}

/// How it went.
pub(crate) struct Outcome {
    /// `None` when the first process could not be collected within patience after SIGKILL.
    pub(crate) status: Option<EndStatus>,
    pub(crate) cause: Option<EndCause>,
    /// The grace time ended before the work did.
    pub(crate) was_killed: bool,
    pub(crate) usage: UsageSnapshot,
}

pub(crate) struct Work<'a> {
    pub(crate) pid: u32,
    pub(crate) started_at: Timestamp,
    pub(crate) output: PipeReader,
    pub(crate) groups: &'a ControlGroups,
    /// Descriptors whose other side closes when whoever wants the work is gone (Python workers).
    pub(crate) lifelines: Vec<OwnedFd>,
}

struct Watch<'a> {
    work: Work<'a>,
    meter: Meter,
    status: Option<EndStatus>,
    cause: Option<EndCause>,
    none_left: bool,
    output_is_open: bool,
    deadline: Option<Instant>,
    kill_at: Option<Instant>,
    next_look: Instant,
    looks: u32,
    was_killed: bool,
    has_failed: bool,
}

pub(crate) fn watch(work: Work<'_>, session: &mut Session) -> Outcome {
    let now = Instant::now();
    let mut watch = Watch {
        meter: Meter::new(work.started_at),
        deadline: session.spec.timeout.and_then(|timeout| now.checked_add(timeout.0)),
        work,
        status: None,
        cause: None,
        none_left: false,
        output_is_open: true,
        kill_at: None,
        next_look: now + FIRST_LOOK,
        looks: 0,
        was_killed: false,
        has_failed: false,
    };
    while !watch.none_left {
        watch.wait(session);
        watch.collect();
        watch.look(session);
        if watch.status.is_some() && watch.cause.is_none() {
            // The job is what its first process is; what that leaves behind goes with it.
            break;
        }
        if watch.kill_at.is_some_and(|at| Instant::now() >= at) {
            watch.was_killed = true;
            break;
        }
    }
    watch.end(session)
}

impl Watch<'_> {
    /// Waits for output, a signal, a broken lifeline or the next thing due.
    fn wait(&mut self, session: &mut Session) {
        let due = [Some(self.next_look), self.deadline.filter(|_| self.cause.is_none()), self.kill_at];
        let now = Instant::now();
        let mut at_most =
            due.into_iter().flatten().map(|at| at.saturating_duration_since(now)).min().unwrap_or(LOOK_PERIOD);
        let holds_back = session.log.holds_back();
        if holds_back {
            at_most = at_most.min(HOLD_BACK);
        }
        let mut descriptors = vec![PollFd::from_borrowed_fd(session.signals.as_fd(), PollFlags::IN)];
        if self.cause.is_none() {
            let lifelines = self.work.lifelines.iter();
            // Readable is not asked for: the bytes are the worker's. A pidfd is readable when its process ended.
            descriptors.extend(lifelines.map(|fd| PollFd::new(fd, lifeline_events(fd))));
        }
        let lifelines = 1..descriptors.len();
        if self.output_is_open {
            descriptors.push(PollFd::from_borrowed_fd(self.work.output.as_fd(), PollFlags::IN));
        }
        wait_for(&mut descriptors, at_most);
        let happened = |fd: &PollFd<'_>| !fd.revents().is_empty();
        let is_broken = descriptors.get(lifelines.clone()).is_some_and(|fds| fds.iter().any(happened));
        let has_output = self.output_is_open && descriptors.last().is_some_and(happened);
        drop(descriptors);
        session.signals.drain();
        if is_broken {
            self.begin_end(EndCause::Stopped("the process it worked for is gone".to_owned()), session);
        }
        if has_output {
            self.read_output(session);
        } else if holds_back {
            session.log.flush();
        }
    }

    /// Reads what is there; bounded, so that a flood of output cannot keep us from looking at the rest.
    fn read_output(&mut self, session: &mut Session) {
        let mut buffer = [0; 16 << 10];
        for _ in 0..16 {
            match self.work.output.read(&mut buffer) {
                Ok(0) => {
                    self.output_is_open = false;
                    return;
                }
                Ok(read) => session.log.write(buffer.get(..read).unwrap_or_default()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    fn collect(&mut self) {
        loop {
            match tree::collect() {
                Collection::Ended(ended) => {
                    self.meter.collect(&ended);
                    if u32::try_from(ended.pid) == Ok(self.work.pid) {
                        self.status = Some(ended.status);
                    }
                }
                Collection::NoneEnded => return,
                Collection::NoneLeft => {
                    self.none_left = true;
                    return;
                }
            }
        }
    }

    /// Time limit, stop requests and the regular look.
    fn look(&mut self, session: &mut Session) {
        let now = Instant::now();
        if self.cause.is_none() && self.deadline.is_some_and(|at| now >= at) {
            self.begin_end(EndCause::Timeout, session);
        }
        let is_due = now >= self.next_look;
        if self.cause.is_none() && (session.signals.stop_requested() || is_due) {
            if let Some(stop) = session.folder.stop() {
                self.begin_end(EndCause::Stopped(stop.reason), session);
            } else if session.signals.stop_requested() {
                self.begin_end(EndCause::Stopped("its supervisor was told to end".to_owned()), session);
            }
        }
        if !is_due {
            return;
        }
        self.next_look = now + LOOK_PERIOD;
        if !session.folder.is_there() {
            self.cause = Some(EndCause::Vanished);
            self.kill_at = Some(now);
            return;
        }
        if let Some(minute) = self.meter.sample(SystemClock.now(), tree::usage()) {
            self.note_failure(session.folder.append_usage_minute(&minute), session);
        }
        self.looks += 1;
        if self.looks % LOOKS_PER_WRITE == 1 {
            self.note_failure(session.folder.write_usage(&self.meter.snapshot()), session);
        }
    }

    /// A full disk is no reason to end the work; the log says once that its usage is not complete.
    fn note_failure(&mut self, result: Result<(), SupervisorError>, session: &mut Session) {
        if let Err(error) = result
            && !self.has_failed
        {
            self.has_failed = true;
            session.log.note(&format!("usage is not complete: {error}"));
        }
    }

    /// Asks every process to end and starts the grace time. The first cause stays.
    fn begin_end(&mut self, cause: EndCause, session: &mut Session) {
        if self.cause.is_some() {
            return;
        }
        let grace = session.spec.grace;
        match &cause {
            EndCause::Timeout => session.log.note(&format!("the time limit is reached; the job has {grace} to end")),
            EndCause::Stopped(reason) => session.log.note(&format!("stopping: {reason}; the job has {grace} to end")),
            EndCause::Vanished => {}
        }
        self.cause = Some(cause);
        self.kill_at = Instant::now().checked_add(grace.0);
        tree::signal_all(Signal::TERM);
    }

    /// Kills what is left, collects it, and reads the output to its end.
    fn end(mut self, session: &mut Session) -> Outcome {
        self.work.groups.forbid_new_processes();
        let patience = Instant::now() + KILL_PATIENCE;
        while !self.none_left && Instant::now() < patience {
            tree::signal_all(Signal::KILL);
            session.signals.wait(Duration::from_millis(20));
            self.collect();
            // A full pipe must not keep a dying process waiting.
            self.read_output(session);
        }
        while self.output_is_open && self.none_left && Instant::now() < patience {
            wait_for(&mut [PollFd::new(&self.work.output, PollFlags::IN)], LOOK_PERIOD);
            self.read_output(session);
        }
        let usage = self.meter.finish(SystemClock.now());
        if self.cause != Some(EndCause::Vanished) && session.folder.is_there() {
            self.note_failure(session.folder.append_usage_minute(&usage.minute), session);
            self.note_failure(session.folder.write_usage(&usage), session);
        }
        Outcome { status: self.status, cause: self.cause, was_killed: self.was_killed, usage }
    }
}

/// Sockets break with a hang-up; a pidfd becomes readable.
fn lifeline_events(fd: &OwnedFd) -> PollFlags {
    let is_socket =
        rustix::fs::fstat(fd).is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode).is_socket());
    if is_socket { PollFlags::RDHUP } else { PollFlags::IN }
}
