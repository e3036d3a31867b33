//! Where workloads are, from their folders.

use super::folders::read_json;
use super::leftovers;
use super::lock::{Supervision, look};
use super::state::Inner;
use crate::engine::{EngineError, Observed};
use roadbed_contracts::records::Usage;
use roadbed_contracts::workload::folder::{self, UsageSnapshot, UsageSpan};
use roadbed_contracts::workload::{ExitReport, WorkloadPhase, WorkloadSpec};
use roadbed_core::WorkloadId;
use std::path::Path;
use std::sync::PoisonError;

/// Written by the engine once nothing is left of a lost workload, so that it is looked for only until then.
const LOST: &str = "lost";

pub(super) fn observe(inner: &Inner, ids: Option<Vec<WorkloadId>>) -> Result<Vec<Observed>, EngineError> {
    let ids = match ids {
        Some(ids) => ids,
        None => inner.folders.all()?,
    };
    let mut observed = Vec::with_capacity(ids.len());
    for id in ids {
        let directory = inner.folders.path(id);
        if !directory.is_dir() {
            continue;
        }
        let phase = {
            let _gate = inner.gate.lock().unwrap_or_else(PoisonError::into_inner);
            phase(&directory, id)?
        };
        if let Some(phase) = phase {
            let usage = total_usage(&directory, &phase)?;
            observed.push(Observed { id, phase, usage });
        }
    }
    Ok(observed)
}

/// The phase; `None` for a folder whose supervisor was never started. Under the engine's gate.
pub(super) fn phase(directory: &Path, id: WorkloadId) -> Result<Option<WorkloadPhase>, EngineError> {
    if let Some(report) = exit(directory)? {
        return Ok(Some(WorkloadPhase::Exited(report)));
    }
    if directory.join(LOST).exists() {
        return Ok(Some(WorkloadPhase::Lost));
    }
    let Supervision::Free(_held) = look(directory)? else {
        let phase = read_json(&directory.join(folder::PHASE))?;
        return Ok(Some(phase.unwrap_or_else(|| WorkloadPhase::Preparing { step: "starting".to_owned() })));
    };
    // The supervisor may have ended properly between the two looks.
    if let Some(report) = exit(directory)? {
        return Ok(Some(WorkloadPhase::Exited(report)));
    }
    let Some(identity) = read_json(&directory.join(folder::IDENTITY))? else { return Ok(None) };
    if leftovers::end(id, &identity) {
        let path = directory.join(LOST);
        std::fs::write(&path, b"").map_err(super::folders::file_error(&path, "written"))?;
    }
    Ok(Some(WorkloadPhase::Lost))
}

pub(super) fn exit(directory: &Path) -> Result<Option<ExitReport>, EngineError> {
    read_json(&directory.join(folder::EXIT))
}

fn total_usage(directory: &Path, phase: &WorkloadPhase) -> Result<Option<Usage>, EngineError> {
    let span = match phase {
        WorkloadPhase::Preparing { .. } => None,
        WorkloadPhase::Exited(report) => report.started_at.map(|from| UsageSpan {
            from,
            to: report.ended_at,
            cpu_micros: report.cpu_micros,
            memory_kib_millis: report.memory_kib_millis,
            memory_peak_bytes: report.memory_peak_bytes,
        }),
        WorkloadPhase::Running { .. } | WorkloadPhase::Lost => {
            read_json::<UsageSnapshot>(&directory.join(folder::USAGE))?.map(|snapshot| snapshot.total)
        }
    };
    let Some(span) = span else { return Ok(None) };
    let spec: Option<WorkloadSpec> = read_json(&directory.join(folder::SPEC))?;
    Ok(spec.map(|spec| attribute(&spec, &span)))
}

/// A span with the owner and the grant of its workload.
pub(super) fn attribute(spec: &WorkloadSpec, span: &UsageSpan) -> Usage {
    Usage {
        attribution: spec.attribution.clone(),
        from: span.from,
        to: span.to,
        cpu_micros: span.cpu_micros,
        memory_kib_millis: span.memory_kib_millis,
        memory_peak_bytes: span.memory_peak_bytes,
        granted_cpu_millis: spec.resources.cpu.0,
        granted_memory_bytes: spec.resources.memory.0,
    }
}
