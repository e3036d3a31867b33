//! The Open Inference Protocol over REST, with binary tensors.

use super::linear::LinearModel;
use super::stage::{Answer, Stage};
use http::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn flat_and_nested_data_are_the_same_question() {
    let (stage, _) = Stage::with_churn().await;
    let golden = json!({
        "model_name": "churn", "model_version": "1", "id": "q1",
        "outputs": [{"name": "y", "shape": [2], "datatype": "FP64", "data": [9.0, 5.0]}],
    });
    for data in ["[1, 2, 3.5, -1]", "[[1, 2], [3.5, -1]]"] {
        for input in [
            format!(r#"{{"name": "x", "shape": [2, 2], "datatype": "FP32", "data": {data}}}"#),
            format!(r#"{{"data": {data}, "datatype": "FP64", "shape": [2, 2], "name": "x"}}"#),
        ] {
            let answer = stage.infer(format!(r#"{{"id": "q1", "inputs": [{input}]}}"#)).await;
            assert_eq!(answer.json(), golden, "{input}");
        }
    }
    let one_by_one = r#"{"inputs": [{"name": "x0", "shape": [1], "datatype": "INT64", "data": [1]},
        {"name": "x1", "shape": [1], "datatype": "INT32", "data": [2]}], "outputs": [{"name": "y"}]}"#;
    assert_eq!(stage.infer(one_by_one).await.json()["outputs"][0]["data"], json!([9.0]));
}

#[tokio::test]
async fn metadata_and_health_follow_the_protocol() {
    let (stage, _) = Stage::with_churn().await;
    let server = stage.get("/v2").await.json();
    assert_eq!(server["name"], "roadbed");
    assert_eq!(server["extensions"], json!(["binary_tensor_data"]));
    assert_eq!(stage.get("/v2/health/live").await.status, StatusCode::OK);
    assert_eq!(stage.get("/v2/health/ready").await.status, StatusCode::OK);
    let model = stage.get("/v2/models/churn").await.json();
    assert_eq!(
        model,
        json!({"name": "churn", "versions": ["1"], "platform": "linear",
            "inputs": [{"name": "x", "datatype": "FP64", "shape": [-1, 2]}],
            "outputs": [{"name": "y", "datatype": "FP64", "shape": [-1]}]})
    );
    assert_eq!(stage.get("/v2/models/churn/versions/1").await.json(), model);
    assert_eq!(stage.get("/v2/models/churn/versions/1/ready").await.status, StatusCode::OK);
    assert_eq!(stage.get("/v2/models/churn/ready").await.json()["ready"], true);
    let unknown = stage.get("/v2/models/churn/versions/7").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(unknown.json()["error"], r#"service "churn" has no revision "7"; it has 1"#);
    let nothing = stage.get("/v2/models/churn/config").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn bad_tensors_are_refused_with_what_is_expected() {
    let (stage, _) = Stage::with_churn().await;
    let tensor = |rest: &str| format!(r#"{{"inputs": [{{"name": "x", {rest}}}]}}"#);
    for (body, expected) in [
        (tensor(r#""shape": [1, 2], "datatype": "FP64", "data": [1]"#), "2 elements, but 1 are given"),
        (tensor(r#""shape": [2, 2], "datatype": "FP64", "data": [[1, 2, 3, 4]]"#), "nested as [1, 4]"),
        (tensor(r#""shape": [1, 2], "datatype": "FLOAT", "data": [1, 2]"#), "expected one of BOOL"),
        (tensor(r#""shape": [1, 2], "datatype": "INT8", "data": [1, 300]"#), "does not fit"),
        (tensor(r#""shape": [1, 2], "datatype": "INT64", "data": [1, 2.5]"#), "expected an integer"),
        (tensor(r#""shape": [1, 2], "datatype": "FP32", "data": [1, 1e300]"#), "FP64"),
        (tensor(r#""shape": [1, 2], "datatype": "FP16", "data": [1, 2]"#), "binary data"),
        (tensor(r#""shape": [1, -2], "datatype": "FP64", "data": [1, 2]"#), "at least 0"),
        (tensor(r#""datatype": "FP64", "data": [1, 2]"#), "missing \"shape\" in inputs[0]"),
        (tensor(r#""shape": [1, 2], "datatype": "FP64""#), "missing \"data\""),
        (tensor(r#""shape": [1, 3], "datatype": "FP64", "data": [1, 2, 3]"#), "expected x of shape [-1, 2]"),
        (tensor(r#""shape": [1, 2], "datatype": "BYTES", "data": ["a", "b"]"#), "expected FP64, found BYTES"),
        (r#"{"inputs": []}"#.into(), "no inputs"),
        (r#"{"id": "7"}"#.into(), "missing \"inputs\""),
        (r#"{"inputs": [}"#.into(), "expected"),
        (
            r#"{"inputs": [{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2]}], "outputs": [{"name":"z"}]}"#
                .into(),
            "it gives y",
        ),
    ] {
        let answer = stage.infer(body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        let message = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(message.contains(expected), "{body}: {message}");
        assert_eq!(answer.header("x-roadbed-revision"), "1");
    }
}

/// Every datatype with two elements, as raw bytes.
fn tensors() -> Vec<(&'static str, Vec<u8>)> {
    let mut texts = vec![3, 0, 0, 0];
    texts.extend_from_slice(b"\xff\x00a");
    texts.extend_from_slice(&[0, 0, 0, 0]);
    vec![
        ("BOOL", vec![1, 0]),
        ("UINT8", vec![7, 255]),
        ("INT8", vec![7, 255]),
        ("UINT16", [7_u16, 65535].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("INT16", [-7_i16, 300].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("UINT32", [7_u32, u32::MAX].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("INT32", [-7_i32, i32::MIN].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("UINT64", [7_u64, u64::MAX].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("INT64", [-7_i64, i64::MIN].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("FP16", vec![0x00, 0x3c, 0x00, 0xfc]),
        ("FP32", [1.5_f32, f32::NAN].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("FP64", [1.5_f64, f64::INFINITY].iter().flat_map(|v| v.to_le_bytes()).collect()),
        ("BYTES", texts),
    ]
}

async fn ask_binary(stage: &Stage, json: &str, raw: &[u8]) -> Answer {
    let mut body = json.as_bytes().to_vec();
    body.extend_from_slice(raw);
    let request = stage.request(Method::POST, "/v2/models/churn/infer");
    stage.call(request.header("inference-header-content-length", json.len()), body).await
}

#[tokio::test]
async fn binary_tensors_of_every_datatype_come_back_bit_by_bit() {
    let stage = Stage::open().await;
    stage.churn(&LinearModel { echo: true, ..LinearModel::default() });
    stage.ready().await;
    let all = tensors();
    let inputs: Vec<_> = all
        .iter()
        .map(|(datatype, raw)| {
            json!({"name": datatype, "shape": [2], "datatype": datatype, "parameters": {"binary_data_size": raw.len()}})
        })
        .collect();
    let raw: Vec<u8> = all.iter().flat_map(|(_, raw)| raw.clone()).collect();
    let question = json!({"inputs": inputs, "parameters": {"binary_data_output": true}}).to_string();
    let answer = ask_binary(&stage, &question, &raw).await;
    assert_eq!(answer.header("content-type"), "application/octet-stream");
    let length: usize = answer.header("inference-header-content-length").parse().unwrap();
    let (head, rest) = answer.body.split_at(length);
    assert_eq!(rest, raw);
    let head: serde_json::Value = serde_json::from_slice(head).unwrap();
    for (output, (datatype, raw)) in head["outputs"].as_array().unwrap().iter().zip(&all) {
        assert_eq!(output["datatype"], *datatype);
        assert_eq!(output["parameters"]["binary_data_size"], raw.len());
    }
    // JSON and binary may be mixed, and JSON has no word for NaN and infinity.
    let mixed = json!({
        "inputs": [{"name": "a", "shape": [1], "datatype": "BYTES", "data": ["text"]},
            {"name": "b", "shape": [1], "datatype": "FP64", "parameters": {"binary_data_size": 8}}],
        "outputs": [{"name": "b"}, {"name": "a", "parameters": {"binary_data": true}}],
    });
    let answer = ask_binary(&stage, &mixed.to_string(), &f64::NAN.to_le_bytes()).await;
    let length: usize = answer.header("inference-header-content-length").parse().unwrap();
    let head: serde_json::Value = serde_json::from_slice(&answer.body[..length]).unwrap();
    assert_eq!(head["outputs"][0]["data"], json!([null]));
    assert_eq!(&answer.body[length..], b"\x04\x00\x00\x00text");
}

#[tokio::test]
async fn broken_binary_parts_are_refused() {
    let stage = Stage::open().await;
    stage.churn(&LinearModel { echo: true, ..LinearModel::default() });
    stage.ready().await;
    let input = |datatype: &str, size: usize| {
        json!({"inputs": [{"name": "x", "shape": [2], "datatype": datatype, "parameters": {"binary_data_size": size}}]})
            .to_string()
    };
    for (datatype, size, raw, expected) in [
        ("FP32", 8, vec![0; 7], "needs 8 bytes and 7 are left"),
        ("FP32", 8, vec![0; 9], "1 bytes follow"),
        ("FP32", 4, vec![0; 4], "needs 8"),
        ("BYTES", 6, vec![200, 0, 0, 0, 1, 2], "4-byte little-endian length"),
        ("BYTES", 4, vec![0, 0, 0, 0], "2 elements, but 1"),
    ] {
        let answer = ask_binary(&stage, &input(datatype, size), &raw).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.text().contains(expected), "{}", answer.text());
    }
    let without_header = stage.infer(input("FP32", 8)).await;
    assert!(without_header.text().contains("Inference-Header-Content-Length"));
    let request =
        stage.request(Method::POST, "/v2/models/churn/infer").header("inference-header-content-length", "999");
    assert_eq!(stage.call(request, "{}").await.status, StatusCode::BAD_REQUEST);
    let half = ask_binary(&stage, &input("FP16", 4), &[0; 4]).await;
    assert_eq!(half.status, StatusCode::BAD_REQUEST);
    assert!(half.text().contains("FP16, which has no JSON form"), "{}", half.text());
}
