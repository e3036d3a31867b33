use super::names::{check_key, normal_path, truncated};
use super::*;
use crate::stage::Stage;
use axum::http::Method;
use serde_json::json;

fn fields(text: &str) -> Fields {
    Fields::from_json(text.as_bytes()).unwrap()
}

#[test]
fn numbers_may_be_text_and_presence_is_not_zero() {
    let given = fields(r#"{"a": 0, "b": "12", "c": 3.0, "d": "NaN", "e": "-Infinity", "f": null, "g": 1.5}"#);
    assert_eq!(given.integer("a").unwrap(), Some(0));
    assert_eq!(given.integer("b").unwrap(), Some(12));
    assert_eq!(given.integer("c").unwrap(), Some(3));
    assert!(given.double("d").unwrap().unwrap().is_nan());
    assert_eq!(given.double("e").unwrap(), Some(f64::NEG_INFINITY));
    assert_eq!(given.integer("f").unwrap(), None);
    assert_eq!(given.integer("missing").unwrap(), None);
    assert!(given.integer("g").is_err() && given.double("missing").unwrap().is_none());
}

#[test]
fn bodies_are_read_as_clients_send_them() {
    assert_eq!(Fields::from_json(b"").unwrap(), Fields::default());
    assert_eq!(Fields::from_json(b"null").unwrap(), Fields::default());
    assert_eq!(fields(r#""{\"a\": \"b\"}""#).text("a").unwrap(), Some("b"));
    assert!(Fields::from_json(b"[1]").is_err() && Fields::from_json(b"{").is_err());
    let pairs = |list: &[(&str, &str)]| list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let query = Fields::from_query(pairs(&[("id", "1"), ("id", "2"), ("flag", "TRUE")]));
    assert_eq!(query.texts("id").unwrap(), ["1", "2"]);
    assert_eq!(query.texts("flag").unwrap(), ["TRUE"]);
    assert_eq!(query.boolean("flag").unwrap(), Some(true));
    assert!(fields(r#"{"a": "x\u0000y"}"#).text("a").is_err());
    assert!(fields(r#"{"tags": [{"value": "v"}]}"#).pairs("tags").is_err());
    assert_eq!(fields(r#"{"tags": [{"key": "k"}]}"#).pairs("tags").unwrap(), [("k".to_owned(), String::new())]);
    assert_eq!(fields(r#"{"s": "TWO", "n": 1}"#).choice("s", &[("ONE", 1, 'a'), ("TWO", 2, 'b')]).unwrap(), Some('b'));
    assert!(fields(r#"{"s": "THREE"}"#).choice("s", &[("ONE", 1, 'a')]).is_err());
}

#[test]
fn keys_must_read_as_themselves() {
    for key in ["loss", "val/loss", "a b", "f1:macro", "ünïcode", "a.b-c_d"] {
        assert!(check_key("key", "key", key).is_ok(), "{key} was refused");
    }
    for key in ["a//b", "/a", "../a", "a/./b", ".", "", "a?", "a\n", "a'b", &"x".repeat(251)] {
        assert!(check_key("key", "key", key).is_err(), "{key:?} was taken");
    }
    assert_eq!(normal_path("a/../b//c/."), "b/c");
    assert_eq!(normal_path("../a"), "../a");
    assert_eq!(truncated("äöü".to_owned(), 2), "äö");
}

#[test]
fn a_measure_is_never_infinite_and_shows_nan_as_text() {
    assert_eq!(serde_json::to_value(Measure::new(f64::NAN)).unwrap(), json!("NaN"));
    assert_eq!(Measure::new(f64::NEG_INFINITY).get(), f64::MIN);
    assert!(Measure::from_stored(0.0, true).is_nan());
    assert_eq!(decoded("a%252e%252e/b"), "a../b");
}

#[test]
fn numbers_that_only_python_writes_are_read() {
    let fields =
        Fields::from_json(br#"{"a": NaN, "b": [-Infinity], "c": "NaN \\", "d": "\"NaN", "e": Infinity}"#).unwrap();
    assert!(fields.double("a").unwrap().unwrap().is_nan());
    assert_eq!(fields.double("e").unwrap(), Some(f64::INFINITY));
    assert_eq!((fields.text("c").unwrap(), fields.text("d").unwrap()), (Some("NaN \\"), Some("\"NaN")));
    Fields::from_json(b"{\"a\": Nan}").unwrap_err();
}

#[tokio::test]
async fn refusals_and_errors_have_mlflows_form() {
    let stage = Stage::new();
    let path = "/api/2.0/mlflow/experiments/search";
    let answer = stage.server.get(path, "").await.expect(401);
    assert_eq!(answer.json()["error_code"], "UNAUTHENTICATED");
    assert!(answer.headers.contains_key("www-authenticate"));
    let body = json!({"name": "x"});
    let answer = stage.server.post("/api/2.0/mlflow/experiments/create", "viewer", body).await.expect(403);
    assert_eq!(answer.json()["error_code"], "PERMISSION_DENIED");
    let answer = stage.post("/experiments/create", json!({})).await.expect(400).json();
    assert_eq!(
        answer,
        json!({
            "error_code": "INVALID_PARAMETER_VALUE",
            "message": "Missing value for required parameter 'name'. See the API docs for more information about request parameters.",
            "sqlstate": "KAM00",
            "error_class": "INVALID_PARAMETER_VALUE",
        })
    );
    let plain = [("content-type", "text/plain")];
    let method = axum::http::Method::POST;
    stage.server.call(method, path, "developer", &plain, b"{}".to_vec()).await.expect(400);
}

#[tokio::test]
async fn a_call_is_for_one_team() {
    let stage = Stage::new();
    let path = "/api/2.0/mlflow/experiments/get-by-name?experiment_name=secret";
    stage.post("/experiments/create", json!({"name": "secret"})).await.expect(200);
    let asked = |token: &'static str, team: Option<&'static str>| {
        let headers: Vec<(&str, &str)> = team.map(|team| (TEAM_HEADER, team)).into_iter().collect();
        let server = &stage.server;
        async move { server.call(axum::http::Method::GET, path, token, &headers, Vec::new()).await.status.as_u16() }
    };
    assert_eq!(asked("viewer", None).await, 200);
    assert_eq!(asked("outsider", None).await, 404);
    // A platform administrator without a home falls to the team `default`, and may name another.
    assert_eq!(asked("administrator", None).await, 200);
    assert_eq!(asked("administrator", Some("other")).await, 404);
    assert_eq!(asked("administrator", Some("default")).await, 200);
    assert_eq!(asked("outsider", Some("default")).await, 404);
    assert_eq!(asked("viewer", Some("00000000-0000-0000-0000-000000000001")).await, 200);
    assert_eq!(asked("viewer", Some("nobody")).await, 404);
    for (workspace, status) in [("default", 200), ("other", 404)] {
        let headers = [(WORKSPACE_HEADER, workspace)];
        stage.server.call(Method::GET, path, "administrator", &headers, Vec::new()).await.expect(status);
    }
}

#[tokio::test]
async fn every_prefix_answers() {
    let stage = Stage::new();
    for prefix in ["/api/2.0", "/api/3.0", "/ajax-api/2.0", "/ajax-api/3.0"] {
        let answer = stage.server.get(&format!("{prefix}/mlflow/experiments/get?experiment_id=0"), "viewer").await;
        assert_eq!(answer.expect(200).json()["experiment"]["name"], "Default");
    }
}
