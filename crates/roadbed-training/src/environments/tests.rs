use super::found;
use super::model::{EnvironmentError, check_path, check_python, check_variable, environment_spec};
use std::fs;

#[test]
fn python_versions_are_major_and_minor() {
    for good in ["3.9", "3.10", "3.14"] {
        assert!(check_python(good).is_ok(), "{good}");
    }
    for bad in ["", "3", "3.", "2.7", "3.10.1", "3.x", "python3.11", "3.100", "3.-1"] {
        assert!(check_python(bad).is_err(), "{bad}");
    }
}

#[test]
fn variables_have_names_that_a_shell_can_read_and_are_not_ours() {
    for good in ["A", "_a", "LOG_LEVEL2", "MLFLOW_EXPERIMENT_NAME"] {
        assert!(check_variable(good, "x").is_ok(), "{good}");
    }
    for bad in ["", "1A", "A-B", "A B", "A=B", "Ä"] {
        assert!(matches!(check_variable(bad, "x"), Err(EnvironmentError::VariableName(_))), "{bad}");
    }
    for ours in ["ROADBED_JOB_ID", "MLFLOW_TRACKING_TOKEN"] {
        assert!(matches!(check_variable(ours, "x"), Err(EnvironmentError::Reserved(_))), "{ours}");
    }
    assert!(check_variable("A", "x\0y").is_err());
}

#[test]
fn paths_stay_in_the_project() {
    for good in ["requirements.txt", "./a/b.txt"] {
        assert!(check_path(good).is_ok(), "{good}");
    }
    for bad in ["", "/etc/passwd", "../x", "a/../../x"] {
        assert!(check_path(bad).is_err(), "{bad}");
    }
}

#[test]
fn equal_requests_have_equal_keys() {
    assert_eq!(environment_spec(None, None), None);
    let spec =
        |python: &str, requirements: &str| environment_spec(Some(python.into()), Some(requirements.into())).unwrap();
    assert_eq!(spec("3.11", "numpy"), spec("3.11", "numpy"));
    assert_ne!(spec("3.11", "numpy").request_key, spec("3.12", "numpy").request_key);
    assert_ne!(spec("3.11", "numpy").request_key, spec("3.11", "numpy ").request_key);
}

#[test]
fn environments_are_found_in_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("environments");
    assert!(found::list(&directory).unwrap().is_empty(), "no folder, no environments");
    let (made, making) = ("ab".repeat(32), "cd".repeat(32));
    for key in [&made, &making] {
        fs::create_dir_all(directory.join(key).join("bin")).unwrap();
        fs::write(directory.join(key).join("bin/tool"), "12345").unwrap();
    }
    fs::write(directory.join(&made).join(".ready"), "").unwrap();
    fs::write(directory.join(&made).join("pyvenv.cfg"), "home = /usr\nversion_info = 3.11.9\n").unwrap();
    fs::create_dir(directory.join("locks")).unwrap();
    fs::write(directory.join(format!("{made}.lock")), "").unwrap();
    let found = found::list(&directory).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].key.to_string(), found[0].ready, found[0].python.as_deref()), (made, true, Some("3.11.9")));
    assert_eq!(found[0].bytes, 5 + 34);
    assert!(found[0].last_used_at.is_some());
    assert_eq!((found[1].key.to_string(), found[1].ready, found[1].bytes), (making, false, 5));
}
