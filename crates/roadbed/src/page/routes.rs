use super::own_api::OwnApi;
use super::{docs, front, html};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use roadbed_capability::{Capability, Problem, Routes, get};
use roadbed_cli::DoctorFinding;
use roadbed_compute::LocalEngine;
use serde::Serialize;

#[derive(Clone)]
struct Pages {
    api: OwnApi,
    engine: LocalEngine,
}

/// What `roadbed doctor` shows of a server.
#[derive(Serialize, schemars::JsonSchema)]
struct DoctorView {
    findings: Vec<DoctorItem>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct DoctorItem {
    check: String,
    /// `ok`, `warning` or `failed`.
    level: String,
    detail: String,
}

/// The pages, and what the command line asks about the server as a whole.
pub(crate) fn capability(api: OwnApi, engine: LocalEngine) -> Capability {
    let routes = Routes::new(Pages { api, engine })
        .add(get("/", front_page).undocumented().public())
        .add(get("/docs", docs_index).undocumented().public())
        .add(get("/docs/{*page}", docs_page).undocumented().public())
        .add(
            get("/api/v1/doctor", doctor)
                .summary("What this machine offers and lacks")
                .answers::<DoctorView>(StatusCode::OK)
                .allow(roadbed_capability::platform::PLATFORM_READ),
        );
    Capability::new("pages").routes(routes)
}

fn answer(status: StatusCode, markup: String) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, html::POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, Html(markup)).into_response()
}

async fn front_page(State(pages): State<Pages>, visitor: HeaderMap) -> Response {
    answer(StatusCode::OK, front::render(&pages.api, &visitor).await)
}

async fn docs_index() -> Response {
    docs::page("README").map_or_else(missing, |markup| answer(StatusCode::OK, markup))
}

async fn docs_page(Path(page): Path<String>) -> Response {
    docs::page(page.trim_end_matches(".md")).map_or_else(missing, |markup| answer(StatusCode::OK, markup))
}

fn missing() -> Response {
    Problem::not_found("request.path", "there is no such page").into_response()
}

async fn doctor(State(pages): State<Pages>) -> axum::Json<DoctorView> {
    let findings =
        pages.engine.doctor().into_iter().map(crate::doctor::of_engine).map(|finding: DoctorFinding| DoctorItem {
            check: finding.check,
            level: format!("{:?}", finding.level).to_lowercase(),
            detail: finding.detail,
        });
    axum::Json(DoctorView { findings: findings.collect() })
}
