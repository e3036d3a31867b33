//! What this machine can grant.

use super::folders::file_error;
use super::gpus;
use crate::engine::{EngineCapacity, EngineError};
use std::path::{Path, PathBuf};

pub(super) fn measure() -> Result<EngineCapacity, EngineError> {
    // Respects the affinity mask and the CPU quota of control groups.
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(EngineCapacity {
        cpu_millis: u32::try_from(cpus.saturating_mul(1000)).unwrap_or(u32::MAX),
        memory_bytes: memory_total()?.min(memory_limit()),
        gpus: u32::try_from(gpus::present().len()).unwrap_or(u32::MAX),
    })
}

fn memory_total() -> Result<u64, EngineError> {
    let path = Path::new("/proc/meminfo");
    let text = std::fs::read_to_string(path).map_err(file_error(path, "read"))?;
    let damaged = || EngineError::Damaged { path: path.to_path_buf(), reason: "no line MemTotal in kB".to_owned() };
    let kibibytes: Option<u64> =
        text.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix("kB")?.trim().parse().ok());
    kibibytes.and_then(|kibibytes| kibibytes.checked_mul(1024)).ok_or_else(damaged)
}

/// The smallest memory limit of the control groups this process is in; no limit reads as the largest number.
fn memory_limit() -> u64 {
    let own = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let mut smallest = u64::MAX;
    for line in own.lines() {
        let mut fields = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let (mount, file) = match controllers {
            "" => ("/sys/fs/cgroup", "memory.max"),
            _ if controllers.split(',').any(|name| name == "memory") => {
                ("/sys/fs/cgroup/memory", "memory.limit_in_bytes")
            }
            _ => continue,
        };
        let mut group = PathBuf::from(format!("{mount}{path}"));
        while group.starts_with(mount) {
            let limit = std::fs::read_to_string(group.join(file)).ok().and_then(|text| text.trim().parse().ok());
            smallest = smallest.min(limit.unwrap_or(u64::MAX));
            if !group.pop() {
                break;
            }
        }
    }
    smallest
}
