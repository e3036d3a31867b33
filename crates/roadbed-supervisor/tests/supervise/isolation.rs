//! What user code sees and what is closed to it.

use crate::fixture::{data, skip};
use roadbed_contracts::workload::ExitKind;
use roadbed_core::Secret;
use std::fs;

#[test]
fn the_platforms_files_are_closed_and_its_own_are_open() {
    let data = data();
    fs::write(data.path().join("token"), "secret of the platform").unwrap();
    fs::write(data.path().join("state.db"), "secret of the platform").unwrap();
    let other = data.shell("true");
    fs::create_dir_all(other.directory.join("work")).unwrap();
    fs::write(other.directory.join("work/model"), "secret of another job").unwrap();
    let script = format!(
        "cat {data}/token; cat {data}/state.db; cat {other}/work/model; ls {data}; ls {data}/workloads; cat ../spec.json; \
         cat /proc/$PPID/environ; echo x > {data}/planted; ln -s {data}/token link; cat link; ln {data}/token hard; kill -9 $PPID; \
         echo mine > own && cat own && echo t > $TMPDIR/t && cat $TMPDIR/t && echo h > $HOME/h && ls /usr/bin > /dev/null && echo open",
        data = data.path().display(),
        other = other.directory.display()
    );
    let workload = data.shell(&script);
    let report = workload.run();
    let log = workload.log();
    if log.contains("isolation: ") {
        return skip("this kernel has no Landlock");
    }
    assert_eq!(report.exit, ExitKind::Code(0), "{log}");
    assert!(!log.contains("secret of"), "{log}");
    assert!(!log.contains("rb_0123"), "{log}");
    assert!(!data.path().join("planted").exists());
    assert!(log.contains("mine\nt\nopen\n"), "{log}");
    // cat of three files, the spec, two lists, the variables of the supervisor, the link; the write, the hard link, the kill.
    let refused = log.matches("ermission denied").count() + log.matches("not permitted").count();
    assert!(refused >= 9, "{refused} refusals:\n{log}");
}

#[test]
fn variables_are_those_of_the_specification_and_the_least() {
    let data = data();
    let mut workload = data.workload(&["/usr/bin/env"]);
    workload.spec.resources.cpu = "1.5".parse().unwrap();
    workload.spec.variables.insert("ROADBED_PARAM_DEPTH".to_owned(), "4".to_owned());
    workload.spec.secret_variables.insert("PASSWORD".to_owned(), Secret::new("open sesame".to_owned()));
    workload.launch.gpus = vec![1, 3];
    workload.write();
    let status = workload.command().env("ADMIN_PASSWORD", "of the platform").status().unwrap();
    assert!(status.success());
    let log = workload.log();
    let value = |name: &str| log.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
    assert_eq!(value("OMP_NUM_THREADS"), Some("2"));
    assert_eq!(value("CUDA_VISIBLE_DEVICES"), Some("1,3"));
    assert_eq!(value("ROADBED_PARAM_DEPTH"), Some("4"));
    assert_eq!(value("PYTHONUNBUFFERED"), Some("1"));
    assert_eq!(value("PASSWORD"), Some("[masked]"));
    assert_eq!(value("ADMIN_PASSWORD"), None);
    assert!(value("HOME").is_some_and(|home| home.starts_with(workload.directory.to_str().unwrap())));
    assert_eq!(value("ROADBED_WORKLOAD_ID"), Some(workload.spec.id.to_string().as_str()));
}

#[test]
fn the_command_is_no_shell() {
    let data = data();
    let workload = data.workload(&["echo", "$HOME; ls", "`id`"]);
    workload.run();
    assert!(workload.log().contains("$HOME; ls `id`\n"), "{}", workload.log());
}
