use super::batch::{compatible, join, split};
use super::protocol::{Answer, ErrorKind, PREFIX_BYTES, Prefix, decode_answer, encode_predict};
use super::queue::{Pending, Queue};
use proptest::prelude::{ProptestConfig, any, prop_assert, proptest};
use roadbed_contracts::backend::{BackendError, InferenceRequest, InputForm};
use roadbed_contracts::tensor::{Tensor, TensorData};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

fn tensor(name: &str, shape: &[usize], data: TensorData) -> Tensor {
    Tensor { name: name.to_owned(), shape: shape.to_vec(), data }
}

fn request(values: &[f64]) -> InferenceRequest {
    InferenceRequest {
        form: InputForm::Table,
        inputs: vec![tensor("x", &[values.len()], TensorData::Fp64(values.to_vec()))],
        outputs: vec![],
        parameters: serde_json::Map::new(),
        rows: values.len(),
        timeout: Duration::from_secs(1),
    }
}

fn all_datatypes() -> Vec<Tensor> {
    vec![
        tensor("bool", &[2], TensorData::Bool(vec![true, false])),
        tensor("u8", &[2], TensorData::Uint8(vec![0, 255])),
        tensor("u16", &[2], TensorData::Uint16(vec![0, u16::MAX])),
        tensor("u32", &[2], TensorData::Uint32(vec![0, u32::MAX])),
        tensor("u64", &[2], TensorData::Uint64(vec![0, u64::MAX])),
        tensor("i8", &[2], TensorData::Int8(vec![i8::MIN, i8::MAX])),
        tensor("i16", &[2], TensorData::Int16(vec![i16::MIN, i16::MAX])),
        tensor("i32", &[2], TensorData::Int32(vec![i32::MIN, i32::MAX])),
        tensor("i64", &[2, 1], TensorData::Int64(vec![i64::MIN, i64::MAX])),
        tensor("f16", &[2], TensorData::Fp16(vec![0x3c00, 0xfc00])),
        tensor("f32", &[2], TensorData::Fp32(vec![f32::MIN, f32::INFINITY])),
        tensor("f64", &[2], TensorData::Fp64(vec![f64::MAX, -0.0])),
        tensor("bytes", &[2], TensorData::Bytes(vec![b"".to_vec(), "Zürich".into()])),
    ]
}

#[test]
fn a_frame_carries_every_datatype_unchanged() {
    let mut request = request(&[1.0, 2.0]);
    request.inputs = all_datatypes();
    let frame = encode_predict(&request, 1 << 20).unwrap();
    let prefix = Prefix::decode(*frame.first_chunk::<PREFIX_BYTES>().unwrap(), 1 << 20).unwrap();
    let (header, body) = frame[PREFIX_BYTES..].split_at(prefix.header_bytes);
    assert_eq!(body.len(), prefix.body_bytes);
    let mut header: serde_json::Value = serde_json::from_slice(header).unwrap();
    assert_eq!((header["type"].as_str(), header["form"].as_str()), (Some("predict"), Some("table")));
    // Sent back by a worker, the same tensors come out.
    let outputs = header["inputs"].take();
    let answer = serde_json::json!({"type": "result", "outputs": outputs, "resident_bytes": 7});
    let answer = decode_answer(answer.to_string().as_bytes(), body).unwrap();
    assert_eq!(answer, Answer::Result { outputs: request.inputs, resident_bytes: 7 });
}

#[test]
fn limits_and_versions_are_kept() {
    assert!(encode_predict(&request(&[0.0; 100]), 100).unwrap_err().contains("takes 100"));
    let mut prefix = *encode_predict(&request(&[0.0]), 1 << 20).unwrap().first_chunk::<PREFIX_BYTES>().unwrap();
    assert!(Prefix::decode(prefix, 10).is_err());
    prefix[8..].fill(0xff);
    assert!(Prefix::decode(prefix, u64::MAX).is_err());
    prefix[0] = b'X';
    assert!(Prefix::decode(prefix, u64::MAX).unwrap_err().to_string().contains("RBW1"));
    let newer = decode_answer(br#"{"type": "ready", "protocol": 2, "python": "3.99", "resident_bytes": 0}"#, &[]);
    assert!(newer.unwrap_err().to_string().contains("version 2"));
    let error = decode_answer(br#"{"type": "error", "kind": "bad_input", "message": "m"}"#, &[]).unwrap();
    assert_eq!(error, Answer::Error { kind: ErrorKind::BadInput, message: "m".to_owned() });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]
    #[test]
    fn a_broken_answer_is_an_error(shape in 0_usize..9, bytes in 0_usize..99, body in proptest::collection::vec(any::<u8>(), 0..64)) {
        for datatype in ["FP64", "BYTES", "BOOL"] {
            let header = format!(r#"{{"type": "result", "resident_bytes": 0, "outputs": [{{"name": "y", "datatype": "{datatype}", "shape": [{shape}], "bytes": {bytes}}}]}}"#);
            if let Ok(Answer::Result { outputs, .. }) = decode_answer(header.as_bytes(), &body) {
                prop_assert!(outputs[0].data.len() == shape);
            }
        }
    }
}

#[test]
fn joined_requests_are_split_again() {
    let (first, second) = (request(&[1.0, 2.0]), request(&[3.0]));
    assert!(compatible(&first, &second));
    let joined = join(&[&first, &second]).unwrap();
    assert_eq!((joined.rows, &joined.inputs[0]), (3, &tensor("x", &[3], TensorData::Fp64(vec![1.0, 2.0, 3.0]))));
    let output = tensor("y", &[3, 2], TensorData::Int8(vec![1, 2, 3, 4, 5, 6]));
    let parts = split(&[output], &[2, 1]).unwrap();
    assert_eq!(parts[0].outputs, [tensor("y", &[2, 2], TensorData::Int8(vec![1, 2, 3, 4]))]);
    assert_eq!(parts[1].outputs, [tensor("y", &[1, 2], TensorData::Int8(vec![5, 6]))]);
    assert_eq!(split(&[tensor("y", &[1], TensorData::Bool(vec![true]))], &[2, 1]), None);
}

#[test]
fn requests_that_differ_are_not_joined() {
    let base = request(&[1.0]);
    let changes: [fn(&mut InferenceRequest); 5] = [
        |request| request.form = InputForm::Tensors,
        |request| request.outputs = vec!["y".to_owned()],
        |request| request.inputs[0].name = "z".to_owned(),
        |request| request.inputs[0].data = TensorData::Fp32(vec![1.0]),
        |request| drop(request.parameters.insert("p".to_owned(), 1.into())),
    ];
    for change in changes {
        let mut other = base.clone();
        change(&mut other);
        assert!(!compatible(&base, &other));
    }
}

fn pending(values: &[f64]) -> (Pending, oneshot::Receiver<super::queue::Reply>) {
    let (reply, receiver) = oneshot::channel();
    let deadline = Instant::now() + Duration::from_secs(60);
    (Pending { request: request(values), deadline, reply, deaths: 0, alone: false }, receiver)
}

#[tokio::test]
async fn a_batch_takes_what_waits_up_to_its_rows_and_skips_who_has_gone() {
    let queue = Queue::new(10);
    let mut receivers = Vec::new();
    for values in [&[1.0][..], &[2.0], &[3.0, 4.0], &[5.0]] {
        let (pending, receiver) = pending(values);
        queue.push(pending).unwrap();
        receivers.push(receiver);
    }
    drop(receivers.remove(0));
    let batch = queue.next(3, Duration::ZERO).await;
    assert_eq!(batch.iter().map(|pending| pending.request.rows).collect::<Vec<_>>(), [1, 2]);
    queue.put_back(batch);
    let alone = queue.next(3, Duration::ZERO).await;
    assert_eq!((alone.len(), alone[0].request.rows), (1, 1), "what was put back is answered alone, in order");
}

#[tokio::test]
async fn a_full_queue_refuses_and_a_closed_one_answers() {
    let queue = Queue::new(1);
    let (first, receiver) = pending(&[1.0]);
    queue.push(first).unwrap();
    assert!(matches!(queue.push(pending(&[2.0]).0), Err(BackendError::Unavailable(_))));
    let error = BackendError::CannotLoad("no".to_owned());
    queue.refuse_all(&error);
    assert_eq!(receiver.await.unwrap(), Err(error));
}
