use crate::test_server::{Answer, TestServer};
use axum::http::Method;
use std::path::Path;
use tempfile::TempDir;

const SCRIPT: &str = "/assets/index-DYq8Zt-S.js";
const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

/// A portal as the build leaves it.
fn portal() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let index = "<meta content=\"__ROADBED_NONCE__\"><script nonce=\"__ROADBED_NONCE__\"></script>";
    let licenses = r#"{"items":[],"texts":{}}"#;
    let files = [("index.html", index), ("licenses.json", licenses), ("assets/icon.svg", "<svg/>")];
    for (path, text) in files.into_iter().chain([(&SCRIPT[1..], "plain")]) {
        write(folder.path(), path, text);
    }
    write(folder.path(), &format!("{}.br", &SCRIPT[1..]), "brotli");
    write(folder.path(), &format!("{}.gz", &SCRIPT[1..]), "gzip");
    folder
}

fn write(folder: &Path, path: &str, text: &str) {
    let file = folder.join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

async fn get(server: &TestServer, path: &str, header: (&str, &str)) -> Answer {
    server.anyone(Method::GET, path, &[header]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_answer_with_the_page_has_a_nonce_of_its_own() {
    let portal = portal();
    let server = TestServer::with_portal(portal.path()).await;
    let mut nonces = Vec::new();
    for path in ["/", "/services", "/models/my.model/3?tab=runs"] {
        let page = get(&server, path, BROWSER).await.expect(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(page.header("cache-control"), "no-cache");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
        let nonce = page.text().split('"').nth(1).unwrap().to_owned();
        assert!(nonce.len() == 24 && nonce.ends_with("=="), "128 bits in base64: {nonce}");
        assert_eq!(page.text().matches(&nonce).count(), 2, "{}", page.text());
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(policy.matches(&format!("'nonce-{nonce}'")).count(), 2, "{policy}");
        nonces.push(nonce);
    }
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
    let head = server.anyone(Method::HEAD, "/services", &[BROWSER]).await.expect(200);
    assert!(head.body.is_empty() && !head.header("content-security-policy").is_empty());
    server.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn files_come_in_the_form_the_browser_takes_and_stay_with_it() {
    let portal = portal();
    let server = TestServer::with_portal(portal.path()).await;
    let mut tags = Vec::new();
    for (accepted, encoding, body) in
        [("gzip, deflate, br", "br", "brotli"), ("gzip, br;q=0", "gzip", "gzip"), ("identity", "", "plain")]
    {
        let script = get(&server, SCRIPT, ("accept-encoding", accepted)).await.expect(200);
        assert_eq!((script.header("content-encoding"), script.text()), (encoding, body));
        assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(script.header("vary"), "accept-encoding");
        tags.push(script.header("etag").to_owned());
    }
    let again = server.anyone(Method::GET, SCRIPT, &[("accept-encoding", "br"), ("if-none-match", &tags[0])]).await;
    assert!(again.expect(304).body.is_empty());
    get(&server, SCRIPT, ("if-none-match", &tags[0])).await.expect(200);
    let head = server.anyone(Method::HEAD, SCRIPT, &[]).await.expect(200);
    assert_eq!((head.header("content-length"), head.body.len()), ("5", 0));
    let icon = get(&server, "/assets/icon.svg", BROWSER).await.expect(200);
    assert_eq!(icon.header("cache-control"), "no-cache", "its name says nothing about its bytes");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn addresses_of_programs_stay_theirs() {
    let portal = portal();
    let server = TestServer::with_portal(portal.path()).await;
    let unknown = [
        "/api/v1/nothing",
        "/api/v1/services/a/b/c/d",
        "/ajax-api/2.0/mlflow/nothing",
        "/internal/v1/nothing",
        "/docs/nothing",
        "/assets/gone-DYq8Zt-S.js",
        "/assets/../Cargo.toml",
        "/favicon.ico",
        "/index.html",
    ];
    for path in unknown {
        let answer = get(&server, path, BROWSER).await.expect(404);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert!(answer.json()["request_id"].is_string() || answer.json()["code"] == "request.path", "{path}");
    }
    let program = get(&server, "/services", ("accept", "*/*")).await.expect(404);
    assert_eq!(program.json()["code"], "request.path");
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = server.anyone(method.clone(), "/services", &[BROWSER]).await.expect(404);
        assert_eq!(answer.json()["code"], "request.path", "{method}");
    }
    assert_eq!(server.anyone(Method::PUT, "/api/v1/version", &[]).await.expect(405).json()["code"], "request.method");
    for path in ["/healthz", "/login", "/docs", "/api", "/version"] {
        assert!(!get(&server, path, BROWSER).await.expect(200).text().contains("<meta content="), "{path}");
    }
    server.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_a_portal_the_server_shows_its_own_page() {
    let empty = tempfile::tempdir().unwrap();
    let server = TestServer::with_portal(empty.path()).await;
    let page = get(&server, "/", BROWSER).await.expect(200);
    assert!(page.text().contains("roadbed open"), "{}", page.text());
    get(&server, "/services", BROWSER).await.expect(404);
    assert_eq!(server.get("/api/v1/version").await.expect(200).json()["ui"], "none");
    assert_eq!(server.get("/api/v1/licenses").await.expect(404).json()["code"], "licenses.not_built");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_program_says_what_it_is_and_what_it_is_made_of() {
    let portal = portal();
    let server = TestServer::with_portal(portal.path()).await;
    let version = server.get("/api/v1/version").await.expect(200).json();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&version["ui"], &version["database"]), (&"folder".into(), &"sqlite".into()));
    assert_eq!(version["gateway_url"], "http://127.0.0.1:7071");
    assert!(version["started_at"].as_str().unwrap().ends_with('Z'), "{version}");
    let licenses = server.get("/api/v1/licenses").await.expect(200);
    assert_eq!(licenses.header("content-type"), "application/json");
    assert_eq!(licenses.json()["items"], serde_json::json!([]));
    for path in ["/api/v1/version", "/api/v1/licenses", "/api/v1/templates"] {
        server.anyone(Method::GET, path, &[]).await.expect(401);
    }
    server.close().await;
}
