//! A model in production: the data plane needs control for news only.

use crate::client::Client;
use crate::platform::{Place, Platform};
use crate::processes::send;
use crate::waiting::{until, until_true};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A booster as LightGBM writes it, with one split: 10 up to one half, 20 above.
const BOOSTER: &str = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=0\n\
objective=regression\nfeature_names=a\nfeature_infos=[0:1]\ntree_sizes=1\n\nTree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\n\
split_gain=1\nthreshold=0.5\ndecision_type=2\nleft_child=-1\nright_child=-2\nleaf_value=10 20\nis_linear=0\nshrinkage=1\n\n\
end of trees\n\npandas_categorical:null\n";

const MLMODEL: &str = r#"artifact_path: model
flavors:
  lightgbm: {data: model.lgb, lgb_version: 4.5.0, model_class: lightgbm.basic.Booster}
  python_function: {data: model.lgb, loader_module: mlflow.lightgbm, python_version: 3.11.7}
mlflow_version: 2.22.0
signature:
  inputs: '[{"type": "double", "name": "a", "required": true}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}]'
"#;

/// Logs and registers a model of these bytes, as an `mlflow` client does; its version.
fn register(api: &Client, booster: &str) -> String {
    let run = api.post("/api/2.0/mlflow/runs/create", &json!({ "experiment_id": "0" })).with_status(200).json();
    let run = run["run"]["info"]["run_id"].as_str().unwrap().to_owned();
    let root = format!("/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/model");
    for (name, text) in [("MLmodel", MLMODEL), ("model.lgb", booster)] {
        api.put(&format!("{root}/{name}"), text.as_bytes()).with_status(200);
    }
    api.post("/api/2.0/mlflow/registered-models/create", &json!({ "name": "steps" }));
    let version = json!({ "name": "steps", "source": format!("runs:/{run}/model"), "run_id": run });
    let made = api.post("/api/2.0/mlflow/model-versions/create", &version).with_status(200).json();
    made["model_version"]["version"].as_str().unwrap().to_owned()
}

fn deploy(place: &Place, version: &str, code: i32) -> String {
    let model = format!("steps/{version}");
    let arguments = ["deploy", "steps", "--model", &model, "--strategy", "all_at_once", "--wait", "--timeout", "60s"];
    place.run(&arguments).ended_with(code).stderr
}

/// The predictions for both sides of the split, or why there are none.
fn predict(gateway: &Client) -> Result<Value, String> {
    let rows = json!({ "dataframe_split": { "columns": ["a"], "data": [[0.2], [0.9]] } });
    let answer = gateway.try_post("/services/steps/invocations", &[], &rows).map_err(|error| error.to_string())?;
    let predictions = || serde_json::from_slice::<Value>(&answer.body).ok().map(|body| body["predictions"].clone());
    match (answer.status, predictions()) {
        (200, Some(predictions)) => Ok(predictions),
        (status, _) => Err(format!("{status}: {}", answer.text())),
    }
}

fn both_sides() -> Result<Value, String> {
    Ok(json!([10.0, 20.0]))
}

/// A platform that serves the model as `steps`.
fn serving(place: &Place) -> Platform<'_> {
    let platform = place.start(&[]);
    let version = register(&platform.api, BOOSTER);
    deploy(place, &version, 0);
    assert_eq!(predict(&platform.gateway), both_sides());
    platform
}

#[test]
fn a_registered_model_is_served_to_those_who_may_ask() {
    let place = Place::new();
    let platform = serving(&place);
    let service = place.run(&["get", "service", "steps", "-o", "json"]).ended_with(0).json();
    assert_eq!((&service["name"], &service["state"]), (&json!("steps"), &json!("serving")), "{service}");
    assert_eq!(service["traffic"][0]["weight_percent"].as_f64(), Some(100.0), "{service}");
    let rollout = place.run(&["get", "rollout", "steps", "-o", "json"]).ended_with(0).json();
    assert_eq!(rollout["state"], "promoted", "{rollout}");

    let rows = json!({ "dataframe_split": { "columns": ["a"], "data": [[0.2]] } });
    let path = "/services/steps/invocations";
    let answer = platform.gateway.post(path, &rows).with_status(200);
    for header in ["x-roadbed-prediction-id", "x-roadbed-revision", "x-request-id"] {
        assert_ne!(answer.header(header), "", "{header}");
    }
    platform.gateway.without_token().post(path, &rows).with_status(401);
    platform.gateway.with_token("rb_not_a_token").post(path, &rows).with_status(401);
    platform.gateway.post("/services/nothing/invocations", &rows).with_status(404);
    let wrong = json!({ "dataframe_split": { "columns": ["b"], "data": [[0.2]] } });
    let refused = platform.gateway.post(path, &wrong).with_status(400).text();
    assert!(refused.contains('a') && refused.contains('b'), "names both columns: {refused}");
    platform.stop();
}

/// What a page of the portal does: the session's cookie goes to control, which asks the gateway with a token of its own making.
#[test]
fn a_session_tries_a_service_without_a_token_of_the_data_plane() {
    let place = Place::new();
    let platform = serving(&place);
    let path = "/api/v1/services/steps/try";
    let rows = json!({ "dataframe_split": { "columns": ["a"], "data": [[0.2], [0.9]] } });
    let signature = platform.api.get("/api/v1/services/steps/signature").with_status(200).json();
    assert_eq!((&signature["inputs"][0]["name"], &signature["inputs"][0]["type"]), (&json!("a"), &json!("double")));
    let by_token = platform.api.post(path, &signature["example"]).with_status(200).json();
    assert_eq!((&by_token["status"], &by_token["body"]["predictions"]), (&json!(200), &json!([10.0])), "{by_token}");

    let opened = place.run(&["open", "--no-browser"]).ended_with(0).stdout;
    let secret = opened.trim().rsplit_once("/login#").unwrap().1.to_owned();
    let visitor = platform.api.without_token();
    let session = visitor.post("/api/v1/sessions", &json!({ "secret": secret })).with_status(204);
    let cookie = session.header("set-cookie").split(';').next().unwrap().to_owned();
    let headers = [("cookie", cookie.as_str()), ("origin", visitor.url.as_str())];
    for _ in 0..2 {
        let tried = visitor.try_post(path, &headers, &rows).unwrap().with_status(200).json();
        assert_eq!((&tried["status"], &tried["body"]["predictions"]), (&json!(200), &json!([10.0, 20.0])), "{tried}");
        assert_eq!(tried["headers"]["x-roadbed-revision"], "1");
        assert!(tried["headers"]["x-request-id"].is_string() && tried["latency_ms"].as_f64().unwrap() > 0.0);
    }
    let tokens = platform.api.get("/api/v1/tokens").with_status(200).json();
    let names: Vec<&Value> = tokens["items"].as_array().unwrap().iter().map(|token| &token["name"]).collect();
    assert!(!names.contains(&&json!("try it in the portal")), "a pass is no token that a person made: {names:?}");
    let made = platform.api.get("/api/v1/activity?kind=TokenIssued&limit=1000").with_status(200).json();
    let made = made["items"].as_array().unwrap().iter().filter(|event| event["body"]["kind"] == "pass").count();
    assert_eq!(made, 1, "one pass for both requests");

    let wrong = visitor.try_post(path, &headers, &json!({ "inputs": { "b": [1] } })).unwrap().with_status(200).json();
    assert_eq!(wrong["status"], 400, "the model's own words come back: {wrong}");
    visitor.try_post("/api/v1/services/nothing/try", &headers, &rows).unwrap().with_status(404);
    visitor.post(path, &rows).with_status(401);
    platform.stop();
}

#[test]
fn a_model_that_does_not_load_never_gets_traffic() {
    let place = Place::new();
    let platform = serving(&place);
    let damaged = register(&platform.api, &BOOSTER.replace("leaf_value=10 20", "leaf_value=10"));
    let said = deploy(&place, &damaged, 1);
    assert!(said.contains("leaves"), "says what is wrong with the model: {said}");
    assert_eq!(predict(&platform.gateway), both_sides());
    let service = place.run(&["get", "service", "steps", "-o", "json"]).ended_with(0).json();
    assert_eq!(service["traffic"].as_array().unwrap().len(), 1, "{service}");
    platform.stop();
}

#[test]
fn predictions_go_on_while_control_is_killed_again_and_again() {
    const DEATHS: usize = 5;
    let place = Place::new();
    let platform = serving(&place);
    let (stop, answered) = (AtomicBool::new(false), AtomicU64::new(0));
    let ask = || {
        let mut failures = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            match predict(&platform.gateway) {
                good if good == both_sides() => drop(answered.fetch_add(1, Ordering::Relaxed)),
                other => failures.push(other),
            }
        }
        failures
    };
    let failures = std::thread::scope(|scope| {
        let asking = [scope.spawn(ask), scope.spawn(ask)];
        for _ in 0..DEATHS {
            let wanted = answered.load(Ordering::Relaxed) + 50;
            until_true("predictions", || answered.load(Ordering::Relaxed) >= wanted || stop.load(Ordering::Relaxed));
            let killed = platform.kill("control");
            platform.wait_for_successor("control", killed);
        }
        stop.store(true, Ordering::Relaxed);
        asking.map(|asking| asking.join().unwrap()).concat()
    });
    assert_eq!(failures, [], "of {} predictions", answered.load(Ordering::Relaxed));
    platform.stop();
}

#[test]
fn a_gateway_that_dies_while_control_hangs_serves_again_from_its_own_disk() {
    let place = Place::new();
    let platform = serving(&place);
    let control = platform.process_of("control");
    send(control, Signal::STOP);
    assert_eq!(predict(&platform.gateway), both_sides(), "control hangs");
    let killed = platform.kill("gateway");
    until_true("the gateway is started again", || platform.process_of("gateway") != killed);
    let predictions = until("a prediction", || predict(&platform.gateway).ok());
    send(control, Signal::CONT);
    assert_eq!(Ok(predictions), both_sides());
    platform.stop();
}
