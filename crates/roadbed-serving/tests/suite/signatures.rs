//! Signatures and example bodies, alone.

use roadbed_serving::revisions::{body_from_types, body_of_logged, parse};
use serde_json::{Value, json};

pub(crate) const COLUMNS: &str = r#"
flavors:
  lightgbm: {data: model.lgb, lgb_version: 4.5.0}
  python_function: {loader_module: mlflow.lightgbm, python_version: 3.11.7}
mlflow_version: 3.17.2
run_id: 4f1e5b0c9d7a4e0f8a6b2c3d4e5f6071
saved_input_example_info:
  artifact_path: input_example.json
  serving_input_path: serving_input_example.json
  type: dataframe
signature:
  inputs: '[{"type": "double", "name": "age", "required": false}, {"type": "string",
    "name": "city", "required": true}, {"type": "array", "items": {"type": "long"}, "name": "visits"}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: '[{"name": "threshold", "type": "double", "default": 0.5, "shape": null}]'
"#;

fn tensors(inputs: &str) -> String {
    format!(
        "flavors: {{onnx: {{data: model.onnx}}}}\nsignature:\n  inputs: '{inputs}'\n  outputs: null\n  params: null\n"
    )
}

fn example(inputs: &str) -> Option<Value> {
    body_from_types(&parse(&tensors(inputs)).unwrap().inputs)
}

#[test]
fn columns_are_read_as_mlflow_writes_them() {
    let model = parse(COLUMNS).unwrap();
    assert_eq!(model.flavors, ["lightgbm", "python_function"]);
    assert_eq!(model.example.as_deref(), Some("serving_input_example.json"));
    let inputs: Vec<_> =
        model.inputs.iter().map(|input| (input.name.as_deref().unwrap(), input.kind(), input.required)).collect();
    let expected = [("age", "double", false), ("city", "string", true), ("visits", "array(long)", true)];
    assert_eq!(inputs, expected.map(|(name, kind, required)| (name, kind.to_owned(), required)));
    assert_eq!((model.outputs[0].name.as_ref(), model.outputs[0].shape.as_deref()), (None, Some([-1].as_slice())));
    assert_eq!((model.parameters[0].name.as_str(), &model.parameters[0].default), ("threshold", &json!(0.5)));
    let body = body_from_types(&model.inputs).unwrap();
    let split = json!({"columns": ["age", "city", "visits"], "data": [[0.0, "text", [0]]]});
    assert_eq!(body, json!({ "dataframe_split": split }));
}

#[test]
fn tensors_get_one_row_where_any_number_is_taken() {
    let spec = |shape: &str| format!(r#"{{"type": "tensor", "tensor-spec": {{"dtype": "float32", "shape": {shape}}}"#);
    assert_eq!(example(&format!("[{}}}]", spec("[-1, 3]"))), Some(json!({"inputs": [[0.0, 0.0, 0.0]]})));
    let named = format!(r#"[{}, "name": "x"}}, {}, "name": "y"}}]"#, spec("[-1, 2]"), spec("[-1]"));
    assert_eq!(example(&named), Some(json!({"inputs": {"x": [[0.0, 0.0]], "y": [0.0]}})));
    assert_eq!(example(&format!("[{}}}]", spec("[-1, 3, 224, 224]"))), None, "too large to show");
    assert_eq!(example("[]"), None);
    let object =
        r#"[{"type": "object", "properties": {"when": {"type": "datetime"}, "ok": {"type": "boolean"}}, "name": "o"}]"#;
    let row = json!([[{"when": "2026-01-01T00:00:00", "ok": false}]]);
    assert_eq!(example(object).unwrap()["dataframe_split"]["data"], row);
}

#[test]
fn a_file_that_mlflow_did_not_write_is_an_error_with_a_place() {
    for (text, part) in [
        ("flavors: [", "MLmodel:"),
        ("signature: {inputs: 'no'}", "signature.inputs"),
        (r#"signature: {inputs: '[{"name": "a"}]'}"#, "no type"),
        (r#"signature: {inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int8"}}]'}"#, "no shape"),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
    assert_eq!(parse("flavors: {}\nsignature: null").unwrap().inputs, []);
}

#[test]
fn logged_examples_become_bodies_with_their_first_rows() {
    let rows: Vec<Value> = (0..9).map(|row| json!([row])).collect();
    let five = json!({"columns": ["a"], "data": rows[..5]});
    let frame = json!({"columns": ["a"], "index": [0, 1], "data": rows});
    for text in [json!({ "dataframe_split": frame }).to_string(), frame.to_string()] {
        assert_eq!(body_of_logged(&text), Some(json!({ "dataframe_split": five })), "{text}");
    }
    let missing = r#"{"columns": ["a", "b"], "data": [[NaN, "NaN \"Infinity"], [-Infinity, "é"]]}"#;
    let data = json!([[null, "NaN \"Infinity"], [null, "é"]]);
    assert_eq!(body_of_logged(missing).unwrap()["dataframe_split"]["data"], data);
    let named = body_of_logged(&json!({"inputs": {"x": rows}, "params": {"k": 1}, "other": 2}).to_string());
    assert_eq!(named, Some(json!({"inputs": {"x": rows[..5]}, "params": {"k": 1}})));
    for text in ["{", "[1]", r#"{"messages": []}"#, &json!({"inputs": ["x".repeat(70_000)]}).to_string()] {
        assert_eq!(body_of_logged(text), None);
    }
}
