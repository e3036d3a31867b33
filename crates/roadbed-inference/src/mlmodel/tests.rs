use super::folder::{MlModel, NativeFlavor, parse};
use super::{read, read_example, read_expected};
use crate::error::LoadError;
use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use roadbed_contracts::backend::InputForm;
use roadbed_contracts::tensor::{Datatype, TensorData};

const XGBOOST: &str = r#"
flavors:
  python_function:
    data: model.ubj
    loader_module: mlflow.xgboost
    python_version: 3.11.7
  xgboost:
    data: model.ubj
    model_class: xgboost.sklearn.XGBClassifier
mlflow_version: 3.17.2
saved_input_example_info:
  artifact_path: input_example.json
  pandas_orient: split
  serving_input_path: serving_input_example.json
  type: dataframe
signature:
  inputs: '[{"type": "double", "name": "age", "required": false}, {"type": "string",
    "name": "city"}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
"#;

fn model(text: &str) -> MlModel {
    parse(text).unwrap()
}

#[test]
fn a_folder_as_mlflow_writes_it() {
    let model = model(XGBOOST);
    let class = "xgboost.sklearn.XGBClassifier".to_owned();
    assert_eq!(model.native, Some(NativeFlavor::Xgboost { data: "model.ubj".to_owned(), model_class: class }));
    assert_eq!(model.python.as_deref(), Some("3.11"));
    let signature = model.signature.unwrap();
    let inputs: Vec<_> =
        signature.inputs.iter().map(|spec| (spec.name.as_str(), spec.datatype, spec.optional)).collect();
    assert_eq!(inputs, [("age", Datatype::Fp64, true), ("city", Datatype::Bytes, false)]);
    assert_eq!((signature.outputs[0].name.as_str(), signature.outputs[0].datatype), ("output-0", Datatype::Int64));
}

#[test]
fn a_python_function_of_another_loader_is_not_run_natively() {
    let wrapped = XGBOOST.replace("loader_module: mlflow.xgboost", "loader_module: mlflow.pyfunc.model");
    assert_eq!(model(&wrapped).native, None);
}

#[test]
fn what_is_wrong_is_said_with_file_and_key() {
    for (text, part) in [
        ("", "empty"),
        ("flavors: [", "not YAML"),
        ("a: 1", "flavors is missing"),
        ("flavors: {onnx: {}}", "flavors.onnx.data is missing"),
        ("flavors: {onnx: {data: ../../secret}}", "leaves the model folder"),
        ("flavors: {onnx: {data: /etc/passwd}}", "leaves the model folder"),
        ("flavors: {}\nsignature: {inputs: '[{\"type\": \"quaternion\"}]'}", "signature.inputs: unknown column type"),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert!(error.starts_with("MLmodel: ") && error.contains(part), "{text:?} gives {error:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(read(folder.path()), Err(LoadError::Unreadable { file, .. }) if file == "MLmodel"));
}

#[test]
fn examples_are_read_with_missing_values_and_types_of_the_signature() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "serving_input_example.json",
        r#"{"dataframe_split": {"columns": ["age", "city"], "data": [[NaN, "NaN \"x\""], [4, "b"]]}}"#,
    );
    let example = read_example(folder.path(), &model(XGBOOST)).unwrap().unwrap().request;
    assert_eq!((example.form, example.rows), (InputForm::Table, 2));
    assert!(matches!(&example.inputs[0].data, TensorData::Fp64(values) if values[0].is_nan() && values[1] == 4.0));
    assert_eq!(example.inputs[1].data, TensorData::Bytes(vec![b"NaN \"x\"".to_vec(), b"b".to_vec()]));
    write("serving_input_example.json", r#"{"inputs": {"x": [[1, 2], [3, 4]]}}"#);
    let example = read_example(folder.path(), &model(XGBOOST)).unwrap().unwrap().request;
    assert_eq!((example.form, example.inputs[0].shape.as_slice()), (InputForm::Tensors, [2, 2].as_slice()));
    write("serving_input_example.json", "{");
    assert!(matches!(read_example(folder.path(), &model(XGBOOST)), Err(LoadError::Corrupt { .. })));
    assert_eq!(read_expected(folder.path()), Ok(None));
    write(
        "roadbed_expected.json",
        r#"{"outputs": [{"name": "y", "datatype": "FP32", "shape": [2, 1], "data": [1, 2]}]}"#,
    );
    let expected = read_expected(folder.path()).unwrap().unwrap();
    assert_eq!((expected.response.outputs[0].shape.as_slice(), expected.tolerance), ([2, 1].as_slice(), 1e-4));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]
    #[test]
    fn damaged_files_are_errors_and_never_panics(at in 0..XGBOOST.len(), character in "\\PC{0,3}", cut in 0..XGBOOST.len()) {
        let damaged = format!("{}{}{}", &XGBOOST[..at], character, &XGBOOST[at..]);
        if let Err(error) = parse(&damaged) {
            prop_assert!(error.to_string().starts_with("MLmodel"));
        }
        if let Err(error) = parse(&XGBOOST[..cut]) {
            prop_assert!(error.to_string().starts_with("MLmodel"));
        }
    }
}
