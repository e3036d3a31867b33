//! Bills as tools meet them. They are held against CycloneDX's own validator in `tests/clients/governance.py`.

use crate::stage::Stage;
use serde_json::{Value, json};

const BOM: &str = "/api/v1/models/churn/versions/1/bom";

async fn version(stage: &Stage) -> String {
    let run = stage.run("train").await;
    for (path, content) in
        [("MLmodel", "flavors:\n  sklearn: {code: null}\n"), ("requirements.txt", "mlflow==3.17.2\nnumpy>=2\n")]
    {
        stage.put_file(&format!("0/{run}/artifacts/model/{path}"), content).await.expect(200);
    }
    let data = json!({"name": "customers", "digest": "abc123", "source_type": "local", "source": "{}"});
    stage.post("/runs/log-inputs", json!({"run_id": run, "datasets": [{"dataset": data}]})).await.expect(200);
    for (key, value) in
        [("mlflow.source.git.commit", "c0ffee"), ("mlflow.source.git.repoURL", "https://ann:secret@git.example/x.git")]
    {
        stage.post("/runs/set-tag", json!({"run_id": run, "key": key, "value": value})).await.expect(200);
    }
    stage.post("/runs/log-parameter", json!({"run_id": run, "key": "depth", "value": "4"})).await.expect(200);
    let metric = json!({"run_id": run, "key": "auc", "value": 0.93, "timestamp": 1, "step": 1});
    stage.post("/runs/log-metric", metric).await.expect(200);
    stage
        .server
        .post("/api/v1/models/churn/versions", "developer", json!({"run": run, "path": "model"}))
        .await
        .expect(201);
    let license = json!({"name": "churn", "version": "1", "key": "license", "value": "apache-2.0"});
    stage.post("/model-versions/set-tag", license).await.expect(200);
    run
}

fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()
}

#[tokio::test]
async fn a_bill_names_files_data_packages_and_measurements() {
    let stage = Stage::new();
    let run = version(&stage).await;
    let answer = stage.server.get(BOM, "viewer").await.expect(200);
    let bom = answer.json();
    let model = &bom["metadata"]["component"];
    assert_eq!((&model["type"], &model["version"]), (&json!("machine-learning-model"), &json!("1")));
    let file = named(&model["components"], "requirements.txt");
    let sha256 = "SHA-256";
    assert_eq!((&file["hashes"][0]["alg"], &file["hashes"][1]["alg"]), (&json!(sha256), &json!("BLAKE3")));
    assert_eq!(file["hashes"][0]["content"].as_str().unwrap().len(), 64);
    assert_eq!(model["licenses"], json!([{"license": {"id": "Apache-2.0"}}]));
    assert_eq!(model["pedigree"]["commits"], json!([{"uid": "c0ffee", "url": "https://git.example/x.git"}]));
    let card = &model["modelCard"];
    assert_eq!(card["quantitativeAnalysis"]["performanceMetrics"], json!([{"type": "auc", "value": "0.93"}]));
    assert_eq!(card["properties"], json!([{"name": "roadbed:parameter:depth", "value": "4"}]));
    assert_eq!(card["modelParameters"]["datasets"], json!([{"ref": "data:customers@abc123"}]));
    assert_eq!(named(&bom["components"], "mlflow")["purl"], "pkg:pypi/mlflow@3.17.2");
    assert_eq!(named(&bom["components"], "numpy")["version"], Value::Null);
    assert_eq!(named(&model["properties"], "roadbed:run")["value"], run);
    assert!(!answer.text().contains("secret"));

    // The same content is the same document, and another one has another number.
    assert_eq!(stage.server.get(BOM, "viewer").await.expect(200).text(), answer.text());
    let metric = json!({"run_id": run, "key": "auc", "value": 0.95, "timestamp": 2, "step": 2});
    stage.post("/runs/log-metric", metric).await.expect(200);
    assert_ne!(stage.server.get(BOM, "viewer").await.expect(200).json()["serialNumber"], bom["serialNumber"]);
    stage.server.get(BOM, "outsider").await.expect(404);
    stage.server.get("/api/v1/models/churn/versions/9/bom", "viewer").await.expect(404);
    stage.server.get("/api/v1/models/churn/versions/x/bom", "viewer").await.expect(400);
}
