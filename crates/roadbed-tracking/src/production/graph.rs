//! The lineage of a version as a graph: commit → job → run ← dataset, run → logged model → version → alias and revision → service, and
//! back through the logged models that a run read.

use super::operations::revisions_of;
use crate::approvals::Candidate;
use crate::logged_models;
use crate::mlflow::{Call, ErrorCode, MlflowError, Tracking};
use crate::models;
use crate::runs;
use roadbed_store::Reader;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Nodes of one answer at most.
const NODES: usize = 500;
/// Runs that are looked up for one answer.
const RUNS: usize = 50;

#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(super) struct Node {
    /// Kind and key, such as `run:01a2…`; what edges name.
    id: String,
    /// `commit`, `job`, `run`, `dataset`, `logged_model`, `version`, `alias`, `revision` or `service`.
    kind: &'static str,
    /// For people.
    name: String,
    /// What else is known, such as the digest of a dataset.
    attributes: BTreeMap<&'static str, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub(super) struct Edge {
    from: String,
    to: String,
    /// `ran`, `made`, `read`, `registered_as`, `named_by`, `became` or `served_by`.
    kind: &'static str,
}

#[derive(Debug, Default, Serialize, schemars::JsonSchema)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    edges: BTreeSet<Edge>,
    /// There is more than was looked up.
    truncated: bool,
}

impl Graph {
    /// Adds a node once; its id.
    fn node(
        &mut self,
        kind: &'static str,
        key: &str,
        name: &str,
        attributes: &[(&'static str, Option<&str>)],
    ) -> String {
        let id = format!("{kind}:{key}");
        if self.nodes.iter().any(|known| known.id == id) {
            return id;
        }
        if self.nodes.len() >= NODES {
            self.truncated = true;
            return id;
        }
        let known = attributes.iter().filter_map(|(key, value)| Some((*key, (*value)?.to_owned())));
        let attributes = known.filter(|(_, value)| !value.is_empty()).collect();
        self.nodes.push(Node { id: id.clone(), kind, name: name.to_owned(), attributes });
        id
    }

    fn edge(&mut self, from: &str, to: &str, kind: &'static str) {
        self.edges.insert(Edge { from: from.to_owned(), to: to.to_owned(), kind });
    }

    /// Edges to nodes that found no place are left out.
    fn closed(mut self) -> Self {
        let ids: BTreeSet<&str> = self.nodes.iter().map(|node| node.id.as_str()).collect();
        self.edges.retain(|edge| ids.contains(edge.from.as_str()) && ids.contains(edge.to.as_str()));
        self
    }
}

pub(super) async fn of_version(
    tracking: &Tracking,
    call: &Call,
    (name, number): (String, i64),
) -> Result<Graph, MlflowError> {
    let team = call.team;
    let read = move |r: &mut Reader<'_>| {
        let candidate = models::find_candidate(r, team, &name, number)?;
        let aliases = models::aliases_of(r, &candidate)?;
        Ok::<_, MlflowError>((candidate, aliases))
    };
    let (candidate, aliases) = tracking.context.store.read(read).await?;
    let mut graph = Graph::default();
    let version = downstream(tracking, &mut graph, &candidate, aliases).await?;
    let mut waiting = VecDeque::new();
    if candidate.model_id.is_empty() {
        if !candidate.run_id.is_empty() {
            graph.edge(&format!("run:{}", candidate.run_id), &version, "registered_as");
        }
    } else {
        graph.edge(&format!("logged_model:{}", candidate.model_id), &version, "registered_as");
        waiting.push_back(Wanted::Model(candidate.model_id.clone()));
    }
    waiting.push_back(Wanted::Run(candidate.run_id.clone()));
    upstream(tracking, call, &mut graph, waiting).await?;
    Ok(graph.closed())
}

/// The version with what names and serves it; its id.
async fn downstream(
    tracking: &Tracking,
    graph: &mut Graph,
    candidate: &Candidate,
    aliases: Vec<String>,
) -> Result<String, MlflowError> {
    let key = format!("{}/{}", candidate.name, candidate.version);
    let digest = candidate.digest.map(|digest| digest.to_string());
    let about = [("digest", digest.as_deref()), ("registered_by", candidate.author.as_deref())];
    let version = graph.node("version", &key, &key, &about);
    for alias in aliases {
        let key = format!("{}@{alias}", candidate.name);
        let alias = graph.node("alias", &key, &key, &[]);
        graph.edge(&version, &alias, "named_by");
    }
    for revision in revisions_of(tracking, candidate, NODES).await? {
        let number = format!("{} revision {}", revision.service, revision.number);
        let became = graph.node("revision", &revision.revision, &number, &[]);
        let service = graph.node("service", &revision.service_id, &revision.service, &[]);
        graph.edge(&version, &became, "became");
        graph.edge(&became, &service, "served_by");
    }
    Ok(version)
}

/// Something whose origin is looked up.
enum Wanted {
    Run(String),
    Model(String),
}

async fn upstream(
    tracking: &Tracking,
    call: &Call,
    graph: &mut Graph,
    mut waiting: VecDeque<Wanted>,
) -> Result<(), MlflowError> {
    let (mut seen, mut looked) = (BTreeSet::new(), 0);
    while let Some(wanted) = waiting.pop_front() {
        if looked >= RUNS {
            graph.truncated = true;
            break;
        }
        match wanted {
            Wanted::Run(run) if !run.is_empty() && seen.insert(run.clone()) => {
                looked += 1;
                waiting.extend(add_run(tracking, call, graph, &run).await?);
            }
            Wanted::Model(model) if seen.insert(model.clone()) => {
                looked += 1;
                let found = match logged_models::find(tracking, call, &model, true).await {
                    Ok(found) => found,
                    Err(error) if error.code == ErrorCode::ResourceDoesNotExist => continue,
                    Err(error) => return Err(error),
                };
                let id = graph.node("logged_model", &model, &found.name, &[("type", Some(&found.model_type))]);
                if !found.source_run_id.is_empty() {
                    graph.edge(&format!("run:{}", found.source_run_id), &id, "made");
                }
                waiting.push_back(Wanted::Run(found.source_run_id));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The run with its job, code and data; the models it read are still to be looked up.
async fn add_run(tracking: &Tracking, call: &Call, graph: &mut Graph, run: &str) -> Result<Vec<Wanted>, MlflowError> {
    let Some(origin) = runs::origin(&tracking.context.store, call.team, run).await? else { return Ok(Vec::new()) };
    let id = graph.node("run", run, &origin.name, &[("source", origin.source.as_deref())]);
    let mut code_runs_in = id.clone();
    if let Some(job) = &origin.job {
        let job = graph.node("job", job, job, &[]);
        graph.edge(&job, &id, "made");
        code_runs_in = job;
    }
    if let Some(commit) = &origin.commit {
        let commit = graph.node("commit", commit, commit, &[("repository", origin.repository.as_deref())]);
        graph.edge(&commit, &code_runs_in, "ran");
    }
    for input in &origin.datasets {
        let data = &input.dataset;
        let about = [
            ("digest", Some(data.digest.as_str())),
            ("source", Some(data.source.as_str()).filter(|source| source.len() <= 1000)),
            ("context", input.context()),
        ];
        let dataset = graph.node("dataset", &format!("{}@{}", data.name, data.digest), &data.name, &about);
        graph.edge(&dataset, &id, "read");
    }
    for model in &origin.input_models {
        graph.edge(&format!("logged_model:{model}"), &id, "read");
    }
    Ok(origin.input_models.into_iter().map(Wanted::Model).collect())
}
