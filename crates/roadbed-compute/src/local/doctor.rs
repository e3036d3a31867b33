//! What `roadbed doctor` says about running user code here. Control groups and Landlock are told by trying, never from mounts or versions.

use super::state::LocalEngineConfig;
use crate::engine::{Finding, FindingState};
use std::path::{Path, PathBuf};

pub(super) fn examine(config: &LocalEngineConfig) -> Vec<Finding> {
    vec![supervisor(config), uv(config), pythons(), memory_limits(), landlock(), user_namespaces()]
}

fn finding(name: &'static str, state: FindingState, detail: impl Into<String>) -> Finding {
    Finding { name, state, detail: detail.into() }
}

fn supervisor(config: &LocalEngineConfig) -> Finding {
    let program = config.supervisor_program.display();
    if config.supervisor_program.is_file() {
        finding("supervisor", FindingState::Good, format!("{program}"))
    } else {
        finding("supervisor", FindingState::Missing, format!("{program} is not a file: no job can start"))
    }
}

fn uv(config: &LocalEngineConfig) -> Finding {
    match &config.uv {
        Some(path) if path.is_file() => finding("uv", FindingState::Good, path.display().to_string()),
        Some(path) => {
            let detail = format!("{} is not a file: install uv or correct the setting", path.display());
            finding("uv", FindingState::Missing, detail)
        }
        None => finding(
            "uv",
            FindingState::Limited,
            "not found: jobs run with the machine's Python, jobs with requirements fail; install it with 'pip install uv'",
        ),
    }
}

/// Interpreters on the search path by name; uv knows more places.
#[expect(clippy::disallowed_methods, reason = "the search path is a fact about the machine, not a setting of ours")]
fn pythons() -> Finding {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut names = std::collections::BTreeSet::new();
    for folder in std::env::split_paths(&path) {
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        names.extend(entries.filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            let minor = name.strip_prefix("python3.")?;
            minor.parse::<u32>().ok().map(|_| name)
        }));
    }
    if names.is_empty() {
        return finding("python", FindingState::Limited, "no python3.x on the search path: install one");
    }
    finding("python", FindingState::Good, names.into_iter().collect::<Vec<_>>().join(", "))
}

fn memory_limits() -> Finding {
    for group in memory_groups() {
        let probe = group.join(format!("roadbed-doctor-{}", std::process::id()));
        if std::fs::create_dir(&probe).is_err() {
            continue;
        }
        let usable = ["memory.max", "memory.limit_in_bytes"].iter().any(|file| probe.join(file).exists());
        if let Err(error) = std::fs::remove_dir(&probe) {
            tracing::warn!(%error, ?probe, "a probe control group could not be removed");
        }
        if usable {
            return finding("memory limits", FindingState::Good, format!("control group under {}", group.display()));
        }
    }
    finding(
        "memory limits",
        FindingState::Limited,
        "no writable memory control group: memory is measured, not limited, and an out-of-memory kill reads \"signal 9, possibly \
         memory\"; run as a systemd service with Delegate=yes to get limits",
    )
}

fn memory_groups() -> Vec<PathBuf> {
    let own = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let mut groups = Vec::new();
    for line in own.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else { continue };
        if controllers.split(',').any(|name| name == "memory") {
            groups.push(PathBuf::from(format!("/sys/fs/cgroup/memory{path}")));
        } else if controllers.is_empty() {
            let group = PathBuf::from(format!("/sys/fs/cgroup{path}"));
            groups.extend(group.parent().map(Path::to_path_buf));
            groups.push(group);
        }
    }
    groups
}

/// `landlock_create_ruleset` with the version flag answers the kernel's Landlock version (landlock(7)).
#[expect(unsafe_code, reason = "no safe wrapper asks for the version; the call takes no pointer and changes nothing")]
fn landlock() -> Finding {
    // SAFETY: null attributes with size zero and the version flag are the documented way to ask; nothing is read or written.
    let version = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0_usize, 1_u32) };
    if version > 0 {
        return finding("isolation (Landlock)", FindingState::Good, format!("version {version}"));
    }
    finding(
        "isolation (Landlock)",
        FindingState::Limited,
        "the kernel has none: user code can read the data directory, so run only code you trust; Linux 5.13 or newer has it",
    )
}

fn user_namespaces() -> Finding {
    let read = |path: &str| std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse::<u64>().ok());
    let limit = read("/proc/sys/user/max_user_namespaces").unwrap_or(0);
    let restricted = read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns").unwrap_or(0) != 0;
    if limit > 0 && !restricted {
        finding("user namespaces", FindingState::Good, "available; not needed today")
    } else {
        finding("user namespaces", FindingState::Limited, "not available; not needed today")
    }
}
