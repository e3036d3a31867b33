//! The part of a gateway or replica that runs models. The gateway knows this trait only; inference implements it.

use crate::entries::RevisionEntry;
use crate::tensor::{Signature, Tensor};
use async_trait::async_trait;
use roadbed_core::{Attribution, RevisionId};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How a client wrote the inputs; a Python model gets them back in the same form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InputForm {
    /// Tensors by name, as in the Open Inference Protocol.
    Tensors,
    /// A table: each tensor is one column of shape `[rows]` (pandas data frame in Python).
    Table,
}

/// One question to a model. All inputs share the size of their first dimension: the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct InferenceRequest {
    pub form: InputForm,
    pub inputs: Vec<Tensor>,
    /// Names of wanted outputs; empty means all.
    pub outputs: Vec<String>,
    /// MLflow's inference parameters, untouched.
    pub parameters: serde_json::Map<String, serde_json::Value>,
    pub rows: usize,
    /// Time the answer may take; the gateway's deadline minus what is already spent.
    pub timeout: Duration,
}

/// A model's answer: what `predict()` gives is the first output.
#[derive(Debug, Clone, PartialEq)]
pub struct InferenceResponse {
    pub outputs: Vec<Tensor>,
}

/// Why there is no answer. The gateway maps kinds to a status and counts `Model`, `TimedOut` and `Unavailable` as errors of the revision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// The caller's fault: wrong names, shapes or types. Says what is expected.
    #[error("{0}")]
    BadInput(String),
    /// The model raised an exception or gave an unusable answer.
    #[error("the model failed: {0}")]
    Model(String),
    #[error("the model did not answer within {0:?}")]
    TimedOut(Duration),
    /// The model cannot be loaded: corrupt file, unsupported operation, failed self-check. Final for this revision.
    #[error("the model cannot be loaded: {0}")]
    CannotLoad(String),
    /// Not loaded here, or its worker is being replaced: try again.
    #[error("the model is not ready: {0}")]
    Unavailable(String),
}

/// What is known of a loaded model.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadedModel {
    pub signature: Signature,
    /// Engine and its version, such as `trees`, `rten 0.27.0`, `python 3.11`.
    pub engine: String,
    /// Memory the model holds, in bytes, as far as the engine knows.
    pub memory_bytes: u64,
}

/// Runs models of many revisions in one process group.
#[async_trait]
pub trait Backend: Send + Sync + 'static {
    /// Loads the model whose files lie in `directory` and answers when it can predict. Loading a loaded revision again is harmless.
    async fn load(&self, revision: &RevisionEntry, directory: &Path) -> Result<LoadedModel, BackendError>;

    /// Predicts.
    async fn infer(&self, revision: RevisionId, request: InferenceRequest) -> Result<InferenceResponse, BackendError>;

    /// Frees everything of the revision; unknown revisions are ignored.
    async fn unload(&self, revision: RevisionId);
}

/// What it takes to start one Python worker: a process that answers predictions of a Python model over a socket.
#[derive(Debug)]
pub struct WorkerLaunch {
    pub revision: RevisionId,
    pub attribution: Attribution,
    /// 0, 1, 2 … among the workers of the revision.
    pub number: u32,
    /// Minor version of Python the model was logged with, such as `3.11`; `None`: the machine's default.
    pub python: Option<String>,
    /// Text of the model's `requirements.txt`; the environment must have these packages.
    pub requirements: String,
    /// Folder of the model; the worker only reads it.
    pub model_directory: PathBuf,
    /// Python file to run.
    pub program: PathBuf,
    /// Arguments after the program.
    pub arguments: Vec<String>,
    /// Becomes a descriptor of the process that `ROADBED_WORKER_FD` names, or its standard input where that variable is not set. The worker ends by itself when the other end closes.
    pub socket: OwnedFd,
}

/// Starts Python workers: builds or finds the environment, applies limits, keeps the log (standard output and error).
#[async_trait]
pub trait WorkerLauncher: Send + Sync + 'static {
    /// Answers when the process runs; that its model is loaded is said over the socket. Building the environment may take minutes.
    /// `CannotLoad` is final (no such Python, packages that do not resolve), `Unavailable` may pass.
    async fn launch(&self, launch: WorkerLaunch) -> Result<Box<dyn RunningWorker>, BackendError>;
}

/// A started Python worker. Dropping it must not leave the process behind.
#[async_trait]
pub trait RunningWorker: Send + 'static {
    /// Waits for the end and says it for people, such as `signal 9`. May be dropped and called again.
    async fn wait(&mut self) -> String;

    /// Ends the whole process group at once and returns when it is gone.
    async fn kill(&mut self);
}
