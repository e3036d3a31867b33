use crate::stage::Stage;
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn a_client_is_told_where_a_thing_is_done() {
    let stage = Stage::new();
    for (method, path, hint) in [
        (Method::POST, "/api/3.0/mlflow/gateway/endpoints/create", "roadbed deploy"),
        (Method::GET, "/ajax-api/3.0/mlflow/gateway/secrets/list", "roadbed deploy"),
        (Method::PUT, "/api/3.0/mlflow/scorers/online-config", "monitors:"),
        (Method::POST, "/api/2.0/mlflow/users/create", "roadbed create member"),
        (Method::DELETE, "/api/3.0/mlflow/label-schemas/delete", "mlflow.log_expectation"),
        (Method::POST, "/api/3.0/mlflow/datasets/create", "mlflow.log_input"),
        (Method::GET, "/api/3.0/mlflow/datasets/d-1", "search-datasets"),
        (Method::POST, "/ajax-api/3.0/mlflow/datasets/d-1/records", "mlflow.log_input"),
        (Method::POST, "/ajax-api/3.0/mlflow/jobs", "roadbed run"),
    ] {
        let answer = stage.server.call(method, path, "viewer", &[], b"not JSON".to_vec()).await.expect(501).json();
        assert_eq!(answer["error_code"], "NOT_IMPLEMENTED", "{path}");
        assert!(answer["message"].as_str().unwrap().contains(hint), "{path}");
    }
    let answer = stage.server.post("/api/3.0/mlflow/gateway/secrets/create", "", json!({})).await.expect(401);
    assert_eq!(Stage::code(&answer), "UNAUTHENTICATED");
}
