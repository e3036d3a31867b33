use super::{CommandError, Parameters, argv, check_parameters, override_parameters, variable_of};
use serde_json::{Value, json};

fn parameters(value: Value) -> Parameters {
    serde_json::from_value(value).unwrap()
}

#[test]
fn words_are_split_first_and_filled_afterwards() {
    let values =
        parameters(json!({"depth": 4, "name": "a b; rm -rf /", "rate": 0.5, "log": true, "brace": "{{depth}}"}));
    let cases = [
        ("python train.py", vec!["python", "train.py"]),
        ("python train.py --depth {{depth}}", vec!["python", "train.py", "--depth", "4"]),
        ("python train.py --depth={{ depth }} -r {{rate}}", vec!["python", "train.py", "--depth=4", "-r", "0.5"]),
        ("echo {{name}}", vec!["echo", "a b; rm -rf /"]),
        ("echo 'two words' \"and {{log}}\"", vec!["echo", "two words", "and true"]),
        ("echo {{brace}}", vec!["echo", "{{depth}}"]),
        ("echo a > b $HOME `id`", vec!["echo", "a", ">", "b", "$HOME", "`id`"]),
    ];
    for (run, expected) in cases {
        assert_eq!(argv(run, false, &values).unwrap(), expected, "{run}");
    }
}

#[test]
fn a_shell_gets_the_text_as_it_is_and_parameters_as_variables_only() {
    let values = parameters(json!({"depth": 4}));
    assert_eq!(
        argv("echo $ROADBED_PARAM_DEPTH | cat", true, &values).unwrap(),
        ["/bin/sh", "-c", "echo $ROADBED_PARAM_DEPTH | cat"]
    );
    let error = argv("echo {{depth}}", true, &values).unwrap_err();
    assert_eq!(
        error.to_string(),
        "with shell: true parameters arrive as variables only: write \"$ROADBED_PARAM_DEPTH\" instead of {{depth}}"
    );
    assert!(argv("docker ps --format '{{.Names}}'", true, &values).is_ok(), "braces of other tools stay");
}

#[test]
fn what_cannot_be_run_says_why() {
    let values = parameters(json!({"depth": 4, "rate": 1}));
    let cases = [
        ("", "run is empty: write a program and its arguments, such as python train.py"),
        ("  ''  # nothing", ""),
        ("echo 'open", "run does not split into words: missing closing quote"),
        ("echo {{depth", "run has \"{{\" without \"}}\": write a parameter as {{name}}"),
        ("echo {{dept}}", "run names the parameter \"dept\", which the job does not have; it has depth, rate"),
    ];
    for (run, message) in cases {
        match argv(run, false, &values) {
            Err(error) => assert_eq!(error.to_string(), message, "{run}"),
            Ok(words) => assert!(message.is_empty(), "{run} gave {words:?}"),
        }
    }
}

#[test]
fn given_values_take_the_type_of_the_default() {
    let defaults = parameters(json!({"depth": 4, "log": false, "tag": "x"}));
    let cases = [
        (json!({"depth": "6"}), Ok(json!({"depth": 6, "log": false, "tag": "x"}))),
        (json!({"depth": 7.5, "log": "true"}), Ok(json!({"depth": 7.5, "log": true, "tag": "x"}))),
        (json!({"tag": 2024}), Ok(json!({"depth": 4, "log": false, "tag": "2024"}))),
        (json!({"depth": "deep"}), Err("the parameter depth is a number (as its default 4), and \"deep\" is none")),
        (json!({"log": "yes"}), Err("the parameter log is true or false (as its default false), and \"yes\" is none")),
        (json!({"dept": 1}), Err("the job has no parameter \"dept\"; it has depth, log, tag")),
    ];
    for (given, expected) in cases {
        let merged = override_parameters(&defaults, &parameters(given.clone())).map_err(|error| error.to_string());
        assert_eq!(merged, expected.map(parameters).map_err(str::to_owned), "{given}");
    }
}

#[test]
fn parameters_have_plain_names_and_single_values() {
    assert!(check_parameters(&parameters(json!({"learning-rate": 0.1, "A1_": "x"}))).is_ok());
    assert_eq!(variable_of("learning-rate"), "ROADBED_PARAM_LEARNING_RATE");
    for bad in [json!({"": 1}), json!({"1a": 1}), json!({"a b": 1}), json!({"a=b": 1})] {
        assert!(matches!(check_parameters(&parameters(bad)), Err(CommandError::ParameterName(_))));
    }
    for bad in [json!({"a": null}), json!({"a": [1]}), json!({"a": {"b": 1}})] {
        assert!(matches!(check_parameters(&parameters(bad)), Err(CommandError::NotScalar { .. })));
    }
    let same = check_parameters(&parameters(json!({"a-b": 1, "a_b": 2}))).unwrap_err();
    assert!(same.to_string().contains("ROADBED_PARAM_A_B"), "{same}");
}
