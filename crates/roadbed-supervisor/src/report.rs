//! Tells control about phases, from a thread of its own: `POST <url>/internal/v1/workloads/<id>/report`. A report is a hint that spares
//! control a look at the files, so one that is lost does no harm and none is waited for long.

use roadbed_contracts::workload::{ControlAddress, WorkloadPhase, WorkloadReport};
use roadbed_core::WorkloadId;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

const REPORT_TIMEOUT: Duration = Duration::from_secs(2);
const WAITING_MAX: usize = 8;
const THREAD_STACK_BYTES: usize = 256 << 10;

pub(crate) struct Reporter {
    /// `None` when there is no control to tell.
    thread: Option<Thread>,
    workload: WorkloadId,
}

struct Thread {
    sender: SyncSender<WorkloadReport>,
    /// Disconnected when the thread has sent everything.
    done: Receiver<()>,
}

impl Reporter {
    pub(crate) fn start(workload: WorkloadId, control: &ControlAddress) -> Self {
        let thread = if control.url.is_empty() { None } else { start_thread(workload, control.clone()) };
        Self { thread, workload }
    }

    pub(crate) fn tell(&self, phase: WorkloadPhase) {
        if let Some(thread) = &self.thread {
            // A full queue means control does not answer: it will look by itself.
            let _dropped = thread.sender.try_send(WorkloadReport { workload: self.workload, phase });
        }
    }

    /// Waits for the last report, within its time limit.
    pub(crate) fn finish(self) {
        if let Some(Thread { sender, done }) = self.thread {
            drop(sender);
            let ended = done.recv_timeout(REPORT_TIMEOUT);
            debug_assert!(!matches!(ended, Ok(())), "nothing is ever sent");
            let _in_time = matches!(ended, Err(RecvTimeoutError::Disconnected));
        }
    }
}

fn start_thread(workload: WorkloadId, control: ControlAddress) -> Option<Thread> {
    let (sender, receiver) = sync_channel::<WorkloadReport>(WAITING_MAX);
    let (finished, done) = sync_channel::<()>(0);
    let send_all = move || {
        let _finished = finished;
        let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(REPORT_TIMEOUT)).build().into();
        let url = format!("{}/internal/v1/workloads/{workload}/report", control.url.trim_end_matches('/'));
        let authorization = format!("Bearer {}", control.token.expose());
        while let Ok(report) = receiver.recv() {
            // Only the newest matters when several wait.
            let report = receiver.try_iter().last().unwrap_or(report);
            let _hint = agent.post(&url).header("authorization", &authorization).send_json(&report);
        }
    };
    let builder = std::thread::Builder::new().name("report".to_owned()).stack_size(THREAD_STACK_BYTES);
    builder.spawn(send_all).ok().map(|_| Thread { sender, done })
}
