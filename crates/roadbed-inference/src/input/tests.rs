use super::{Category, Columns, check_shape, convert, select_outputs};
use crate::input::cast::half_to_f32;
use roadbed_contracts::backend::{BackendError, InferenceRequest, InputForm};
use roadbed_contracts::tensor::{Datatype, Tensor, TensorData};
use std::time::Duration;

fn tensor(name: &str, shape: &[usize], data: TensorData) -> Tensor {
    Tensor { name: name.to_owned(), shape: shape.to_vec(), data }
}

fn request(inputs: Vec<Tensor>) -> InferenceRequest {
    let rows = inputs[0].shape[0];
    let timeout = Duration::from_secs(1);
    InferenceRequest {
        form: InputForm::Table,
        inputs,
        outputs: vec![],
        parameters: serde_json::Map::new(),
        rows,
        timeout,
    }
}

fn columns(optional: &[bool], categories: Vec<Option<Vec<Category>>>) -> Columns {
    Columns::new(3, ["a", "b", "c"].map(str::to_owned).to_vec(), optional.to_vec(), categories)
}

fn refusal(columns: &Columns, inputs: Vec<Tensor>) -> String {
    match columns.matrix::<f64>(&request(inputs)) {
        Err(BackendError::BadInput(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn columns_of_any_number_type_in_any_order_make_the_matrix() {
    let columns = columns(&[false, false, true], vec![None, None, None]);
    let request = request(vec![
        tensor("b", &[2], TensorData::Int64(vec![10, 20])),
        tensor("unknown", &[2], TensorData::Bytes(vec![vec![], vec![]])),
        tensor("a", &[2, 1], TensorData::Bool(vec![true, false])),
    ]);
    let matrix = columns.matrix::<f32>(&request).unwrap();
    assert_eq!(matrix[..2], [1.0, 10.0]);
    assert_eq!(matrix[3..5], [0.0, 20.0]);
    assert!(matrix[2].is_nan() && matrix[5].is_nan(), "an optional column may be left out");
}

#[test]
fn a_matrix_of_the_right_type_is_not_copied() {
    let columns = columns(&[false; 3], vec![None, None, None]);
    let request = request(vec![tensor("input-0", &[2, 3], TensorData::Fp32(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))]);
    assert!(matches!(columns.matrix::<f32>(&request).unwrap(), std::borrow::Cow::Borrowed(_)));
    assert_eq!(columns.matrix::<f64>(&request).unwrap()[4], 5.0);
}

#[test]
fn categories_become_codes_and_unknown_ones_missing() {
    let texts = ["red", "green"].map(|text| Category::Text(text.to_owned())).to_vec();
    let numbers = vec![Category::Number(7.0), Category::Number(9.0)];
    let columns = columns(&[false; 3], vec![Some(texts), Some(numbers), None]);
    let request = request(vec![
        tensor("a", &[2], TensorData::Bytes(vec![b"green".to_vec(), b"blue".to_vec()])),
        tensor("b", &[2], TensorData::Int64(vec![9, 8])),
        tensor("c", &[2], TensorData::Fp64(vec![0.5, 1.5])),
    ]);
    let matrix = columns.matrix::<f64>(&request).unwrap();
    assert_eq!(matrix[..3], [1.0, 1.0, 0.5]);
    assert!(matrix[3].is_nan() && matrix[4].is_nan());
}

#[test]
fn refusals_say_what_is_expected() {
    let columns = columns(&[false; 3], vec![None, None, None]);
    let number = |name: &str| tensor(name, &[1], TensorData::Fp64(vec![1.0]));
    let missing = refusal(&columns, vec![number("a"), number("bb"), number("c")]);
    assert!(
        missing.starts_with("columns are missing: \"b\"; not columns of the model: \"bb\"; expected the columns"),
        "{missing}"
    );
    let twice = refusal(&columns, vec![number("a"), number("a"), number("c")]);
    assert!(twice.contains("given twice"), "{twice}");
    let text = refusal(&columns, vec![number("a"), number("b"), tensor("c", &[1], TensorData::Bytes(vec![vec![]]))]);
    assert!(text.contains("BYTES") && text.contains("FP64"), "{text}");
    let flat = refusal(&columns, vec![tensor("input-0", &[1, 2], TensorData::Fp64(vec![1.0, 2.0]))]);
    assert!(flat.contains("[rows, 3]"), "{flat}");
    let hollow = check_shape(&tensor("a", &[usize::MAX, 2], TensorData::Fp64(vec![])), 1);
    assert!(matches!(hollow, Err(BackendError::BadInput(_))), "{hollow:?}");
}

#[test]
fn only_harmless_casts_are_made() {
    let cases = [
        (TensorData::Int64(vec![1, -2]), Datatype::Int32, Some(TensorData::Int32(vec![1, -2]))),
        (TensorData::Int64(vec![1 << 40]), Datatype::Int32, None),
        (TensorData::Int8(vec![-1]), Datatype::Uint8, None),
        (TensorData::Uint8(vec![3]), Datatype::Fp32, Some(TensorData::Fp32(vec![3.0]))),
        (TensorData::Fp64(vec![0.1]), Datatype::Fp32, Some(TensorData::Fp32(vec![0.1]))),
        (TensorData::Fp64(vec![1.0]), Datatype::Int64, None),
        (TensorData::Bytes(vec![vec![]]), Datatype::Fp32, None),
        (TensorData::Fp16(vec![0x3c00, 0xc000]), Datatype::Fp32, Some(TensorData::Fp32(vec![1.0, -2.0]))),
    ];
    for (data, to, expected) in cases {
        assert_eq!(convert(&data, to), expected, "{data:?} to {to:?}");
    }
}

#[test]
fn half_precision_numbers() {
    // Reference values: IEEE 754-2008 binary16.
    for (bits, value) in [
        (0x0000, 0.0),
        (0x0001, 2.0_f32.powi(-24)),
        (0x03ff, 6.097_555e-5),
        (0x7bff, 65504.0),
        (0xfc00, f32::NEG_INFINITY),
    ] {
        assert_eq!(half_to_f32(bits), value, "{bits:#06x}");
    }
    assert!(half_to_f32(0x7e00).is_nan());
}

#[test]
fn wanted_outputs_come_in_the_order_asked() {
    let outputs = || ["x", "y", "z"].map(|name| tensor(name, &[0], TensorData::Fp64(vec![]))).to_vec();
    let names = |wanted: &[&str]| {
        let wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
        select_outputs(outputs(), &wanted)
            .map(|response| response.outputs.into_iter().map(|output| output.name).collect::<String>())
    };
    assert_eq!(names(&[]).unwrap(), "xyz");
    assert_eq!(names(&["z", "x"]).unwrap(), "zx");
    assert!(matches!(names(&["w"]), Err(BackendError::BadInput(message)) if message.contains("x, y, z")));
}
