use super::ArtifactPath;
use crate::stage::Stage;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn files_are_stored_listed_read_and_deleted() {
    let stage = Stage::new();
    stage.put_file("0/r/artifacts/a.txt", "first").await.expect(200);
    stage.put_file("0/r/artifacts/a.txt", "second").await.expect(200);
    stage.put_file("0/r/artifacts/deep/er/b%20c.bin", "x").await.expect(200);
    let read = stage.file(Method::GET, "0/r/artifacts/a.txt", "viewer", "").await.expect(200);
    assert_eq!((read.text().as_str(), read.headers["content-length"].to_str().unwrap()), ("second", "6"));
    let listed = stage.server.get("/api/2.0/mlflow-artifacts/artifacts?path=0/r/artifacts", "viewer").await;
    let wanted =
        json!({"files": [{"path": "a.txt", "is_dir": false, "file_size": 6}, {"path": "deep", "is_dir": true}]});
    assert_eq!(listed.expect(200).json(), wanted);
    stage.file(Method::DELETE, "0/r/artifacts/deep", "developer", "").await.expect(200);
    stage.file(Method::DELETE, "0/r/artifacts/deep", "developer", "").await.expect(200);
    let gone = stage.file(Method::GET, "0/r/artifacts/deep/er/b%20c.bin", "viewer", "").await.expect(404);
    assert_eq!(Stage::code(&gone), "RESOURCE_DOES_NOT_EXIST");
    let kinds = stage.platform.event_kinds().await;
    assert_eq!(kinds, ["ArtifactStored", "ArtifactStored", "ArtifactStored", "ArtifactDeleted"]);
}

#[tokio::test]
async fn artifacts_of_a_run_are_listed_relative_to_it() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    stage.put_file(&format!("0/{run}/artifacts/model/MLmodel"), "x").await.expect(200);
    let listed = stage.get(&format!("/artifacts/list?run_id={run}&path=model")).await.expect(200).json();
    assert_eq!(listed["files"], json!([{"path": "model/MLmodel", "is_dir": false, "file_size": 1}]));
    assert_eq!(listed["root_uri"], format!("mlflow-artifacts:/0/{run}/artifacts"));
}

#[tokio::test]
async fn each_team_has_its_own_files_and_viewers_only_read() {
    let stage = Stage::new();
    stage.put_file("0/r/artifacts/a.txt", "ours").await.expect(200);
    stage.file(Method::GET, "0/r/artifacts/a.txt", "outsider", "").await.expect(404);
    stage.file(Method::PUT, "0/r/artifacts/a.txt", "outsider", "theirs").await.expect(200);
    assert_eq!(stage.file(Method::GET, "0/r/artifacts/a.txt", "viewer", "").await.text(), "ours");
    stage.file(Method::DELETE, "0", "outsider", "").await.expect(200);
    stage.file(Method::GET, "0/r/artifacts/a.txt", "viewer", "").await.expect(200);
    stage.file(Method::PUT, "0/x", "viewer", "x").await.expect(403);
    stage.file(Method::DELETE, "0/x", "viewer", "").await.expect(403);
    stage.file(Method::GET, "0/r/artifacts/a.txt", "", "").await.expect(401);
}

#[tokio::test]
async fn what_is_served_never_becomes_a_page_of_ours() {
    let stage = Stage::new();
    for name in ["page.html", "image.svg", "model.pkl", "a\u{e4} \"b.txt"] {
        let path = format!("0/{}", percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC));
        stage.put_file(&path, "<script>").await.expect(200);
        let headers = stage.file(Method::GET, &path, "viewer", "").await.expect(200).headers;
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers["content-security-policy"].to_str().unwrap().starts_with("sandbox"));
        assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment"), "{name}");
    }
}

#[tokio::test]
async fn paths_that_lead_elsewhere_are_refused() {
    let stage = Stage::new();
    for path in [
        "..%2f..%2fetc/passwd",
        "a/%2e%2e/b",
        "a/%252e%252e/b",
        "%2fetc/passwd",
        "a%5c..%5cb",
        "a//b",
        "a/./b",
        "c:/windows",
        "file:%2f%2f%2fetc",
        "a%00b",
        "a%0ab",
        "a%23b",
        "registered/x/MLmodel",
    ] {
        let answer = stage.put_file(path, "x").await;
        assert!(matches!(answer.status.as_u16(), 400 | 403), "{path}: {}", answer.status);
    }
    stage.put_file("a", "file").await.expect(200);
    stage.put_file("a/b", "x").await.expect(400);
    stage.put_file("c/d", "file").await.expect(200);
    stage.put_file("c", "x").await.expect(400);
    let listing = "/api/2.0/mlflow-artifacts/artifacts?path=../x";
    stage.server.get(listing, "viewer").await.expect(400);
}

#[tokio::test]
async fn files_on_disk_have_no_address_of_their_own() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    stage.put_file("0/a", "x").await.expect(200);
    let answer = stage.server.get("/api/2.0/mlflow-artifacts/presigned/0/a", "viewer").await.expect(501);
    assert_eq!(Stage::code(&answer), "NOT_IMPLEMENTED");
    for route in ["/artifacts/presigned-upload-url", "/artifacts/presigned-download-url"] {
        let answer = stage.post(route, json!({"run_id": run, "path": "a"})).await.expect(400);
        assert_eq!(Stage::code(&answer), "INVALID_PARAMETER_VALUE");
    }
}

#[test]
fn paths_know_what_lies_within_them() {
    let path = |text| ArtifactPath::parse(text).unwrap();
    assert!(path("a/b/c").is_within(&path("a/b")) && path("a/b").is_within(&path("a/b")));
    assert!(!path("a/bc").is_within(&path("a/b")));
    assert_eq!(ArtifactPath::of_uri("mlflow-artifacts:/0/x").unwrap(), path("0/x"));
    for uri in ["mlflow-artifacts://host/x", "s3://x", "mlflow-artifacts:/", "mlflow-artifacts:/a/../b"] {
        assert!(ArtifactPath::of_uri(uri).is_err(), "{uri} was taken");
    }
}

#[tokio::test]
async fn files_are_sent_in_parts_and_under_the_addresses_of_pages() {
    let stage = Stage::new();
    let run = stage.run("train").await;
    stage.put_file(&format!("0/{run}/artifacts/a/b.txt"), "0123456789").await.expect(200);
    let (server, get) = (&stage.server, Method::GET);
    let path = format!("/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/a/b.txt");
    let part = server.call(get.clone(), &path, "viewer", &[("range", "bytes=2-4")], Vec::new()).await.expect(206);
    assert_eq!(part.text(), "234");
    assert_eq!(part.headers["content-range"], "bytes 2-4/10");
    let plain = format!("/get-artifact?run_uuid={run}&path=a/b.txt");
    let whole = server.get(&plain, "viewer").await.expect(200);
    assert_eq!(whole.text(), "0123456789");
    assert_eq!(whole.headers["content-disposition"], "attachment; filename=\"b.txt\"");
    server.get(&plain, "outsider").await.expect(404);
    server.get(&format!("/get-artifact?run_id={run}&path=../b"), "viewer").await.expect(400);
    let to = format!("/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path=c/d.txt");
    server.call(Method::POST, &to, "viewer", &[], b"new".to_vec()).await.expect(403);
    server.call(Method::POST, &to, "developer", &[], b"new".to_vec()).await.expect(200);
    assert_eq!(
        server.get(&format!("/get-artifact?run_id={run}&path=c/d.txt"), "viewer").await.expect(200).text(),
        "new"
    );
    let gone = "/ajax-api/2.0/mlflow/upload-artifact?path=x";
    server.call(Method::POST, gone, "developer", &[], b"new".to_vec()).await.expect(400);
}
