//! Which engine runs an ONNX model, and whether it may be trusted with it.

use super::graph::{self, Graph};
use super::model::OnnxModel;
use super::ort_engine::{OrtEngine, OrtLibrary};
use super::rten_engine::RtenEngine;
use crate::check::{check, compare};
use crate::error::{LoadError, read_file};
use crate::mlmodel::MlModel;
use crate::native::NativeModel;
use crate::settings::Settings;
use rten::ThreadPool;
use std::path::Path;
use std::sync::Arc;

const MAX_FILE_BYTES: u64 = 4 << 30;
/// Largest difference between two engines on the logged example, relative above 1. Quantized models differ by about 1e-3.
const ENGINE_TOLERANCE: f64 = 5e-3;

/// The engines of this process.
#[derive(Debug)]
pub(crate) struct OnnxEngines {
    threads: Arc<ThreadPool>,
    library: Result<OrtLibrary, String>,
}

impl OnnxEngines {
    /// Looks for ONNX Runtime as the settings say. That there is none is no error.
    pub(crate) fn find(settings: &Settings) -> Self {
        let library = OrtLibrary::find(&settings.onnx_runtime, settings.threads);
        match &library {
            Ok(library) => {
                tracing::info!(library = %library.path().display(), version = library.version(), "ONNX Runtime found");
            }
            Err(reason) => tracing::info!(reason, "no ONNX Runtime"),
        }
        Self { threads: Arc::new(ThreadPool::with_num_threads(settings.threads)), library }
    }

    fn rten(&self, path: &Path, graph: &Graph, bytes: u64) -> Result<OnnxModel, LoadError> {
        if !graph.beyond_rten.is_empty() {
            return Err(LoadError::unsupported(format!("rten cannot run it: {}", graph.beyond_rten.join(", "))));
        }
        let engine = RtenEngine::load(path, graph, Arc::clone(&self.threads))?;
        Ok(OnnxModel::new(Box::new(engine), graph, bytes))
    }

    fn ort(&self, path: &Path, graph: &Graph, bytes: u64) -> Result<OnnxModel, LoadError> {
        let library = self.library.as_ref().map_err(|reason| {
            LoadError::unsupported(format!(
                "ONNX Runtime could run it, but {reason}; install the Python package onnxruntime and set its library in the configuration"
            ))
        })?;
        Ok(OnnxModel::new(Box::new(OrtEngine::load(library, path, graph)?), graph, bytes))
    }
}

/// Loads the model with the first engine that runs it and passes the self-check.
pub(crate) fn load(
    engines: &OnnxEngines,
    directory: &Path,
    data: &str,
    model: &MlModel,
) -> Result<OnnxModel, LoadError> {
    let bytes = read_file(directory, data, MAX_FILE_BYTES)?;
    let size = bytes.len() as u64;
    let graph = graph::read(data, &bytes)?;
    drop(bytes);
    let path = directory.join(data);
    let by_rten = || {
        let loaded = engines.rten(&path, &graph, size)?;
        let answered = check(&loaded, directory, model)?;
        // Two engines that agree on the example are worth more than one that answers.
        if let Some((example, response)) = answered
            && let Ok(other) = engines.ort(&path, &graph, size)
            && let Ok(reference) = other.predict(&example.request)
        {
            compare(&response, &reference, ENGINE_TOLERANCE)
                .map_err(|reason| LoadError::SelfCheck(format!("rten and ONNX Runtime disagree: {reason}")))?;
        }
        Ok(loaded)
    };
    let by_ort = || {
        let loaded = engines.ort(&path, &graph, size)?;
        check(&loaded, directory, model)?;
        Ok(loaded)
    };
    let prefer_ort = graph.heavy && engines.library.is_ok();
    let first: Result<OnnxModel, LoadError> = if prefer_ort { by_ort() } else { by_rten() };
    let first_reason = match first {
        Ok(loaded) => return Ok(loaded),
        Err(error @ (LoadError::Corrupt { .. } | LoadError::Unreadable { .. })) => return Err(error),
        Err(error) => error,
    };
    let second: Result<OnnxModel, LoadError> = if prefer_ort { by_rten() } else { by_ort() };
    second.map_err(|second_reason| LoadError::unsupported(format!("{data}: {first_reason}; {second_reason}")))
}
