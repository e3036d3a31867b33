//! Who may ask: tokens before names, teams apart, foreign host names out, slow and oversized bodies cut.

use super::linear::LinearModel;
use super::stage::{CALLER, Stage, hash, instance, long_ago, service, team, until};
use base64::Engine;
use http::{Method, Request, StatusCode};
use roadbed_contracts::entries::{EntryBody, GrantEntry};
use roadbed_core::{IdSource, InstanceId, ServiceId, SystemIds, TeamId, Timestamp};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const QUESTION: &str = r#"{"inputs": [[1, 2]]}"#;

fn grant(stage: &Stage, token: &str, team: Option<TeamId>, instance: Option<InstanceId>, expires: Option<Timestamp>) {
    let entry = GrantEntry { token_hash: hash(token), team, instance, expires_at: expires };
    let team = team.map(|team| format!("/{team}")).unwrap_or_default();
    stage.control.announce(&format!("grant/{}{team}", hash(token)), Some(EntryBody::Grant(entry)));
}

async fn invoke_as(stage: &Stage, authorization: Option<&str>, service: &str) -> super::stage::Answer {
    let uri = format!("http://{}/services/{service}/invocations", stage.address);
    let mut request = Request::builder().method(Method::POST).uri(uri).header("content-type", "application/json");
    if let Some(authorization) = authorization {
        request = request.header("authorization", authorization);
    }
    stage.call(request, QUESTION).await
}

#[tokio::test]
async fn only_known_unexpired_tokens_of_the_team_get_in() {
    let (stage, _) = Stage::with_churn().await;
    grant(&stage, "rb_other", Some(TeamId::from_u128(2)), None, None);
    grant(&stage, "rb_other_instance", Some(team()), Some(InstanceId::from_u128(9)), None);
    grant(&stage, "rb_instance", Some(team()), Some(instance()), None);
    grant(&stage, "rb_admin", None, None, Some("2999-01-01T00:00:00Z".parse().unwrap()));
    grant(&stage, "rb_old", Some(team()), None, Some(long_ago()));
    for member_of in [TeamId::from_u128(2), team(), TeamId::from_u128(3)] {
        grant(&stage, "rb_in_three_teams", Some(member_of), None, None);
    }
    stage.ready().await;
    let basic =
        |token: &str| format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("anyone:{token}")));
    for (authorization, expected) in [
        (Some(format!("Bearer {CALLER}")), 200),
        (Some(format!("bearer {CALLER}")), 200),
        (Some(basic(CALLER)), 200),
        (Some("Bearer rb_instance".into()), 200),
        (Some("Bearer rb_admin".into()), 200),
        (Some("Bearer rb_in_three_teams".into()), 200),
        (Some("Bearer rb_other".into()), 404),
        (Some("Bearer rb_other_instance".into()), 404),
        (Some("Bearer rb_old".into()), 401),
        (Some("Bearer rb_wrong".into()), 401),
        (Some(basic("rb_wrong")), 401),
        (Some("Basic !!".into()), 401),
        (Some("Digest x".into()), 401),
        (Some("Bearer".into()), 401),
        (None, 401),
    ] {
        let answer = invoke_as(&stage, authorization.as_deref(), "churn").await;
        assert_eq!(answer.status.as_u16(), expected, "{authorization:?}");
        if expected == 401 {
            assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"roadbed\"");
            assert_eq!(answer.json()["error_code"], "UNAUTHENTICATED");
        }
        // Without a token nobody learns which names exist.
        let unknown = invoke_as(&stage, authorization.as_deref(), "nobody").await;
        assert_eq!(unknown.status.as_u16(), if expected == 401 { 401 } else { 404 }, "{authorization:?}");
    }
    let other = invoke_as(&stage, Some("Bearer rb_other"), "churn").await;
    let missing = invoke_as(&stage, Some("Bearer rb_other"), "chorn").await;
    assert_eq!(other.text().replace("churn", "chorn"), missing.text());
}

#[tokio::test]
async fn a_revoked_token_is_out_as_soon_as_control_says_so() {
    let (stage, _) = Stage::with_churn().await;
    assert_eq!(stage.invoke(QUESTION).await.status, StatusCode::OK);
    stage.control.announce(&format!("grant/{}", hash(CALLER)), None);
    until("the token is refused", async || stage.invoke(QUESTION).await.status == StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn health_is_public_and_measurements_are_local_or_need_a_token() {
    let (stage, _) = Stage::with_churn().await;
    let bare = |path: &str| Request::builder().uri(format!("http://{}{path}", stage.address));
    for path in ["/healthz", "/v2", "/v2/", "/v2/health/live", "/v2/health/ready"] {
        assert_eq!(stage.call(bare(path), "").await.status, StatusCode::OK, "{path}");
    }
    for path in ["/v2/models/churn", "/v2/models/churn/ready", "/services/churn/ping", "/", "/nothing"] {
        assert_eq!(stage.call(bare(path), "").await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    stage.invoke(QUESTION).await;
    until("the request is counted", async || {
        let page = stage.call(bare("/metrics"), "").await;
        page.text().contains("roadbed_gateway_requests_total{service=\"churn\",revision=\"1\"} 1")
            && page
                .text()
                .contains("roadbed_gateway_latency_seconds_bucket{service=\"churn\",revision=\"1\",le=\"+Inf\"} 1")
            && page.text().contains("roadbed_gateway_loaded_models 1")
            && page.text().contains("roadbed_gateway_control_silence_seconds 0")
    })
    .await;
}

#[tokio::test]
async fn foreign_host_and_origin_names_are_refused() {
    let stage = Stage::open_with(|settings| settings.allowed_hosts = vec!["Models.example.com".into()], None).await;
    stage.churn(&LinearModel { weights: vec![1.0, 1.0], ..LinearModel::default() });
    stage.ready().await;
    for (host, origin, expected) in [
        ("localhost:1234", None, 200),
        ("churn.localhost", None, 200),
        ("127.0.0.1", None, 200),
        ("127.8.8.8:80", None, 200),
        ("[::1]:7071", None, 200),
        ("models.example.com:443", None, 200),
        ("evil.example.com", None, 403),
        ("127.0.0.1.evil.com", None, 403),
        ("localhost.evil.com", None, 403),
        ("notlocalhost", None, 403),
        ("", None, 403),
        ("localhost", Some("http://localhost:7070"), 200),
        ("localhost", Some("https://models.example.com"), 200),
        ("localhost", Some("https://evil.example.com"), 403),
        ("localhost", Some("null"), 403),
    ] {
        let mut request = stage.request(Method::GET, "/v2/models/churn").header("host", host);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let answer = stage.call(request, "").await;
        assert_eq!(answer.status.as_u16(), expected, "{host:?} {origin:?}: {:?}", answer.body);
        if expected == 403 {
            assert!(answer.text().contains("allowed hosts"), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn insecure_local_needs_loopback_on_both_sides() {
    let set = |settings: &mut crate::GatewaySettings| {
        settings.insecure_local = true;
        settings.allowed_hosts = vec!["models.example.com".into()];
    };
    let stage = Stage::open_with(set, None).await;
    stage.churn(&LinearModel { weights: vec![1.0, 1.0], ..LinearModel::default() });
    stage.ready().await;
    assert_eq!(invoke_as(&stage, None, "churn").await.json()["predictions"], serde_json::json!([3.0]));
    let request = Request::builder().uri(format!("http://{}/v2/models/churn", stage.address));
    let through_a_name = stage.call(request.header("host", "models.example.com"), "").await;
    assert_eq!(through_a_name.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn oversized_bodies_are_refused_announced_or_not() {
    let (stage, mut entry) = Stage::with_churn().await;
    entry.limits.body_bytes = 100;
    stage.route(&entry);
    stage.ready().await;
    assert_eq!(stage.invoke(QUESTION).await.status, StatusCode::OK);
    let announced = stage.invoke(" ".repeat(101)).await;
    assert_eq!(announced.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(announced.text().contains("larger than 100 bytes"), "{}", announced.text());
    let head = format!(
        "POST /services/churn/invocations HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {CALLER}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let mut connection = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(format!("c8\r\n{}\r\n", " ".repeat(200)).as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await.ok();
    assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn clients_that_trickle_are_cut() {
    let set = |settings: &mut crate::GatewaySettings| {
        settings.header_timeout = Duration::from_millis(200);
        settings.body_timeout = Duration::from_millis(200);
    };
    let stage = Stage::open_with(set, None).await;
    stage.churn(&LinearModel { weights: vec![1.0, 1.0], ..LinearModel::default() });
    stage.ready().await;
    let mut body = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    let head = format!(
        "POST /services/churn/invocations HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {CALLER}\r\n\
         content-type: application/json\r\ncontent-length: 20\r\n\r\n{{\"in"
    );
    body.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    body.read_to_end(&mut answer).await.ok();
    assert!(answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
    let mut header = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    header.write_all(b"POST /services/churn/invocations HTTP/1.1\r\nhost: loc").await.unwrap();
    let mut answer = Vec::new();
    header.read_to_end(&mut answer).await.ok();
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test]
async fn a_service_name_of_another_team_cannot_be_told_from_none() {
    let (stage, _) = Stage::with_churn().await;
    let id = ServiceId::from_u128(SystemIds.next());
    let revision = stage.revision(id, 1, &LinearModel { weights: vec![1.0], ..LinearModel::default() });
    let mut theirs = service("fraud", id, &[(revision, 10_000)]);
    theirs.team = TeamId::from_u128(2);
    stage.route(&theirs);
    stage.ready().await;
    for path in ["/v2/models/fraud", "/v2/models/fraud/ready", "/v2/models/fraud/versions/1", "/services/fraud/ping"] {
        assert_eq!(stage.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(
        !stage.call(stage.request(Method::GET, "/metrics").header("host", "localhost"), "").await.text().is_empty()
    );
}
