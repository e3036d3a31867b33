use crate::mlflow::{Tracking, refusal};
use axum::Json;
use axum::extract::State;
use roadbed_capability::{Capability, Routes, get};
use serde::Serialize;

/// The MLflow release whose protocol this server speaks.
pub const PROTOCOL_VERSION: &str = "3.17.2";

const SERVER_INFO: &[&str] = &["/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"];

/// Version, health and abilities of the MLflow API.
#[must_use]
pub fn capability(tracking: Tracking) -> Capability {
    let mut routes = Routes::new(tracking)
        .add(get("/version", || async { PROTOCOL_VERSION }).undocumented().public())
        .add(get("/health", || async { "OK" }).undocumented().public());
    for path in SERVER_INFO {
        let info = |State(tracking): State<Tracking>| async move {
            Json(ServerInfo::of(tracking.context.blobs.gives_direct_urls()))
        };
        routes = routes.add(get(path, info).undocumented().refuses_as(refusal).public());
    }
    Capability::new("mlflow").routes(routes)
}

/// What clients look at before they choose how to upload (`mlflow/utils/server_info.py`).
#[derive(Debug, Serialize)]
struct ServerInfo {
    store_type: &'static str,
    workspaces_enabled: bool,
    trace_archival_enabled: bool,
    multipart_uploads_enabled: bool,
    multipart_downloads_enabled: bool,
    presigned_upload_run_id_supported: bool,
    presigned_upload_model_id_supported: bool,
    features_enabled: Features,
}

#[derive(Debug, Serialize)]
struct Features {
    gateway: bool,
}

impl ServerInfo {
    /// Large files go up in parts through this server; they come down from the bucket where clients reach it.
    const fn of(multipart_downloads_enabled: bool) -> Self {
        Self {
            store_type: "SqlStore",
            workspaces_enabled: true,
            trace_archival_enabled: false,
            multipart_uploads_enabled: true,
            multipart_downloads_enabled,
            presigned_upload_run_id_supported: false,
            presigned_upload_model_id_supported: false,
            features_enabled: Features { gateway: false },
        }
    }
}
