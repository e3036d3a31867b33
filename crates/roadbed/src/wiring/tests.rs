//! Reviewed lists of what the platform offers: they change only on purpose. `ROADBED_UPDATE=1 cargo test -p roadbed` writes them anew;
//! read the difference before it is committed.

use super::{House, build};
use crate::test_server::{close, request};
use axum::body::Body;
use axum::http::Request;
use roadbed_capability::server::route_list;
use std::path::Path;
use tower::ServiceExt as _;

const ROUTES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/routes.txt");
const OPENAPI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/openapi.json");

fn house(data: &Path) -> House {
    build(&request(data)).unwrap()
}

/// Compares a committed file with what it should hold, line by line.
#[track_caller]
fn assert_current(path: &str, current: &str) {
    if crate::settings::variable("ROADBED_UPDATE").is_some() {
        std::fs::write(path, current).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let gone =
        committed.lines().filter(|line| !current.lines().any(|other| other == *line)).map(|line| format!("- {line}"));
    let new =
        current.lines().filter(|line| !committed.lines().any(|other| other == *line)).map(|line| format!("+ {line}"));
    let difference: Vec<String> = gone.chain(new).take(40).collect();
    assert!(
        committed == current,
        "{path} is not current; when the change is meant, run ROADBED_UPDATE=1 cargo test -p roadbed\n{}",
        difference.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_route_with_its_permission_is_reviewed() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let routes = route_list(&house.server.routes);
    close(house).await;
    assert_current(ROUTES, &routes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_committed_document_of_the_api_is_current() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let request = Request::get("/api/v1/openapi.json").header("host", "localhost").body(Body::empty()).unwrap();
    let answer = house.server.router.clone().oneshot(request).await.unwrap();
    assert!(answer.status().is_success());
    let bytes = axum::body::to_bytes(answer.into_body(), 16 << 20).await.unwrap();
    close(house).await;
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let twice: Vec<&String> = schemas
        .keys()
        .filter(|name| {
            schemas.contains_key(name.trim_end_matches(char::is_numeric)) && name.ends_with(char::is_numeric)
        })
        .collect();
    assert!(
        twice.is_empty(),
        "two wire types have one name, so that the document numbers them: rename one of each of {twice:?}"
    );
    let current = serde_json::to_string_pretty(&document).unwrap() + "\n";
    assert_current(OPENAPI, &current);
}

/// What needs no token, in whole: a new public route is a decision.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn few_routes_are_public_and_hardly_a_change_is() {
    let folder = tempfile::tempdir().unwrap();
    let house = house(folder.path());
    let routes = route_list(&house.server.routes);
    close(house).await;
    let public = routes.lines().filter(|line| line.ends_with(" public") && !line.starts_with("GET "));
    // What the address of a part allows is sealed into it; a login link is exchanged by whoever holds it.
    let wanted = ["PUT /api/2.0/mlflow-artifacts/mpu/part/{grant} public", "POST /api/v1/sessions public"];
    assert_eq!(public.collect::<Vec<_>>(), wanted);
    assert!(routes.lines().all(|line| line.split(' ').count() >= 3), "a route without a permission");
}
