//! Damaged model files: always an error or a model that still predicts, never a panic.

use crate::cases::{Models, models};
use crate::launcher::{bench, revision};
use roadbed_contracts::backend::{Backend, BackendError};
use std::path::{Path, PathBuf};

const NAMES: [(&str, &str); 5] = [
    ("xgb_binary_ubj", "model.ubj"),
    ("xgb_multiclass", "model.ubj"),
    ("xgb_binary_json", "model.json"),
    ("lgb_categorical", "model.lgb"),
    ("lgb_classifier", "model.skops"),
];

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn copied(models: &Models, name: &str, folder: &Path) -> PathBuf {
    let to = folder.join(name);
    copy(&models.case(name).directory, &to);
    to
}

#[tokio::test]
async fn damaged_tree_models_are_refused_by_name_or_still_predict() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in NAMES {
        let directory = copied(models, name, folder.path());
        let whole = std::fs::read(directory.join(file)).unwrap();
        let request = models.case(name).request;
        for step in 0..40 {
            let mut bytes = whole.clone();
            let at = whole.len() * step / 40 + step;
            if step % 2 == 0 {
                bytes.truncate(at);
            } else {
                bytes[at] ^= 1 << (step % 8);
            }
            std::fs::write(directory.join(file), &bytes).unwrap();
            let revision = revision(0);
            match bench.backend.load(&revision, &directory).await {
                Err(BackendError::CannotLoad(message)) => {
                    assert!(!message.contains("panicked"), "{name} {step}: {message}");
                    assert!(step % 2 == 1 || message.contains(file), "{name} {step}: {message}");
                }
                Err(other) => panic!("{name} {step}: {other:?}"),
                Ok(_) => {
                    assert!(step % 2 == 1, "{name}: cut off at {at} and still loaded");
                    let answer = bench.backend.infer(revision.id, request.clone()).await;
                    let panicked = matches!(&answer, Err(BackendError::Model(_)));
                    assert!(!panicked, "{name} {step}: {answer:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn damaged_networks_are_refused() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    let folder = tempfile::tempdir().unwrap();
    let directory = copied(models, "onnx_mlp", folder.path());
    let whole = std::fs::read(directory.join("model.onnx")).unwrap();
    for part in 0..20 {
        std::fs::write(directory.join("model.onnx"), &whole[..whole.len() * part / 20]).unwrap();
        let refused = bench.backend.load(&revision(0), &directory).await;
        let Err(BackendError::CannotLoad(message)) = refused else { panic!("{part}: {refused:?}") };
        assert!(message.contains("model.onnx"), "{part}: {message}");
    }
    std::fs::remove_file(directory.join("model.onnx")).unwrap();
    let refused = bench.backend.load(&revision(0), &directory).await;
    assert!(
        matches!(&refused, Err(BackendError::CannotLoad(message)) if message.contains("model.onnx")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn wrong_expected_answers_fail_the_self_check() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    let folder = tempfile::tempdir().unwrap();
    let directory = copied(models, "onnx_mlp", folder.path());
    let expected = r#"{"outputs": [{"name": "label", "datatype": "INT64", "shape": [5], "data": [9, 9, 9, 9, 9]}]}"#;
    std::fs::write(directory.join("roadbed_expected.json"), expected).unwrap();
    let refused = bench.backend.load(&revision(0), &directory).await;
    assert!(
        matches!(&refused, Err(BackendError::CannotLoad(message)) if message.contains("self-check")),
        "{refused:?}"
    );
}
