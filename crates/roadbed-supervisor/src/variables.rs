//! The variables user code sees: those of its specification, what the grant implies, and the least a program needs.

use roadbed_contracts::workload::WorkloadSpec;
use roadbed_contracts::workload::folder::WORKLOAD_VARIABLE;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Libraries that otherwise start a thread per CPU of the machine instead of per CPU granted.
const THREAD_LIMITS: [&str; 7] = [
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
];

/// Number of the descriptor of a Python worker's socket.
const WORKER_FD_VARIABLE: &str = "ROADBED_WORKER_FD";
pub(crate) const WORKER_FD: i32 = 3;

const DEFAULT_PATH: &str = "/usr/local/bin:/usr/bin:/bin";

/// Folders and devices given to the work.
pub(crate) struct Places {
    pub(crate) home: PathBuf,
    pub(crate) temporary: PathBuf,
    pub(crate) environment: Option<PathBuf>,
    pub(crate) gpus: Vec<u32>,
    pub(crate) is_worker: bool,
}

/// What is taken over from our own variables.
pub(crate) struct Inherited {
    path: OsString,
    language: OsString,
}

impl Inherited {
    #[expect(
        clippy::disallowed_methods,
        reason = "the search path and language are facts of the machine, not settings of ours"
    )]
    pub(crate) fn read() -> Self {
        Self {
            path: std::env::var_os("PATH").unwrap_or_else(|| DEFAULT_PATH.into()),
            language: std::env::var_os("LANG").unwrap_or_else(|| "C.UTF-8".into()),
        }
    }
}

pub(crate) fn build(spec: &WorkloadSpec, places: &Places, inherited: &Inherited) -> BTreeMap<OsString, OsString> {
    let mut variables: BTreeMap<OsString, OsString> = BTreeMap::new();
    let mut set = |name: &str, value: &dyn AsRef<OsStr>| variables.insert(name.into(), value.as_ref().into());
    set("PATH", &inherited.path);
    set("LANG", &inherited.language);
    set("HOME", &places.home);
    set("TMPDIR", &places.temporary);
    set("PYTHONUNBUFFERED", &"1");
    let threads = spec.resources.cpu.0.div_ceil(1000).max(1).to_string();
    for name in THREAD_LIMITS {
        set(name, &threads);
    }
    // Empty hides every device.
    let gpus: Vec<String> = places.gpus.iter().map(u32::to_string).collect();
    set("CUDA_VISIBLE_DEVICES", &gpus.join(","));
    if let Some(directory) = &spec.checkpoint_directory {
        set("ROADBED_CHECKPOINT_DIR", directory);
    }
    for (name, value) in &spec.variables {
        set(name, value);
    }
    for (name, value) in &spec.secret_variables {
        set(name, &value.expose());
    }
    set(WORKLOAD_VARIABLE, &spec.id.to_string());
    if places.is_worker {
        set(WORKER_FD_VARIABLE, &WORKER_FD.to_string());
    }
    if let Some(environment) = &places.environment {
        enter(environment, &mut variables);
    }
    variables
}

/// Also in front of a search path of the user's own.
fn enter(environment: &Path, variables: &mut BTreeMap<OsString, OsString>) {
    let mut path = environment.join("bin").into_os_string();
    if let Some(rest) = variables.get(OsStr::new("PATH")) {
        path.push(":");
        path.push(rest);
    }
    variables.insert("PATH".into(), path);
    variables.insert("VIRTUAL_ENV".into(), environment.into());
}
