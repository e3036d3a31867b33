use crate::protocols::mlflow::read;
use roadbed_contracts::backend::InputForm;
use roadbed_contracts::tensor::{Datatype, Signature, Tensor, TensorData, TensorSpec};

fn signature() -> Signature {
    let spec = |name: &str, datatype, optional| TensorSpec { name: name.into(), datatype, shape: vec![-1], optional };
    Signature {
        inputs: vec![
            spec("age", Datatype::Int32, false),
            spec("rate", Datatype::Fp32, false),
            spec("city", Datatype::Bytes, true),
        ],
        outputs: Vec::new(),
    }
}

fn columns(content_type: &str, body: &str) -> Vec<Tensor> {
    let request = read(content_type, body.as_bytes(), Some(&signature())).unwrap();
    assert_eq!(request.form, InputForm::Table);
    request.inputs
}

#[test]
fn tables_follow_the_signature_in_every_form() {
    let expected = [
        ("age", TensorData::Int32(vec![30, 41])),
        ("rate", TensorData::Fp32(vec![1.0, f32::NAN])),
        ("city", TensorData::Bytes(vec![b"Bern".to_vec(), b"Ulm, \"old\"".to_vec()])),
    ];
    let split = r#"{"dataframe_split": {"columns": ["age", "rate", "city"], "data": [[30, 1, "Bern"], [41, null, "Ulm, \"old\""]]}}"#;
    let records =
        r#"{"dataframe_records": [{"age": 30, "rate": 1, "city": "Bern"}, {"city": "Ulm, \"old\"", "age": 41}]}"#;
    let csv = "age,rate,city\n30,1,Bern\n41,,\"Ulm, \"\"old\"\"\"\n";
    for (content_type, body) in
        [("application/json", split), ("application/json; charset=utf-8", records), ("text/csv", csv)]
    {
        let found = columns(content_type, body);
        for (tensor, (name, data)) in found.iter().zip(&expected) {
            assert_eq!((tensor.name.as_str(), &tensor.shape), (*name, &vec![2]));
            assert_eq!(format!("{:?}", tensor.data), format!("{data:?}"), "{body}");
        }
        assert_eq!(found.len(), 3);
    }
}

#[test]
fn an_optional_column_without_values_is_left_out() {
    let found = columns("application/json", r#"{"dataframe_records": [{"age": 3, "rate": 0.5, "city": null}]}"#);
    assert_eq!(found.iter().map(|tensor| tensor.name.as_str()).collect::<Vec<_>>(), ["age", "rate"]);
}

#[test]
fn csv_columns_have_the_types_pandas_gives_them() {
    let body = "i,f,b,t,m\n1,1.5,True,x,\n-2,inf,false,NAN,NA\n";
    let request = read("text/csv", body.as_bytes(), None).unwrap();
    let data: Vec<&TensorData> = request.inputs.iter().map(|tensor| &tensor.data).collect();
    assert_eq!(*data[0], TensorData::Int64(vec![1, -2]));
    assert_eq!(*data[1], TensorData::Fp64(vec![1.5, f64::INFINITY]));
    assert_eq!(*data[2], TensorData::Bool(vec![true, false]));
    assert_eq!(*data[3], TensorData::Bytes(vec![b"x".to_vec(), b"NAN".to_vec()]));
    assert!(matches!(data[4], TensorData::Fp64(values) if values.iter().all(|value| value.is_nan())));
    assert_eq!(request.rows, 2);
    let ragged = read("text/csv", b"a,b\n1\n", None).unwrap_err().to_string();
    assert!(ragged.contains("row 0 has 1 values and there are 2 columns"), "{ragged}");
    let hole = read("text/csv", b"a\nx\n\"\"\n", None).unwrap_err().to_string();
    assert!(hole.contains("missing value among text"), "{hole}");
}

#[test]
fn duplicates_and_holes_are_named() {
    for (body, expected) in [
        (r#"{"dataframe_records": [{"a": 1, "a": 2}]}"#, "\"a\" is given twice"),
        (r#"{"dataframe_split": {"columns": ["a", "a"], "data": [[1, 2]]}}"#, "\"a\" is given twice"),
        (r#"{"inputs": {"a": [1], "a": [1]}}"#, "\"a\" is given twice"),
        (r#"{"dataframe_records": [{"a": "x"}, {}]}"#, "missing value among text"),
        (r#"{"dataframe_records": [{"a": {"b": 1}}]}"#, "an object where a number"),
        (r#"{"dataframe_records": []}"#, "no inputs"),
        (r#"{"inputs": [[1]], "params": 3}"#, "expected an object of parameters"),
    ] {
        let error = read("application/json", body.as_bytes(), None).unwrap_err().to_string();
        assert!(error.contains(expected), "{body}: {error}");
    }
}
