use crate::experiments::EXPERIMENT_READ;
use crate::mlflow::{ErrorCode, MlflowError, Tracking, mlflow_paths, refusal};
use roadbed_capability::{Capability, Routes, delete, get, patch, post, put};

const LLM: &str = "MLflow's AI gateway is not part of this server: models are served by services (`roadbed deploy`), their calls go to the \
                   gateway's own port as /v1/chat/completions, and money is bounded by `budget:` in roadbed.yaml";
const JUDGES: &str = "scorers do not run in this server: score in a job (`roadbed run`), or watch a service with `monitors:` in roadbed.yaml";
const JOBS: &str = "jobs of MLflow's server do not exist here: use `roadbed run JOB`, or /api/v1/jobs";
const REVIEW: &str = "queues for reviewers do not exist here: keep labels as tags of runs, or as assessments of traces (`mlflow.log_expectation`)";
const DATASETS: &str = "evaluation datasets are not kept in this server: log what a run was evaluated on as its dataset input \
                        (`mlflow.log_input`, log-inputs), find it again with experiments/search-datasets, and keep expectations as \
                        assessments of traces (`mlflow.log_expectation`)";
const TOOLS: &str = "registered MCP servers do not exist here: deploy the server as a service with `roadbed deploy`";
const PEOPLE: &str = "people and their rights belong to teams here: use `roadbed create member`, `roadbed create token`, or /api/v1/teams";
const TELEMETRY: &str = "this server sends and takes no telemetry";

/// Addresses, and where what they are for is done instead.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (mlflow_paths!("/gateway"), LLM),
    (mlflow_paths!("/gateway/{*rest}"), LLM),
    (mlflow_paths!("/gateway-proxy"), LLM),
    (mlflow_paths!("/scorers"), JUDGES),
    (mlflow_paths!("/scorers/{*rest}"), JUDGES),
    (mlflow_paths!("/jobs"), JOBS),
    (mlflow_paths!("/jobs/{*rest}"), JOBS),
    (mlflow_paths!("/prompt-optimization"), JOBS),
    (mlflow_paths!("/prompt-optimization/{*rest}"), JOBS),
    (mlflow_paths!("/label-schemas"), REVIEW),
    (mlflow_paths!("/label-schemas/{*rest}"), REVIEW),
    (mlflow_paths!("/datasets"), DATASETS),
    (mlflow_paths!("/datasets/{*rest}"), DATASETS),
    (mlflow_paths!("/review-queues"), REVIEW),
    (mlflow_paths!("/review-queues/{*rest}"), REVIEW),
    (mlflow_paths!("/issues"), REVIEW),
    (mlflow_paths!("/issues/{*rest}"), REVIEW),
    (mlflow_paths!("/mcp-servers"), TOOLS),
    (mlflow_paths!("/mcp-servers/{*rest}"), TOOLS),
    (mlflow_paths!("/users"), PEOPLE),
    (mlflow_paths!("/users/{*rest}"), PEOPLE),
    (mlflow_paths!("/roles"), PEOPLE),
    (mlflow_paths!("/roles/{*rest}"), PEOPLE),
    (mlflow_paths!("/permissions"), PEOPLE),
    (mlflow_paths!("/permissions/{*rest}"), PEOPLE),
    (mlflow_paths!("/experiments/permissions"), PEOPLE),
    (mlflow_paths!("/experiments/permissions/{*rest}"), PEOPLE),
    (mlflow_paths!("/registered-models/permissions"), PEOPLE),
    (mlflow_paths!("/registered-models/permissions/{*rest}"), PEOPLE),
    (mlflow_paths!("/runs/create-promptlab-run"), LLM),
    (mlflow_paths!("/get-online-trace-details"), JUDGES),
    (mlflow_paths!("/ui-telemetry"), TELEMETRY),
];

/// Tells MLflow clients where things are done that this protocol does not do here.
#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let mut routes = Routes::new(tracking);
    for (paths, sentence) in ELSEWHERE {
        for path in *paths {
            let told = || async { MlflowError::new(ErrorCode::NotImplemented, *sentence) };
            for route in [get(path, told), post(path, told), put(path, told), patch(path, told), delete(path, told)] {
                routes = routes.add(route.undocumented().refuses_as(refusal).allow(EXPERIMENT_READ));
            }
        }
    }
    Capability::new("elsewhere").routes(routes)
}
