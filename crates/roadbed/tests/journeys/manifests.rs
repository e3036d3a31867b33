//! Manifests with mistakes, as the command line answers them.

use crate::platform::Place;

/// Text of a manifest, place of its first finding as `line:column`, and words that the finding holds.
const WRONG: [(&str, &str, &[&str]); 8] = [
    ("project: tiny\njobz:\n  train: {run: python train.py}\n", "2:1", &["jobz", "did you mean jobs?"]),
    (
        "project: tiny\njobs:\n  train: {run: python x, retires: 2}\n",
        "3:26",
        &["jobs.train.retires", "did you mean retries?"],
    ),
    ("project: tiny\njobs: {train: {run: \"python x\n", "2:21", &["not valid YAML", "close the quotes"]),
    ("project: tiny\njobs:\n  train: {run: python x, timeout: [1]}\n", "3:35", &["jobs.train.timeout", "a list"]),
    ("project: tiny\njobs: [train]\n", "2:7", &["jobs"]),
    ("project: Not A Name\n", "1:10", &["project"]),
    ("project: tiny\nenvironment: {python: 3.10}\n", "2:23", &["environment.python", "\"3.10\""]),
    ("jobs: {}\n", "1:1", &["project"]),
];

#[test]
fn mistakes_are_named_with_their_place_and_a_fix() {
    let place = Place::new();
    let file = place.folder().join("roadbed.yaml");
    for (text, at, words) in WRONG {
        std::fs::write(&file, text).unwrap();
        let checked = place.run(&["check"]).ended_with(1);
        let first = checked.stderr.lines().next().unwrap_or_default();
        assert!(first.starts_with(&format!("roadbed.yaml:{at}: error: ")), "{text:?} gave {}", checked.stderr);
        for word in words {
            assert!(checked.stderr.contains(word), "{text:?}: {word:?} is missing in {}", checked.stderr);
        }
        assert_eq!(checked.stdout, "", "words go to standard error");
        let findings = place.run(&["check", "-o", "json"]).ended_with(1).json();
        let finding = &findings["findings"][0];
        assert_eq!(findings["valid"], false);
        assert_eq!(format!("{}:{}", finding["line"], finding["column"]), at);
    }
}

#[test]
fn a_correct_manifest_needs_no_server_and_a_missing_one_says_how_to_make_it() {
    let place = Place::new();
    let missing = place.run(&["check"]).ended_with(1);
    assert!(missing.stderr.contains("roadbed init"), "{}", missing.stderr);
    place.run(&["check", "--no-such-option"]).ended_with(2);
    for template in ["sklearn", "empty"] {
        let folder = format!("project-{template}");
        place.run(&["init", &folder, "--template", template]).ended_with(0);
        let file = format!("{folder}/roadbed.yaml");
        let checked = place.run(&["check", &file]).ended_with(0);
        assert!(checked.stderr.contains("is valid"), "{}", checked.stderr);
    }
}

#[test]
fn the_server_plans_and_applies_what_the_file_says_and_then_has_nothing_to_do() {
    let place = Place::new();
    let platform = place.start(&[]);
    let file = place.folder().join("roadbed.yaml");
    std::fs::write(&file, WRONG[0].0).unwrap();
    for verb in ["plan", "apply"] {
        let refused = place.run(&[verb]).ended_with(1);
        assert!(refused.stderr.contains("roadbed.yaml:2:1"), "{}", refused.stderr);
    }
    let answer = platform.api.post("/api/v1/manifests/plan", &serde_json::json!({ "text": WRONG[0].0 }));
    let problem = answer.with_status(422).json();
    assert_eq!(problem["line"], "2:1", "{problem}");
    assert_eq!(platform.api.list("/api/v1/projects").len(), 1, "a wrong manifest makes no project");

    std::fs::write(&file, "project: tiny\njobs:\n  train: {run: python train.py}\n").unwrap();
    place.run(&["plan", "--exit-code"]).ended_with(1);
    place.run(&["apply", "--dry-run"]).ended_with(0);
    assert_eq!(platform.api.list("/api/v1/projects").len(), 1, "a dry run changes nothing");
    place.run(&["apply", "--yes"]).ended_with(0);
    place.run(&["plan", "--exit-code"]).ended_with(0);
    platform.stop();
}
