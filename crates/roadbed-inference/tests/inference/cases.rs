//! Model folders and expected answers, made once per version of `make_models.py` and kept in the user's cache.

use roadbed_contracts::backend::{InferenceRequest, InferenceResponse, InputForm};
use roadbed_contracts::tensor::{Datatype, Tensor, TensorData};
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

const SCRIPT: &str = include_str!("../models/make_models.py");
const REQUIREMENTS: &str = include_str!("../models/requirements.txt");

pub(crate) struct Case {
    pub(crate) directory: PathBuf,
    pub(crate) request: InferenceRequest,
    pub(crate) expected: Vec<Tensor>,
    pub(crate) tolerance: f64,
}

pub(crate) struct Models {
    pub(crate) root: PathBuf,
    pub(crate) python: PathBuf,
}

impl Models {
    pub(crate) fn case(&self, name: &str) -> Case {
        let folder = self.root.join(name);
        let case: Value = serde_json::from_slice(&std::fs::read(folder.join("case.json")).unwrap()).unwrap();
        let tensors = |key: &str| case[key].as_array().unwrap().iter().map(tensor).collect::<Vec<_>>();
        let inputs = tensors("inputs");
        let form = if case["form"] == "table" { InputForm::Table } else { InputForm::Tensors };
        Case {
            directory: folder.join("model"),
            request: request(form, inputs),
            expected: tensors("outputs"),
            tolerance: case["tolerance"].as_f64().unwrap(),
        }
    }

    pub(crate) fn names(&self, prefix: &str) -> Vec<String> {
        let entries =
            std::fs::read_dir(&self.root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = entries.filter(|name| name.starts_with(prefix)).collect();
        names.sort();
        names
    }
}

pub(crate) fn request(form: InputForm, inputs: Vec<Tensor>) -> InferenceRequest {
    let rows = inputs[0].shape[0];
    let timeout = Duration::from_secs(30);
    InferenceRequest { form, inputs, outputs: Vec::new(), parameters: serde_json::Map::new(), rows, timeout }
}

/// The models, or `None` with a loud note when this machine cannot make them.
pub(crate) fn models() -> Option<&'static Models> {
    static MODELS: OnceLock<Option<Models>> = OnceLock::new();
    MODELS
        .get_or_init(|| {
            let made = make();
            if let Err(reason) = &made {
                eprintln!("\n*** SKIPPED: models for the inference tests cannot be made: {reason} ***\n");
            }
            made.ok()
        })
        .as_ref()
}

#[expect(clippy::disallowed_methods, reason = "tests find the user's cache folder as every tool does")]
fn cache() -> Result<PathBuf, String> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")));
    base.map(|base| base.join("roadbed")).ok_or_else(|| "neither XDG_CACHE_HOME nor HOME is set".to_owned())
}

fn make() -> Result<Models, String> {
    let cache = cache()?;
    let environment = cache.join("venvs").join(key(REQUIREMENTS));
    let root = cache.join("models").join(key((SCRIPT, REQUIREMENTS)));
    let models = Models { root, python: environment.join("bin/python") };
    if models.root.join("complete").is_file() && models.python.is_file() {
        return Ok(models);
    }
    let requirements = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/requirements.txt");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models/make_models.py");
    run(Command::new("uv").args(["venv", "--quiet", "--allow-existing", "--python", "3.11"]).arg(&environment))?;
    run(Command::new("uv")
        .args(["pip", "install", "--quiet", "--python"])
        .arg(&models.python)
        .arg("-r")
        .arg(requirements))?;
    run(Command::new(&models.python).arg(script).arg(&models.root))?;
    Ok(models)
}

fn key(source: impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    source.hash(&mut hasher);
    format!("inference-{:016x}", hasher.finish())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

fn tensor(value: &Value) -> Tensor {
    let datatype = Datatype::parse(value["datatype"].as_str().unwrap()).unwrap();
    let data = value["data"].as_array().unwrap();
    let real = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    macro_rules! integers {
        ($variant:ident) => {
            TensorData::$variant(data.iter().map(|value| value.as_i64().unwrap().try_into().unwrap()).collect())
        };
    }
    let data = match datatype {
        Datatype::Bool => TensorData::Bool(data.iter().map(|value| value.as_bool().unwrap()).collect()),
        Datatype::Uint8 => integers!(Uint8),
        Datatype::Int32 => integers!(Int32),
        Datatype::Int64 => integers!(Int64),
        #[expect(clippy::cast_possible_truncation, reason = "the file holds 32-bit values")]
        Datatype::Fp32 => TensorData::Fp32(data.iter().map(|value| real(value) as f32).collect()),
        Datatype::Fp64 => TensorData::Fp64(data.iter().map(real).collect()),
        Datatype::Bytes => {
            TensorData::Bytes(data.iter().map(|value| value.as_str().unwrap().as_bytes().to_vec()).collect())
        }
        other => panic!("no case uses {other:?}"),
    };
    let shape = value["shape"].as_array().unwrap().iter().map(|size| usize::try_from(size.as_u64().unwrap()).unwrap());
    Tensor { name: value["name"].as_str().unwrap().to_owned(), shape: shape.collect(), data }
}

fn numbers(data: &TensorData) -> Option<Vec<f64>> {
    match data {
        TensorData::Fp32(values) => Some(values.iter().copied().map(f64::from).collect()),
        TensorData::Fp64(values) => Some(values.clone()),
        _ => None,
    }
}

/// Says where a response is not the expected one: names, shapes, datatypes, values.
pub(crate) fn difference(response: &InferenceResponse, expected: &[Tensor], tolerance: f64) -> Option<String> {
    for (index, want) in expected.iter().enumerate() {
        let Some(got) = response.outputs.get(index) else { return Some(format!("no output {}", want.name)) };
        if (got.name.as_str(), &got.shape, got.data.datatype())
            != (want.name.as_str(), &want.shape, want.data.datatype())
        {
            return Some(format!(
                "got {} {:?} {:?}, expected {} {:?} {:?}",
                got.name,
                got.shape,
                got.data.datatype(),
                want.name,
                want.shape,
                want.data.datatype()
            ));
        }
        match (numbers(&got.data), numbers(&want.data)) {
            (Some(got), Some(want_values)) => {
                for (row, (got, want_value)) in got.iter().zip(&want_values).enumerate() {
                    let scale = want_value.abs().max(1.0);
                    if (got - want_value).abs() > tolerance * scale && !(got.is_nan() && want_value.is_nan()) {
                        return Some(format!("{}[{row}] is {got}, expected {want_value}", want.name));
                    }
                }
            }
            _ if got.data == want.data => {}
            _ => return Some(format!("{} is {:?}, expected {:?}", want.name, got.data, want.data)),
        }
    }
    None
}
