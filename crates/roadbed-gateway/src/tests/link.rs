//! The link to control: what survives its death, what is acknowledged when, what a restart remembers.

use super::linear::LinearModel;
use super::stage::{CALLER, Stage, hash, service, until};
use http::StatusCode;
use roadbed_contracts::entries::{Entry, EntryBody, GrantEntry, RevisionLoad};
use roadbed_contracts::records::Record;
use roadbed_core::{Digest, IdSource, ServiceId, SystemIds};
use std::sync::atomic::Ordering;

const QUESTION: &str = r#"{"inputs": [[1, 2]]}"#;

#[tokio::test]
async fn predictions_go_on_without_control_and_counters_arrive_exactly_once() {
    let (mut stage, _) = Stage::with_churn().await;
    for _ in 0..3 {
        assert_eq!(stage.invoke(QUESTION).await.status, StatusCode::OK);
    }
    until("three are counted", async || stage.control.traffic("/", "").requests == 3).await;
    stage.control.die().await;
    for _ in 0..10 {
        assert_eq!(stage.invoke(QUESTION).await.status, StatusCode::OK);
    }
    // What a kill may lose is what came after the last tick, so wait until all 13 are with control or on disk.
    until("the counters are on disk", async || {
        let spool = std::fs::read_to_string(stage.settings.folder.join("spool.jsonl")).unwrap();
        let records = spool.lines().filter_map(|line| serde_json::from_str::<Record>(line).ok());
        let waiting = records.filter(|record| !stage.control.told(|told| told.has(record)));
        let waiting: u64 = waiting.map(|record| record.value["requests"].as_u64().unwrap()).sum();
        stage.control.traffic("/", "").requests + waiting == 13
    })
    .await;
    // Killed and started again while control is away: entries and counters are still there.
    stage.kill().await;
    stage.start();
    for _ in 0..5 {
        let answer = stage.invoke(QUESTION).await;
        assert_eq!(answer.text(), r#"{"predictions": [9.0]}"#);
    }
    stage.control.told(|told| told.lose_answers = 3);
    stage.control.revive().await;
    until("all are counted", async || stage.control.traffic("/", "").requests == 18).await;
    until("nothing waits any more", async || {
        stage.get("/metrics").await.text().contains("roadbed_gateway_spool_records 0")
    })
    .await;
    assert_eq!(stage.control.traffic("/", "").requests, 18);
    assert_eq!(stage.control.traffic("/", "").latency.values().sum::<u64>(), 18);
}

#[tokio::test]
async fn a_removed_revision_is_acknowledged_when_its_last_request_has_ended() {
    let stage = std::sync::Arc::new(Stage::open().await);
    let held = LinearModel { weights: vec![1.0, 1.0], held: true, ..LinearModel::default() };
    let mut entry = stage.churn(&held);
    stage.ready().await;
    let first = entry.routes[0].revision;
    let mut calls = tokio::task::JoinSet::new();
    let caller = std::sync::Arc::clone(&stage);
    calls.spawn(async move { caller.invoke(QUESTION).await });
    until("it is in the model", async || stage.backend.entered.load(Ordering::SeqCst) == 1).await;
    let second = stage.revision(entry.id, 2, &LinearModel { weights: vec![5.0, 0.0], ..LinearModel::default() });
    stage.ready().await;
    entry.routes = super::stage::weights(&[(second, 10_000)]);
    let switched = stage.route(&entry);
    until("the switch is applied", async || stage.control.applied() == switched).await;
    let removed = stage.control.announce(&format!("revision/{first}"), None);
    let later = stage.control.announce("grant/none", None);
    until("routing knows that it is gone", async || {
        stage.get("/v2/models/churn/versions/1").await.status == StatusCode::NOT_FOUND
    })
    .await;
    assert_eq!(stage.invoke(QUESTION).await.text(), r#"{"predictions": [5.0]}"#);
    assert_eq!(stage.control.applied(), removed - 1, "a request is still in it");
    assert!(stage.backend.unloaded.lock().unwrap().is_empty());
    stage.backend.gate.0.add_permits(1);
    assert_eq!(calls.join_all().await.pop().unwrap().text(), r#"{"predictions": [3.0]}"#);
    until("the removal is acknowledged", async || stage.control.applied() == later).await;
    assert_eq!(*stage.backend.unloaded.lock().unwrap(), [first]);
}

#[tokio::test]
async fn files_that_are_not_what_they_should_be_are_not_loaded() {
    let stage = Stage::open().await;
    let id = ServiceId::from_u128(SystemIds.next());
    let mut entry = stage.revision_entry(id, 1, &LinearModel { weights: vec![1.0], ..LinearModel::default() });
    let right = stage.control.told(|told| {
        let digest = entry.files[0].digest.to_string();
        let right = told.blobs[&digest].clone();
        let wrong = vec![b'x'; right.len()];
        told.blobs.insert(digest, wrong);
        right
    });
    stage.control.announce(&format!("revision/{}", entry.id), Some(EntryBody::Revision(entry.clone())));
    let detail = async || {
        stage.control.told(|told| {
            let statuses =
                told.last_heartbeat.as_ref().map(|heartbeat| heartbeat.revisions.clone()).unwrap_or_default();
            statuses.first().map(|status| status.detail.clone()).unwrap_or_default()
        })
    };
    until("the wrong content is seen", async || detail().await.contains("other content than its digest")).await;
    stage.control.told(|told| told.blobs.insert(entry.files[0].digest.to_string(), right));
    stage.ready().await;
    assert_eq!(detail().await, "linear");
    // A path out of the folder is refused for good.
    entry.id = roadbed_core::RevisionId::from_u128(SystemIds.next());
    entry.model_digest = Digest::from_bytes([9; 32]);
    entry.files[0].path = "../../escaped".into();
    stage.control.announce(&format!("revision/{}", entry.id), Some(EntryBody::Revision(entry.clone())));
    stage.ready().await;
    let statuses = stage.control.told(|told| told.last_heartbeat.clone().unwrap().revisions);
    let refused = statuses.iter().find(|status| status.revision == entry.id).unwrap();
    assert_eq!(refused.state, RevisionLoad::Failed);
    assert!(refused.detail.contains("leaves the model's folder"), "{}", refused.detail);
}

#[tokio::test]
async fn control_restored_from_a_backup_is_believed() {
    let (stage, entry) = Stage::with_churn().await;
    let grant = GrantEntry { token_hash: hash(CALLER), team: None, instance: None, expires_at: None };
    let revision =
        stage.revision_entry(entry.id, 5, &LinearModel { weights: vec![1.0, 0.0], ..LinearModel::default() });
    let routed = service("churn", entry.id, &[(revision.id, 10_000)]);
    let entries = vec![
        Entry { key: "grant/a".into(), version: 0, body: Some(EntryBody::Grant(grant)) },
        Entry { key: format!("revision/{}", revision.id), version: 0, body: Some(EntryBody::Revision(revision)) },
        Entry { key: format!("service/{}", entry.id), version: 0, body: Some(EntryBody::Service(routed)) },
    ];
    stage.control.restore_from_backup(entries);
    until("the restored revision answers", async || stage.invoke(QUESTION).await.header("x-roadbed-revision") == "5")
        .await;
    until("it is acknowledged in its epoch", async || {
        stage.control.told(|told| {
            let heartbeat = told.last_heartbeat.clone().unwrap();
            heartbeat.epoch == "second" && heartbeat.applied == 3
        })
    })
    .await;
    assert_eq!(*stage.backend.unloaded.lock().unwrap(), [entry.routes[0].revision]);
}
