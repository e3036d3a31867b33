//! Python environments with a real uv and one tiny package. Needs uv and its package index; says so when they are missing.

use crate::fixture::{Workload, data, skip, wait_until};
use roadbed_contracts::workload::{EnvironmentSpec, ExitKind, WorkloadPhase};
use roadbed_core::Digest;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

#[expect(clippy::disallowed_methods, reason = "a test looks for uv on the search path")]
fn uv() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join("uv")).find(|path| path.is_file());
    if found.is_none() {
        skip("uv is not on the search path");
    }
    found
}

fn has_index(uv: &Path) -> bool {
    let folder = tempfile::TempDir::new().unwrap();
    let request = folder.path().join("requirements.in");
    fs::write(&request, "six").unwrap();
    let reached = Command::new(uv).args(["pip", "compile", "--quiet"]).arg(&request).output().unwrap().status.success();
    if !reached {
        skip("uv reaches no package index");
    }
    reached
}

fn with_environment(mut workload: Workload, uv: &Path, python: Option<&str>, requirements: &str) -> Workload {
    let request = format!("{python:?} {requirements}");
    workload.spec.environment = Some(EnvironmentSpec {
        python: python.map(str::to_owned),
        requirements: requirements.to_owned(),
        request_key: Digest::from_bytes(*blake3::hash(request.as_bytes()).as_bytes()),
    });
    workload.launch.uv = Some(uv.to_path_buf());
    workload
}

#[test]
fn two_jobs_build_one_environment_and_a_third_needs_no_uv() {
    let Some(uv) = uv() else { return };
    if !has_index(&uv) {
        return;
    }
    let data = data();
    let script = "import six, sys; print('in', sys.prefix); open(six.__file__, 'a')";
    let job = || with_environment(data.workload(&["python", "-c", script]), &uv, None, "six==1.17.0\n");
    let (first, second) = (job(), job());
    let (mut one, mut two) = (first.start(), second.start());
    assert!(one.wait().unwrap().success() && two.wait().unwrap().success());
    let logs = [first.log(), second.log()];
    for (workload, log) in [&first, &second].into_iter().zip(&logs) {
        assert!(log.contains("in ") && log.contains("environments/"), "{log}");
        // The environment is closed to writing.
        assert_eq!(workload.report().exit, ExitKind::Code(1), "{log}");
        assert!(log.contains("PermissionError"), "{log}");
    }
    let builds: usize = logs.iter().map(|log| log.matches("building the environment").count()).sum();
    assert_eq!(builds, 1, "{logs:?}");

    let mut third = job();
    third.launch.uv = None;
    third.run();
    assert!(third.log().contains("in "), "{}", third.log());
    assert!(!third.log().contains("environment\n"), "{}", third.log());
}

#[test]
fn a_failed_requirement_says_why_and_leaves_nothing() {
    let Some(uv) = uv() else { return };
    if !has_index(&uv) {
        return;
    }
    let data = data();
    let job = with_environment(data.shell("true"), &uv, None, "six==999.0\n");
    let report = job.run();
    assert_eq!(report.exit, ExitKind::NotStarted);
    assert!(report.message.contains("could not be resolved") && report.message.contains("six"), "{}", report.message);
    let left: Vec<_> = fs::read_dir(data.path().join("environments"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .filter(|name| name != "locks")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_failed_build_leaves_nothing() {
    let Some(uv) = uv() else { return };
    if !has_index(&uv) {
        return;
    }
    let data = data();
    let job = with_environment(data.shell("true"), &uv, None, "six==1.17.0\n");
    let locks = data.path().join("environments/locks");
    fs::create_dir_all(&locks).unwrap();
    let key = job.spec.environment.as_ref().unwrap().request_key;
    let hash = "0".repeat(64);
    fs::write(locks.join(format!("{key}.txt")), format!("six==1.17.0 --hash=sha256:{hash}\n")).unwrap();
    let report = job.run();
    assert_eq!(report.exit, ExitKind::NotStarted);
    assert!(report.message.contains("could not be built"), "{}", report.message);
    let folders = fs::read_dir(data.path().join("environments")).unwrap();
    let left =
        folders.map(|entry| entry.unwrap()).filter(|entry| entry.path().is_dir() && entry.file_name() != "locks");
    assert_eq!(left.count(), 0);
}

#[test]
fn a_missing_interpreter_lists_what_is_there() {
    let Some(uv) = uv() else { return };
    let data = data();
    let job = with_environment(data.shell("true"), &uv, Some("3.2"), "");
    let report = job.run();
    assert_eq!(report.exit, ExitKind::NotStarted);
    assert!(report.message.contains("Python 3.2 is not on this machine; found: "), "{}", report.message);
}

#[test]
fn without_uv_the_fix_is_named() {
    let data = data();
    let mut job = with_environment(data.shell("true"), Path::new(""), None, "six");
    job.launch.uv = None;
    let report = job.run();
    assert!(report.message.contains("pip install uv"), "{}", report.message);
}

#[test]
fn a_stop_ends_a_build_under_way() {
    let data = data();
    // Outside the data directory, where tools may read.
    let tools = tempfile::TempDir::new().unwrap();
    let tool = |name: &str, script: String| {
        let path = tools.path().join(name);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    };
    let python = tool("python", "#!/bin/sh\necho 3.11 cpython linux\n".to_owned());
    let answer = format!("case \"$*\" in *find*) echo {};; *) exec sleep 600;; esac", python.display());
    let program = tool("uv", format!("#!/bin/sh\n{answer}\n"));
    let job = with_environment(data.shell("true"), &program, None, "six");
    let mut supervisor = job.start();
    wait_until("the resolving step", || {
        matches!(job.phase(), Some(WorkloadPhase::Preparing { step }) if step.contains("resolving"))
            && job.log().contains("resolving")
    });
    job.stop("not needed");
    assert!(supervisor.wait().unwrap().success());
    assert_eq!(job.report().exit, ExitKind::Cancelled);
}
