//! MLflow's database as a source.

use super::engine::{Cells, Engine};
use super::{left_out, store};
use crate::error::TransferError;
use crate::roots::{Root, local_files, open_local};
use crate::source::{FileContent, FileEntry, Found, Holder, LeftOut, Page, Points, Source, VersionFiles};
use crate::versions::{Place, logged_model_of, place_of};
use roadbed_contracts::transfer::{
    AliasLine, DatasetUse, ExperimentLine, LoggedModelLine, MetricLine, ModelLine, ModelMetricLine, ModelOutput,
    Number, RunLine, Stage, VersionLine,
};
use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Points of one line.
const LINE_POINTS: usize = 2000;
const STATUSES: [&str; 3] = ["LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"];

pub(crate) struct DatabaseSource {
    engine: Engine,
    name: String,
    workspace: String,
    /// What relative artifact paths are relative to.
    base: PathBuf,
    /// Folder in which a server keeps what `mlflow-artifacts:` names.
    served: Option<PathBuf>,
    /// Locations of the versions read so far, by model and number.
    locations: HashMap<(String, i64), String>,
}

impl DatabaseSource {
    pub(crate) fn sqlite(path: &Path, workspace: &str, served: Option<PathBuf>) -> Result<Self, TransferError> {
        let engine = Engine::sqlite(path)?;
        let base = path.parent().map(Path::to_path_buf).unwrap_or_default();
        Self::new(engine, path.display().to_string(), workspace, (base, served))
    }

    /// `url` without a driver's name.
    pub(crate) fn postgres(url: &str, workspace: &str, served: Option<PathBuf>) -> Result<Self, TransferError> {
        let mut engine = Engine::postgres(url)?;
        store::stand_still(&mut engine)?;
        Self::new(engine, "PostgreSQL".to_owned(), workspace, (PathBuf::from("."), served))
    }

    fn new(
        mut engine: Engine,
        name: String,
        workspace: &str,
        (base, served): (PathBuf, Option<PathBuf>),
    ) -> Result<Self, TransferError> {
        if store::columns(&mut engine, "experiments")?.is_empty() {
            return Err(TransferError::Unknown(format!("{name} holds no MLflow tables")));
        }
        Ok(Self { engine, name, workspace: workspace.to_owned(), base, served, locations: HashMap::new() })
    }

    fn root(&mut self, holder: Holder<'_>) -> Result<Root, TransferError> {
        let uri = match holder {
            Holder::Run(run) => store::run_location(&mut self.engine, &run.id)?,
            Holder::LoggedModel(model) => store::model_location(&mut self.engine, &model.id)?,
            Holder::Version(version) => self.locations.get(&(version.model.clone(), version.version)).cloned(),
        };
        let root = Root::of_uri(&uri.unwrap_or_default(), &self.base, self.served.as_deref());
        Ok(match root {
            Root::Proxied(_) => Root::OutOfReach(
                "the files lie with an MLflow server: name its folder with --artifacts, or read from the server"
                    .to_owned(),
            ),
            root => root,
        })
    }

    /// What belongs to the runs of a page, by run.
    fn belongings(&mut self, ids: &[&str]) -> Result<Belongings, TransferError> {
        let mut found = Belongings::default();
        for row in store::pairs(&mut self.engine, "params", ids)? {
            found.params.entry(row.text(0)).or_default().insert(row.text(1), row.text(2));
        }
        for row in store::pairs(&mut self.engine, "tags", ids)? {
            found.tags.entry(row.text(0)).or_default().insert(row.text(1), row.text(2));
        }
        for row in store::point_counts(&mut self.engine, ids)? {
            found.points.insert(row.text(0), row.integer(1));
        }
        let uses = store::datasets(&mut self.engine, ids)?;
        let mut tags: HashMap<String, BTreeMap<String, String>> = HashMap::new();
        for some in uses.chunks(store::PAGE) {
            let uses: Vec<String> = some.iter().map(|row| row.text(1)).collect();
            for row in store::input_tags(&mut self.engine, &uses.iter().map(String::as_str).collect::<Vec<_>>())? {
                tags.entry(row.text(0)).or_default().insert(row.text(1), row.text(2));
            }
        }
        for row in uses {
            let tags = tags.remove(&row.text(1)).unwrap_or_default();
            found.datasets.entry(row.text(0)).or_default().push(dataset(&row, tags));
        }
        for row in store::model_ends(&mut self.engine, ids)? {
            if row.text(1) == "RUN_INPUT" {
                found.inputs.entry(row.text(0)).or_default().push(row.text(2));
            } else {
                let output = ModelOutput { model: row.text(2), step: row.integer(3) };
                found.outputs.entry(row.text(0)).or_default().push(output);
            }
        }
        Ok(found)
    }
}

#[derive(Default)]
struct Belongings {
    params: HashMap<String, BTreeMap<String, String>>,
    tags: HashMap<String, BTreeMap<String, String>>,
    points: HashMap<String, i64>,
    datasets: HashMap<String, Vec<DatasetUse>>,
    inputs: HashMap<String, Vec<String>>,
    outputs: HashMap<String, Vec<ModelOutput>>,
}

impl Belongings {
    fn run(&mut self, experiment: i64, row: &Cells) -> Found<RunLine> {
        let id = row.text(0);
        let extent = self.points.get(&id).copied().unwrap_or(0).to_string();
        let tags = self.tags.remove(&id).unwrap_or_default();
        let name = row.optional_text(1).filter(|name| !name.is_empty());
        let line = RunLine {
            experiment,
            name: name.or_else(|| tags.get("mlflow.runName").cloned()).unwrap_or_default(),
            user: row.text(2),
            status: row.text(3),
            state: stage(&row.text(4)),
            started_ms: row.integer(5),
            ended_ms: row.optional_integer(6),
            params: self.params.remove(&id).unwrap_or_default(),
            tags,
            datasets: self.datasets.remove(&id).unwrap_or_default(),
            model_inputs: self.inputs.remove(&id).unwrap_or_default(),
            model_outputs: self.outputs.remove(&id).unwrap_or_default(),
            id,
        };
        Found { line, extent }
    }
}

fn stage(text: &str) -> Stage {
    if text == "deleted" { Stage::Deleted } else { Stage::Active }
}

fn dataset(row: &Cells, tags: BTreeMap<String, String>) -> DatasetUse {
    DatasetUse {
        name: row.text(2),
        digest: row.text(3),
        source_type: row.text(4),
        source: row.text(5),
        schema: row.optional_text(6),
        profile: row.optional_text(7),
        tags,
    }
}

impl Source for DatabaseSource {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn experiments(&mut self) -> Result<Vec<ExperimentLine>, TransferError> {
        let mut tags: HashMap<i64, BTreeMap<String, String>> = HashMap::new();
        for row in store::experiment_tags(&mut self.engine)? {
            tags.entry(row.integer(0)).or_default().insert(row.text(1), row.text(2));
        }
        let rows = store::experiments(&mut self.engine, &self.workspace)?;
        let line = |row: &Cells| ExperimentLine {
            id: row.integer(0),
            name: row.text(1),
            state: stage(&row.text(2)),
            tags: tags.remove(&row.integer(0)).unwrap_or_default(),
            created_ms: row.integer(3),
            updated_ms: row.optional_integer(4).unwrap_or_else(|| row.integer(3)),
        };
        Ok(rows.iter().map(line).collect())
    }

    fn runs(&mut self, experiment: i64, after: Option<&str>) -> Result<Page<Found<RunLine>>, TransferError> {
        let rows = store::runs(&mut self.engine, experiment, after.unwrap_or_default())?;
        let ids: Vec<String> = rows.iter().map(|row| row.text(0)).collect();
        if ids.is_empty() {
            return Ok(Page { items: Vec::new(), next: None });
        }
        let mut belongings = self.belongings(&ids.iter().map(String::as_str).collect::<Vec<_>>())?;
        let items = rows.iter().map(|row| belongings.run(experiment, row)).collect();
        Ok(Page { items, next: ids.last().filter(|_| rows.len() == store::PAGE).cloned() })
    }

    fn points(&mut self, run: &RunLine, take: Points<'_>) -> Result<(), TransferError> {
        let mut line = MetricLine { run: run.id.clone(), key: String::new(), points: Vec::new() };
        let mut ended = ControlFlow::Continue(());
        store::points(&mut self.engine, &run.id, |row| {
            let key = row.text(0);
            if (key != line.key || line.points.len() == LINE_POINTS) && !line.points.is_empty() {
                let points = std::mem::take(&mut line.points);
                ended = take(MetricLine { run: line.run.clone(), key: line.key.clone(), points });
            }
            let value = if row.integer(4) == 1 { f64::NAN } else { row.real(3) };
            line.key = key;
            line.points.push((row.integer(1), row.integer(2), Number(value)));
            ended
        })?;
        if ended.is_continue() && !line.points.is_empty() {
            let _ = take(line);
        }
        Ok(())
    }

    fn logged_models(&mut self, experiment: i64) -> Result<Vec<LoggedModelLine>, TransferError> {
        let rows = store::logged_models(&mut self.engine, experiment)?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut pairs = HashMap::new();
        for kind in ["param", "tag"] {
            for row in store::model_pairs(&mut self.engine, kind, experiment)? {
                let of: &mut BTreeMap<String, String> = pairs.entry((kind, row.text(0))).or_default();
                of.insert(row.text(1), row.text(2));
            }
        }
        let line = |row: &Cells| {
            let place = usize::try_from(row.integer(3) - 1).unwrap_or(0);
            LoggedModelLine {
                experiment,
                name: row.text(1),
                model_type: row.text(2),
                status: STATUSES.get(place).map_or_else(|| row.text(3), |status| (*status).to_owned()),
                state: stage(&row.text(4)),
                run: row.text(5),
                tags: pairs.remove(&("tag", row.text(0))).unwrap_or_default(),
                params: pairs.remove(&("param", row.text(0))).unwrap_or_default(),
                created_ms: row.integer(6),
                updated_ms: row.integer(7),
                id: row.text(0),
            }
        };
        Ok(rows.iter().map(line).collect())
    }

    fn model_points(&mut self, model: &LoggedModelLine) -> Result<Vec<ModelMetricLine>, TransferError> {
        let mut lines: Vec<ModelMetricLine> = Vec::new();
        for row in store::model_points(&mut self.engine, &model.id)? {
            let new = ModelMetricLine {
                model: model.id.clone(),
                run: row.text(0),
                key: row.text(1),
                dataset_name: row.optional_text(2),
                dataset_digest: row.optional_text(3),
                points: Vec::new(),
            };
            let value = if row.0.get(6) == Some(&super::engine::Cell::Null) { f64::NAN } else { row.real(6) };
            let point = (row.integer(4), row.integer(5), Number(value));
            let is_same = |last: &ModelMetricLine| ModelMetricLine { points: Vec::new(), ..last.clone() } == new;
            match lines.last_mut().filter(|last| last.points.len() < LINE_POINTS && is_same(last)) {
                Some(last) => last.points.push(point),
                None => lines.push(ModelMetricLine { points: vec![point], ..new }),
            }
        }
        Ok(lines)
    }

    fn models(&mut self) -> Result<Vec<ModelLine>, TransferError> {
        let mut lines = Vec::new();
        for row in store::models(&mut self.engine, &self.workspace)? {
            let name = row.text(0);
            let tags = store::model_tags(&mut self.engine, &name, &self.workspace)?;
            let versions = store::versions(&mut self.engine, &name, &self.workspace)?;
            lines.push(ModelLine {
                description: row.text(1),
                tags: tags.iter().map(|row| (row.text(0), row.text(1))).collect(),
                last_version: versions.last().map_or(0, |row| row.integer(0)),
                created_ms: row.integer(2),
                updated_ms: row.optional_integer(3).unwrap_or_else(|| row.integer(2)),
                name,
            });
        }
        Ok(lines)
    }

    fn versions(&mut self, model: &str) -> Result<Vec<VersionLine>, TransferError> {
        let mut tags: HashMap<i64, BTreeMap<String, String>> = HashMap::new();
        for row in store::version_tags(&mut self.engine, model, &self.workspace)? {
            tags.entry(row.integer(0)).or_default().insert(row.text(1), row.text(2));
        }
        let mut lines = Vec::new();
        for row in store::versions(&mut self.engine, model, &self.workspace)? {
            if row.text(5) == store::DELETED_VERSION {
                continue;
            }
            let (version, source) = (row.integer(0), row.text(1));
            let location = row.optional_text(8).filter(|text| !text.is_empty()).unwrap_or_else(|| source.clone());
            self.locations.insert((model.to_owned(), version), location);
            lines.push(VersionLine {
                model: model.to_owned(),
                version,
                logged_model: logged_model_of(&source).unwrap_or_default(),
                source,
                run: row.text(2),
                run_link: row.text(3),
                description: row.optional_text(4),
                stage: row.text(5),
                tags: tags.remove(&version).unwrap_or_default(),
                created_ms: row.integer(6),
                updated_ms: row.optional_integer(7).unwrap_or_else(|| row.integer(6)),
                files_at: None,
            });
        }
        Ok(lines)
    }

    fn aliases(&mut self, model: &str) -> Result<Vec<AliasLine>, TransferError> {
        let rows = store::aliases(&mut self.engine, model, &self.workspace)?;
        let line = |row: &Cells| AliasLine { model: model.to_owned(), alias: row.text(0), version: row.integer(1) };
        Ok(rows.iter().map(line).collect())
    }

    fn version_files(&mut self, version: &VersionLine) -> VersionFiles {
        let run = store::run_location(&mut self.engine, &version.run).ok().flatten();
        let location = self.locations.get(&(version.model.clone(), version.version)).cloned();
        match place_of(version, run.as_deref(), location.as_deref()) {
            Place::Is(files) => files,
            Place::Unknown => VersionFiles::Own,
        }
    }

    fn files(&mut self, holder: Holder<'_>) -> Result<Result<Vec<FileEntry>, String>, TransferError> {
        match self.root(holder)? {
            Root::Local(folder) => local_files(&folder).map(Ok),
            Root::OutOfReach(why) => Ok(Err(why)),
            Root::Proxied(path) => Ok(Err(path)),
        }
    }

    fn open_file(&mut self, holder: Holder<'_>, path: &str) -> Result<FileContent, TransferError> {
        match self.root(holder)?.join(path) {
            Root::Local(path) => open_local(&path),
            Root::Proxied(why) | Root::OutOfReach(why) => Err(TransferError::Unknown(why)),
        }
    }

    fn left_out(&mut self) -> Result<Vec<LeftOut>, TransferError> {
        left_out::left_out(&mut self.engine, &self.workspace)
    }
}
