//! Limits by control groups, version 1 or 2, found by trying: a group is made beside or below our own, and counts only when its limit
//! files take a value. Source: the kernel's admin-guide/cgroup-v1 and admin-guide/cgroup-v2.

use roadbed_contracts::workload::Resources;
use roadbed_core::WorkloadId;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// More processes and threads than any honest job needs, fewer than would starve the machine.
const PROCESSES_MAX: u32 = 8192;
const CPU_PERIOD_MICROS: u64 = 100_000;

#[derive(Default)]
pub(crate) struct ControlGroups {
    groups: Vec<PathBuf>,
    memory: Option<Memory>,
    has_cpu: bool,
    pids: Option<PathBuf>,
}

struct Memory {
    group: PathBuf,
    /// File with the line `oom_kill N`.
    events: &'static str,
    peak: &'static str,
}

impl ControlGroups {
    /// Makes the groups this host allows; those it does not are left out.
    pub(crate) fn make(id: WorkloadId, resources: &Resources) -> Self {
        let name = format!("roadbed-{id}");
        let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let mut groups = Self::default();
        for line in own.lines() {
            let mut fields = line.splitn(3, ':').skip(1);
            let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else { continue };
            if controllers.is_empty() {
                groups.make_unified(path, &name, resources);
            } else {
                groups.make_separate(controllers, path, &name, resources);
            }
        }
        groups
    }

    pub(crate) fn limits_memory(&self) -> bool {
        self.memory.is_some()
    }

    /// What is not limited, for a line in the log; `None` when all is.
    pub(crate) fn missing(&self) -> Option<String> {
        let parts = [("memory", self.memory.is_some()), ("CPU", self.has_cpu), ("processes", self.pids.is_some())];
        let missing: Vec<&str> = parts.iter().filter(|(_, is_there)| !is_there).map(|(name, _)| *name).collect();
        (!missing.is_empty()).then(|| missing.join(", "))
    }

    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.groups.clone()
    }

    /// Files that move the process which writes `0` to them into the groups.
    pub(crate) fn doors(&self) -> Vec<File> {
        let open = |group: &PathBuf| OpenOptions::new().write(true).open(group.join("cgroup.procs")).ok();
        self.groups.iter().filter_map(open).collect()
    }

    /// Whether the process got into every group. When it did not, nothing is limited and the groups are given up.
    pub(crate) fn verify_member(&mut self, pid: u32) -> bool {
        let Ok(own) = fs::read_to_string(format!("/proc/{pid}/cgroup")) else { return true };
        let is_member = self.groups.iter().all(|group| {
            group.file_name().is_some_and(|name| own.lines().any(|line| line.ends_with(&*name.to_string_lossy())))
        });
        if !is_member {
            self.remove();
            *self = Self::default();
        }
        is_member
    }

    /// Processes the kernel killed for memory in the group.
    pub(crate) fn memory_kills(&self) -> u64 {
        let Some(memory) = &self.memory else { return 0 };
        let text = fs::read_to_string(memory.group.join(memory.events)).unwrap_or_default();
        text.lines().find_map(|line| line.strip_prefix("oom_kill ")?.trim().parse().ok()).unwrap_or(0)
    }

    /// The most memory the group ever held, page cache included.
    pub(crate) fn memory_peak_bytes(&self) -> u64 {
        let Some(memory) = &self.memory else { return 0 };
        let text = fs::read_to_string(memory.group.join(memory.peak)).unwrap_or_default();
        text.trim().parse().unwrap_or(0)
    }

    /// No new process from here on, so that killing all of them ends.
    pub(crate) fn forbid_new_processes(&self) {
        if let Some(group) = &self.pids {
            // Without it the kill loop still meets every process; it only may need more rounds.
            let _best_effort = fs::write(group.join("pids.max"), "0");
        }
    }

    /// Removes the groups. The kernel may hold one for a moment after its last process was collected.
    pub(crate) fn remove(&self) {
        for group in &self.groups {
            for _ in 0..20 {
                match fs::remove_dir(group) {
                    Err(error) if error.raw_os_error() == Some(libc::EBUSY) => {
                        std::thread::sleep(Duration::from_millis(10));
                    }
                    _ => break,
                }
            }
        }
    }

    /// Version 2: one group for all controllers; it must be made where a parent hands its controllers down.
    fn make_unified(&mut self, path: &str, name: &str, resources: &Resources) {
        for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
            let own = PathBuf::from(format!("{mount}{path}"));
            if !own.join("cgroup.controllers").is_file() {
                continue;
            }
            // A group with processes of its own cannot hand controllers down, so beside ours is the likelier place.
            let beside = own.parent().filter(|parent| parent.starts_with(mount)).map(Path::to_path_buf);
            for parent in beside.into_iter().chain([own]) {
                if self.make_unified_in(&parent, name, resources) {
                    return;
                }
            }
        }
    }

    fn make_unified_in(&mut self, parent: &Path, name: &str, resources: &Resources) -> bool {
        let group = parent.join(name);
        if fs::create_dir(&group).is_err() {
            return false;
        }
        let hand_down = |controller| fs::write(parent.join("cgroup.subtree_control"), controller).is_ok();
        for (file, controller) in [("memory.max", "+memory"), ("cpu.max", "+cpu"), ("pids.max", "+pids")] {
            if !group.join(file).exists() && !hand_down(controller) {
                continue;
            }
        }
        let set = |file: &str, value: String| fs::write(group.join(file), value).is_ok();
        let has_memory = self.memory.is_none() && set("memory.max", resources.memory.0.to_string());
        let has_cpu = !self.has_cpu && set("cpu.max", format!("{} {CPU_PERIOD_MICROS}", cpu_quota(resources)));
        let has_pids = self.pids.is_none() && set("pids.max", PROCESSES_MAX.to_string());
        if !(has_memory || has_cpu || has_pids) {
            let _unused = fs::remove_dir(&group);
            return false;
        }
        if has_memory {
            // One killed process of a job makes the rest worthless; and no swap beside the limit.
            set("memory.oom.group", "1".to_owned());
            set("memory.swap.max", "0".to_owned());
            self.memory = Some(Memory { group: group.clone(), events: "memory.events", peak: "memory.peak" });
        }
        self.has_cpu |= has_cpu;
        if has_pids {
            self.pids = Some(group.clone());
        }
        self.groups.push(group);
        true
    }

    /// Version 1: a group per controller.
    fn make_separate(&mut self, controllers: &str, path: &str, name: &str, resources: &Resources) {
        let names: Vec<&str> = controllers.split(',').collect();
        let wanted = ["memory", "cpu", "pids"].into_iter().find(|wanted| names.contains(wanted));
        let Some(controller) = wanted else { return };
        // In a container the path may be that of the host, and the mount itself is our group.
        let places = [
            format!("/sys/fs/cgroup/{controllers}{path}"),
            format!("/sys/fs/cgroup/{controller}{path}"),
            format!("/sys/fs/cgroup/{controller}"),
        ];
        let Some(group) =
            places.iter().map(|place| Path::new(place).join(name)).find(|group| fs::create_dir(group).is_ok())
        else {
            return;
        };
        let set = |file: &str, value: String| fs::write(group.join(file), value).is_ok();
        let is_set = match controller {
            "memory" => set("memory.limit_in_bytes", resources.memory.0.to_string()),
            "cpu" => {
                set("cpu.cfs_period_us", CPU_PERIOD_MICROS.to_string())
                    && set("cpu.cfs_quota_us", cpu_quota(resources).to_string())
            }
            _ => set("pids.max", PROCESSES_MAX.to_string()),
        };
        if !is_set {
            let _unused = fs::remove_dir(&group);
            return;
        }
        match controller {
            "memory" => {
                // Only where the kernel accounts swap.
                set("memory.memsw.limit_in_bytes", resources.memory.0.to_string());
                let (events, peak) = ("memory.oom_control", "memory.max_usage_in_bytes");
                self.memory = Some(Memory { group: group.clone(), events, peak });
            }
            "cpu" => self.has_cpu = true,
            _ => self.pids = Some(group.clone()),
        }
        self.groups.push(group);
    }
}

/// Microseconds of CPU per period; the kernel takes no less than 1,000.
fn cpu_quota(resources: &Resources) -> u64 {
    (u64::from(resources.cpu.0) * CPU_PERIOD_MICROS / 1000).max(1000)
}
