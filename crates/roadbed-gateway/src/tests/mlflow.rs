//! MLflow's scoring protocol: bodies as `mlflow models serve` takes them, answers as it gives them.

use super::linear::LinearModel;
use super::stage::Stage;
use http::{Method, StatusCode};

#[tokio::test]
async fn every_form_of_question_gets_mlflows_answer() {
    let (stage, _) = Stage::with_churn().await;
    for body in [
        r#"{"dataframe_split": {"columns": ["x0", "x1"], "data": [[1, 2], [3.5, -1]]}}"#,
        r#"{"dataframe_split": {"index": [0, 1], "data": [[2, 1.0], [-1, 3.5]], "columns": ["x1", "x0"]}}"#,
        r#"{"dataframe_records": [{"x0": 1, "x1": 2}, {"x1": -1, "x0": 3.5}]}"#,
        r#"{"instances": [[1, 2], [3.5, -1]]}"#,
        r#"{"instances": [{"x0": 1, "x1": 2}, {"x0": 3.5, "x1": -1}]}"#,
        r#"{"inputs": [[1, 2], [3.5, -1]]}"#,
        r#"{"inputs": {"x0": [1, 3.5], "x1": [2, -1]}, "params": {"threshold": 0.5}}"#,
    ] {
        let answer = stage.invoke(body).await;
        assert_eq!(answer.text(), r#"{"predictions": [9.0,5.0]}"#, "{body}");
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("content-type"), "application/json");
    }
    let csv = stage.request(Method::POST, "/services/churn/invocations").header("content-type", "text/csv");
    let answer = stage.call(csv, "x0,x1\n1,2\n3.5,-1\n").await;
    assert_eq!(answer.json()["predictions"], serde_json::json!([9.0, 5.0]));
}

#[tokio::test]
async fn missing_numbers_are_nan_in_and_out() {
    let (stage, _) = Stage::with_churn().await;
    for body in [
        r#"{"inputs": [[NaN, 2], [1, 1]]}"#,
        r#"{"inputs": [[null, 2], [1, 1]]}"#,
        r#"{"dataframe_records": [{"x1": 2}, {"x0": 1, "x1": 1}]}"#,
    ] {
        assert_eq!(stage.invoke(body).await.text(), r#"{"predictions": [NaN,6.0]}"#, "{body}");
    }
    let infinite = stage.invoke(r#"{"inputs": [[Infinity, 2], [-Infinity, 1]]}"#).await;
    assert_eq!(infinite.text(), r#"{"predictions": [Infinity,-Infinity]}"#);
}

#[tokio::test]
async fn types_and_nesting_survive() {
    let stage = Stage::open().await;
    stage.churn(&LinearModel { echo: true, ..LinearModel::default() });
    stage.ready().await;
    let text = stage.invoke(r#"{"inputs": ["a\u00e9", "b"]}"#).await;
    assert_eq!(text.json(), serde_json::json!({"predictions": ["aé", "b"]}));
    let nested = stage.invoke(r#"{"inputs": [[[1, 2]], [[3, 4]]]}"#).await;
    assert_eq!(nested.text(), r#"{"predictions": [[[1,2]],[[3,4]]]}"#);
    let booleans = stage.invoke(r#"{"instances": [true, false]}"#).await;
    assert_eq!(booleans.text(), r#"{"predictions": [true,false]}"#);
}

#[tokio::test]
async fn bad_questions_say_what_would_do() {
    let (stage, _) = Stage::with_churn().await;
    for (body, expected) in [
        (r#"{"inputs": [[1, 2], [3]]}"#, "same length"),
        (r#"{"inputs": [[1, 2, 3]]}"#, "expected x of shape [-1, 2], found [1, 3]"),
        (r#"{"inputs": [["a", "b"]]}"#, "expected FP64, found BYTES"),
        (r#"{"inputs": [[1, "b"]]}"#, "text after numbers"),
        (r#"{"inputs": [[1, 2]"#, "the end of the body"),
        (r#"{"inputs": [[01, 2]]}"#, "must not start with 0"),
        ("[[1, 2]]", "dataframe_split, dataframe_records, instances, inputs"),
        (r#"{"rows": [[1, 2]]}"#, "it has \"rows\""),
        (r#"{"inputs": [[1, 2]], "instances": [[1, 2]]}"#, "give one"),
        (r#"{"dataframe_split": {"columns": ["x0"], "data": [[1, 2]]}}"#, "row 0 has 2 values and there are 1 columns"),
        (r#"{"dataframe_split": {"columns": ["x0"]}}"#, "missing \"data\""),
        (r#"{"dataframe_records": [{"x0": 1}]}"#, "expected column x1"),
        (r#"{"instances": [{"x0": 1, "x1": 2}, {"x0": 3}]}"#, "row 1 lacks \"x1\""),
        (r#"{"inputs": {"x0": [1, 2], "x1": [1]}}"#, "first dimension"),
        ("", "the end of the body"),
    ] {
        let answer = stage.invoke(body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.json()["error_code"], "BAD_REQUEST");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(expected), "{body}: {message}");
    }
    let form = stage.request(Method::POST, "/services/churn/invocations");
    let answer = stage.call(form.header("content-type", "application/x-www-form-urlencoded"), "a=1").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(answer.text().contains("application/json"));
    let zipped = stage.request(Method::POST, "/services/churn/invocations").header("content-encoding", "gzip");
    let answer = stage.call(zipped.header("content-type", "application/json"), "x").await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn answers_carry_ids_and_the_revision() {
    let (stage, _) = Stage::with_churn().await;
    let ask = async |id: &str| {
        let request = stage.request(Method::POST, "/services/churn/invocations");
        let request = request.header("content-type", "application/json").header("x-request-id", id);
        stage.call(request, r#"{"inputs": [[1, 2]]}"#).await
    };
    let first = ask("order-17").await;
    assert_eq!(first.header("x-request-id"), "order-17");
    assert_eq!(first.header("x-roadbed-revision"), "1");
    let second = ask("not clean").await;
    assert_ne!(second.header("x-request-id"), "not clean");
    assert_eq!(ask(&"a".repeat(129)).await.header("x-request-id").len(), 32);
    let ids = [first.header("x-roadbed-prediction-id"), second.header("x-roadbed-prediction-id")];
    assert_eq!(ids.map(str::len), [32, 32]);
    assert_ne!(ids[0], ids[1]);
    let ping = stage.get("/services/churn/ping").await;
    assert_eq!((ping.status, ping.text()), (StatusCode::OK, "\n"));
    let get = stage.get("/services/churn/invocations").await;
    assert_eq!((get.status, get.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST"));
}
