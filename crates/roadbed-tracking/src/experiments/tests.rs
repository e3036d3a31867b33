use crate::stage::Stage;
use serde_json::{Value, json};

async fn create(stage: &Stage, name: &str) -> String {
    let answer = stage.post("/experiments/create", json!({"name": name})).await.expect(200).json();
    answer["experiment_id"].as_str().unwrap().to_owned()
}

fn names(answer: &Value) -> Vec<&str> {
    answer["experiments"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect()
}

#[tokio::test]
async fn a_team_has_a_default_experiment_and_makes_more() {
    let stage = Stage::new();
    let default = stage.get("/experiments/get?experiment_id=0").await.expect(200).json();
    assert_eq!(default["experiment"]["artifact_location"], "mlflow-artifacts:/0");
    assert_eq!(create(&stage, "churn").await, "1");
    let taken = stage.post("/experiments/create", json!({"name": "churn"})).await.expect(400);
    assert_eq!(Stage::code(&taken), "RESOURCE_ALREADY_EXISTS");
    let theirs = stage.server.get("/api/2.0/mlflow/experiments/get?experiment_id=0", "outsider").await.expect(200);
    assert_eq!(theirs.json()["experiment"]["name"], "Default");
    assert_eq!(stage.platform.event_kinds().await, ["ExperimentCreated"; 3]);
}

#[tokio::test]
async fn another_teams_experiment_does_not_exist() {
    let stage = Stage::new();
    let id = create(&stage, "secret").await;
    let path = format!("/api/2.0/mlflow/experiments/get?experiment_id={id}");
    stage.server.get(&path, "outsider").await.expect(404);
    for route in ["delete", "update", "set-experiment-tag", "restore"] {
        let body = json!({"experiment_id": id, "new_name": "x", "key": "k", "value": "v"});
        let answer = stage.server.post(&format!("/api/2.0/mlflow/experiments/{route}"), "outsider", body).await;
        assert_eq!(Stage::code(&answer.expect(404)), "RESOURCE_DOES_NOT_EXIST", "{route}");
    }
    let body = json!({"max_results": 10, "filter": format!("experiment_id = '{id}'")});
    let found = stage.server.post("/api/2.0/mlflow/experiments/search", "outsider", body).await.expect(200);
    assert_eq!(names(&found.json()), Vec::<&str>::new());
}

#[tokio::test]
async fn bad_input_says_what_is_wrong() {
    let stage = Stage::new();
    for (route, body, code) in [
        ("create", json!({"name": "x", "artifact_location": "s3://bucket/x"}), "INVALID_PARAMETER_VALUE"),
        ("create", json!({"name": "x", "artifact_location": "mlflow-artifacts:/../x"}), "INVALID_PARAMETER_VALUE"),
        ("create", json!({"name": "x".repeat(501)}), "INVALID_PARAMETER_VALUE"),
        ("create", json!({"name": 5}), "INVALID_PARAMETER_VALUE"),
        ("search", json!({}), "INVALID_PARAMETER_VALUE"),
        ("search", json!({"max_results": 5, "filter": "name > 'x'"}), "INVALID_PARAMETER_VALUE"),
        ("delete", json!({"experiment_id": "abc"}), "INVALID_PARAMETER_VALUE"),
        ("delete", json!({"experiment_id": "77"}), "RESOURCE_DOES_NOT_EXIST"),
        ("delete-experiment-tag", json!({"experiment_id": "0", "key": "none"}), "RESOURCE_DOES_NOT_EXIST"),
    ] {
        let answer = stage.post(&format!("/experiments/{route}"), body.clone()).await;
        assert_eq!(Stage::code(&answer), code, "{route} {body}: {}", answer.text());
    }
}

#[tokio::test]
async fn deleting_takes_the_runs_along_and_restoring_brings_them_back() {
    let stage = Stage::new();
    let run = stage.run("one").await;
    let stage_of = async || {
        let answer = stage.get(&format!("/runs/get?run_id={run}")).await.expect(200).json();
        answer["run"]["info"]["lifecycle_stage"].as_str().unwrap().to_owned()
    };
    stage.post("/experiments/delete", json!({"experiment_id": "0"})).await.expect(200);
    assert_eq!(stage_of().await, "deleted");
    stage.post("/experiments/delete", json!({"experiment_id": "0"})).await.expect(404);
    stage.post("/runs/create", json!({"experiment_id": "0"})).await.expect(400);
    stage.post("/experiments/set-experiment-tag", json!({"experiment_id": "0", "key": "k"})).await.expect(400);
    stage.post("/experiments/restore", json!({"experiment_id": "0"})).await.expect(200);
    assert_eq!(stage_of().await, "active");
    let kinds = stage.platform.event_kinds().await;
    assert_eq!(kinds, ["ExperimentCreated", "RunCreated", "ExperimentDeleted", "ExperimentRestored"]);
}

#[tokio::test]
async fn search_filters_orders_and_pages() {
    let stage = Stage::new();
    for name in ["apple", "banana", "avocado"] {
        let id = create(&stage, name).await;
        let tag = json!({"experiment_id": id, "key": "color", "value": &name[..1]});
        stage.post("/experiments/set-experiment-tag", tag).await.expect(200);
    }
    let search = async |body: Value| stage.post("/experiments/search", body).await.expect(200).json();
    let found =
        search(json!({"max_results": 9, "filter": "name LIKE 'a%' AND tags.color = 'a'", "order_by": ["name DESC"]}))
            .await;
    assert_eq!(names(&found), ["avocado", "apple"]);
    let found = search(json!({"max_results": 9, "filter": "tags.color IS NULL"})).await;
    assert_eq!(names(&found), ["Default"]);
    let first = search(json!({"max_results": 3, "order_by": ["experiment_id ASC"]})).await;
    assert_eq!(names(&first), ["Default", "apple", "banana"]);
    let token = first["next_page_token"].as_str().unwrap();
    let second = search(json!({"max_results": 3, "order_by": ["experiment_id ASC"], "page_token": token})).await;
    assert_eq!(names(&second), ["avocado"]);
    assert!(second.get("next_page_token").is_none());
}
