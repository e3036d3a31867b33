//! Python workers through the backend, with real processes.

use crate::cases::{Case, Models, difference, models, request};
use crate::launcher::{Bench, bench, revision};
use roadbed_contracts::backend::{Backend, BackendError, InferenceRequest, InferenceResponse, InputForm};
use roadbed_contracts::entries::{Batching, RevisionEntry};
use roadbed_contracts::tensor::{Tensor, TensorData};
use roadbed_core::RevisionId;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn number(value: f64) -> InferenceRequest {
    request(
        InputForm::Table,
        vec![Tensor { name: "x".to_owned(), shape: vec![1], data: TensorData::Fp64(vec![value]) }],
    )
}

fn first(response: &InferenceResponse) -> f64 {
    match &response.outputs[0].data {
        TensorData::Fp64(values) => values[0],
        other => panic!("{other:?}"),
    }
}

async fn trouble(models: &Models, workers: u32) -> (Bench, RevisionEntry) {
    let bench = bench(models, false, |_| {});
    let revision = revision(workers);
    let loaded = bench.backend.load(&revision, &models.case("pyfunc_trouble").directory).await.unwrap();
    assert!(loaded.engine.starts_with("python 3.11"), "{}", loaded.engine);
    (bench, revision)
}

/// Asks until a worker answers again.
async fn answers_again(bench: &Bench, revision: RevisionId) -> InferenceResponse {
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        match bench.backend.infer(revision, number(3.0)).await {
            Ok(response) => return response,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
    }
}

#[tokio::test]
async fn a_pipeline_with_texts_gives_what_pyfunc_gives() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    let Case { directory, request, expected, tolerance } = models.case("sklearn_strings");
    let refused = bench.backend.load(&revision(0), &directory).await;
    let Err(BackendError::CannotLoad(message)) = refused else { panic!("{refused:?}") };
    assert!(message.contains("workers: 1"), "{message}");
    let revision = revision(1);
    bench.backend.load(&revision, &directory).await.unwrap();
    let response = bench.backend.infer(revision.id, request.clone()).await.unwrap();
    assert_eq!(difference(&response, &expected, tolerance), None);
    let mut bad = request.clone();
    bad.inputs.remove(0);
    let refused = bench.backend.infer(revision.id, bad).await;
    assert!(matches!(&refused, Err(BackendError::BadInput(message)) if message.contains("city")), "{refused:?}");
    let mut bad = request;
    bad.inputs[0].data = TensorData::Fp64(vec![1.0; 20]);
    let refused = bench.backend.infer(revision.id, bad).await;
    assert!(matches!(&refused, Err(BackendError::BadInput(message)) if message.contains("BYTES")), "{refused:?}");
}

#[tokio::test]
async fn a_model_that_natively_needs_python_says_why() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    let case = models.case("onnx_linear");
    let revision = revision(1);
    let loaded = bench.backend.load(&revision, &case.directory).await.unwrap();
    assert!(loaded.engine.starts_with("python 3.11") && loaded.engine.contains("LinearRegressor"), "{}", loaded.engine);
    let response = bench.backend.infer(revision.id, case.request).await.unwrap();
    assert_eq!(difference(&response, &case.expected, case.tolerance), None);
}

#[tokio::test]
async fn exceptions_parameters_and_odd_answers() {
    let Some(models) = models() else { return };
    let (bench, revision) = trouble(models, 1).await;
    assert_eq!(first(&bench.backend.infer(revision.id, number(4.0)).await.unwrap()), 8.0);
    let raised = bench.backend.infer(revision.id, number(13.0)).await;
    assert!(
        matches!(&raised, Err(BackendError::Model(message)) if message.contains("thirteen is not accepted")),
        "{raised:?}"
    );
    let mut with_parameter = number(4.0);
    with_parameter.parameters.insert("add".to_owned(), 0.5.into());
    assert_eq!(first(&bench.backend.infer(revision.id, with_parameter).await.unwrap()), 8.5);
    let three = bench.backend.infer(revision.id, number(7.0)).await.unwrap();
    assert_eq!(three.outputs[0].shape, [3], "the model's answer is given as it is");
    let log = std::fs::read_to_string(&bench.log).unwrap();
    assert!(log.contains("a model may write to standard output"));
    assert_eq!(bench.started.lock().unwrap().len(), 1, "no worker was replaced");
}

#[tokio::test]
async fn a_killed_worker_is_replaced() {
    let Some(models) = models() else { return };
    let (bench, revision) = trouble(models, 1).await;
    let process = bench.started.lock().unwrap()[0];
    let process = rustix::process::Pid::from_raw(i32::try_from(process).unwrap()).unwrap();
    rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
    assert_eq!(first(&answers_again(&bench, revision.id).await), 6.0);
    assert_eq!(bench.started.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_request_that_ends_workers_is_answered_and_others_live_on() {
    let Some(models) = models() else { return };
    let (bench, revision) = trouble(models, 1).await;
    // Two workers are started in between, each of which imports mlflow: seconds on an idle machine, far more on a busy one.
    let patient = |value: f64| InferenceRequest { timeout: Duration::from_secs(300), ..number(value) };
    let fatal = bench.backend.infer(revision.id, patient(666.0));
    let other = bench.backend.infer(revision.id, patient(5.0));
    let (fatal, other) = tokio::join!(fatal, other);
    assert!(matches!(&fatal, Err(BackendError::Model(message)) if message.contains("twice")), "{fatal:?}");
    assert_eq!(first(&other.unwrap()), 10.0);
}

#[tokio::test]
async fn a_hung_worker_is_dumped_and_replaced() {
    let Some(models) = models() else { return };
    let (bench, revision) = trouble(models, 1).await;
    let mut hanging = number(999.0);
    hanging.timeout = Duration::from_millis(500);
    let hung = bench.backend.infer(revision.id, hanging).await;
    assert_eq!(hung, Err(BackendError::TimedOut(Duration::from_millis(500))));
    assert_eq!(first(&answers_again(&bench, revision.id).await), 6.0);
    let log = std::fs::read_to_string(&bench.log).unwrap();
    assert!(log.contains("trouble.py\", line 11 in predict"), "{log}");
    bench.backend.unload(revision.id).await;
    for process in bench.started.lock().unwrap().iter() {
        assert!(!std::path::Path::new(&format!("/proc/{process}")).exists(), "process {process} is left behind");
    }
}

#[tokio::test]
async fn queued_requests_are_joined_and_a_bad_one_harms_no_other() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    let mut revision = revision(1);
    revision.batching = Some(Batching { max_rows: 16, max_delay_micros: 20_000 });
    bench.backend.load(&revision, &models.case("pyfunc_trouble").directory).await.unwrap();
    let mut answers = tokio::task::JoinSet::new();
    for value in [13, 1, 2, 7, 3, 4, 5, 6, 8, 9] {
        let backend = Arc::clone(&bench.backend);
        let id = revision.id;
        answers.spawn(async move { (value, backend.infer(id, number(f64::from(value))).await) });
    }
    while let Some(answer) = answers.join_next().await {
        let (value, answer) = answer.unwrap();
        match (value, answer) {
            (13, answer) => assert!(matches!(answer, Err(BackendError::Model(_))), "{answer:?}"),
            (7, answer) => assert_eq!(answer.unwrap().outputs[0].shape, [3]),
            (value, answer) => assert_eq!(first(&answer.unwrap()), f64::from(value) * 2.0),
        }
    }
}

#[tokio::test]
async fn a_model_that_python_cannot_load_is_refused_with_the_reason() {
    let Some(models) = models() else { return };
    let bench = bench(models, false, |_| {});
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(models.case("sklearn_strings").directory).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    std::fs::write(folder.path().join("model.skops"), b"damaged").unwrap();
    let refused = bench.backend.load(&revision(1), folder.path()).await;
    assert!(matches!(&refused, Err(BackendError::CannotLoad(message)) if message.contains("in Python")), "{refused:?}");
}
