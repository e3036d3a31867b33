//! Which GPUs a workload gets: whole devices, by index, told to it by `CUDA_VISIBLE_DEVICES`.

use super::folders::read_json;
use super::observe;
use super::state::Inner;
use crate::engine::EngineError;
use roadbed_contracts::workload::folder::{self, Launch};
use roadbed_contracts::workload::{WorkloadPhase, WorkloadSpec};
use std::collections::BTreeSet;

/// Indices of the NVIDIA devices of this machine.
pub(super) fn present() -> BTreeSet<u32> {
    let Ok(entries) = std::fs::read_dir("/dev") else { return BTreeSet::new() };
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_prefix("nvidia")?.parse().ok()).collect()
}

/// Free devices for a new workload; under the engine's gate.
pub(super) fn grant(inner: &Inner, spec: &WorkloadSpec) -> Result<Vec<u32>, EngineError> {
    let asked = spec.resources.gpu;
    if asked == 0 {
        return Ok(Vec::new());
    }
    let present = present();
    let mut free = present.clone();
    for id in inner.folders.all()? {
        let directory = inner.folders.path(id);
        let launch: Option<Launch> = read_json(&directory.join(folder::LAUNCH))?;
        let Some(launch) = launch.filter(|launch| !launch.gpus.is_empty()) else { continue };
        let phase = observe::phase(&directory, id)?;
        if matches!(phase, Some(WorkloadPhase::Preparing { .. } | WorkloadPhase::Running { .. })) {
            free.retain(|index| !launch.gpus.contains(index));
        }
    }
    let count = |set: &BTreeSet<u32>| u32::try_from(set.len()).unwrap_or(u32::MAX);
    if count(&free) < asked {
        return Err(EngineError::NotEnoughGpus { asked, free: count(&free), total: count(&present) });
    }
    Ok(free.into_iter().take(asked as usize).collect())
}
