//! The manifest as its users meet it: messages for 40 malformed files, whole checks, and text that must never break the reader.

use super::{Checked, Diagnostics, Document, Field, Manifest, Node, SectionSyntax};
use proptest::prelude::{any, prop, proptest};
use roadbed_core::{ByteSize, CpuMillis, Name, Percent, Span};
use serde_json::{Value, json};

mod changes;

/// A section with one reader of each kind, shaped like the `jobs` of the contract.
fn check_jobs(node: &Node, diagnostics: &Diagnostics) -> Option<Value> {
    let mut jobs = serde_json::Map::new();
    for (name, field) in Field::new(node, diagnostics).named::<Name>()? {
        let mut job = field.mapping()?;
        let run = job.required("run").text();
        let timeout = job.optional("timeout").quantity::<Span>();
        let retries = job.optional("retries").integer(0..=10);
        let spot = job.optional("spot").boolean();
        let inputs = job.optional("inputs").texts();
        let engine = job.optional("engine").one_of(&[("local", "local"), ("kubernetes", "kubernetes")]);
        let ratio = job.optional("ratio").number(0.0..=1.0);
        let canary = job.optional("canary").quantity::<Percent>();
        let parameters = job.optional("parameters").json();
        if let Some(mut resources) = job.optional("resources").mapping() {
            let _ = resources.optional("cpu").quantity::<CpuMillis>();
            let _ = resources.optional("memory").quantity::<ByteSize>();
            resources.finish();
        }
        for (_, variable) in job.optional("variables").entries().unwrap_or_default() {
            let _ = variable.scalar();
        }
        job.later(&["schedule"]);
        job.finish();
        let timeout = timeout.map(|span| span.to_string());
        let canary = canary.map(|share| share.to_string());
        let job = json!({"run": run, "timeout": timeout, "retries": retries, "spot": spot, "inputs": inputs,
            "engine": engine, "ratio": ratio, "canary": canary, "parameters": parameters});
        jobs.insert(name.to_string(), job);
    }
    Some(Value::Object(jobs))
}

/// A section of plain text, shaped like `environment`.
fn check_environment(node: &Node, diagnostics: &Diagnostics) -> Option<Value> {
    let mut fields = Field::new(node, diagnostics).mapping()?;
    let python = fields.optional("python").text();
    fields.finish();
    Some(json!({"python": python}))
}

fn sections() -> Vec<SectionSyntax> {
    vec![
        SectionSyntax { key: "jobs", check: check_jobs },
        SectionSyntax { key: "environment", check: check_environment },
    ]
}

fn check(text: &str) -> Checked {
    Manifest::check("roadbed.yaml", text, &sections())
}

fn messages(text: &str) -> Vec<String> {
    let checked = check(text);
    assert_eq!(checked.manifest.is_some(), checked.diagnostics.is_empty(), "{checked:?}");
    checked.diagnostics.iter().map(ToString::to_string).collect()
}

/// A job `train` whose further keys stand on lines 5 and later, each indented by four spaces.
fn job(keys: &str) -> String {
    format!("project: churn\njobs:\n  train:\n    run: python train.py\n    {}\n", keys.replace('\n', "\n    "))
}

/// A line below `jobs.train`, and the message about it.
const WRONG_VALUES: &[(&str, &str)] = &[
    (
        "timeout: 1 hour",
        "roadbed.yaml:5:14 jobs.train.timeout: \"1 hour\" is not a length of time: write a number and a unit, such as 50ms, 30s, 10m, 1h or 2d",
    ),
    (
        "timeout: 3600",
        "roadbed.yaml:5:14 jobs.train.timeout: \"3600\" is not a length of time: write a number and a unit, such as 50ms, 30s, 10m, 1h or 2d",
    ),
    (
        "timeout:",
        "roadbed.yaml:5:12 jobs.train.timeout: the key has no value; expected a quantity; fix: give a value or remove the key",
    ),
    ("timeout: [1h]", "roadbed.yaml:5:14 jobs.train.timeout: a list of 1 is not a quantity"),
    ("retries: -1", "roadbed.yaml:5:14 jobs.train.retries: -1 is not a whole number from 0 to 10"),
    (
        "retries: \"3\"",
        "roadbed.yaml:5:14 jobs.train.retries: \"3\" is not a whole number from 0 to 10; fix: retries: 3",
    ),
    ("retries: 1.5", "roadbed.yaml:5:14 jobs.train.retries: 1.5 is not a whole number from 0 to 10"),
    (
        "retries: 99999999999999999999",
        "roadbed.yaml:5:14 jobs.train.retries: 99999999999999999999 is not a whole number from 0 to 10",
    ),
    ("spot: yes", "roadbed.yaml:5:11 jobs.train.spot: \"yes\" is not true or false; fix: spot: true"),
    ("spot: maybe", "roadbed.yaml:5:11 jobs.train.spot: \"maybe\" is not true or false"),
    ("inputs: data/**", "roadbed.yaml:5:13 jobs.train.inputs: \"data/**\" is not a list; fix: inputs: [data/**]"),
    (
        "inputs: [data, 3]",
        "roadbed.yaml:5:20 jobs.train.inputs[1]: 3 is not text: without quotes it is a number; fix: \"3\"",
    ),
    (
        "inputs:\n  first: data",
        "roadbed.yaml:6:7 jobs.train.inputs: a mapping of 1 is not a list; fix: start every item with '- '",
    ),
    (
        "engine: kubernets",
        "roadbed.yaml:5:13 jobs.train.engine: \"kubernets\" is not one of local, kubernetes; fix: engine: kubernetes",
    ),
    ("engine: slurm", "roadbed.yaml:5:13 jobs.train.engine: \"slurm\" is not one of local, kubernetes"),
    ("ratio: 2", "roadbed.yaml:5:12 jobs.train.ratio: 2 is not a number from 0 to 1"),
    ("ratio: .nan", "roadbed.yaml:5:12 jobs.train.ratio: .nan is not a number from 0 to 1"),
    (
        "canary: 120%",
        "roadbed.yaml:5:13 jobs.train.canary: \"120%\" is not a percentage: write a number from 0 to 100 and '%', such as 5% or 0.25%",
    ),
    (
        "parameters: {depth: .inf}",
        "roadbed.yaml:5:25 jobs.train.parameters.depth: .inf is not a finite number; fix: depth: \".inf\"",
    ),
    (
        "resources: {memory: 4 gigs}",
        "roadbed.yaml:5:25 jobs.train.resources.memory: \"4 gigs\" is not a size: write a number and a unit, such as 512MiB or 4GiB",
    ),
    (
        "resources: {cpus: 2}",
        "roadbed.yaml:5:17 jobs.train.resources.cpus: there is no key \"cpus\"; fix: did you mean cpu?",
    ),
    (
        "resources: big",
        "roadbed.yaml:5:16 jobs.train.resources: \"big\" is not a mapping; fix: write keys with values, such as name: value",
    ),
    (
        "resources:",
        "roadbed.yaml:5:14 jobs.train.resources: the key has no value; expected a mapping; fix: write {} or remove the key",
    ),
    ("variables: {LEVEL: [a]}", "roadbed.yaml:5:24 jobs.train.variables.LEVEL: a list of 1 is not a single value"),
    ("timout: 1h", "roadbed.yaml:5:5 jobs.train.timout: there is no key \"timout\"; fix: did you mean timeout?"),
    (
        "colour: red",
        "roadbed.yaml:5:5 jobs.train.colour: there is no key \"colour\"; accepted here: run, timeout, retries, spot, inputs, engine, ratio, canary, parameters, resources, variables; fix: remove or rename the key",
    ),
    (
        "schedule: daily",
        "roadbed.yaml:5:5 jobs.train.schedule: \"schedule\" is not in this version; fix: remove the key, or install a version that has it",
    ),
    (
        "run: again",
        "roadbed.yaml:5:5 jobs.train.run: the key \"run\" is given twice; the first is at 4:5; fix: remove one of them",
    ),
    ("\tspot: true", "roadbed.yaml:5:5: a tab cannot indent YAML; fix: indent with spaces"),
];

#[test]
fn a_wrong_value_is_answered_with_place_key_value_and_fix() {
    for (keys, expected) in WRONG_VALUES {
        assert_eq!(messages(&job(keys)), [*expected], "{keys}");
    }
}

#[test]
fn a_wrong_file_is_answered_with_place_and_fix() {
    let deep = format!("project: {}", "[".repeat(40));
    let long_key = format!("project: churn\n{}: 1", "k".repeat(300));
    let cases = [
        ("", "roadbed.yaml:1:1: the file is empty; fix: write at least: project: my-project"),
        ("# nothing yet\n", "roadbed.yaml:1:1: the file is empty; fix: write at least: project: my-project"),
        (
            "- project: churn",
            "roadbed.yaml:1:1: a list of 1 is not a mapping; fix: write keys with values, such as name: value",
        ),
        ("churn", "roadbed.yaml:1:1: \"churn\" is not a mapping; fix: write keys with values, such as name: value"),
        ("jobs: {}", "roadbed.yaml:1:1: the key \"project\" is missing; fix: add the key project"),
        (
            "project: My Churn",
            "roadbed.yaml:1:10 project: \"My Churn\" is not a name: use lower-case letters, digits and '-', starting with a letter and not ending with '-'; \"my-churn\" would do",
        ),
        (
            "project: 2024",
            "roadbed.yaml:1:10 project: 2024 is not text: without quotes it is a number; fix: project: \"2024\"",
        ),
        (
            "project: true",
            "roadbed.yaml:1:10 project: true is not text: without quotes it is a truth value; fix: project: \"true\"",
        ),
        ("project: \"\"", "roadbed.yaml:1:10 project: the text is empty; fix: give a value or remove the key"),
        (
            "project: churn\nenvironment:\n  python: 3.10\n",
            "roadbed.yaml:3:11 environment.python: 3.10 is not text: without quotes it is a number; fix: python: \"3.10\"",
        ),
        (
            "project: churn\nmonitors: {}\n",
            "roadbed.yaml:2:1 monitors: \"monitors\" is not in this version; fix: remove the key, or install a version that has it",
        ),
        ("project: churn\njob: {}\n", "roadbed.yaml:2:1 job: there is no key \"job\"; fix: did you mean jobs?"),
        (
            "project: churn\njobs:\n  Train: {run: x}\n",
            "roadbed.yaml:3:3 jobs.Train: \"Train\" is not a name: use lower-case letters, digits and '-', starting with a letter and not ending with '-'; \"train\" would do",
        ),
        (
            "project: churn\n---\nproject: other\n",
            "roadbed.yaml:2:1: a second document starts here; a manifest is one document; fix: remove the line '---' or move the rest to its own file",
        ),
        (
            "project: !name churn",
            "roadbed.yaml:1:10 project: the YAML tag \"!name\" is not accepted; fix: remove the tag; put a value in quotes to make it text",
        ),
        (
            "base: &b {a: 1}\nproject: churn\njobs:\n  <<: *b\n",
            "roadbed.yaml:4:3 jobs: the merge key \"<<\" is not accepted; fix: write the merged keys out",
        ),
        (
            "? [a, b]\n: 1\n",
            "roadbed.yaml:1:3: a key must be a word, not a list or mapping; fix: write the key as text, such as name: value",
        ),
        (": 1\n", "roadbed.yaml:1:1: a key is missing in front of ':'; fix: write name: value"),
        (
            "project: \"a\\0b\"",
            "roadbed.yaml:1:10 project: the value holds a NUL character; fix: remove \\0 from the text",
        ),
        (
            "project: a\0b",
            "roadbed.yaml:1:1: the file holds a NUL character and is no text; fix: save it as UTF-8 text",
        ),
        (&deep, "roadbed.yaml:1:41: values are nested deeper than 32 levels; fix: flatten the manifest"),
        (&long_key, "roadbed.yaml:2:1: a key has more than 256 characters; fix: shorten the key"),
    ];
    for (text, expected) in cases {
        assert_eq!(messages(text), [expected], "{text}");
    }
}

#[test]
fn a_syntax_error_names_its_line_and_a_likely_cause() {
    let cases = [
        ("project: churn\nteam: a: b\n", "roadbed.yaml:2:", "put a value that holds ': ' in quotes"),
        ("project: \"churn\nteam: growth\n", "roadbed.yaml:", "close the quotes"),
        ("project: [churn\n", "roadbed.yaml:", "close every bracket"),
        ("project: churn\nteam: *growth\n", "roadbed.yaml:2:", "define the anchor"),
        ("project: churn\nteam: @growth\n", "roadbed.yaml:2:", "put a value that starts with @"),
    ];
    for (text, place, fix) in cases {
        let found = messages(text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(place) && found[0].contains("this is not valid YAML"), "{found:?}");
        assert!(found[0].contains(fix), "{found:?}");
    }
}

#[test]
fn all_mistakes_of_a_file_are_reported_in_its_order() {
    let text = "project: Churn\nteam: 7\njobs:\n  train: {timeout: soon}\n  test: {run: x, spot: on}\nmonitors: {}\n";
    let lines: Vec<usize> = check(text).diagnostics.iter().map(|diagnostic| diagnostic.line).collect();
    assert_eq!(lines, [1, 2, 4, 4, 5, 6]);
}

#[test]
fn the_list_of_mistakes_is_bounded() {
    let text = format!("project: churn\n{}", (0..500).map(|at| format!("wrong{at}: 1\n")).collect::<String>());
    let found = check(&text).diagnostics;
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].message, "400 more problems are not shown");
}

#[test]
fn aliases_stand_for_their_value_and_cannot_multiply_without_bound() {
    let text = "project: churn\njobs:\n  a: &base {run: python a.py, retries: 2}\n  b: *base\n";
    let manifest = check(text).manifest.expect("valid");
    assert_eq!(manifest.sections["jobs"]["b"], manifest.sections["jobs"]["a"]);

    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, below) in [("b", "a"), ("c", "b"), ("d", "c"), ("e", "d"), ("f", "e"), ("g", "f")] {
        let aliases = vec![format!("*{below}"); 10].join(", ");
        bomb.push_str(&format!("{name}: &{name} [{aliases}]\n"));
    }
    let found = messages(&bomb);
    assert!(found[0].contains("once its aliases are filled in"), "{found:?}");
    let wide = format!("a: &a {}\nb: [{}]\n", "x".repeat(500_000), vec!["*a"; 40].join(", "));
    assert!(messages(&wide)[0].contains("once its aliases are filled in"));
    assert!(messages("a: &a [*a]\n")[0].contains("inside the value it names"));
}

#[test]
fn a_file_beyond_a_megabyte_is_refused_unread() {
    let text = format!("project: churn\n# {}\n", "x".repeat(1 << 20));
    assert!(messages(&text)[0].starts_with("roadbed.yaml:1:1: the file has 1048594 bytes; at most 1048576 are read"));
}

#[test]
fn equal_meaning_gives_an_equal_digest_and_another_meaning_another() {
    let plain = check("project: churn\njobs:\n  train:\n    run: python train.py\n    timeout: 60m\n").manifest;
    let other_layout =
        check("# ours\njobs: {train: {timeout: '1h', run: 'python train.py'}}\nproject: churn\n").manifest;
    let changed = check("project: churn\njobs: {train: {timeout: 2h, run: python train.py}}\n").manifest;
    let digest = |manifest: &Option<Manifest>| manifest.as_ref().expect("valid").digest;
    assert_eq!(digest(&plain), digest(&other_layout));
    assert_ne!(digest(&plain), digest(&changed));
    assert_eq!(plain.expect("valid").to_json()["jobs"]["train"]["timeout"], "1h");
}

#[test]
fn scalars_keep_their_yaml_meaning() {
    let text = "project: churn\njobs: {train: {run: x, variables: {A: 1.10, B: true, C: ''}, \
                parameters: {a: 0x10, b: 0o17, c: 1e3, d: no, e: '5', f: ~, g: 2026-11-22, h: -7, i: [.5, +3], j: 1_000, k: inf}}}";
    let manifest = check(text).manifest.expect("valid");
    assert_eq!(
        manifest.sections["jobs"]["train"]["parameters"],
        json!({"a": 16, "b": 15, "c": 1000.0, "d": "no", "e": "5", "f": null, "g": "2026-11-22", "h": -7,
               "i": [0.5, 3], "j": "1_000", "k": "inf"})
    );
}

#[test]
fn an_invalid_manifest_becomes_one_problem_that_lists_everything() {
    let problem = check("project: churn\njobs: {train: {timeout: soon}}\n").into_manifest().expect_err("invalid");
    assert_eq!((problem.status, problem.code.as_str()), (422, "manifest.invalid"));
    assert_eq!(problem.line.as_deref(), Some("2:15"));
    assert_eq!(problem.problems.len(), 2);
    assert_eq!(problem.problems[1].field.as_deref(), Some("jobs.train.timeout"));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let manifest = check("\u{feff}project: churn\r\nteam: growth\r\n").manifest.expect("valid");
    assert_eq!(manifest.team.map(|team| team.to_string()).as_deref(), Some("growth"));
}

proptest! {
    #[test]
    fn any_text_is_answered_without_a_panic(text in any::<String>()) {
        let _ = check(&text);
    }

    #[test]
    fn any_yaml_like_text_is_answered_without_a_panic(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "project", "jobs", "train", "run", ": ", ":", "- ", "\n", "\n  ", "\n    ", "\t", "{", "}", "[", "]", ", ", "&a ",
                "*a", "!t ", "'", "\"", "|\n", ">\n", "? ", "---\n", "...\n", "# ", "%YAML 1.2\n", "1", "3.10", "~", "<<", "é", "\\0",
            ]),
            0..60,
        ),
    ) {
        let text = words.concat();
        let checked = check(&text);
        for diagnostic in &checked.diagnostics {
            let lines = text.lines().count().max(1) + 1;
            assert!(diagnostic.line >= 1 && diagnostic.line <= lines && diagnostic.column >= 1, "{text:?}: {diagnostic}");
        }
        assert!(checked.manifest.is_some() || !checked.diagnostics.is_empty());
        let _ = Document::parse("x", &text);
    }
}
