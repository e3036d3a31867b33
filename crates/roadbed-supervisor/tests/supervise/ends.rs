//! How work ends, and that nothing is left of it.

use crate::fixture::{data, signal, wait_until};
use roadbed_contracts::workload::folder::{Identity, OutputFile, short_temporary};
use roadbed_contracts::workload::{ExitKind, WorkloadPhase};
use rustix::process::Signal;
use std::fs;

#[test]
fn success_and_failure_are_told_apart() {
    let data = data();
    let report = data.shell("echo hello").run();
    assert_eq!((report.exit, report.message.as_str()), (ExitKind::Code(0), "succeeded"));
    assert!(report.started_at.is_some_and(|at| at <= report.ended_at));
    let failed = data.shell("exit 3").run();
    assert_eq!((failed.exit, failed.message.as_str()), (ExitKind::Code(3), "exited with code 3"));
}

#[test]
fn a_signal_is_named() {
    let data = data();
    let report = data.shell("kill -SEGV $$").run();
    assert_eq!(report.exit, ExitKind::Signal(11));
    assert!(report.message.contains("signal 11 (SIGSEGV)"), "{}", report.message);
}

#[test]
fn what_cannot_start_says_why() {
    let data = data();
    let message = |words: &[&str], files: &[(&str, &str)]| {
        let mut workload = data.workload(words);
        workload.code(files);
        let report = workload.run();
        assert_eq!((report.exit, report.started_at), (ExitKind::NotStarted, None));
        assert!(workload.log().contains(&report.message));
        report.message
    };
    assert!(message(&["no-such-program"], &[]).contains("command not found: no-such-program; searched /"));
    assert!(message(&["train.sh"], &[("train.sh", "")]).contains("write ./train.sh"));
    assert!(message(&["./missing.sh"], &[]).contains("./missing.sh is not in the code"));
    assert!(message(&["./train.sh"], &[("train.sh", "")]).contains("chmod +x ./train.sh"));
    assert!(message(&[], &[]).contains("the command is empty"));

    let mut script = data.workload(&["./train.sh"]);
    script.code(&[("train.sh", "")]);
    let work = data.workload(&["sh", "-c", "printf '#!/no/such/interpreter\\n' > run; chmod +x run; exec ./run"]);
    assert_eq!(work.run().exit, ExitKind::Code(127));
}

#[test]
fn damaged_code_is_refused() {
    let data = data();
    let mut workload = data.shell("true");
    workload.code(&[("train.py", "print(1)")]);
    workload.spec.code.as_mut().unwrap().bytes += 1;
    let report = workload.run();
    assert_eq!(report.exit, ExitKind::NotStarted);
    assert!(report.message.contains("the code is not what was submitted"), "{}", report.message);

    let mut rubbish = data.shell("true");
    rubbish.code(&[("train.py", "print(1)")]);
    fs::write(rubbish.launch.code_file.as_ref().unwrap(), b"rubbish").unwrap();
    assert!(rubbish.run().message.contains("could not be unpacked"));
}

#[test]
fn the_time_limit_ends_the_whole_tree_even_what_ignores_sigterm() {
    let data = data();
    // The grandchild is in a session of its own and ignores SIGTERM.
    let mut workload =
        data.shell("setsid sh -c 'trap \"\" TERM; echo deaf; while :; do sleep 1; done' & sh -c 'sleep 600' & wait");
    workload.spec.timeout = Some("700ms".parse().unwrap());
    workload.spec.grace = "300ms".parse().unwrap();
    let report = workload.run();
    assert_eq!(report.exit, ExitKind::Timeout);
    assert!(
        report.message.contains("time limit of 700ms; it did not end within 300ms and was killed"),
        "{}",
        report.message
    );
    assert_eq!(workload.processes(), [] as [i32; 0]);
}

#[test]
fn a_stop_leaves_the_grace_time_to_save() {
    let data = data();
    let workload = data.shell("trap 'echo saved > checkpoint; exit 0' TERM; echo ready; while :; do sleep 0.1; done");
    let mut supervisor = workload.start();
    workload.wait_for_log("ready");
    workload.stop("cancelled by ada");
    signal(supervisor.id(), Signal::TERM);
    assert!(supervisor.wait().unwrap().success());
    let report = workload.report();
    assert_eq!((report.exit, report.message.as_str()), (ExitKind::Cancelled, "stopped: cancelled by ada"));
    assert_eq!(fs::read_to_string(workload.directory.join("work/checkpoint")).unwrap(), "saved\n");
}

#[test]
fn a_stop_without_a_signal_is_seen_too_and_one_before_the_start_is_final() {
    let data = data();
    let workload = data.shell("echo ready; exec sleep 600");
    let mut supervisor = workload.start();
    workload.wait_for_log("ready");
    workload.stop("preempted");
    assert!(supervisor.wait().unwrap().success());
    assert_eq!(workload.report().exit, ExitKind::Cancelled);

    let early = data.shell("echo ran");
    early.stop("changed my mind");
    let report = early.run();
    assert_eq!((report.exit, report.started_at), (ExitKind::Cancelled, None));
    assert!(!early.log().contains("ran"));
}

#[test]
fn what_the_first_process_leaves_behind_goes_with_it() {
    let data = data();
    let workload = data.shell("setsid sleep 600 & (sleep 600 &) ; echo done");
    let report = workload.run();
    assert_eq!(report.exit, ExitKind::Code(0));
    assert_eq!(workload.processes(), [] as [i32; 0]);
}

#[test]
fn a_killed_supervisor_takes_the_first_process_along() {
    let data = data();
    let workload = data.shell("echo ready; exec sleep 600");
    let mut supervisor = workload.start();
    workload.wait_for_log("ready");
    wait_until("the running phase", || matches!(workload.phase(), Some(WorkloadPhase::Running { .. })));
    supervisor.kill().unwrap();
    supervisor.wait().unwrap();
    wait_until("the end of the work", || workload.processes().is_empty());
    assert!(!workload.directory.join("exit.json").exists());
    // What the engine does for a lost workload.
    let identity: Identity = workload.read("identity.json").unwrap();
    identity.control_groups.iter().for_each(|group| wait_until("an empty group", || fs::remove_dir(group).is_ok()));
    fs::remove_file(short_temporary(workload.spec.id)).ok();
}

#[test]
fn a_damaged_specification_is_reported() {
    let data = data();
    let workload = data.shell("true");
    fs::write(workload.directory.join("spec.json"), "{").unwrap();
    assert!(workload.command().status().unwrap().success());
    assert_eq!(workload.report().exit, ExitKind::NotStarted);
    assert!(workload.report().message.contains("does not parse"), "{}", workload.report().message);
}

#[test]
fn sockets_fit_into_the_temporary_folder_however_long_its_name() {
    let data = data();
    let mut workload = data.python(
        "import os, socket, tempfile; d = tempfile.mkdtemp(prefix='pymp-'); print(len(d))\n\
         socket.socket(socket.AF_UNIX).bind(os.path.join(d, 'listener-12345678')); print('bound')",
    );
    let long = data.path().join("a-long-folder-name-".repeat(5)).join(workload.spec.id.to_string());
    fs::create_dir_all(long.parent().unwrap()).unwrap();
    fs::rename(&workload.directory, &long).unwrap();
    workload.directory = long;
    assert_eq!(workload.run().exit, ExitKind::Code(0), "{}", workload.log());
    assert!(workload.log().contains("bound"));
    assert!(!short_temporary(workload.spec.id).is_symlink());
}

#[test]
fn a_removed_folder_ends_supervisor_and_work() {
    let data = data();
    let workload = data.shell("echo ready; exec sleep 600");
    let mut supervisor = workload.start();
    workload.wait_for_log("ready");
    fs::remove_dir_all(&workload.directory).unwrap();
    supervisor.wait().unwrap();
    assert_eq!(workload.processes(), [] as [i32; 0]);
    assert!(!workload.directory.exists());
}

#[test]
fn a_second_supervisor_of_the_same_folder_is_refused() {
    let data = data();
    let workload = data.shell("echo ready; exec sleep 600");
    let mut first = workload.start();
    workload.wait_for_log("ready");
    assert_eq!(workload.command().stderr(std::process::Stdio::null()).status().unwrap().code(), Some(1));
    workload.stop("over");
    signal(first.id(), Signal::TERM);
    assert!(first.wait().unwrap().success());
    assert_eq!(workload.log().matches("ready").count(), 1);
}

#[test]
fn outputs_are_listed_and_links_are_not_followed() {
    let data = data();
    let mut workload =
        data.shell("mkdir -p model; echo 12345 > model/a.bin; ln -s /etc/passwd model/link; echo x > other");
    workload.spec.outputs = vec!["model/**".to_owned(), "report.html".to_owned()];
    assert_eq!(workload.run().exit, ExitKind::Code(0));
    let outputs: Vec<OutputFile> = workload.read("outputs.json").unwrap();
    assert_eq!(outputs, [OutputFile { path: "model/a.bin".to_owned(), bytes: 6 }]);
    assert!(workload.log().contains("output \"report.html\" matched no file"));
}

#[test]
fn checkpoints_outlive_the_workload() {
    let data = data();
    let folder = data.path().join("checkpoints/job");
    for expected in ["1", "2"] {
        let mut workload = data.shell("cd $ROADBED_CHECKPOINT_DIR; echo x >> steps; wc -l < steps");
        workload.spec.checkpoint_directory = Some(folder.to_str().unwrap().to_owned());
        assert_eq!(workload.run().exit, ExitKind::Code(0));
        assert!(workload.log().trim_end().ends_with(expected), "{}", workload.log());
    }
}

#[test]
fn wrong_arguments_are_explained() {
    let output = std::process::Command::new(crate::fixture::supervisor_program()).arg("--directory").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--directory needs a value; usage:"));
}
