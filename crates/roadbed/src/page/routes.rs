use super::about::{About, VersionView};
use super::own_api::OwnApi;
use super::portal::Portal;
use super::{docs, front, html};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use roadbed_capability::platform::PLATFORM_READ;
use roadbed_capability::server::nothing_here;
use roadbed_capability::{Capability, Problem, Routes, get};
use roadbed_cli::DoctorFinding;
use roadbed_compute::LocalEngine;
use roadbed_portal::Assets;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone)]
struct Pages {
    api: OwnApi,
    engine: LocalEngine,
    portal: Portal,
    about: Arc<VersionView>,
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

/// Written by `web/scripts`.
const LICENSES: &str = "licenses.json";

/// Packages of others that are part of this program.
#[derive(Serialize, schemars::JsonSchema)]
struct LicenseList {
    /// By ecosystem, then name.
    items: Vec<LicensedPackage>,
    /// Id → license text; packages with the same text share it.
    texts: BTreeMap<String, String>,
}

#[derive(Serialize, schemars::JsonSchema)]
struct LicensedPackage {
    /// `npm` or `cargo`.
    ecosystem: String,
    name: String,
    version: String,
    /// SPDX expression.
    license: String,
    /// Ids of the texts the package brings along; none when it brings none.
    text_ids: Vec<String>,
}

/// The pages, and what the command line and the portal ask about the server as a whole.
pub(crate) fn capability(api: OwnApi, engine: LocalEngine, assets: Assets, about: About) -> Capability {
    let portal = Portal::new(assets);
    let about = Arc::new(about.view(portal.state()));
    let routes = Routes::new(Pages { api, engine, portal, about })
        .add(get("/", front_page).undocumented().public())
        .add(get("/docs", docs_index).undocumented().public())
        .add(get("/docs/{*page}", docs_page).undocumented().public())
        .add(get("/{*page}", any_page).undocumented().public())
        .add(
            get("/api/v1/doctor", doctor)
                .summary("What this machine offers and lacks")
                .answers::<DoctorView>(StatusCode::OK)
                .allow(PLATFORM_READ),
        )
        .add(
            get("/api/v1/version", version)
                .summary("Which program this is and how it runs")
                .answers::<VersionView>(StatusCode::OK)
                .allow(PLATFORM_READ),
        )
        .add(
            get("/api/v1/licenses", licenses)
                .summary("Packages of others in this program, with their licenses")
                .answers::<LicenseList>(StatusCode::OK)
                .allow(PLATFORM_READ),
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

async fn front_page(State(pages): State<Pages>, visitor: HeaderMap) -> Result<Response, Problem> {
    match pages.portal.index() {
        Some(page) => page,
        None => Ok(answer(StatusCode::OK, front::render(&pages.api, &visitor).await)),
    }
}

/// What no other route takes.
async fn any_page(State(pages): State<Pages>, address: Uri, visitor: HeaderMap) -> Result<Response, Problem> {
    pages.portal.at(address.path(), &visitor).unwrap_or_else(|| Err(nothing_here()))
}

async fn version(State(pages): State<Pages>) -> axum::Json<VersionView> {
    axum::Json((*pages.about).clone())
}

/// The build writes the list in the form of the answer.
async fn licenses(State(pages): State<Pages>, visitor: HeaderMap) -> Result<Response, Problem> {
    pages.portal.file(LICENSES, &visitor).ok_or_else(|| {
        Problem::not_found("licenses.not_built", "this program was built without its list of packages")
            .with_fix("build it with 'make build'; Cargo.lock and web/package-lock.json name the packages")
    })
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
