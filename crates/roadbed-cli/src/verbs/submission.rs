//! From a job of the folder's manifest to what the server is asked to run. The job's definition goes along, so that what runs is what
//! lies in the folder and not what was applied last.

use crate::failure::Failure;
use crate::local::LocalManifest;
use serde_json::{Map, Value, json};
use std::path::Path;

/// A job of the manifest with the values of this call.
#[derive(Debug)]
pub(super) struct Submission {
    pub(super) project: String,
    pub(super) team: Option<String>,
    /// Patterns of ignored files that travel with the code.
    pub(super) inputs: Vec<String>,
    /// Body of `POST /api/v1/jobs`, without the snapshot.
    pub(super) body: Map<String, Value>,
}

/// Keys of a job that the server takes as they are.
const COPIED: [&str; 6] = ["run", "shell", "resources", "timeout", "retries", "outputs"];

pub(super) fn submission(
    manifest: &LocalManifest,
    folder: &Path,
    job: &str,
    given: &[String],
) -> Result<Submission, Failure> {
    let jobs = manifest.document["jobs"].as_object();
    let definition = jobs.and_then(|jobs| jobs.get(job)).ok_or_else(|| unknown_job(job, jobs))?;
    let mut body = Map::new();
    body.insert("project".to_owned(), manifest.project.clone().into());
    if let Some(team) = &manifest.team {
        body.insert("team".to_owned(), team.clone().into());
    }
    body.insert("name".to_owned(), job.into());
    for key in COPIED {
        if let Some(value) = definition.get(key) {
            body.insert(key.to_owned(), value.clone());
        }
    }
    let defaults = definition["parameters"].as_object().cloned().unwrap_or_default();
    body.insert("parameters".to_owned(), Value::Object(with_parameters(defaults, given)?));
    if let Some(environment) = manifest.document["environment"].as_object() {
        body.insert("environment".to_owned(), with_requirements(environment, folder)?);
    }
    let inputs = definition["inputs"].as_array().into_iter().flatten();
    let inputs = inputs.filter_map(Value::as_str).map(str::to_owned).collect();
    Ok(Submission { project: manifest.project.clone(), team: manifest.team.clone(), inputs, body })
}

fn unknown_job(job: &str, jobs: Option<&Map<String, Value>>) -> Failure {
    let names: Vec<&str> = jobs.into_iter().flat_map(|jobs| jobs.keys()).map(String::as_str).collect();
    let has = if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
    Failure::NotFound(format!("the manifest has no job {job:?}; {has}"))
}

/// The defaults with `name=value` words on top.
fn with_parameters(mut defaults: Map<String, Value>, given: &[String]) -> Result<Map<String, Value>, Failure> {
    let given = given_parameters(&defaults, given)?;
    defaults.extend(given);
    Ok(defaults)
}

/// The values of `name=value` words, read as what the default is.
pub(super) fn given_parameters(defaults: &Map<String, Value>, given: &[String]) -> Result<Map<String, Value>, Failure> {
    let mut values = Map::new();
    for word in given {
        let split = word.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, text) = split
            .ok_or_else(|| Failure::usage(format!("{word:?} gives no parameter a value"), "write -p name=value"))?;
        let Some(default) = defaults.get(name) else {
            let names: Vec<&str> = defaults.keys().map(String::as_str).collect();
            let fix = if names.is_empty() {
                "the job has no parameters".to_owned()
            } else {
                format!("it has {}", names.join(", "))
            };
            return Err(Failure::usage(format!("the job has no parameter {name:?}"), fix));
        };
        let value = read_as(default, text).ok_or_else(|| {
            let expected = if default.is_boolean() { "true or false" } else { "a number" };
            Failure::usage(
                format!("the parameter {name} is {expected}, and {text:?} is none"),
                format!("its default is {default}"),
            )
        })?;
        values.insert(name.to_owned(), value);
    }
    Ok(values)
}

fn read_as(default: &Value, text: &str) -> Option<Value> {
    let read = || serde_json::from_str::<Value>(text.trim()).ok();
    match default {
        Value::Number(_) => read().filter(Value::is_number),
        Value::Bool(_) => read().filter(Value::is_boolean),
        _ => Some(text.into()),
    }
}

/// The server wants the text of the requirements file and not its path.
fn with_requirements(environment: &Map<String, Value>, folder: &Path) -> Result<Value, Failure> {
    let mut environment = environment.clone();
    if let Some(file) = environment.get("requirements").and_then(Value::as_str) {
        let path = folder.join(file);
        let text = std::fs::read_to_string(&path).map_err(Failure::file(&path, "read"))?;
        environment.insert("requirements".to_owned(), json!(text));
    }
    Ok(Value::Object(environment))
}
