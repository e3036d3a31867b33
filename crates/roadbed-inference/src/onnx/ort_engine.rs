//! Runs a graph with ONNX Runtime, loaded from a library found on the machine. The only file that knows the crate `ort`, a release candidate
//! whose interface changes.

use super::graph::Graph;
use super::model::Engine;
use crate::error::LoadError;
use crate::settings::OnnxRuntime;
use ort::environment::Environment;
use ort::session::{Session, SessionInputValue};
use ort::value::{DynValue, Tensor as OrtTensor, TensorElementType, ValueType};
use roadbed_contracts::tensor::{Tensor, TensorData};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};

/// A loaded library. One process has at most one.
#[derive(Debug, Clone)]
pub(super) struct OrtLibrary {
    environment: Environment,
    path: PathBuf,
    version: String,
    /// Sessions of one model, each for one prediction at a time.
    sessions: usize,
}

/// Loads a library and makes an environment, to see whether it works; gives the version. For a process that may end on a bad library.
pub fn trial(path: &Path) -> Result<String, String> {
    open(path).map(|(_, version)| version)
}

/// The library of this process: a second one cannot be loaded beside it.
static LOADED: Mutex<Option<(PathBuf, Environment, String)>> = Mutex::new(None);

fn open(path: &Path) -> Result<(Environment, String), String> {
    let shown = path.display();
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    match &*loaded {
        Some((other, environment, version)) if other == path => return Ok((environment.clone(), version.clone())),
        Some((other, ..)) => return Err(format!("{shown} cannot be used: {} is loaded already", other.display())),
        None => {}
    }
    let builder = ort::init_from(path).map_err(|error| format!("{shown} cannot be used: {error}"))?;
    let environment = builder.with_name("roadbed").with_telemetry(false).build();
    let environment = environment.map_err(|error| format!("{shown} cannot be used: {error}"))?;
    // The file name carries the version: libonnxruntime.so.1.31.1.
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let version = name.split_once(".so.").map_or(name.clone(), |(_, version)| version.to_owned());
    *loaded = Some((path.to_owned(), environment.clone(), version.clone()));
    Ok((environment, version))
}

impl OrtLibrary {
    /// Finds a library as the settings say; the reason when there is none.
    pub(super) fn find(settings: &OnnxRuntime, sessions: usize) -> Result<Self, String> {
        let candidates = match &settings.library {
            Some(library) => vec![library.clone()],
            None => settings.folders.iter().flat_map(|folder| libraries(folder)).collect(),
        };
        let mut reason = "no libonnxruntime was found".to_owned();
        for path in candidates {
            match try_out(&settings.trial, &path).and_then(|()| open(&path)) {
                Ok((environment, version)) => {
                    return Ok(Self { environment, path, version, sessions: sessions.max(1) });
                }
                Err(error) => reason = error,
            }
        }
        Err(reason)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }
}

/// Libraries in a folder, by name, newest spelling first. The Python wheel has `libonnxruntime.so.<version>`.
fn libraries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.starts_with("libonnxruntime.so") || (name.starts_with("libonnxruntime.") && name.ends_with(".dylib"))
        })
        .collect();
    found.sort();
    found.reverse();
    found
}

/// Loads the library in another process first.
fn try_out(trial: &[String], path: &Path) -> Result<(), String> {
    let Some((program, arguments)) = trial.split_first() else { return Ok(()) };
    let status = Command::new(program)
        .args(arguments)
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} failed its trial ({status})", path.display())),
        Err(error) => Err(format!("{program} cannot be run to try {}: {error}", path.display())),
    }
}

/// A model with sessions made as concurrent predictions need them.
#[derive(Debug)]
pub(super) struct OrtEngine {
    library: OrtLibrary,
    path: PathBuf,
    outputs: Vec<String>,
    inputs: Vec<String>,
    idle: Mutex<Idle>,
    returned: Condvar,
}

#[derive(Debug)]
struct Idle {
    sessions: Vec<Session>,
    made: usize,
}

impl OrtEngine {
    pub(super) fn load(library: &OrtLibrary, path: &Path, graph: &Graph) -> Result<Self, LoadError> {
        let session = session(library, path)
            .map_err(|error| LoadError::unsupported(format!("ONNX Runtime cannot run it: {error}")))?;
        let names =
            |specs: &[roadbed_contracts::tensor::TensorSpec]| specs.iter().map(|spec| spec.name.clone()).collect();
        Ok(Self {
            library: library.clone(),
            path: path.to_owned(),
            outputs: names(&graph.outputs),
            inputs: names(&graph.inputs),
            idle: Mutex::new(Idle { sessions: vec![session], made: 1 }),
            returned: Condvar::new(),
        })
    }

    fn take(&self) -> Result<Session, String> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(session) = idle.sessions.pop() {
                return Ok(session);
            }
            if idle.made < self.library.sessions {
                idle.made += 1;
                drop(idle);
                return session(&self.library, &self.path).inspect_err(|_| {
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).made -= 1;
                });
            }
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, session: Session) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).sessions.push(session);
        self.returned.notify_one();
    }

    fn run_in(&self, session: &mut Session, inputs: &[Tensor]) -> Result<Vec<Tensor>, String> {
        let named = self.inputs.iter().zip(inputs);
        let values: Vec<(Cow<'_, str>, SessionInputValue<'_>)> = named
            .map(|(name, tensor)| Ok((Cow::Borrowed(name.as_str()), SessionInputValue::from(value(tensor)?))))
            .collect::<Result<_, String>>()?;
        let results = session.run(values).map_err(|error| error.to_string())?;
        self.outputs
            .iter()
            .map(|name| {
                let value = results.get(name).ok_or_else(|| format!("output {name:?} is missing"))?;
                tensor(name, value)
            })
            .collect()
    }
}

impl Engine for OrtEngine {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, String> {
        let mut session = self.take()?;
        let outputs = self.run_in(&mut session, inputs);
        self.give_back(session);
        outputs
    }

    fn name(&self) -> String {
        format!("onnxruntime {}", self.library.version)
    }
}

/// A session with one thread: predictions of different requests run beside each other instead.
fn session(library: &OrtLibrary, path: &Path) -> Result<Session, String> {
    let builder = Session::builder(&library.environment).map_err(|error| error.to_string())?;
    let builder = builder.with_intra_threads(1).map_err(|error| error.to_string())?;
    let mut builder = builder.with_memory_pattern(false).map_err(|error| error.to_string())?;
    builder.commit_from_file(path).map_err(|error| error.to_string())
}

fn value(tensor: &Tensor) -> Result<DynValue, String> {
    let shape: Vec<i64> = tensor.shape.iter().map(|size| i64::try_from(*size).unwrap_or(i64::MAX)).collect();
    macro_rules! numbers {
        ($values:expr) => {
            OrtTensor::from_array((shape, $values.clone()))
                .map(|tensor| tensor.into_dyn())
                .map_err(|error| error.to_string())
        };
    }
    match &tensor.data {
        TensorData::Bool(values) => numbers!(values),
        TensorData::Uint8(values) => numbers!(values),
        TensorData::Uint16(values) => numbers!(values),
        TensorData::Uint32(values) => numbers!(values),
        TensorData::Uint64(values) => numbers!(values),
        TensorData::Int8(values) => numbers!(values),
        TensorData::Int16(values) => numbers!(values),
        TensorData::Int32(values) => numbers!(values),
        TensorData::Int64(values) => numbers!(values),
        TensorData::Fp32(values) => numbers!(values),
        TensorData::Fp64(values) => numbers!(values),
        TensorData::Fp16(_) => Err(format!("input {:?} is FP16, which is not supported", tensor.name)),
        TensorData::Bytes(values) => {
            let texts: Result<Vec<String>, _> = values.iter().map(|text| String::from_utf8(text.clone())).collect();
            let texts = texts.map_err(|_| format!("input {:?} holds bytes that are no UTF-8 text", tensor.name))?;
            let tensor = OrtTensor::from_string_array((shape, texts.as_slice()));
            tensor.map(OrtTensor::into_dyn).map_err(|error| error.to_string())
        }
    }
}

fn tensor(name: &str, value: &DynValue) -> Result<Tensor, String> {
    let ValueType::Tensor { ty, .. } = value.dtype() else {
        return Err(format!("output {name:?} is no tensor; export scikit-learn models with zipmap=False"));
    };
    macro_rules! numbers {
        ($variant:ident, $kind:ty) => {{
            let (shape, values) = value.try_extract_tensor::<$kind>().map_err(|error| error.to_string())?;
            (shape.to_vec(), TensorData::$variant(values.to_vec()))
        }};
    }
    let (shape, data) = match ty {
        TensorElementType::Bool => numbers!(Bool, bool),
        TensorElementType::Uint8 => numbers!(Uint8, u8),
        TensorElementType::Uint16 => numbers!(Uint16, u16),
        TensorElementType::Uint32 => numbers!(Uint32, u32),
        TensorElementType::Uint64 => numbers!(Uint64, u64),
        TensorElementType::Int8 => numbers!(Int8, i8),
        TensorElementType::Int16 => numbers!(Int16, i16),
        TensorElementType::Int32 => numbers!(Int32, i32),
        TensorElementType::Int64 => numbers!(Int64, i64),
        TensorElementType::Float32 => numbers!(Fp32, f32),
        TensorElementType::Float64 => numbers!(Fp64, f64),
        TensorElementType::String => {
            let (shape, texts) = value.try_extract_strings().map_err(|error| error.to_string())?;
            (shape.to_vec(), TensorData::Bytes(texts.into_iter().map(String::into_bytes).collect()))
        }
        other => return Err(format!("output {name:?} has the type {other:?}, which is not supported")),
    };
    let shape = shape.into_iter().map(|size| usize::try_from(size).unwrap_or_default()).collect();
    Ok(Tensor { name: name.to_owned(), shape, data })
}
