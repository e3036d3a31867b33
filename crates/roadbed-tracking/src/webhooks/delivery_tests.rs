//! The way of an event: from what happened to a receiver on loopback.

use super::model::WEBHOOK_READ;
use super::receiver::{Arrival, Receiver};
use super::signature::signature;
use crate::stage::{Stage, TEAM};
use axum::http::Method;
use roadbed_contracts::events::serving::{RevisionCreated, RolloutEnded};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_core::{Digest, RevisionId, RolloutId, ServiceId};
use roadbed_store::Transaction;
use serde_json::{Value, json};
use std::time::Duration;

const ALL: [&str; 21] = [
    "registered_model.created",
    "model_version.created",
    "model_version_tag.set",
    "model_version_tag.deleted",
    "model_version_alias.created",
    "model_version_alias.deleted",
    "prompt.created",
    "prompt_version.created",
    "prompt_tag.set",
    "prompt_tag.deleted",
    "prompt_version_tag.set",
    "prompt_version_tag.deleted",
    "prompt_alias.created",
    "prompt_alias.deleted",
    "registered_model.deleted",
    "model_version.deleted",
    "model_alias.moved",
    "approval_rule.changed",
    "approval.given",
    "approval.revoked",
    "production.changed",
];

async fn hook(stage: &Stage, name: &str, receiver: &Receiver, events: &[&str]) {
    let body = json!({"name": name, "url": receiver.url(), "events": events, "secret": "s3cret"});
    stage.server.post("/api/v1/webhooks", "admin", body).await.expect(201);
}

/// What events told, and what the controller said of sending it.
async fn deliver(stage: &Stage) -> String {
    stage.react("webhook-outbox").await;
    stage.pass("webhooks").await
}

async fn deliveries(stage: &Stage, name: &str) -> Vec<Value> {
    let path = format!("/api/v1/webhooks/{name}/deliveries");
    stage.server.get(&path, "admin").await.expect(200).json()["items"].as_array().unwrap().clone()
}

async fn health(stage: &Stage, name: &str) -> Value {
    stage.server.get(&format!("/api/v1/webhooks/{name}"), "admin").await.expect(200).json()
}

fn told(arrivals: &[Arrival]) -> Vec<(String, Value)> {
    let one = |arrival: &Arrival| {
        let body = arrival.json();
        (format!("{}.{}", body["entity"].as_str().unwrap(), body["action"].as_str().unwrap()), body["data"].clone())
    };
    arrivals.iter().map(one).collect()
}

/// A version of `churn` with a file.
async fn version(stage: &Stage) -> String {
    let run = stage.run("train").await;
    stage.put_file(&format!("0/{run}/artifacts/model/MLmodel"), "flavors: {}\n").await.expect(200);
    let source = format!("mlflow-artifacts:/0/{run}/artifacts/model");
    let body = json!({"name": "churn", "source": source, "run_id": run, "tags": [{"key": "q", "value": "1"}]});
    stage.post("/model-versions/create", body).await.expect(200);
    run
}

/// Points `champion` at the first version, or removes it.
async fn alias(stage: &Stage, method: Method, name: &str) {
    let body = serde_json::to_vec(&json!({"name": name, "alias": "champion", "version": "1"})).unwrap();
    let json = [("content-type", "application/json")];
    let path = "/api/2.0/mlflow/registered-models/alias";
    stage.server.call(method, path, "deployer", &json, body).await.expect(200);
}

async fn every_event(stage: &Stage) {
    let mut receiver = Receiver::new().await;
    stage.post("/registered-models/create", json!({"name": "before"})).await.expect(200);
    hook(stage, "ci", &receiver, &ALL).await;
    let new = json!({"name": "churn", "tags": [{"key": "kind", "value": "a"}], "description": "who leaves"});
    stage.post("/registered-models/create", new).await.expect(200);
    let run = version(stage).await;
    let tag = json!({"name": "churn", "version": "1", "key": "checked", "value": "yes"});
    stage.post("/model-versions/set-tag", tag.clone()).await.expect(200);
    stage.post("/registered-models/set-tag", json!({"name": "churn", "key": "k", "value": "v"})).await.expect(200);
    stage.delete("/model-versions/delete-tag", tag).await.expect(200);
    alias(stage, Method::POST, "churn").await;
    alias(stage, Method::DELETE, "churn").await;
    deliver(stage).await;
    let source = format!("mlflow-artifacts:/0/{run}/artifacts/model");
    let arrived = told(&receiver.arrived());
    let actor = arrived.last().unwrap().1["actor"].clone();
    assert!(actor.as_str().unwrap().starts_with("token:"), "{actor}");
    let moved = |to: Value, from: Value| json!({"name": "churn", "alias": "champion", "version": to, "previous": from, "actor": actor});
    let expected = [
        (
            "registered_model.created",
            json!({"name": "churn", "tags": {"kind": "a", "k": "v"}, "description": "who leaves"}),
        ),
        (
            "model_version.created",
            json!({"name": "churn", "version": "1", "source": source, "run_id": run, "tags": {"q": "1"}, "description": null}),
        ),
        ("model_version_tag.set", json!({"name": "churn", "version": "1", "key": "checked", "value": "yes"})),
        ("model_version_tag.deleted", json!({"name": "churn", "version": "1", "key": "checked"})),
        ("model_version_alias.created", json!({"name": "churn", "alias": "champion", "version": "1"})),
        ("model_alias.moved", moved(json!("1"), Value::Null)),
        ("model_version_alias.deleted", json!({"name": "churn", "alias": "champion"})),
        ("model_alias.moved", moved(Value::Null, json!("1"))),
    ];
    assert_eq!(arrived, expected.map(|(name, data)| (name.to_owned(), data)));

    prompts(stage, &mut receiver).await;
    governance(stage, &mut receiver).await;
}

/// Prompts are models of another kind.
async fn prompts(stage: &Stage, receiver: &mut Receiver) {
    let mark = json!({"key": "mlflow.prompt.is_prompt", "value": "true"});
    let kind = json!({"key": "_mlflow_prompt_type", "value": "text"});
    let new = json!({"name": "greet", "tags": [mark, kind, {"key": "task", "value": "hello"}]});
    stage.post("/registered-models/create", new).await.expect(200);
    let text = json!({"key": "mlflow.prompt.text", "value": "Hello {{name}}!"});
    let new = json!({"name": "greet", "source": "dummy-source", "description": "first", "tags": [mark, kind, text]});
    stage.post("/model-versions/create", new).await.expect(200);
    stage.post("/registered-models/set-tag", json!({"name": "greet", "key": "a", "value": "b"})).await.expect(200);
    stage.delete("/registered-models/delete-tag", json!({"name": "greet", "key": "a"})).await.expect(200);
    let tag = json!({"name": "greet", "version": "1", "key": "c", "value": "d"});
    stage.post("/model-versions/set-tag", tag.clone()).await.expect(200);
    stage.delete("/model-versions/delete-tag", tag).await.expect(200);
    alias(stage, Method::POST, "greet").await;
    alias(stage, Method::DELETE, "greet").await;
    deliver(stage).await;
    let mut arrived = told(&receiver.arrived());
    arrived.retain(|(name, _)| name != "model_alias.moved");
    let expected = [
        ("prompt.created", json!({"name": "greet", "tags": {"task": "hello"}, "description": ""})),
        (
            "prompt_version.created",
            json!({"name": "greet", "version": "1", "template": "Hello {{name}}!", "tags": {}, "description": "first"}),
        ),
        ("prompt_tag.set", json!({"name": "greet", "key": "a", "value": "b"})),
        ("prompt_tag.deleted", json!({"name": "greet", "key": "a"})),
        ("prompt_version_tag.set", json!({"name": "greet", "version": "1", "key": "c", "value": "d"})),
        ("prompt_version_tag.deleted", json!({"name": "greet", "version": "1", "key": "c"})),
        ("prompt_alias.created", json!({"name": "greet", "alias": "champion", "version": "1"})),
        ("prompt_alias.deleted", json!({"name": "greet", "alias": "champion"})),
    ];
    assert_eq!(arrived, expected.map(|(name, data)| (name.to_owned(), data)));
}

/// What Roadbed tells beyond MLflow.
async fn governance(stage: &Stage, receiver: &mut Receiver) {
    let rule = json!({"approvers": 1});
    stage.server.put("/api/v1/models/churn/approval-rules/champion", "admin", rule).await.expect(200);
    let path = "/api/v1/models/churn/versions/1/approvals";
    let given =
        stage.server.post(path, "deployer", json!({"alias": "champion", "comment": "fine"})).await.expect(201).json();
    stage.server.delete(&format!("{path}/{}", given["id"].as_str().unwrap()), "deployer").await.expect(204);
    roll_out(stage).await;
    stage.delete("/model-versions/delete", json!({"name": "churn", "version": "1"})).await.expect(200);
    stage.delete("/registered-models/delete", json!({"name": "churn"})).await.expect(200);
    stage.react("production").await;
    deliver(stage).await;
    let arrived = told(&receiver.arrived());
    let names: Vec<&str> = arrived.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "approval_rule.changed",
        "approval.given",
        "approval.revoked",
        "production.changed",
        "model_version.deleted",
        "registered_model.deleted",
    ];
    assert_eq!(names, expected);
    assert_eq!(arrived[0].1, json!({"name": "churn", "alias": "champion", "conditions": [], "approvers": 1}));
    assert_eq!((&arrived[1].1["person"], &arrived[1].1["comment"]), (&json!("deployer"), &json!("fine")));
    let served = json!({"service": "shop", "revision": 3, "name": "churn", "version": "1", "state": "promoted", "sentence": "fine"});
    assert_eq!(arrived[3].1, served);
}

/// A revision of `churn/1` is promoted on the service `shop`.
async fn roll_out(stage: &Stage) {
    let (service, revision) = (ServiceId::from_u128(5), RevisionId::from_u128(6));
    let header = |kind, id: &str| EventHeader::new(Subject::new(kind, id), Actor::system()).with_team(TEAM);
    let write = move |tx: &mut Transaction<'_>| -> Result<(), roadbed_store::StoreError> {
        let digest = Digest::from_bytes([7; 32]);
        let made = RevisionCreated { service, revision, number: 3, model: "churn/1".into(), digest };
        tx.emit(&header("service", "shop"), &made)?;
        let ended = RolloutEnded {
            rollout: RolloutId::from_u128(9),
            service,
            from_revision: None,
            to_revision: revision,
            state: "promoted".into(),
            sentence: "fine".into(),
        };
        tx.emit(&header("rollout", "9"), &ended)?;
        Ok(())
    };
    stage.platform.context.store.write(write).await.unwrap();
}

#[tokio::test]
async fn every_event_arrives_in_order_in_its_shape() {
    every_event(&Stage::new()).await;
}

#[tokio::test]
async fn every_event_arrives_in_order_in_its_shape_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    every_event(&stage).await;
}

#[tokio::test]
async fn what_failed_is_tried_again_under_its_id_and_signed_anew() {
    let stage = Stage::new();
    let mut receiver = Receiver::new().await;
    hook(&stage, "ci", &receiver, &["registered_model.created"]).await;
    stage.post("/registered-models/create", json!({"name": "churn"})).await.expect(200);
    receiver.answers(500, &[("retry-after", "60")], "not now");
    assert_eq!(deliver(&stage).await, "delivered 0, failed 1");
    // Told again, and looked at again, nothing is sent before its time.
    assert_eq!(deliver(&stage).await, "delivered 0, failed 0");
    let first = receiver.arrived();
    let waiting = deliveries(&stage, "ci").await;
    assert_eq!((first.len(), waiting.len()), (1, 1));
    assert_eq!(
        (&waiting[0]["state"], &waiting[0]["attempts"], &waiting[0]["status"]),
        (&json!("waiting"), &json!(1), &json!(500))
    );
    assert_eq!(
        (&waiting[0]["answer"], &waiting[0]["next_attempt_at"]),
        (&json!("not now"), &json!("2026-01-01T00:01:00Z"))
    );
    let seen = health(&stage, "ci").await;
    assert_eq!((&seen["health"], &seen["failing_since"]), (&json!("failing"), &json!("2026-01-01T00:00:00Z")));

    receiver.answers(204, &[], "");
    stage.platform.clock.advance(Duration::from_secs(60));
    assert_eq!(stage.pass("webhooks").await, "delivered 1, failed 0");
    let second = receiver.arrived();
    assert_eq!((second.len(), &second[0].body), (1, &first[0].body));
    for (arrival, seconds) in [(&first[0], 1_767_225_600), (&second[0], 1_767_225_660)] {
        let id = arrival.header("x-mlflow-delivery-id");
        assert_eq!((id, id.len()), (waiting[0]["id"].as_str().unwrap(), 36));
        assert_eq!(arrival.header("x-mlflow-timestamp"), seconds.to_string());
        assert_eq!(arrival.header("x-mlflow-signature"), signature(b"s3cret", id, seconds, &arrival.body));
    }
    let done = &deliveries(&stage, "ci").await[0];
    assert_eq!((&done["state"], &done["attempts"], &done["error"]), (&json!("delivered"), &json!(2), &Value::Null));
    assert_eq!(health(&stage, "ci").await["health"], "healthy");

    // Somebody wants it once more, and sees what was sent.
    let path = format!("/api/v1/webhooks/ci/deliveries/{}", done["id"].as_str().unwrap());
    assert_eq!(stage.server.get(&path, "admin").await.expect(200).json()["payload"], first[0].body);
    stage.server.post(&format!("{path}/redeliver?dry_run=true"), "admin", json!({})).await.expect(200);
    assert_eq!(stage.pass("webhooks").await, "delivered 0, failed 0");
    let again = stage.server.post(&format!("{path}/redeliver"), "admin", json!({})).await.expect(200).json();
    assert_eq!((&again["state"], &again["attempts"]), (&json!("waiting"), &json!(0)));
    stage.server.post(&format!("{path}/redeliver"), "deployer", json!({})).await.expect(403);
    stage.server.post("/api/v1/webhooks/ci/deliveries/none/redeliver", "admin", json!({})).await.expect(404);
    assert_eq!(stage.pass("webhooks").await, "delivered 1, failed 0");
    assert_eq!(receiver.arrived()[0].header("x-mlflow-delivery-id"), second[0].header("x-mlflow-delivery-id"));
    assert_eq!(WEBHOOK_READ.name(), "webhook:read");
}

#[tokio::test]
async fn a_kill_before_it_was_noted_sends_it_again_and_loses_nothing() {
    let stage = Stage::new();
    let mut receiver = Receiver::new().await;
    hook(&stage, "ci", &receiver, &["registered_model.created"]).await;
    stage.post("/registered-models/create", json!({"name": "churn"})).await.expect(200);
    // The outbox was filled and the cursor not moved; then the delivery arrived and was not noted: both happen again.
    stage.react("webhook-outbox").await;
    stage.react("webhook-outbox").await;
    assert_eq!(deliveries(&stage, "ci").await.len(), 1);
    let due = stage
        .platform
        .context
        .store
        .read(|r: &mut roadbed_store::Reader<'_>| super::store::due(r, i64::MAX, 9))
        .await
        .unwrap();
    stage.pass("webhooks").await;
    let undo = move |tx: &mut Transaction<'_>| -> Result<(), roadbed_store::StoreError> {
        tx.without_event("as if the process had been killed");
        super::store::requeue(tx, due[0].number)
    };
    stage.platform.context.store.write(undo).await.unwrap();
    stage.pass("webhooks").await;
    let ids: Vec<String> = receiver.arrived().iter().map(|one| one.header("x-mlflow-delivery-id").to_owned()).collect();
    assert_eq!((ids.len(), &ids[0]), (2, &ids[1]));
}

#[tokio::test]
async fn a_receiver_out_of_reach_is_not_asked_for_each_delivery_and_delays_no_other() {
    let stage = Stage::new();
    let mut alive = Receiver::new().await;
    let dead = Receiver::new().await;
    hook(&stage, "dead", &dead, &["registered_model.created"]).await;
    hook(&stage, "alive", &alive, &["registered_model.created"]).await;
    drop(dead);
    for name in ["a", "b", "c"] {
        stage.post("/registered-models/create", json!({"name": name})).await.expect(200);
    }
    assert_eq!(deliver(&stage).await, "delivered 3, failed 1");
    let names: Vec<Value> = told(&alive.arrived()).into_iter().map(|(_, data)| data["name"].clone()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let waiting = deliveries(&stage, "dead").await;
    let attempts: Vec<&Value> = waiting.iter().map(|one| &one["attempts"]).collect();
    assert_eq!(attempts, [&json!(0), &json!(0), &json!(1)]);
    assert!(waiting.iter().all(|one| one["next_attempt_at"] == waiting[2]["next_attempt_at"]), "{waiting:?}");
    assert!(waiting[2]["error"].is_string() && waiting[2]["status"].is_null());
    // Switched off, it is left alone; what waits is kept.
    stage.server.patch("/api/v1/webhooks/dead", "admin", json!({"enabled": false})).await.expect(200);
    stage.platform.clock.advance(Duration::from_secs(3600));
    stage.post("/registered-models/create", json!({"name": "d"})).await.expect(200);
    assert_eq!(deliver(&stage).await, "delivered 1, failed 0");
    let list =
        stage.server.get("/api/v1/webhooks/dead/deliveries?limit=2&state=waiting", "admin").await.expect(200).json();
    assert_eq!((&list["waiting"], list["items"].as_array().unwrap().len()), (&json!(3), 2));
    let next = format!("/api/v1/webhooks/dead/deliveries?limit=2&cursor={}", list["next_cursor"].as_str().unwrap());
    let list = stage.server.get(&next, "admin").await.expect(200).json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["next_cursor"]), (1, &Value::Null));
    stage.server.get("/api/v1/webhooks/dead/deliveries?state=lost", "admin").await.expect(400);
}

#[tokio::test]
async fn a_webhook_that_fails_for_long_is_told_of_given_up_on_and_stays_on() {
    let stage = Stage::new();
    let mut receiver = Receiver::new().await;
    hook(&stage, "ci", &receiver, &["registered_model.created"]).await;
    stage.post("/registered-models/create", json!({"name": "churn"})).await.expect(200);
    receiver.answers(500, &[], "");
    stage.react("webhook-outbox").await;
    let mut passes = 0;
    while deliveries(&stage, "ci").await[0]["state"] == "waiting" {
        stage.pass("webhooks").await;
        stage.platform.clock.advance(Duration::from_secs(4500));
        passes += 1;
        assert!(passes < 20, "it is never given up");
    }
    let given_up = &deliveries(&stage, "ci").await[0];
    assert_eq!((&given_up["state"], &given_up["next_attempt_at"]), (&json!("given_up"), &Value::Null));
    let seen = health(&stage, "ci").await;
    assert_eq!(
        (&seen["health"], &seen["enabled"], &seen["last_error"]),
        (&json!("failing"), &json!(true), &json!("it answered 500"))
    );
    receiver.answers(200, &[], "");
    stage.post("/registered-models/create", json!({"name": "other"})).await.expect(200);
    deliver(&stage).await;
    let kinds = stage.platform.event_kinds().await;
    let kinds: Vec<&String> = kinds.iter().filter(|kind| kind.starts_with("Webhook")).collect();
    assert_eq!(kinds, ["WebhookCreated", "WebhookFailing", "WebhookRecovered"]);
    assert_eq!(told(&receiver.arrived()).last().unwrap().1["name"], "other");
    // A month later the deliveries are forgotten.
    stage.platform.clock.advance(Duration::from_secs(31 * 86_400));
    stage.pass("webhooks").await;
    assert_eq!(deliveries(&stage, "ci").await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_secret_sealed_under_another_key_is_told_and_nothing_is_sent_unsigned() {
    let stage = Stage::new();
    let mut receiver = Receiver::new().await;
    hook(&stage, "ci", &receiver, &["registered_model.created"]).await;
    let spoil = |tx: &mut Transaction<'_>| -> Result<(), roadbed_store::StoreError> {
        let mut webhook = super::store::of_team(tx, TEAM)?.remove(0);
        assert!(!webhook.secret.as_ref().unwrap().contains("s3cret"));
        webhook.secret = Some("seal1.AAAA.AAAA".to_owned());
        tx.without_event("a test");
        super::store::update(tx, &webhook)
    };
    stage.platform.context.store.write(spoil).await.unwrap();
    stage.post("/registered-models/create", json!({"name": "churn"})).await.expect(200);
    assert_eq!(deliver(&stage).await, "delivered 0, failed 1");
    assert_eq!(receiver.arrived().len(), 0);
    let error = health(&stage, "ci").await["last_error"].as_str().unwrap().to_owned();
    assert!(error.contains("set the webhook's secret anew"), "{error}");
}
