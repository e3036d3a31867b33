//! What every step of a workload's life needs: its folder, specification, log, signals and reports.

use crate::error::{NotStarted, SupervisorError};
use crate::folder::Folder;
use crate::log::Log;
use crate::report::Reporter;
use crate::signals::Signals;
use roadbed_contracts::workload::folder::Launch;
use roadbed_contracts::workload::{WorkloadPhase, WorkloadSpec};

pub(crate) struct Session {
    pub(crate) folder: Folder,
    pub(crate) spec: WorkloadSpec,
    pub(crate) launch: Launch,
    pub(crate) log: Log,
    pub(crate) signals: Signals,
    pub(crate) reporter: Reporter,
}

impl Session {
    /// Whether to go on preparing.
    pub(crate) fn check(&self) -> Result<(), NotStarted> {
        if !self.folder.is_there() {
            return Err(NotStarted::Vanished);
        }
        if self.signals.stop_requested() || self.folder.stop().is_some() {
            return Err(NotStarted::Stopped);
        }
        Ok(())
    }

    /// Moves to a phase: on disk first, then told to control.
    pub(crate) fn enter(&mut self, phase: WorkloadPhase) -> Result<(), SupervisorError> {
        self.folder.write_phase(&phase)?;
        self.reporter.tell(phase);
        Ok(())
    }

    /// Says what is being prepared.
    pub(crate) fn step(&mut self, step: &str) -> Result<(), NotStarted> {
        self.check()?;
        Ok(self.enter(WorkloadPhase::Preparing { step: step.to_owned() })?)
    }
}
