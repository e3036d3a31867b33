//! Requests that no honest client sends.

use crate::platform::{Place, Platform};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

const MEGABYTE: usize = 1 << 20;

#[test]
fn bodies_have_a_limit_whether_their_length_is_told_or_not() {
    let place = Place::new();
    let platform = place.start(&[]);
    let large = vec![b'a'; 8 * MEGABYTE];
    let told = format!("content-type: application/json\r\ncontent-length: {}\r\n", large.len());
    let chunked = "content-type: application/json\r\ntransfer-encoding: chunked\r\n";
    let chunks = [b"10000\r\n".as_slice(), &large[..0x10000], b"\r\n"].concat().repeat(128);
    for path in ["/api/v1/projects", "/api/v1/sessions"] {
        let problem = platform.api.raw("POST", path, &told, &large).with_status(413).text();
        assert!(problem.contains("request.too_large"), "{problem}");
        platform.api.raw("POST", path, chunked, &chunks).with_status(413);
    }
    platform.api.create_project("still-there");
    platform.stop();
}

#[test]
fn unknown_fields_and_wrong_types_are_refused_with_the_nearest_name() {
    let place = Place::new();
    let platform = place.start(&[]);
    let problem = platform.api.post("/api/v1/projects", &json!({ "nmae": "x" })).with_status(400).json();
    assert_eq!(problem["field"], "nmae");
    assert_eq!(problem["fix"], "did you mean name?");
    assert_eq!(problem["request_id"].as_str().unwrap().len(), 32);
    platform.api.post("/api/v1/projects", &json!({ "name": 7 })).with_status(400);
    platform.api.post("/api/v1/projects", &json!(["name"])).with_status(400);
    let typed = [("content-type", "application/json")];
    for body in [&b"{\"name\": "[..], b"\xff\xfe", b"{\"name\": \"a\0b\"}", b"{\"name\": \"a\\u0000b\"}"] {
        let answer = platform.api.try_send(ureq::http::Method::POST, "/api/v1/projects", &typed, body).unwrap();
        answer.with_status(400);
    }
    let deep = [b"{\"name\": ".as_slice(), &b"[".repeat(100_000)].concat();
    let answer = platform.api.try_send(ureq::http::Method::POST, "/api/v1/projects", &typed, &deep).unwrap();
    answer.with_status(400);
    platform.api.get("/api/v1/projects?limt=3").with_status(400);
    platform.api.get("/api/v1/projects?limit=0").with_status(400);
    platform.api.get("/no/such/page").with_status(404);
    platform.api.post("/healthz", &json!({})).with_status(405);
    assert_eq!(platform.api.list("/api/v1/projects").len(), 1);
    platform.stop();
}

/// Ways to write a path that leaves its root, as they stand behind `artifacts/`.
const LEAVING: [&str; 17] = [
    "../outside.txt",
    "a/../../outside.txt",
    "..%2foutside.txt",
    "%2e%2e/outside.txt",
    "%2e%2e%2foutside.txt",
    "%252e%252e%252foutside.txt",
    "%25252e%25252e%25252foutside.txt",
    "..%5coutside.txt",
    "..\\outside.txt",
    "%2Ftmp%2Foutside.txt",
    "/tmp/outside.txt",
    "//tmp/outside.txt",
    "file:%2f%2ftmp%2foutside.txt",
    "a%00.txt",
    "a%0d%0ax-evil:1",
    "a/./b.txt",
    "a//b.txt",
];

/// Every file below a folder, without those that a running store changes by itself.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(next) = left.pop() {
        for entry in std::fs::read_dir(&next).unwrap().flatten() {
            match entry.file_type().unwrap().is_dir() {
                true => left.push(entry.path()),
                false => drop(found.insert(entry.path().display().to_string())),
            }
        }
    }
    found.retain(|path| !path.contains("/data/store/") && !path.contains("/data/gateway/"));
    found
}

fn run_of_default_experiment(platform: &Platform<'_>) -> String {
    let run = platform.api.post("/api/2.0/mlflow/runs/create", &json!({ "experiment_id": "0" })).with_status(200);
    run.json()["run"]["info"]["run_id"].as_str().unwrap().to_owned()
}

#[test]
fn artifact_paths_never_leave_their_root() {
    let place = Place::new();
    let platform = place.start(&[]);
    let run = run_of_default_experiment(&platform);
    let root = format!("/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts");
    platform.api.put(&format!("{root}/fine.txt"), b"fine").with_status(200);
    let before = files(place.folder());
    for path in LEAVING {
        let written = platform.api.raw("PUT", &format!("{root}/{path}"), "content-length: 4\r\n", b"evil");
        assert_eq!(written.status, 400, "PUT {path}: {}", written.text());
        let read = platform.api.raw("GET", &format!("{root}/{path}"), "", &[]);
        assert_eq!(read.status, 400, "GET {path}: {}", read.text());
        let deleted = platform.api.raw("DELETE", &format!("{root}/{path}"), "", &[]);
        assert_eq!(deleted.status, 400, "DELETE {path}: {}", deleted.text());
        let query = path.replace('\\', "%5c");
        let listed =
            platform.api.raw("GET", &format!("/api/2.0/mlflow/artifacts/list?run_id={run}&path={query}"), "", &[]);
        assert_eq!(listed.status, 400, "list {path}: {}", listed.text());
    }
    assert_eq!(files(place.folder()), before, "a refused request left or took a file");
    assert!(!Path::new("/tmp/outside.txt").exists());
    assert_eq!(platform.api.get(&format!("{root}/fine.txt")).with_status(200).text(), "fine");
    platform.stop();
}

#[test]
fn pages_of_documentation_never_leave_their_root() {
    let place = Place::new();
    let platform = place.start(&[]);
    for path in LEAVING {
        let answer = platform.api.raw("GET", &format!("/docs/{path}"), "", &[]);
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
    }
    platform.stop();
}

#[test]
fn what_users_store_is_never_a_page_of_ours() {
    let place = Place::new();
    let platform = place.start(&[]);
    let run = run_of_default_experiment(&platform);
    let path = format!("/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/report.html");
    platform.api.put(&path, b"<script>alert(1)</script>").with_status(200);
    let answer = platform.api.get(&path).with_status(200);
    assert!(answer.header("content-security-policy").contains("sandbox"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("content-disposition").starts_with("attachment"));
    platform.stop();
}
