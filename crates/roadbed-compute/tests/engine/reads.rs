//! Logs, outputs and usage.

use crate::fixture::{engine, read_log_to_end, say_go, shell, wait_for_exit, wait_for_run};
use roadbed_compute::{Engine, EngineError};
use roadbed_contracts::workload::folder::OutputFile;
use tempfile::TempDir;

#[tokio::test]
async fn a_log_is_read_while_it_grows() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    let spec = shell("echo one; mkfifo go; read word < go; echo two");
    engine.start(&spec).await.unwrap();
    wait_for_run(&engine, spec.id).await;
    let mut seen = Vec::new();
    while !seen.ends_with(b"one\n") {
        let chunk = engine.read_log(spec.id, seen.len() as u64, 1 << 20).await.unwrap();
        assert!(!chunk.end);
        seen.extend(chunk.bytes);
    }
    let go = data.path().join("workloads").join(spec.id.to_string()).join("work/go");
    say_go(go).await;
    let rest = read_log_to_end(&engine, spec.id, seen.len() as u64).await;
    assert_eq!(rest, b"two\n");
}

#[tokio::test]
async fn outputs_are_read_by_their_listed_path_only() {
    let data = TempDir::new().unwrap();
    std::fs::write(data.path().join("token"), "secret").unwrap();
    let engine = engine(data.path());
    let mut spec =
        shell("mkdir model; printf 0123456789 > model/weights; printf x > model/swapped; printf other > private");
    spec.outputs = vec!["model/**".to_owned()];
    engine.start(&spec).await.unwrap();
    wait_for_exit(&engine, spec.id).await;
    let listed = engine.outputs(spec.id).await.unwrap();
    let file = |path: &str, bytes| OutputFile { path: path.to_owned(), bytes };
    assert_eq!(listed, [file("model/swapped", 1), file("model/weights", 10)]);
    let chunk = engine.read_output(spec.id, "model/weights", 4, 3).await.unwrap();
    assert_eq!((chunk.bytes.as_slice(), chunk.end), (b"456".as_slice(), false));
    let chunk = engine.read_output(spec.id, "model/weights", 7, 100).await.unwrap();
    assert_eq!((chunk.bytes.as_slice(), chunk.end), (b"789".as_slice(), true));
    for path in ["private", "../spec.json", "/etc/passwd", "model"] {
        let refused = engine.read_output(spec.id, path, 0, 10).await;
        assert!(matches!(refused, Err(EngineError::NoSuchOutput { .. })), "{path}: {refused:?}");
    }
    // What was listed as a file has become a link.
    let swapped = data.path().join("workloads").join(spec.id.to_string()).join("work/model/swapped");
    std::fs::remove_file(&swapped).unwrap();
    std::os::unix::fs::symlink(data.path().join("token"), &swapped).unwrap();
    assert!(engine.read_output(spec.id, "model/swapped", 0, 10).await.is_err());
}

#[tokio::test]
async fn usage_by_minute_adds_up_to_the_total() {
    let data = TempDir::new().unwrap();
    let engine = engine(data.path());
    let spec = shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
    engine.start(&spec).await.unwrap();
    let report = wait_for_exit(&engine, spec.id).await;
    let minutes = engine.usage_minutes(spec.id, 0).await.unwrap();
    assert_eq!(minutes.iter().map(|minute| minute.cpu_micros).sum::<u64>(), report.cpu_micros);
    assert!(report.cpu_micros > 0);
    let last = minutes.last().unwrap().to.as_micros();
    assert!(engine.usage_minutes(spec.id, last).await.unwrap().is_empty());
}
