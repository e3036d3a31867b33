//! What somebody meets who starts the platform for the first time.

use crate::platform::{Place, Platform, server_file};
use crate::programs::finish;
use crate::waiting::{until, until_true};
use serde_json::json;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The login link of the greeting, from its `#` on.
fn greeted_link(platform: &Platform<'_>) -> String {
    let greeting = until("the greeting", || Some(platform.said()).filter(|said| said.contains("/login#")));
    assert!(greeting.contains(&platform.api.url) && greeting.contains(&platform.gateway.url), "{greeting}");
    let (_, rest) = greeting.split_once("/login#").unwrap();
    rest.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn an_empty_directory_becomes_a_platform_and_ends_without_a_trace() {
    let place = Place::new();
    let platform = place.start(&[]);
    for file in ["server.json", "token"] {
        assert_eq!(mode(&place.data.join(file)), 0o600, "{file}");
    }
    assert_eq!(mode(&place.data), 0o700);

    let secret = greeted_link(&platform);
    let exchange = || platform.api.without_token().post("/api/v1/sessions", &json!({ "secret": secret }));
    let session = exchange().with_status(204);
    let cookie = session.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let headers = [("cookie", cookie)];
    let me = platform.api.without_token().try_send(ureq::http::Method::GET, "/api/v1/me", &headers, &[]);
    assert_eq!(me.unwrap().with_status(200).json()["platform_admin"], true);
    let again = exchange();
    assert!((400..500).contains(&again.status), "a login link works once, and answered {} again", again.status);

    let opened = place.run(&["open", "--no-browser"]).ended_with(0).stdout;
    assert!(opened.starts_with(&format!("{}/login#", platform.api.url)), "{opened}");
    assert!(!platform.said().contains(opened.trim()), "a login link is in the log");
    platform.stop();
}

#[test]
fn the_command_line_finds_the_server_by_itself() {
    let place = Place::new();
    let platform = place.start(&[]);
    let environment = place.run(&["env", "-o", "json"]).ended_with(0).json();
    let token = std::fs::read_to_string(place.data.join("token")).unwrap();
    let expected = json!({
        "ROADBED_URL": platform.api.url,
        "ROADBED_GATEWAY_URL": platform.gateway.url,
        "ROADBED_TOKEN": token.trim(),
        "MLFLOW_TRACKING_URI": platform.api.url,
        "MLFLOW_TRACKING_TOKEN": token.trim(),
    });
    assert_eq!(environment, expected);
    let exports = place.run(&["env"]).ended_with(0).stdout;
    assert!(exports.contains(&format!("export ROADBED_URL='{}'\n", platform.api.url)), "{exports}");
    place.run(&["status"]).ended_with(0);
    let projects = place.run(&["list", "project", "-o", "json"]).ended_with(0).json();
    assert_eq!(projects[0]["name"], "default");
    assert_eq!(projects[0]["team"], "default");
    platform.stop();
    let gone = place.run(&["list", "project"]).ended_with(1);
    assert!(gone.stderr.contains("roadbed up"), "says how to start one: {}", gone.stderr);
}

#[test]
fn pages_and_documents_are_public_and_everything_else_is_not() {
    let place = Place::new();
    let platform = place.start(&[]);
    let anyone = platform.api.without_token();
    for page in ["/", "/api", "/docs", "/login"] {
        let answer = anyone.get(page).with_status(200);
        assert!(answer.header("content-type").starts_with("text/html"), "{page}");
        assert!(answer.text().contains("</html>"), "{page} is a whole page");
    }
    for probe in ["/healthz", "/readyz", "/health", "/version"] {
        anyone.get(probe).with_status(200);
    }
    platform.gateway.without_token().get("/healthz").with_status(200);
    let document = anyone.get("/api/v1/openapi.json").with_status(200).json();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/api/v1/projects"]["post"].is_object());
    for closed in ["/api/v1/projects", "/api/v1/events", "/api/2.0/mlflow/experiments/get?experiment_id=0"] {
        anyone.get(closed).with_status(401);
        let refused = platform.api.with_token("rb_not_a_token").get(closed).with_status(401);
        assert!(!refused.text().contains("rb_not_a_token"), "an answer repeats a token");
    }
    let foreign = "host: attacker.example\r\n";
    platform.api.raw("GET", "/healthz", foreign, &[]).with_status(421);
    platform.gateway.raw("GET", "/healthz", foreign, &[]).with_status(403);
    platform.stop();
}

#[test]
fn a_directory_has_one_server_and_a_port_has_one_holder() {
    let place = Place::new();
    let platform = place.start(&[]);
    let second = finish(&mut place.up(&[])).ended_with(7);
    assert!(second.stderr.contains(&platform.api.url), "{}", second.stderr);

    let elsewhere = Place::new();
    let taken = platform.api.url.strip_prefix("http://").unwrap();
    let refused = finish(&mut elsewhere.up(&["--listen", taken])).ended_with(1);
    assert!(refused.stderr.contains(taken), "{}", refused.stderr);
    assert!(refused.stderr.contains("roadbed (pid "), "names the holder: {}", refused.stderr);
    platform.stop();

    let foreign = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = foreign.local_addr().unwrap().to_string();
    let refused = finish(&mut elsewhere.up(&["--gateway-listen", &taken])).ended_with(1);
    assert!(refused.stderr.contains(&format!("(pid {})", std::process::id())), "names the holder: {}", refused.stderr);
    assert!(server_file(&elsewhere.data).is_none(), "nothing runs there");
}

#[test]
fn addresses_that_others_reach_need_a_word_for_it() {
    let place = Place::new();
    let refused = finish(&mut place.up(&["--listen", "0.0.0.0:0"])).ended_with(1);
    assert!(refused.stderr.contains("--behind-proxy"), "{}", refused.stderr);
    for option in ["--listen", "--gateway-listen"] {
        let more = ["--insecure-local", "--behind-proxy", option, "0.0.0.0:0"];
        let refused = finish(&mut place.up(&more)).ended_with(1);
        assert!(refused.stderr.contains("--insecure-local"), "{}", refused.stderr);
    }
    assert!(server_file(&place.data).is_none());
}

#[test]
fn insecure_local_serves_loopback_names_without_a_token_and_says_so() {
    let place = Place::new();
    let platform = place.start(&["--insecure-local"]);
    let anyone = platform.api.without_token();
    assert_eq!(anyone.get("/api/v1/me").with_status(200).json()["platform_admin"], true);
    anyone.raw("GET", "/api/v1/me", "host: attacker.example\r\n", &[]).with_status(421);
    until_true("the warning", || platform.said().contains("--insecure-local"));
    platform.api.with_token("rb_not_a_token").get("/api/v1/me").with_status(401);
    platform.stop();
}
