use super::graph::read;
use crate::error::LoadError;
use proptest::prelude::{ProptestConfig, any, proptest};
use roadbed_contracts::tensor::Datatype;
use rten_onnx::onnx::TensorShapeProto;
use rten_onnx::onnx::{
    AttributeProto, DataType, Dimension, GraphProto, ModelProto, NodeProto, TypeProto, TypeProtoTensor, ValueInfoProto,
};

fn value(name: &str, kind: DataType) -> ValueInfoProto {
    let dim = vec![
        Dimension { dim_value: None, dim_param: Some("n".to_owned()) },
        Dimension { dim_value: Some(3), dim_param: None },
    ];
    let tensor = TypeProtoTensor { elem_type: Some(kind), shape: Some(TensorShapeProto { dim }) };
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto { tensor_type: Some(tensor), sequence: None }),
    }
}

fn model(operation: &str, domain: &str, attribute: Vec<AttributeProto>, kind: DataType) -> Vec<u8> {
    let node = NodeProto {
        op_type: Some(operation.to_owned()),
        domain: Some(domain.to_owned()),
        input: vec!["x".to_owned()],
        output: vec!["y".to_owned()],
        attribute,
        ..NodeProto::default()
    };
    let graph = GraphProto {
        node: vec![node],
        input: vec![value("x", kind)],
        output: vec![value("y", kind)],
        ..GraphProto::default()
    };
    ModelProto { graph: Some(graph), ..ModelProto::default() }.write_buf().unwrap()
}

#[test]
fn inputs_and_outputs_as_the_file_declares_them() {
    let graph = read("m", &model("Relu", "", vec![], DataType::FLOAT)).unwrap();
    assert_eq!((graph.inputs[0].name.as_str(), graph.inputs[0].datatype), ("x", Datatype::Fp32));
    assert_eq!(
        (graph.inputs[0].shape.as_slice(), graph.beyond_rten.len(), graph.heavy),
        ([-1, 3].as_slice(), 0, false)
    );
}

#[test]
fn what_rten_must_not_run_is_found() {
    let pads = AttributeProto { name: Some("pads".to_owned()), ints: vec![0, 1, 0, 1], ..AttributeProto::default() };
    let no_pads = AttributeProto { name: Some("pads".to_owned()), ints: vec![0; 4], ..AttributeProto::default() };
    let double = AttributeProto { name: Some("to".to_owned()), i: Some(11), ..AttributeProto::default() };
    for (operation, domain, attributes, kind, reason) in [
        ("ConvInteger", "", vec![pads], DataType::UINT8, Some("ConvInteger with padding")),
        ("ConvInteger", "", vec![no_pads], DataType::UINT8, None),
        ("Cast", "", vec![double], DataType::FLOAT, Some("64-bit floats")),
        ("Scaler", "ai.onnx.ml", vec![], DataType::FLOAT, Some("Scaler of ai.onnx.ml")),
        ("Relu", "", vec![], DataType::DOUBLE, Some("FP64")),
        ("Relu", "", vec![], DataType::STRING, Some("BYTES")),
    ] {
        let graph = read("m", &model(operation, domain, attributes, kind)).unwrap();
        match reason {
            None => assert!(graph.beyond_rten.is_empty(), "{operation}: {:?}", graph.beyond_rten),
            Some(reason) => {
                assert!(graph.beyond_rten.iter().any(|found| found.contains(reason)), "{:?}", graph.beyond_rten);
            }
        }
    }
}

#[test]
fn bytes_that_would_take_the_parser_down_are_corrupt() {
    let nested = (0..200).fold(Vec::new(), |inner: Vec<u8>, level| {
        // A graph in an attribute in a node in a graph …: fields 1, 5 and 6; a model holds its graph in field 7.
        let field = if level == 199 { 7 } else { [1, 6, 5][level % 3] };
        let mut bytes = vec![field << 3 | 2, 0xff, 0xff, 0x03];
        let septet = |shift: usize| u8::try_from(inner.len() >> shift & 0x7f).unwrap();
        bytes[1..4].copy_from_slice(&[septet(0) | 0x80, septet(7) | 0x80, septet(14)]);
        bytes.extend(inner);
        bytes
    });
    for (bytes, reason) in [
        (vec![0xff; 30], "number does not end"),
        (vec![0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], "beyond"),
        (vec![0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], "beyond"),
        (nested, "nested deeper"),
    ] {
        let error = read("m", &bytes).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn an_empty_model_is_corrupt() {
    assert!(matches!(read("m", b""), Err(LoadError::Corrupt { file, .. }) if file == "m"));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]
    #[test]
    fn damaged_files_never_panic(at in 0_usize..60, byte in any::<u8>(), noise in proptest::collection::vec(any::<u8>(), 0..80)) {
        let mut bytes = model("Relu", "", vec![], DataType::FLOAT);
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        let _ = read("m", &bytes);
        let _ = read("m", &noise);
    }
}
