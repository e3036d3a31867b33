use crate::stage::Stage;
use axum::http::Method;
use roadbed_testkit::TestAnswer;
use serde_json::{Value, json};

fn path(run: &str) -> String {
    format!("/api/v1/runs/{run}")
}

async fn shown(stage: &Stage, run: &str) -> Value {
    stage.server.get(&path(run), "viewer").await.expect(200).json()
}

async fn patch(stage: &Stage, run: &str, seen: &str, body: Value) -> TestAnswer {
    let headers = [("content-type", "application/json"), ("if-match", seen)];
    stage.server.call(Method::PATCH, &path(run), "developer", &headers, serde_json::to_vec(&body).unwrap()).await
}

/// A run of a job with a dataset, a logged model, and a version with an alias.
async fn run_with_ends(stage: &Stage) -> String {
    let tags = json!([{"key": "mlflow.source.name", "value": "train.py"}, {"key": "mlflow.source.git.commit", "value": "c0ffee"},
        {"key": "mlflow.note.content", "value": "the first"}]);
    let body = json!({"experiment_id": "0", "run_name": "one", "user_id": "ada", "start_time": 5, "tags": tags});
    let made = stage.server.post("/api/2.0/mlflow/runs/create", "job", body).await.expect(200).json();
    let run = made["run"]["info"]["run_id"].as_str().unwrap().to_owned();
    let dataset = json!({"dataset": {"name": "sales", "digest": "d1", "source_type": "local", "source": "sales.csv"},
        "tags": [{"key": "mlflow.data.context", "value": "training"}]});
    stage.post("/runs/log-inputs", json!({"run_id": run, "datasets": [dataset]})).await.expect(200);
    let model = json!({"experiment_id": "0", "name": "model", "source_run_id": run, "model_type": "sklearn"});
    let model = stage.post("/logged-models", model).await.expect(200).json();
    let model = model["model"]["info"]["model_id"].as_str().unwrap().to_owned();
    stage.post("/runs/outputs", json!({"run_id": run, "models": [{"model_id": model, "step": 4}]})).await.expect(200);
    stage.put_file(&format!("0/{run}/artifacts/export/MLmodel"), "flavors:\n  sklearn: {}\n").await.expect(200);
    let body = json!({"run": run, "path": "export"});
    stage.server.post("/api/v1/models/churn/versions", "developer", body).await.expect(201);
    let alias = "/api/v1/models/churn/aliases/champion";
    stage.server.put(alias, "deployer", json!({"version": 1})).await.expect(200);
    run
}

#[tokio::test]
async fn a_run_shows_what_it_used_and_what_came_of_it() {
    let stage = Stage::new();
    let run = run_with_ends(&stage).await;
    let page = shown(&stage, &run).await;
    assert_eq!((&page["description"], &page["experiment_name"]), (&json!("the first"), &json!("Default")));
    assert_eq!((&page["user"], &page["source"]), (&json!("ada"), &json!("train.py")));
    assert_eq!((&page["inputs"][0]["name"], &page["inputs"][0]["context"]), (&json!("sales"), &json!("training")));
    assert_eq!((&page["logged_models"][0]["name"], &page["logged_models"][0]["step"]), (&json!("model"), &json!(4)));
    assert_eq!(page["logged_models"].as_array().unwrap().len(), 1);
    assert_eq!(page["versions"], json!([{"model": "churn", "version": 1, "aliases": ["champion"]}]));
    stage.server.get(&path(&run), "outsider").await.expect(404);
    stage.server.get(&path("none"), "viewer").await.expect(404);
}

#[tokio::test]
async fn lineage_leads_from_the_job_to_the_versions() {
    let stage = Stage::new();
    let run = run_with_ends(&stage).await;
    let path = format!("{}/lineage", path(&run));
    let lineage = stage.server.get(&path, "viewer").await.expect(200).json();
    assert_eq!((&lineage["run"], &lineage["job"]), (&json!(run), &json!(crate::stage::JOB.to_string())));
    assert_eq!((&lineage["code"]["source"], &lineage["code"]["commit"]), (&json!("train.py"), &json!("c0ffee")));
    assert_eq!((&lineage["code"]["branch"], &lineage["datasets"][0]["digest"]), (&Value::Null, &json!("d1")));
    assert_eq!(
        (&lineage["logged_models"][0]["name"], &lineage["versions"][0]["version"]),
        (&json!("model"), &json!(1))
    );
    stage.server.get(&path, "outsider").await.expect(404);
    stage.server.get("/api/v1/runs/none/lineage", "viewer").await.expect(404);
}

#[tokio::test]
async fn people_who_edit_a_run_lose_nothing() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let seen = stage.server.get(&path(&run), "viewer").await;
    let tag = seen.headers["etag"].to_str().unwrap().to_owned();
    let body = json!({"name": "two", "description": "better", "tags": {"stage": "final", "none": null}});
    let rehearsed = format!("{}?dry_run=true", path(&run));
    let rehearsal = stage.server.patch(&rehearsed, "developer", body.clone()).await.expect(200).json();
    assert_eq!((&rehearsal["name"], &shown(&stage, &run).await["name"]), (&json!("two"), &json!("one")));
    let changed = patch(&stage, &run, &tag, body).await.expect(200).json();
    assert_eq!((&changed["name"], &changed["description"]), (&json!("two"), &json!("better")));
    assert_eq!((&changed["tags"]["stage"], &changed["version"]), (&json!("final"), &rehearsal["version"]));
    assert_eq!(changed, shown(&stage, &run).await);
    let lost = patch(&stage, &run, &tag, json!({"description": "mine"})).await.expect(412).json();
    assert_eq!(lost["code"], "request.changed_meanwhile");
    let now = changed["version"].as_str().unwrap();
    let bare = patch(&stage, &run, now, json!({"description": "", "tags": {"stage": null}})).await.expect(200).json();
    assert_eq!((&bare["description"], bare["tags"].get("stage")), (&json!(""), None));
    let mlflow = stage.get(&format!("/runs/get?run_id={run}")).await.json();
    assert_eq!(mlflow["run"]["info"]["run_name"], "two");
}

#[tokio::test]
async fn edits_are_refused_that_clients_could_not_make() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    for (field, body) in [
        ("name", json!({"name": " "})),
        ("tags", json!({"tags": {"roadbed.job_id": "1"}})),
        ("tags", json!({"tags": {"a,b": "1"}})),
        ("description", json!({"description": "x".repeat(8001)})),
        ("title", json!({"title": "x"})),
    ] {
        assert_eq!(stage.server.patch(&path(&run), "developer", body).await.expect(400).json()["field"], field);
    }
    stage.server.patch(&path(&run), "viewer", json!({"name": "x"})).await.expect(403);
    stage.server.patch(&path(&run), "outsider", json!({"name": "x"})).await.expect(404);
    stage.server.delete(&path(&run), "developer").await.expect(204);
    stage.server.patch(&path(&run), "developer", json!({"name": "x"})).await.expect(400);
}

#[tokio::test]
async fn a_run_leaves_and_comes_back() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let restore = format!("{}/restore", path(&run));
    stage.server.delete(&path(&run), "viewer").await.expect(403);
    stage.server.delete(&path(&run), "outsider").await.expect(404);
    stage.server.delete(&format!("{}?dry_run=true", path(&run)), "developer").await.expect(204);
    assert_eq!(shown(&stage, &run).await["state"], "active");
    stage.server.delete(&path(&run), "developer").await.expect(204);
    assert_eq!(shown(&stage, &run).await["state"], "deleted");
    stage.server.post(&restore, "viewer", Value::Null).await.expect(403);
    stage.server.post(&restore, "outsider", Value::Null).await.expect(404);
    let rehearsed = format!("{restore}?dry_run=true");
    assert_eq!(stage.server.post(&rehearsed, "developer", Value::Null).await.expect(200).json()["state"], "active");
    assert_eq!(shown(&stage, &run).await["state"], "deleted");
    stage.server.post(&restore, "developer", Value::Null).await.expect(200);
    assert_eq!(shown(&stage, &run).await["state"], "active");
}

#[tokio::test]
async fn keys_of_an_experiment_are_listed_with_their_runs() {
    let stage = Stage::new();
    for name in ["one", "two"] {
        let run = stage.run(name).await;
        let body = json!({"run_id": run, "params": [{"key": "depth", "value": "3"}], "tags": [{"key": "team_tag", "value": "x"}],
            "metrics": [{"key": "Val Loss", "value": 1, "timestamp": 1}, {"key": name, "value": 1, "timestamp": 1}]});
        stage.post("/runs/log-batch", body).await.expect(200);
    }
    let keys = async |query: &str| {
        stage.server.get(&format!("/api/v1/experiments/0/keys?{query}"), "viewer").await.expect(200).json()["items"]
            .clone()
    };
    let metrics = json!([{"kind": "metrics", "key": "Val Loss", "runs": 2}, {"kind": "metrics", "key": "one", "runs": 1},
        {"kind": "metrics", "key": "two", "runs": 1}]);
    assert_eq!(keys("kind=metrics").await, metrics);
    assert_eq!(keys("q=LOSS").await, json!([metrics[0]]));
    assert_eq!(keys("kind=params&limit=1").await, json!([{"kind": "params", "key": "depth", "runs": 2}]));
    assert_eq!(keys("q=team_").await.as_array().unwrap().len(), 1);
    assert_eq!(keys("q=%25").await, json!([]));
    for (query, status) in [("kind=metric", 400), ("limit=0", 400)] {
        stage.server.get(&format!("/api/v1/experiments/0/keys?{query}"), "viewer").await.expect(status);
    }
    stage.server.get("/api/v1/experiments/7/keys", "viewer").await.expect(404);
    let other = stage.server.get("/api/v1/experiments/0/keys", "outsider").await.expect(200).json();
    assert_eq!(other["items"], json!([]));
}
