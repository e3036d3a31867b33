use super::model::OPEN_FOR;
use crate::stage::Stage;
use axum::http::Method;
use roadbed_core::Digest;
use roadbed_testkit::TestAnswer;
use serde_json::{Value, json};
use std::time::Duration;

const FOLDER: &str = "0/r/artifacts/big";

/// An upload that was begun, as the client sees it.
struct Begun {
    id: String,
    /// Where each part goes, without the host.
    places: Vec<String>,
}

async fn begin(stage: &Stage, parts: i64) -> Begun {
    let path = format!("/api/2.0/mlflow-artifacts/mpu/create/{FOLDER}");
    let body = json!({"path": "/home/ada/model.bin", "num_parts": parts});
    let answer = stage.server.post(&path, "developer", body).await.expect(200).json();
    let place = |credential: &Value| {
        let url = credential["url"].as_str().unwrap();
        let (_, rest) = url.split_once("://").unwrap();
        rest[rest.find('/').unwrap()..].to_owned()
    };
    let credentials = answer["credentials"].as_array().unwrap();
    let numbers: Vec<_> = credentials.iter().map(|credential| credential["part_number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=parts).collect::<Vec<_>>());
    Begun { id: answer["upload_id"].as_str().unwrap().to_owned(), places: credentials.iter().map(place).collect() }
}

/// Sends a part as clients do, without a token.
async fn send(stage: &Stage, place: &str, content: &str) -> TestAnswer {
    stage.server.call(Method::PUT, place, "", &[], content.as_bytes().to_vec()).await
}

async fn end(stage: &Stage, verb: &str, token: &str, (id, parts): (&str, Value)) -> TestAnswer {
    let path = format!("/api/2.0/mlflow-artifacts/mpu/{verb}/{FOLDER}");
    stage.server.post(&path, token, json!({"path": "/elsewhere/model.bin", "upload_id": id, "parts": parts})).await
}

fn named(tags: &[&str]) -> Value {
    let parts = (1..).zip(tags).map(|(number, tag)| json!({"part_number": number, "etag": tag, "url": ""}));
    Value::Array(parts.collect())
}

fn tag(answer: &TestAnswer) -> String {
    answer.headers["etag"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn parts_in_any_order_become_one_file() {
    let stage = Stage::new();
    let upload = begin(&stage, 3).await;
    let third = tag(&send(&stage, &upload.places[2], "third").await.expect(200));
    let first = tag(&send(&stage, &upload.places[0], "first ").await.expect(200));
    send(&stage, &upload.places[1], "wrong, and sent again ").await.expect(200);
    let second = tag(&send(&stage, &upload.places[1], "second ").await.expect(200));
    let listing = format!("/api/2.0/mlflow-artifacts/artifacts?path={FOLDER}");
    assert_eq!(stage.server.get(&listing, "viewer").await.json(), json!({}), "nothing is there before the end");
    let parts = named(&[&first, &second, &third]);
    end(&stage, "complete", "developer", (&upload.id, parts.clone())).await.expect(200);
    let read = stage.file(Method::GET, &format!("{FOLDER}/model.bin"), "viewer", "").await.expect(200);
    assert_eq!(read.text(), "first second third");
    end(&stage, "complete", "developer", (&upload.id, parts)).await.expect(404);
    send(&stage, &upload.places[0], "late").await.expect(404);
    let parts =
        ["first ", "second ", "third"].map(|part| Digest::from_bytes(*blake3::hash(part.as_bytes()).as_bytes()));
    assert_eq!(
        stage.platform.context.store.unreferenced(parts.to_vec()).await.unwrap(),
        parts,
        "nothing holds the parts"
    );
    assert_eq!(stage.platform.event_kinds().await, ["ArtifactStored"]);
}

#[tokio::test]
async fn a_half_finished_upload_is_no_file() {
    let stage = Stage::new();
    let upload = begin(&stage, 2).await;
    let first = tag(&send(&stage, &upload.places[0], "first").await.expect(200));
    for (parts, says) in [
        (named(&[&first, ""]), "part 2 has not come"),
        (named(&[&first]), "from 1 to 2"),
        (json!([]), "from 1 to 2"),
        (json!([{"part_number": 2, "etag": ""}, {"part_number": 1, "etag": first}]), "from 1 to 2"),
        (named(&["\"0000\"", ""]), "part 1 is not the one"),
    ] {
        let answer = end(&stage, "complete", "developer", (&upload.id, parts)).await.expect(400).json();
        assert!(answer["message"].as_str().unwrap().contains(says), "{answer}");
    }
    end(&stage, "abort", "developer", (&upload.id, json!([]))).await.expect(200);
    end(&stage, "abort", "developer", (&upload.id, json!([]))).await.expect(200);
    send(&stage, &upload.places[1], "late").await.expect(404);
    stage.file(Method::GET, &format!("{FOLDER}/model.bin"), "viewer", "").await.expect(404);
}

#[tokio::test]
async fn an_upload_belongs_to_its_team_and_its_path() {
    let stage = Stage::new();
    let upload = begin(&stage, 1).await;
    let first = tag(&send(&stage, &upload.places[0], "first").await.expect(200));
    end(&stage, "complete", "outsider", (&upload.id, named(&[&first]))).await.expect(404);
    end(&stage, "complete", "viewer", (&upload.id, named(&[&first]))).await.expect(403);
    end(&stage, "abort", "outsider", (&upload.id, json!([]))).await.expect(200);
    let elsewhere = json!({"path": "other.bin", "upload_id": upload.id, "parts": named(&[&first])});
    let path = format!("/api/2.0/mlflow-artifacts/mpu/complete/{FOLDER}");
    stage.server.post(&path, "developer", elsewhere).await.expect(404);
    end(&stage, "complete", "developer", (&upload.id, named(&[&first]))).await.expect(200);
}

#[tokio::test]
async fn an_address_of_a_part_cannot_be_made_up_and_runs_out() {
    let stage = Stage::new();
    let upload = begin(&stage, 1).await;
    let place = &upload.places[0];
    let (route, grant) = place.rsplit_once('/').unwrap();
    let purpose_of_another = stage.platform.context.seals.seal("other", b"{}").unwrap();
    for grant in ["x", "seal1.AAAA.BBBB", &grant[..grant.len() - 4], &purpose_of_another] {
        send(&stage, &format!("{route}/{grant}"), "x").await.expect(403);
    }
    stage.platform.clock.advance(OPEN_FOR);
    send(&stage, place, "x").await.expect(403);
}

#[tokio::test]
async fn uploads_that_nobody_ends_are_forgotten() {
    let stage = Stage::new();
    let upload = begin(&stage, 1).await;
    let first = tag(&send(&stage, &upload.places[0], "first").await.expect(200));
    assert_eq!(stage.pass("abandoned-uploads").await, "forgot 0 uploads that nobody ended within a day");
    stage.platform.clock.advance(OPEN_FOR + Duration::from_secs(1));
    assert_eq!(stage.pass("abandoned-uploads").await, "forgot 1 uploads that nobody ended within a day");
    end(&stage, "complete", "developer", (&upload.id, named(&[&first]))).await.expect(404);
}

#[tokio::test]
async fn what_cannot_be_a_file_is_refused_before_a_part_is_sent() {
    let stage = Stage::new();
    stage.put_file("0/taken", "x").await.expect(200);
    for (folder, path, parts, status) in [
        ("0/r", "model.bin", 0, 400),
        ("0/r", "model.bin", -1, 400),
        ("0/r", "model.bin", 10_001, 400),
        ("0/r", "/home/ada/", 1, 400),
        ("0/r", "/home/ada/..", 1, 400),
        ("0/r", "a%2f..%2f..%2fb", 1, 400),
        ("0/taken", "model.bin", 1, 400),
        ("0/r/%252e%252e/b", "model.bin", 1, 400),
        ("registered/x", "MLmodel", 1, 403),
    ] {
        let address = format!("/api/2.0/mlflow-artifacts/mpu/create/{folder}");
        let answer = stage.server.post(&address, "developer", json!({"path": path, "num_parts": parts})).await;
        assert_eq!(answer.status.as_u16(), status, "{folder} {path} {parts}: {}", answer.text());
    }
}
