//! A server as a source.

use super::http::Http;
use super::read::{self, list, text};
use crate::agent::{encoded, encoded_path};
use crate::error::TransferError;
use crate::roots::Root;
use crate::source::{FileContent, FileEntry, Found, Holder, LeftOut, Page, Points, Source, VersionFiles};
use crate::versions::{Place, place_of};
use roadbed_contracts::transfer::{
    AliasLine, ExperimentLine, LoggedModelLine, MetricLine, ModelLine, ModelMetricLine, RunLine, Stage, VersionLine,
};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::path::Path;

const API: &str = "/api/2.0/mlflow";
const PROXY: &str = "/api/2.0/mlflow-artifacts/artifacts";
const PROMPTS: &str = "tags.`mlflow.prompt.is_prompt` = 'true'";
/// Objects of a page.
const PAGE: usize = 200;
/// Points of a page and of a line.
const POINTS: usize = 5000;
/// Folders of one holder that are listed at most: a server that names a folder as its own child must not be followed for ever.
const FOLDERS: usize = 100_000;

/// A server that is read.
pub struct ServerSource {
    http: Http,
    /// Of the runs of the last page: keys of metrics, and where files lie.
    keys: HashMap<String, Vec<String>>,
    roots: HashMap<String, String>,
    /// Logged models that the runs of an experiment name: deleted ones are found only so.
    named: HashMap<i64, BTreeSet<String>>,
    metrics: HashMap<String, Vec<ModelMetricLine>>,
    aliases: HashMap<String, Vec<AliasLine>>,
}

impl ServerSource {
    /// `team` is only for a server that is Roadbed's.
    #[must_use]
    pub fn new(url: &str, token: Option<&str>, team: Option<&str>) -> Self {
        let http = Http::new(url, token, team);
        let (keys, roots, named) = (HashMap::new(), HashMap::new(), HashMap::new());
        let (metrics, aliases) = (HashMap::new(), HashMap::new());
        Self { http, keys, roots, named, metrics, aliases }
    }

    /// Every item of a search, over all its pages.
    fn all(&self, path: &str, key: &str, body: &Value) -> Result<Vec<Value>, TransferError> {
        let mut found = Vec::new();
        let mut body = body.clone();
        loop {
            let answer = self.http.post(&format!("{API}{path}"), &body)?;
            found.extend(list(&answer, key).cloned());
            match next(&answer) {
                Some(token) => body["page_token"] = json!(token),
                None => return Ok(found),
            }
        }
    }

    /// The same for searches that are asked in the address.
    fn all_by_address(&self, path: &str, key: &str, query: &str) -> Result<Vec<Value>, TransferError> {
        let mut found = Vec::new();
        let mut token = String::new();
        loop {
            let answer = self.http.get(&format!("{API}{path}?max_results={PAGE}{query}{token}"))?;
            found.extend(list(&answer, key).cloned());
            match next(&answer) {
                Some(next) => token = format!("&page_token={}", encoded(&next)),
                None => return Ok(found),
            }
        }
    }

    fn root(&self, id: &str) -> Root {
        Root::of_uri(self.roots.get(id).map_or("", String::as_str), Path::new(""), None)
    }

    /// What a folder of a holder holds: through the artifact proxy, or as the server lists runs and logged models whose files it reads itself.
    fn entries(&self, holder: Holder<'_>, folder: &str) -> Result<Vec<Value>, TransferError> {
        if let Root::Proxied(root) = self.root(&key(holder)) {
            let path = if folder.is_empty() { root } else { format!("{root}/{folder}") };
            let answer = self.http.get(&format!("{PROXY}?path={}", encoded(&path)))?;
            // Relative to the folder that was asked for.
            let below = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let entry = |one: &Value| json!({ "path": below(&text(one, "path")), "is_dir": one["is_dir"], "file_size": one["file_size"] });
            return Ok(list(&answer, "files").map(entry).collect());
        }
        let path = match holder {
            Holder::Run(run) => format!("{API}/artifacts/list?run_id={}&path={}", encoded(&run.id), encoded(folder)),
            Holder::LoggedModel(model) => format!(
                "{API}/logged-models/{}/artifacts/directories?artifact_directory_path={}",
                encoded(&model.id),
                encoded(folder)
            ),
            Holder::Version(_) => return Ok(Vec::new()),
        };
        Ok(list(&self.http.get(&path)?, "files").cloned().collect())
    }

    fn version_root(&mut self, version: &VersionLine) -> Result<(), TransferError> {
        let (name, number) = (encoded(&version.model), version.version);
        let answer = self.http.find(&format!("{API}/model-versions/get-download-uri?name={name}&version={number}"))?;
        let uri = answer.map(|answer| text(&answer, "artifact_uri")).unwrap_or_default();
        self.roots.insert(key(Holder::Version(version)), uri);
        Ok(())
    }
}

fn key(holder: Holder<'_>) -> String {
    match holder {
        Holder::Run(run) => run.id.clone(),
        Holder::LoggedModel(model) => model.id.clone(),
        Holder::Version(version) => format!("{}/{}", version.model, version.version),
    }
}

fn next(answer: &Value) -> Option<String> {
    answer["next_page_token"].as_str().filter(|token| !token.is_empty()).map(str::to_owned)
}

impl Source for ServerSource {
    fn name(&self) -> String {
        self.http.base().to_owned()
    }

    fn experiments(&mut self) -> Result<Vec<ExperimentLine>, TransferError> {
        let body = json!({ "view_type": "ALL", "max_results": PAGE, "order_by": ["experiment_id ASC"] });
        let found = self.all("/experiments/search", "experiments", &body)?;
        let mut lines: Vec<ExperimentLine> = found.iter().filter_map(read::experiment).collect();
        lines.sort_by_key(|line| line.id);
        Ok(lines)
    }

    fn runs(&mut self, experiment: i64, after: Option<&str>) -> Result<Page<Found<RunLine>>, TransferError> {
        let mut body = json!({
            "experiment_ids": [experiment.to_string()], "run_view_type": "ALL", "max_results": PAGE,
            "order_by": ["attributes.start_time ASC"],
        });
        if let Some(token) = after {
            body["page_token"] = json!(token);
        }
        let answer = self.http.post(&format!("{API}/runs/search"), &body)?;
        self.keys.clear();
        let mut items = Vec::new();
        for value in list(&answer, "runs") {
            // A search leaves out which models a run read.
            let path = format!("{API}/runs/get?run_id={}", encoded(&text(&value["info"], "run_id")));
            let whole = self.http.find(&path)?;
            let value = whole.as_ref().map_or(value, |whole| &whole["run"]);
            let (found, keys) = read::run(experiment, value);
            let named = self.named.entry(experiment).or_default();
            named.extend(found.line.model_outputs.iter().map(|output| output.model.clone()));
            named.extend(found.line.model_inputs.iter().cloned());
            self.keys.insert(found.line.id.clone(), keys);
            self.roots.insert(found.line.id.clone(), text(&value["info"], "artifact_uri"));
            items.push(found);
        }
        Ok(Page { items, next: next(&answer) })
    }

    fn points(&mut self, run: &RunLine, take: Points<'_>) -> Result<(), TransferError> {
        for key in self.keys.get(&run.id).into_iter().flatten() {
            let mut token = String::new();
            loop {
                let path = format!(
                    "{API}/metrics/get-history?run_id={}&metric_key={}&max_results={POINTS}{token}",
                    encoded(&run.id),
                    encoded(key)
                );
                let answer = self.http.get(&path)?;
                let points: Vec<_> = list(&answer, "metrics").map(read::point).collect();
                // A server without pages gives all at once.
                for some in points.chunks(POINTS) {
                    let line = MetricLine { run: run.id.clone(), key: key.clone(), points: some.to_vec() };
                    if take(line).is_break() {
                        return Ok(());
                    }
                }
                match next(&answer) {
                    Some(next) => token = format!("&page_token={}", encoded(&next)),
                    None => break,
                }
            }
        }
        Ok(())
    }

    fn logged_models(&mut self, experiment: i64) -> Result<Vec<LoggedModelLine>, TransferError> {
        let body = json!({ "experiment_ids": [experiment.to_string()], "max_results": 50 });
        let mut found: Vec<(Value, Stage)> = match self.all("/logged-models/search", "models", &body) {
            Ok(found) => found.into_iter().map(|value| (value, Stage::Active)).collect(),
            // Servers before MLflow 3 have none.
            Err(TransferError::Http { detail, .. }) if detail.starts_with("404") => Vec::new(),
            Err(error) => return Err(error),
        };
        let known: BTreeSet<String> = found.iter().map(|(value, _)| text(&value["info"], "model_id")).collect();
        for id in self.named.remove(&experiment).unwrap_or_default().difference(&known) {
            let path = format!("{API}/logged-models/{}?allow_deleted=true", encoded(id));
            let answer = self.http.find(&path)?.map(|answer| answer["model"].clone());
            found.extend(
                answer
                    .filter(|value| text(&value["info"], "experiment_id") == experiment.to_string())
                    .map(|value| (value, Stage::Deleted)),
            );
        }
        let mut lines = Vec::new();
        for (value, state) in &found {
            let Some((line, metrics)) = read::logged_model(value, *state) else { continue };
            self.roots.insert(line.id.clone(), text(&value["info"], "artifact_uri"));
            self.metrics.insert(line.id.clone(), metrics);
            lines.push(line);
        }
        lines.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(lines)
    }

    fn model_points(&mut self, model: &LoggedModelLine) -> Result<Vec<ModelMetricLine>, TransferError> {
        Ok(self.metrics.remove(&model.id).unwrap_or_default())
    }

    fn models(&mut self) -> Result<Vec<ModelLine>, TransferError> {
        let mut found = self.all_by_address("/registered-models/search", "registered_models", "")?;
        // Prompts are only found by a search for them.
        let prompts = format!("&filter={}", encoded(PROMPTS));
        found.extend(self.all_by_address("/registered-models/search", "registered_models", &prompts)?);
        let mut lines = Vec::new();
        for value in &found {
            let (line, aliases) = read::model(value);
            if self.aliases.insert(line.name.clone(), aliases).is_none() {
                lines.push(line);
            }
        }
        lines.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(lines)
    }

    fn versions(&mut self, model: &str) -> Result<Vec<VersionLine>, TransferError> {
        let name = format!("name='{}'", model.replace('\'', "\\'"));
        let of = |filter: &str| {
            self.all_by_address("/model-versions/search", "model_versions", &format!("&filter={}", encoded(filter)))
        };
        let mut found = of(&name)?;
        found.extend(of(&format!("{name} AND {PROMPTS}"))?);
        let mut lines: Vec<VersionLine> = found.iter().filter_map(read::version).collect();
        lines.sort_by_key(|line| line.version);
        lines.dedup_by_key(|line| line.version);
        for line in &lines {
            self.version_root(line)?;
        }
        Ok(lines)
    }

    fn aliases(&mut self, model: &str) -> Result<Vec<AliasLine>, TransferError> {
        Ok(self.aliases.get(model).cloned().unwrap_or_default())
    }

    fn version_files(&mut self, version: &VersionLine) -> VersionFiles {
        let location = self.roots.get(&key(Holder::Version(version))).cloned();
        // Roadbed keeps the files of a version apart: they are as they were when it was registered.
        if location.as_deref().is_some_and(|uri| uri.starts_with("mlflow-artifacts:/registered/")) {
            return VersionFiles::Own;
        }
        let path = format!("{API}/runs/get?run_id={}", encoded(&version.run));
        let run =
            Some(version).filter(|version| !version.run.is_empty()).and_then(|_| self.http.find(&path).ok().flatten());
        let run = run.map(|answer| text(&answer["run"]["info"], "artifact_uri"));
        match place_of(version, run.as_deref(), location.as_deref()) {
            Place::Is(files) => files,
            Place::Unknown => VersionFiles::Own,
        }
    }

    fn files(&mut self, holder: Holder<'_>) -> Result<Result<Vec<FileEntry>, String>, TransferError> {
        if let (Holder::Version(_), Root::OutOfReach(why)) = (holder, self.root(&key(holder))) {
            return Ok(Err(why));
        }
        let (mut found, mut waiting, mut listed) = (Vec::new(), vec![String::new()], 0);
        while let Some(folder) = waiting.pop() {
            listed += 1;
            if listed > FOLDERS {
                return Ok(Err(format!("there are more than {FOLDERS} folders of files")));
            }
            for entry in self.entries(holder, &folder)? {
                let path = text(&entry, "path");
                if entry["is_dir"] == true {
                    waiting.push(path);
                } else {
                    let bytes = read::integer(&entry, "file_size").and_then(|bytes| u64::try_from(bytes).ok());
                    found.push(FileEntry { path, bytes: bytes.unwrap_or(0) });
                }
            }
        }
        found.sort();
        Ok(Ok(found))
    }

    fn open_file(&mut self, holder: Holder<'_>, path: &str) -> Result<FileContent, TransferError> {
        if let Root::Proxied(root) = self.root(&key(holder)).join(path) {
            return self.http.open(&format!("{PROXY}/{}", encoded_path(&root)));
        }
        let (id, path) = (encoded(&key(holder)), encoded(path));
        match holder {
            Holder::Run(_) => self.http.open(&format!("/get-artifact?run_uuid={id}&path={path}")),
            Holder::LoggedModel(_) => self
                .http
                .open(&format!("/ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files?artifact_file_path={path}")),
            Holder::Version(_) => {
                Err(TransferError::Unknown("the server does not give the files of the version".to_owned()))
            }
        }
    }

    fn left_out(&mut self) -> Result<Vec<LeftOut>, TransferError> {
        let unknown =
            |what: &str, reason: &str| LeftOut { what: what.to_owned(), count: None, reason: reason.to_owned() };
        Ok(vec![
            unknown("traces, assessments, scorers", "Roadbed keeps none; a server does not count them"),
            unknown(
                "deleted logged models that no run names",
                "a server does not list them: read its database to carry them",
            ),
            unknown("users, permissions, webhooks", "a server does not give them away"),
        ])
    }
}
