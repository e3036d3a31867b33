//! Signatures and keys as people meet them. The form is held against the `model-signing` package in `tests/clients/signing.py`.

use crate::stage::{Stage, TEAM};
use roadbed_capability::Grantee;
use serde_json::{Value, json};

const SIGNATURE: &str = "/api/v1/models/churn/versions/1/signature";
const KEYS: &str = "/api/v1/signing-keys";

/// A version of `churn` with two files and one that no verifier looks at.
async fn version(stage: &Stage) {
    let run = stage.run("train").await;
    for (path, content) in [("MLmodel", "flavors: {}\n"), ("data/weights.bin", "1234"), (".gitignore", "*.tmp")] {
        stage.put_file(&format!("0/{run}/artifacts/model/{path}"), content).await.expect(200);
    }
    let body = json!({"run": run, "path": "model"});
    stage.server.post("/api/v1/models/churn/versions", "developer", body).await.expect(201);
}

fn people(stage: &Stage) {
    stage.platform.member("boss", TEAM, Grantee::Admin);
}

async fn sign(stage: &Stage) -> Value {
    stage.server.post(SIGNATURE, "deployer", json!({})).await.expect(201).json()
}

async fn kinds(stage: &Stage) -> Vec<String> {
    let all = stage.platform.events().await.into_iter().map(|event| event.kind);
    all.filter(|kind| kind.starts_with("Signing") || kind.ends_with("Signed")).collect()
}

async fn signed_and_checked(stage: &Stage) {
    people(stage);
    version(stage).await;
    assert_eq!(stage.server.get(SIGNATURE, "viewer").await.expect(404).json()["code"], "signatures.unsigned");
    stage.server.get(&format!("{SIGNATURE}/bundle"), "viewer").await.expect(404);
    stage.server.get(&format!("{KEYS}/current"), "viewer").await.expect(404);
    stage.server.post(SIGNATURE, "developer", json!({})).await.expect(403);
    stage.server.post(SIGNATURE, "outsider", json!({})).await.expect(404);
    // A rehearsal leaves neither a signature nor a key.
    stage.server.post(&format!("{SIGNATURE}?dry_run=true"), "deployer", json!({})).await.expect(201);
    assert_eq!(stage.server.get(KEYS, "viewer").await.expect(200).json()["items"], json!([]));

    let signed = sign(stage).await;
    assert_eq!(
        (&signed["fits"], &signed["files"], &signed["unsigned"]),
        (&json!(true), &json!(2), &json!([".gitignore"]))
    );
    assert_eq!((&signed["signed_by"], &signed["key_state"]), (&json!("deployer"), &json!("current")));
    let shown = stage.server.get(&format!("{SIGNATURE}?read=true"), "viewer").await.expect(200).json();
    assert_eq!((&shown["fits"], &shown["was_read"], &shown["key"]), (&json!(true), &json!(true), &signed["key"]));
    // The same again is the same signature.
    let bundle = stage.server.get(&format!("{SIGNATURE}/bundle"), "viewer").await.expect(200);
    sign(stage).await;
    let again = stage.server.get(&format!("{SIGNATURE}/bundle"), "viewer").await.expect(200);
    assert_eq!(bundle.text(), again.text());
    assert_eq!(bundle.json()["verificationMaterial"]["publicKey"]["hint"], signed["key"]);
    assert_eq!(kinds(stage).await, ["SigningKeyMade", "ModelVersionSigned"]);
    stage.server.get(SIGNATURE, "outsider").await.expect(404);
}

#[tokio::test]
async fn a_version_is_signed_once_and_fits() {
    signed_and_checked(&Stage::new()).await;
}

#[tokio::test]
async fn a_version_is_signed_once_and_fits_on_postgres() {
    let Some(stage) = Stage::on_postgres() else { return };
    signed_and_checked(&stage).await;
}

#[tokio::test]
async fn old_signatures_stay_good_after_a_new_key() {
    let stage = Stage::new();
    people(&stage);
    version(&stage).await;
    let first = sign(&stage).await;
    stage.server.post(KEYS, "deployer", json!({"name": "2027"})).await.expect(403);
    let refused = stage.server.post(KEYS, "boss", json!({"name": " "})).await.expect(400).json();
    assert_eq!(refused["field"], "name");
    stage.server.post(&format!("{KEYS}?dry_run=true"), "boss", json!({"name": "2027"})).await.expect(201);
    let second = stage.server.post(KEYS, "boss", json!({"name": "2027"})).await.expect(201).json();
    let listed = stage.server.get(KEYS, "viewer").await.expect(200).json();
    let mut states: Vec<(&str, &str)> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| (key["name"].as_str().unwrap(), key["state"].as_str().unwrap()))
        .collect();
    states.sort_unstable();
    assert_eq!(states, [("2027", "current"), ("first", "retired")]);
    assert!(!listed.to_string().contains("sealed") && !listed.to_string().contains("PRIVATE"));

    let shown = stage.server.get(SIGNATURE, "viewer").await.expect(200).json();
    assert_eq!((&shown["fits"], &shown["key_state"], &shown["key"]), (&json!(true), &json!("retired"), &first["key"]));
    let pem = stage.server.get(&format!("{KEYS}/{}/pem", first["key"].as_str().unwrap()), "viewer").await.expect(200);
    assert!(pem.text().starts_with("-----BEGIN PUBLIC KEY-----\n"));
    stage.server.get(&format!("{KEYS}/current/pem"), "outsider").await.expect(404);
    // Signing again takes the new key.
    assert_eq!(sign(&stage).await["key"], second["id"]);
    assert_eq!(stage.server.get(&format!("{KEYS}/current"), "viewer").await.expect(200).json()["id"], second["id"]);
}

#[tokio::test]
async fn a_damaged_file_and_a_changed_signature_are_seen() {
    let stage = Stage::new();
    people(&stage);
    version(&stage).await;
    sign(&stage).await;
    let listed = stage.server.get("/api/v1/models/churn/versions/1/files?path=data", "viewer").await.expect(200).json();
    assert_eq!(listed["items"][0]["name"], "weights.bin", "{listed}");
    let digest = roadbed_core::Digest::from_bytes(*blake3::hash(b"1234").as_bytes());
    let path = stage.platform.context.blobs.disk_path(&digest).unwrap();
    make_writable(&path);
    std::fs::write(&path, "1235").unwrap();
    // Digests say nothing about a disk; reading does.
    assert_eq!(stage.server.get(SIGNATURE, "viewer").await.expect(200).json()["fits"], true);
    let read = stage.server.get(&format!("{SIGNATURE}?read=true"), "viewer").await.expect(200).json();
    assert_eq!(read["faults"], json!(["the content of data/weights.bin on this server is damaged"]));

    stage.server.post(KEYS, "boss", json!({"name": "next"})).await.expect(201);
    let refused = stage.server.post(SIGNATURE, "deployer", json!({})).await.expect(409).json();
    assert_eq!(refused["code"], "signatures.damaged");

    let write = |tx: &mut roadbed_store::Transaction<'_>| {
        use roadbed_store::Execute as _;
        tx.without_event("a test changes a row");
        tx.execute("UPDATE signatures SET bundle = REPLACE(bundle, '\"sig\":\"', '\"sig\":\"AA')", &[])
    };
    stage.platform.context.store.write(write).await.unwrap();
    let shown = stage.server.get(SIGNATURE, "viewer").await.expect(200).json();
    assert_eq!(shown["faults"], json!(["the signature was not made with this key, or was changed since"]));
}

#[tokio::test]
async fn a_key_that_does_not_open_signs_nothing_and_can_be_replaced() {
    let stage = Stage::new();
    people(&stage);
    version(&stage).await;
    sign(&stage).await;
    let write = |tx: &mut roadbed_store::Transaction<'_>| {
        use roadbed_store::Execute as _;
        tx.without_event("a test changes a row");
        tx.execute("DELETE FROM signatures", &[])?;
        tx.execute("UPDATE signatures_keys SET sealed = 'seal1.AAAAAAAAAAAAAAAA.AAAA'", &[])
    };
    stage.platform.context.store.write(write).await.unwrap();
    let refused = stage.server.post(SIGNATURE, "deployer", json!({})).await.expect(409).json();
    assert_eq!(refused["code"], "signatures.key_sealed");
    stage.server.post(KEYS, "boss", json!({"name": "next"})).await.expect(201);
    assert_eq!(sign(&stage).await["key_name"], "next");
}

#[expect(clippy::permissions_set_readonly_false, reason = "the file is a test's own")]
fn make_writable(path: &std::path::Path) {
    let mut permissions = std::fs::metadata(path).unwrap().permissions();
    permissions.set_readonly(false);
    std::fs::set_permissions(path, permissions).unwrap();
}

#[tokio::test]
async fn what_is_deleted_takes_its_signature_along() {
    let stage = Stage::new();
    version(&stage).await;
    sign(&stage).await;
    stage.server.delete("/api/v1/models/churn", "deployer").await.expect(204);
    stage.server.get(SIGNATURE, "viewer").await.expect(404);
    // A model of the same name, and perhaps of the same key in the store, begins without one.
    version(&stage).await;
    assert_eq!(stage.server.get(SIGNATURE, "viewer").await.expect(404).json()["code"], "signatures.unsigned");
}
