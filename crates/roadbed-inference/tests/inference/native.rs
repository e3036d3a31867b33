//! Native engines through the backend.

use crate::cases::{difference, models, request};
use crate::launcher::{bench, revision};
use roadbed_contracts::backend::{Backend, BackendError, InputForm};
use roadbed_contracts::tensor::{Datatype, Tensor, TensorData};

#[tokio::test]
async fn trees_and_networks_are_served_without_python() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    for (name, engine) in [
        ("xgb_binary_ubj", "trees"),
        ("xgb_categorical", "trees"),
        ("lgb_classifier", "trees"),
        ("onnx_mlp", "rten 0.27.0"),
    ] {
        let case = models.case(name);
        let revision = revision(0);
        let loaded = bench.backend.load(&revision, &case.directory).await.unwrap();
        assert_eq!(loaded.engine, engine, "{name}");
        assert!(loaded.memory_bytes > 0);
        assert_eq!(bench.backend.load(&revision, &case.directory).await.unwrap(), loaded, "loading twice is harmless");
        let response = bench.backend.infer(revision.id, case.request.clone()).await.unwrap();
        assert_eq!(difference(&response, &case.expected, case.tolerance), None, "{name}");
        let described: Vec<(&str, Datatype)> =
            loaded.signature.outputs.iter().map(|spec| (spec.name.as_str(), spec.datatype)).collect();
        let given: Vec<_> =
            response.outputs.iter().map(|output| (output.name.as_str(), output.data.datatype())).collect();
        assert_eq!(described, given, "{name}");
        bench.backend.unload(revision.id).await;
        let gone = bench.backend.infer(revision.id, case.request).await;
        assert!(matches!(gone, Err(BackendError::Unavailable(_))), "{gone:?}");
    }
}

#[tokio::test]
async fn one_matrix_gives_what_columns_give() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    let case = models.case("xgb_multiclass");
    let revision = revision(0);
    bench.backend.load(&revision, &case.directory).await.unwrap();
    let columns: Vec<&Vec<f64>> = case
        .request
        .inputs
        .iter()
        .map(|tensor| if let TensorData::Fp64(values) = &tensor.data { values } else { panic!("not FP64") })
        .collect();
    let matrix = (0..case.request.rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    let shape = vec![case.request.rows, columns.len()];
    let input = Tensor { name: "input-0".to_owned(), shape, data: TensorData::Fp64(matrix) };
    let response = bench.backend.infer(revision.id, request(InputForm::Tensors, vec![input])).await.unwrap();
    assert_eq!(difference(&response, &case.expected, case.tolerance), None);
    let mut only = case.request.clone();
    only.outputs = vec!["probabilities".to_owned()];
    let response = bench.backend.infer(revision.id, only).await.unwrap();
    assert_eq!(response.outputs.len(), 1);
    assert_eq!(difference(&response, &case.expected[1..], case.tolerance), None);
}

#[tokio::test]
async fn wrong_inputs_are_refused_with_what_is_expected() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    let case = models.case("xgb_multiclass");
    let revision = revision(0);
    bench.backend.load(&revision, &case.directory).await.unwrap();
    let good = case.request;
    let refusal = async |change: &dyn Fn(&mut Vec<Tensor>)| {
        let mut bad = good.clone();
        change(&mut bad.inputs);
        match bench.backend.infer(revision.id, bad).await {
            Err(BackendError::BadInput(message)) => message,
            other => panic!("{other:?}"),
        }
    };
    let matrix = |width: usize| Tensor {
        name: "input-0".to_owned(),
        shape: vec![64, width],
        data: TensorData::Fp32(vec![0.0; 64 * width]),
    };
    let wide = refusal(&|inputs| *inputs = vec![matrix(9)]).await;
    assert!(wide.contains("[64, 9]") && wide.contains("[rows, 8]"), "{wide}");
    let renamed = refusal(&|inputs| inputs.iter_mut().for_each(|input| input.name.insert(0, 'x'))).await;
    assert!(renamed.contains("\"xf3\"") && renamed.contains("expected the columns \"f0\""), "{renamed}");
    let text = refusal(&|inputs| inputs[2].data = TensorData::Bytes(vec![b"a".to_vec(); 64])).await;
    assert!(text.contains("BYTES") && text.contains("expected a number"), "{text}");
    let short = refusal(&|inputs| inputs[2].shape = vec![63]).await;
    assert!(short.contains("[63]"), "{short}");
    let rows = refusal(&|inputs| inputs.iter_mut().for_each(|input| input.shape = vec![64, 1, 1])).await;
    assert!(rows.contains("[64, 1, 1]"), "{rows}");
    // The signature marks all columns optional: what is left out is missing, as a null would be.
    let mut partial = good.clone();
    partial.inputs.truncate(5);
    bench.backend.infer(revision.id, partial).await.unwrap();
}

#[tokio::test]
async fn what_rten_cannot_run_needs_onnx_runtime_and_is_refused_without() {
    let Some(models) = models() else { return };
    let without = bench(models, false, |_| {});
    for (name, reason) in
        [("onnx_double", "FP64"), ("onnx_linear", "LinearRegressor"), ("onnx_padded", "ConvInteger with padding")]
    {
        let case = models.case(name);
        let refused = without.backend.load(&revision(0), &case.directory).await;
        let Err(BackendError::CannotLoad(message)) = refused else { panic!("{name}: {refused:?}") };
        assert!(message.contains(reason) && message.contains("onnxruntime"), "{name}: {message}");
    }
    let with = bench(models, true, |_| {});
    for name in ["onnx_double", "onnx_linear", "onnx_padded", "onnx_mlp"] {
        let case = models.case(name);
        let revision = revision(0);
        let loaded = with.backend.load(&revision, &case.directory).await.unwrap();
        let engine = if name == "onnx_mlp" { "rten" } else { "onnxruntime 1.31.1" };
        assert!(loaded.engine.starts_with(engine), "{name}: {}", loaded.engine);
        let response = with.backend.infer(revision.id, case.request).await.unwrap();
        assert_eq!(difference(&response, &case.expected, case.tolerance), None, "{name}");
    }
}

#[tokio::test]
async fn a_bad_onnx_runtime_is_an_error_and_never_a_crash() {
    let Some(models) = models() else { return };
    let folder = tempfile::tempdir().unwrap();
    let fake = folder.path().join("libonnxruntime.so.9.9.9");
    std::fs::write(&fake, b"not a library").unwrap();
    let bench = bench(models, false, |settings| settings.onnx_runtime.library = Some(fake));
    let refused = bench.backend.load(&revision(0), &models.case("onnx_double").directory).await;
    let Err(BackendError::CannotLoad(message)) = refused else { panic!("{refused:?}") };
    assert!(message.contains("libonnxruntime.so.9.9.9 cannot be used"), "{message}");
}
