//! YAML as others read it.

use crate::machine::Machine;
use crate::server::Server;
use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Value, json};

fn same(yaml: &Yaml<'_>, value: &Value) -> bool {
    match (yaml, value) {
        (Yaml::Mapping(entries), Value::Object(object)) => {
            entries.len() == object.len()
                && entries.iter().all(|(key, inner)| {
                    key.as_str().is_some_and(|key| object.get(key).is_some_and(|value| same(inner, value)))
                })
        }
        (Yaml::Sequence(items), Value::Array(values)) => {
            items.len() == values.len() && items.iter().zip(values).all(|(a, b)| same(a, b))
        }
        (Yaml::Value(Scalar::String(text)), Value::String(other)) => *text == other.as_str(),
        (Yaml::Value(Scalar::Null), Value::Null) => true,
        (Yaml::Value(Scalar::Boolean(flag)), Value::Bool(other)) => flag == other,
        (Yaml::Value(Scalar::Integer(number)), Value::Number(other)) => other.as_i64() == Some(*number),
        (Yaml::Value(Scalar::FloatingPoint(number)), Value::Number(other)) => {
            other.as_f64() == Some(number.into_inner())
        }
        _ => false,
    }
}

#[test]
fn yaml_means_the_same_as_json() {
    let item = json!({
        "name": "yes", "words": ["no", "null", "~", "", "1.5", "0x10", "- a", "a: b", "#x", "héllo", "two\nlines", "\u{7f}", "true", "1e3", "2026-01-01"],
        "numbers": [1, -2, 1.5, 0], "empty": {}, "none": [], "nothing": null, "flag": false, "key with: colon": "x", "yes": 1,
        "nested": { "list": [[1, 2], [], [{ "a": { "b": [{ "c": 1, "d": [2] }] } }]] },
    });
    let server = Server::start().on("GET /api/v1/teams/a", 200, &item);
    let text = Machine::with(&server).run(&["get", "team", "a", "-o", "yaml"]).expect(0).stdout;
    let read = Yaml::load_from_str(&text).unwrap();
    assert!(same(&read[0], &item), "{text}\n{read:?}");
}
