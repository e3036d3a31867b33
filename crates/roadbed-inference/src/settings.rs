//! Everything that can be set. The roof reads configuration and environment; this crate is given values.

use std::path::PathBuf;
use std::time::Duration;

/// Settings of a backend.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Folder of the backend's own files (the worker program).
    pub work_directory: PathBuf,
    /// Threads that run native models too slow to be run at once.
    pub threads: usize,
    /// Requests that may wait for these threads, and for the workers of one revision; further ones are answered `Unavailable`.
    pub queue: usize,
    /// A native prediction expected to take less runs on the caller's thread.
    pub inline_below: Duration,
    /// A native prediction running longer is given up: its thread is replaced.
    pub hung_after: Duration,
    pub onnx_runtime: OnnxRuntime,
    pub workers: Workers,
}

/// Where to look for `libonnxruntime`. Nothing is ever downloaded.
#[derive(Debug, Clone, Default)]
pub struct OnnxRuntime {
    /// The library itself, from the configuration or `ORT_DYLIB_PATH`. When set and unusable, that is said and nothing else is tried.
    pub library: Option<PathBuf>,
    /// Folders that may hold it, such as `…/site-packages/onnxruntime/capi`; the first usable library is taken.
    pub folders: Vec<PathBuf>,
    /// Command that gets the library's path as its last argument and exits with 0 when loading it works: a bad library can end a
    /// process, so it is tried in another one first. Empty: loaded without a trial. See [`crate::onnx_runtime_trial`].
    pub trial: Vec<String>,
}

/// Python workers.
#[derive(Debug, Clone)]
pub struct Workers {
    /// Most workers of one revision, whatever its entry asks for.
    pub per_revision: u32,
    /// Time from the launch until the model is loaded, building the environment included.
    pub load_timeout: Duration,
    /// A worker is never called hung before this time, however short a request's own time is.
    pub hung_after_at_least: Duration,
    /// Wait before the second start in a row; doubles up to `backoff_at_most`.
    pub backoff: Duration,
    pub backoff_at_most: Duration,
    /// Largest frame in either direction.
    pub frame_bytes: u64,
    /// A worker holding more memory is replaced after its answer; `None`: no limit.
    pub memory_bytes: Option<u64>,
    /// Rows of one batch for revisions that do not set batching.
    pub batch_rows: u32,
}

impl Settings {
    /// Defaults for a machine with `threads` processors.
    #[must_use]
    pub fn new(work_directory: PathBuf, threads: usize) -> Self {
        Self {
            work_directory,
            threads: threads.max(1),
            queue: 1024,
            inline_below: Duration::from_micros(50),
            hung_after: Duration::from_secs(60),
            onnx_runtime: OnnxRuntime::default(),
            workers: Workers::default(),
        }
    }
}

impl Default for Workers {
    fn default() -> Self {
        Self {
            per_revision: 8,
            load_timeout: Duration::from_secs(600),
            hung_after_at_least: Duration::from_secs(10),
            backoff: Duration::from_millis(100),
            backoff_at_most: Duration::from_secs(30),
            frame_bytes: 256 << 20,
            memory_bytes: None,
            batch_rows: 64,
        }
    }
}
