use crate::experiments::EXPERIMENT_READ;
use crate::mlflow::{Call, Empty, Endpoints, ErrorCode, MlflowError, Tracking, mlflow_v3_paths};
use roadbed_capability::Capability;
use serde::Serialize;

/// Workspaces of the MLflow API.
#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let endpoints = Endpoints::new(tracking)
        .get(mlflow_v3_paths!("/workspaces"), EXPERIMENT_READ, list)
        .post(mlflow_v3_paths!("/workspaces"), EXPERIMENT_READ, refuse)
        .get(mlflow_v3_paths!("/workspaces/{workspace_name}"), EXPERIMENT_READ, get)
        .patch(mlflow_v3_paths!("/workspaces/{workspace_name}"), EXPERIMENT_READ, refuse)
        .delete(mlflow_v3_paths!("/workspaces/{workspace_name}"), EXPERIMENT_READ, refuse);
    Capability::new("workspaces").routes(endpoints.into_routes())
}

/// `mlflow/protos/service.proto`: Workspace.
#[derive(Debug, Serialize)]
struct WorkspaceView {
    name: String,
}

#[derive(Debug, Serialize)]
struct WorkspacesAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    workspaces: Vec<WorkspaceView>,
}

#[derive(Debug, Serialize)]
struct WorkspaceAnswer {
    workspace: WorkspaceView,
}

async fn list(tracking: Tracking, call: Call) -> Result<WorkspacesAnswer, MlflowError> {
    let teams = tracking.teams_of(&call.caller).await?;
    Ok(WorkspacesAnswer { workspaces: teams.into_iter().map(|name| WorkspaceView { name }).collect() })
}

async fn get(tracking: Tracking, call: Call) -> Result<WorkspaceAnswer, MlflowError> {
    let wanted = call.fields.required("workspace_name")?;
    let name = tracking.teams_of(&call.caller).await?.into_iter().find(|name| name == wanted);
    let name = name.ok_or_else(|| MlflowError::missing(format!("Workspace '{wanted}' not found")))?;
    Ok(WorkspaceAnswer { workspace: WorkspaceView { name } })
}

async fn refuse(_: Tracking, _: Call) -> Result<Empty, MlflowError> {
    let message = "a workspace is a team here: use `roadbed create team NAME`, or /api/v1/teams";
    Err(MlflowError::new(ErrorCode::NotImplemented, message))
}
