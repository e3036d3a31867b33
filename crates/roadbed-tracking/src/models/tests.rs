use crate::artifacts::python_minor;
use crate::stage::{Stage, TEAM};
use axum::http::Method;
use roadbed_contracts::ports::PortError;
use serde_json::{Value, json};

const MLMODEL: &str = "flavors:\n  python_function:\n    python_version: 3.11.7\n";

/// A run with a model folder, and a registered model of this name.
async fn prepared(stage: &Stage, name: &str) -> (String, String) {
    let run = stage.run("train").await;
    let source = format!("mlflow-artifacts:/0/{run}/artifacts/model");
    let path = source.strip_prefix("mlflow-artifacts:/").unwrap();
    stage.put_file(&format!("{path}/MLmodel"), MLMODEL).await.expect(200);
    stage.put_file(&format!("{path}/data/model.bin"), "weights").await.expect(200);
    stage.put_file(&format!("{path}/requirements.txt"), "scikit-learn==1.6\n").await.expect(200);
    stage.post("/registered-models/create", json!({"name": name})).await.expect(200);
    (run, source)
}

async fn register(stage: &Stage, name: &str, run: &str, source: &str) -> Value {
    let body = json!({"name": name, "source": source, "run_id": run});
    stage.post("/model-versions/create", body).await.expect(200).json()["model_version"].clone()
}

async fn alias(stage: &Stage, token: &str, body: Value) -> roadbed_testkit::TestAnswer {
    stage.server.post("/api/2.0/mlflow/registered-models/alias", token, body).await
}

#[tokio::test]
async fn a_version_keeps_the_files_it_was_registered_with() {
    let stage = Stage::new();
    let (run, source) = prepared(&stage, "churn").await;
    assert_eq!(register(&stage, "churn", &run, &source).await["version"], "1");
    let path = format!("0/{run}/artifacts/model/data/model.bin");
    stage.put_file(&path, "spoiled").await.expect(200);
    let reference = "churn/1".parse().unwrap();
    let resolved = stage.ports.registry.resolve(TEAM, &reference).await.unwrap();
    let paths: Vec<&str> = resolved.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["MLmodel", "data/model.bin", "requirements.txt"]);
    let bytes = stage.platform.context.blobs.read(&resolved.files[1].digest, 100).await.unwrap();
    assert_eq!(&bytes[..], b"weights");
    assert_eq!(resolved.mlmodel.as_deref(), Some(MLMODEL));
    assert_eq!((resolved.python.as_deref(), resolved.run_id.as_deref()), (Some("3.11"), Some(run.as_str())));
    assert_eq!(resolved.requirements.as_deref(), Some("scikit-learn==1.6\n"));
    // Clients load the frozen files too, and nobody can write there.
    let answer = stage.get("/model-versions/get-download-uri?name=churn&version=1").await.expect(200).json();
    let frozen = answer["artifact_uri"].as_str().unwrap().strip_prefix("mlflow-artifacts:/").unwrap().to_owned();
    let read = stage.file(Method::GET, &format!("{frozen}/data/model.bin"), "viewer", "").await.expect(200);
    assert_eq!(read.text(), "weights");
    stage.put_file(&format!("{frozen}/data/model.bin"), "x").await.expect(403);
    stage.file(Method::DELETE, &frozen, "developer", "").await.expect(403);
    // The same bytes again give the same digest, other bytes another.
    register(&stage, "churn", &run, &source).await;
    let second = stage.ports.registry.resolve(TEAM, &"churn/2".parse().unwrap()).await.unwrap();
    assert_ne!(second.digest, resolved.digest);
}

#[tokio::test]
async fn no_file_of_a_version_is_ever_unreferenced_until_it_is_deleted() {
    let stage = Stage::new();
    let (run, source) = prepared(&stage, "churn").await;
    register(&stage, "churn", &run, &source).await;
    let resolved = stage.ports.registry.resolve(TEAM, &"churn/1".parse().unwrap()).await.unwrap();
    let digests: Vec<_> = resolved.files.iter().map(|file| file.digest).collect();
    stage.file(Method::DELETE, &format!("0/{run}"), "developer", "").await.expect(200);
    let store = &stage.platform.context.store;
    assert_eq!(store.unreferenced(digests.clone()).await.unwrap(), []);
    stage.delete("/model-versions/delete", json!({"name": "churn", "version": "1"})).await.expect(200);
    assert_eq!(store.unreferenced(digests).await.unwrap().len(), 3);
    // A number is never used twice.
    let again = stage.run("again").await;
    let source = format!("runs:/{again}/model");
    assert_eq!(register(&stage, "churn", &again, &source).await["version"], "2");
    let empty = stage.ports.registry.resolve(TEAM, &"churn/2".parse().unwrap()).await;
    assert!(matches!(empty, Err(PortError::Refused(text)) if text.contains("has no files on this server")));
}

#[tokio::test]
async fn aliases_move_by_those_who_may_promote() {
    let stage = Stage::new();
    let (run, source) = prepared(&stage, "churn").await;
    register(&stage, "churn", &run, &source).await;
    register(&stage, "churn", &run, &source).await;
    let to = |version: &str| json!({"name": "churn", "alias": "champion", "version": version});
    for token in ["viewer", "developer", "job"] {
        alias(&stage, token, to("1")).await.expect(403);
    }
    alias(&stage, "deployer", to("1")).await.expect(200);
    alias(&stage, "deployer", to("2")).await.expect(200);
    alias(&stage, "deployer", to("2")).await.expect(200);
    let resolved = stage.ports.registry.resolve(TEAM, &"churn@champion".parse().unwrap()).await.unwrap();
    assert_eq!(resolved.version, 2);
    let model = stage.get("/registered-models/get?name=churn").await.expect(200).json();
    assert_eq!(model["registered_model"]["aliases"], json!([{"alias": "champion", "version": "2"}]));
    // Deleting or renaming what an alias names would move it.
    stage.delete("/model-versions/delete", json!({"name": "churn", "version": "2"})).await.expect(403);
    stage.delete("/registered-models/delete", json!({"name": "churn"})).await.expect(403);
    stage.post("/registered-models/rename", json!({"name": "churn", "new_name": "x"})).await.expect(403);
    let moved: Vec<Value> = stage
        .platform
        .events()
        .await
        .into_iter()
        .filter(|event| event.kind == "ModelAliasMoved")
        .map(|event| event.body)
        .collect();
    assert_eq!(moved.len(), 2);
    assert_eq!(moved[1], json!({"model": "churn", "alias": "champion", "version": 2, "previous": 1}));
    for (name, version) in [("latest", "1"), ("V3", "1"), ("a b", "1"), ("champion", "x")] {
        alias(&stage, "deployer", json!({"name": "churn", "alias": name, "version": version})).await.expect(400);
    }
    alias(&stage, "deployer", json!({"name": "churn", "alias": "a", "version": "9"})).await.expect(404);
    let unknown = stage.get("/registered-models/alias?name=churn&alias=nobody").await.expect(400);
    assert_eq!(Stage::code(&unknown), "INVALID_PARAMETER_VALUE");
    let latest = stage.get("/registered-models/alias?name=churn&alias=latest").await.expect(200).json();
    assert_eq!(latest["model_version"]["version"], "2");
    let missing = stage.ports.registry.resolve(TEAM, &"churn@nobody".parse().unwrap()).await;
    assert!(matches!(missing, Err(PortError::NotFound(_))));
    stage.ports.registry.set_alias(TEAM, &"churn".parse().unwrap(), "staging", 1).await.unwrap();
}

#[tokio::test]
async fn a_job_may_register_what_it_trained() {
    let stage = Stage::new();
    let (run, source) = prepared(&stage, "churn").await;
    let body = json!({"name": "churn", "source": source, "run_id": run});
    stage.server.post("/api/2.0/mlflow/model-versions/create", "job", body.clone()).await.expect(200);
    stage.server.post("/api/2.0/mlflow/model-versions/create", "viewer", body).await.expect(403);
}

#[tokio::test]
async fn another_teams_models_and_sources_do_not_exist() {
    let stage = Stage::new();
    let (run, source) = prepared(&stage, "churn").await;
    register(&stage, "churn", &run, &source).await;
    let theirs = |route: &str| format!("/api/2.0/mlflow{route}");
    for route in [
        "/registered-models/get?name=churn",
        "/model-versions/get?name=churn&version=1",
        "/model-versions/get-download-uri?name=churn&version=1",
        "/registered-models/alias?name=churn&alias=latest",
    ] {
        stage.server.get(&theirs(route), "outsider").await.expect(404);
    }
    assert_eq!(stage.server.get(&theirs("/model-versions/search"), "outsider").await.expect(200).json(), json!({}));
    assert_eq!(stage.server.get(&theirs("/registered-models/search"), "outsider").await.expect(200).json(), json!({}));
    // Names are free in each team, and sources of the other one cannot be registered.
    stage.server.post(&theirs("/registered-models/create"), "outsider", json!({"name": "churn"})).await.expect(200);
    for source in [source.clone(), format!("runs:/{run}/model"), "models:/churn/1".to_owned()] {
        let body = json!({"name": "churn", "source": source, "run_id": run});
        let answer = stage.server.post(&theirs("/model-versions/create"), "outsider", body).await;
        assert!(matches!(answer.status.as_u16(), 400 | 404), "{source}: {}", answer.text());
    }
}

#[tokio::test]
async fn sources_must_lie_where_the_caller_says() {
    let stage = Stage::new();
    let (run, source) = prepared(&stage, "churn").await;
    let other = stage.run("other").await;
    for (source, run_id) in [
        (source.as_str(), other.as_str()),
        (source.as_str(), ""),
        (&format!("mlflow-artifacts:/0/{run}/artifacts/../../{other}/artifacts"), &run),
        (&format!("mlflow-artifacts:/0/{run}/artifacts/%2e%2e/x"), &run),
        (&format!("runs:/{other}/model"), &run),
        ("/etc/passwd", &run),
        ("file:///etc", &run),
        ("models:/m-00000000000000000000000000000000", &run),
        ("models:/nobody/1", &run),
        ("http://host/api/2.0/mlflow-artifacts/artifacts/0/x", &run),
        ("s3://bucket/../x", &run),
    ] {
        let body = json!({"name": "churn", "source": source, "run_id": run_id});
        let answer = stage.post("/model-versions/create", body).await;
        assert!(matches!(answer.status.as_u16(), 400 | 404), "{source}: {} {}", answer.status, answer.text());
    }
    let foreign =
        stage.post("/model-versions/create", json!({"name": "churn", "source": "s3://bucket/x"})).await.expect(200);
    assert_eq!(foreign.json()["model_version"]["source"], "s3://bucket/x");
}

#[tokio::test]
async fn searches_filter_order_and_hide_prompts() {
    let stage = Stage::new();
    let (run, source) = prepared(&stage, "churn").await;
    register(&stage, "churn", &run, &source).await;
    let prompt = json!({"name": "greeting", "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]});
    stage.post("/registered-models/create", prompt).await.expect(200);
    stage
        .post("/registered-models/create", json!({"name": "credit", "tags": [{"key": "team", "value": "risk"}]}))
        .await
        .expect(200);
    let names = async |query: &str| {
        let answer = stage.get(&format!("/registered-models/search?{query}")).await.expect(200).json();
        let models = answer["registered_models"].as_array().cloned().unwrap_or_default();
        models.iter().map(|model| model["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["churn", "credit"]);
    assert_eq!(names("order_by=name%20DESC").await, ["credit", "churn"]);
    assert_eq!(names("filter=name%20ILIKE%20'C%25'%20AND%20tags.team%20%3D%20'risk'").await, ["credit"]);
    assert_eq!(names("filter=tags.%60mlflow.prompt.is_prompt%60%20%3D%20'true'").await, ["greeting"]);
    assert_eq!(names("filter=name%20%3D%20'greeting'").await, Vec::<String>::new());
    let found = stage.get(&format!("/model-versions/search?filter=run_id%20%3D%20'{run}'")).await.expect(200).json();
    assert_eq!(found["model_versions"].as_array().unwrap().len(), 1);
    stage.get("/model-versions/search?filter=stage%20%3D%20'x'").await.expect(400);
    stage.get("/registered-models/search?max_results=1001").await.expect(400);
}

#[tokio::test]
async fn stages_of_old_clients_still_work() {
    let stage = Stage::new();
    let (run, source) = prepared(&stage, "churn").await;
    register(&stage, "churn", &run, &source).await;
    register(&stage, "churn", &run, &source).await;
    let to = async |version: &str, stage_name: &str, archive: bool| {
        let body =
            json!({"name": "churn", "version": version, "stage": stage_name, "archive_existing_versions": archive});
        stage.server.post("/api/2.0/mlflow/model-versions/transition-stage", "deployer", body).await
    };
    to("1", "production", false).await.expect(200);
    to("2", "Production", true).await.expect(200);
    let first = stage.get("/model-versions/get?name=churn&version=1").await.expect(200).json();
    assert_eq!(first["model_version"]["current_stage"], "Archived");
    let latest =
        stage.get("/registered-models/get-latest-versions?name=churn&stages=Production").await.expect(200).json();
    assert_eq!(latest["model_versions"][0]["version"], "2");
    to("1", "Live", false).await.expect(400);
}

#[test]
fn the_python_version_is_read_from_the_model() {
    assert_eq!(python_minor(MLMODEL).as_deref(), Some("3.11"));
    assert_eq!(python_minor("python_version: '3.12.1'").as_deref(), Some("3.12"));
    assert_eq!(python_minor("flavors: {}"), None);
    assert_eq!(python_minor("python_version: any"), None);
}

#[tokio::test]
async fn the_command_line_lists_models_experiments_and_runs() {
    let stage = Stage::new();
    let (run, source) = prepared(&stage, "churn").await;
    register(&stage, "churn", &run, &source).await;
    alias(&stage, "deployer", json!({"name": "churn", "alias": "champion", "version": "1"})).await.expect(200);
    let metric = json!({"run_id": run, "key": "auc", "value": 0.5, "timestamp": 1});
    stage.post("/runs/log-metric", metric).await.expect(200);
    let models = stage.server.get("/api/v1/models?limit=1", "viewer").await.expect(200).json();
    assert_eq!(models["items"][0]["aliases"], json!({"champion": 1}));
    assert_eq!(models["next_cursor"], Value::Null);
    let model = stage.server.get("/api/v1/models/churn", "viewer").await.expect(200).json();
    assert_eq!((&model["latest_version"], &model["versions"][0]["run"]), (&json!(1), &json!(run)));
    let runs = stage.server.get("/api/v1/runs?filter=metrics.auc%20%3E%200.1", "viewer").await.expect(200).json();
    assert_eq!((&runs["items"][0]["id"], &runs["items"][0]["metrics"]), (&json!(run), &json!({"auc": 0.5})));
    assert_eq!(
        stage.server.get(&format!("/api/v1/runs/{run}"), "viewer").await.expect(200).json()["status"],
        "RUNNING"
    );
    let experiments = stage.server.get("/api/v1/experiments", "viewer").await.expect(200).json();
    assert_eq!(experiments["items"][0]["name"], "Default");
    for path in ["/api/v1/models/churn".to_owned(), format!("/api/v1/runs/{run}"), "/api/v1/experiments/9".to_owned()] {
        assert_eq!(stage.server.get(&path, "outsider").await.expect(404).code(), "tracking.unknown", "{path}");
        stage.server.get(&path, "").await.expect(401);
    }
    stage.server.get("/api/v1/runs?limit=0", "viewer").await.expect(400);
    stage.server.get("/api/v1/runs?filter=nonsense", "viewer").await.expect(400);
}
