//! `/api/v1/runs`, as the portal and the command line use it.

use crate::stage::Stage;
use serde_json::{Value, json};

async fn run_in(stage: &Stage, experiment: &str, name: &str, auc: f64) -> String {
    let body = json!({"experiment_id": experiment, "run_name": name, "user_id": "ada", "start_time": 5_000,
        "tags": [{"key": "mlflow.source.name", "value": "train.py"}, {"key": "author", "value": "ada"}]});
    let made = stage.post("/runs/create", body).await.expect(200).json();
    let run = made["run"]["info"]["run_id"].as_str().unwrap().to_owned();
    let body = json!({"run_id": run, "metrics": [{"key": "auc", "value": auc, "timestamp": 1}, {"key": "loss", "value": 1, "timestamp": 1}],
        "params": [{"key": "depth", "value": "3"}]});
    stage.post("/runs/log-batch", body).await.expect(200);
    run
}

async fn experiment(stage: &Stage, name: &str) -> String {
    let made = stage.post("/experiments/create", json!({"name": name})).await.expect(200).json();
    made["experiment_id"].as_str().unwrap().to_owned()
}

async fn list(stage: &Stage, query: &str) -> Value {
    stage.server.get(&format!("/api/v1/runs?{query}"), "viewer").await.expect(200).json()
}

fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn only_the_wanted_columns_are_given() {
    let stage = Stage::new();
    let run = run_in(&stage, "0", "one", 0.5).await;
    stage.post("/runs/update", json!({"run_id": run, "status": "FINISHED", "end_time": 7_500})).await.expect(200);
    let found = list(&stage, "columns=metrics.auc,params.depth,tags.author,params.none").await;
    let item = &found["items"][0];
    assert_eq!(item["metrics"], json!({"auc": 0.5}));
    assert_eq!(item["params"], json!({"depth": "3"}));
    assert_eq!(item["tags"], json!({"author": "ada"}));
    assert_eq!((&item["experiment_name"], &item["user"]), (&json!("Default"), &json!("ada")));
    assert_eq!((&item["source"], &item["duration_ms"]), (&json!("train.py"), &json!(2_500)));
    let bare = list(&stage, "columns=none").await;
    assert_eq!((&bare["items"][0]["metrics"], &bare["items"][0]["tags"]), (&json!({}), &json!({})));
    let whole = list(&stage, "").await;
    assert_eq!(whole["items"][0]["metrics"], json!({"auc": 0.5, "loss": 1.0}));
    assert_eq!(whole["items"][0]["tags"]["mlflow.source.name"], "train.py");
}

#[tokio::test]
async fn runs_of_several_experiments_are_counted_over_all_pages() {
    let stage = Stage::new();
    let (first, second) = (experiment(&stage, "first").await, experiment(&stage, "second").await);
    for (experiment, name, auc) in [(&first, "a", 0.1), (&first, "b", 0.2), (&second, "c", 0.3), (&second, "d", 0.4)] {
        run_in(&stage, experiment, name, auc).await;
    }
    let other = run_in(&stage, "0", "e", 0.5).await;
    let query = format!("experiments={first},{second}&order_by=metrics.auc%20DESC&count=true&limit=3");
    let page = list(&stage, &query).await;
    assert_eq!((names(&page), &page["total"]), (vec!["d", "c", "b"], &json!(4)));
    let rest = list(&stage, &format!("{query}&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    assert_eq!((names(&rest), &rest["items"][0]["experiment_name"]), (vec!["a"], &json!("first")));
    assert_eq!(list(&stage, "count=true&limit=1").await["total"], 5);
    assert_eq!(list(&stage, &format!("experiment={first}&count=true")).await["total"], 2);
    assert_eq!(list(&stage, "").await["total"], Value::Null);
    let named = format!("filter=attributes.run_id%20IN%20('{other}','{}')", "0".repeat(32));
    assert_eq!(names(&list(&stage, &named).await), ["e"]);
    assert_eq!(names(&list(&stage, &format!("experiment={first}&{named}")).await), Vec::<&str>::new());
    assert_eq!(stage.server.get("/api/v1/runs", "outsider").await.expect(200).json()["items"], json!([]));
}

#[tokio::test]
async fn deleted_runs_are_seen_when_asked_for() {
    let stage = Stage::new();
    let gone = run_in(&stage, "0", "gone", 0.5).await;
    run_in(&stage, "0", "there", 0.5).await;
    stage.post("/runs/delete", json!({"run_id": gone})).await.expect(200);
    for (view, seen) in [("active", vec!["there"]), ("deleted", vec!["gone"]), ("all", vec!["gone", "there"])] {
        let found = list(&stage, &format!("view={view}&order_by=run_name")).await;
        assert_eq!(names(&found), seen);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_search_is_said() {
    let stage = Stage::new();
    for (query, field) in [
        ("filter=nonsense", "filter"),
        ("order_by=metrics.auc%20UP", "order_by"),
        ("columns=auc", "columns"),
        ("limit=1001", "limit"),
        ("cursor=x", "cursor"),
    ] {
        let answer = stage.server.get(&format!("/api/v1/runs?{query}"), "viewer").await.expect(400).json();
        assert_eq!(answer["field"], field, "{answer}");
    }
    let wrong = "/api/v1/runs?filter=metrics.auc%20%3E%201%20AND%20color.x%20%3D%20'y'";
    let wrong = stage.server.get(wrong, "viewer").await.expect(400).json();
    assert_eq!((&wrong["line"], wrong["fix"].is_string()), (&json!("1:21"), true), "{wrong}");
    stage.server.get("/api/v1/runs?view=some", "viewer").await.expect(400);
    stage.server.get("/api/v1/runs?experiments=x", "viewer").await.expect(400);
    stage.server.get("/api/v1/runs", "nobody").await.expect(401);
}
