//! Three-way comparison and layered defaults.

use crate::manifest::{
    FieldChange, FieldChangeKind, Layer, LayerValues, ObjectChange, Origin, merge, three_way, three_way_objects,
};
use proptest::prelude::{Just, Strategy, prop, prop_oneof, proptest};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

fn summary(last: &Value, new: &Value, live: &Value) -> Vec<(FieldChangeKind, String, bool)> {
    let present = |value: &Value| Some(value.clone()).filter(|value| !value.is_null());
    let changes = three_way(present(last).as_ref(), present(new).as_ref(), present(live).as_ref());
    changes.into_iter().map(|change| (change.kind, change.path, change.drifted)).collect()
}

#[test]
fn only_fields_of_the_file_change() {
    use FieldChangeKind::{Remove, Set};
    let path = str::to_owned;
    let cases = [
        ("nothing changed", json!({"a": 1}), json!({"a": 1}), json!({"a": 1}), vec![]),
        ("the file changed", json!({"a": 1}), json!({"a": 2}), json!({"a": 1}), vec![(Set, path("a"), false)]),
        ("changed by hand", json!({"a": 1}), json!({"a": 1}), json!({"a": 5}), vec![(Set, path("a"), true)]),
        ("both changed alike", json!({"a": 1}), json!({"a": 2}), json!({"a": 2}), vec![]),
        (
            "dropped from the file",
            json!({"a": 1, "b": 1}),
            json!({"a": 1}),
            json!({"a": 1, "b": 1}),
            vec![(Remove, path("b"), false)],
        ),
        ("of somebody else", json!({"a": 1}), json!({"a": 1}), json!({"a": 1, "weight": 5}), vec![]),
        ("dropped and gone", json!({"a": 1, "b": 1}), json!({"a": 1}), json!({"a": 1}), vec![]),
        (
            "nested",
            json!({"r": {"cpu": 1, "gpu": 1}}),
            json!({"r": {"cpu": 2}}),
            json!({"r": {"cpu": 1, "gpu": 1, "note": "x"}}),
            vec![(Set, path("r.cpu"), false), (Remove, path("r.gpu"), false)],
        ),
        (
            "a mapping with a stranger in it",
            json!({"r": {"cpu": 1}}),
            json!({}),
            json!({"r": {"cpu": 1, "note": "x"}}),
            vec![(Remove, path("r.cpu"), false)],
        ),
        (
            "a list is one value",
            json!({"l": [1, 2]}),
            json!({"l": [1]}),
            json!({"l": [1, 2]}),
            vec![(Set, path("l"), false)],
        ),
        ("new object", Value::Null, json!({"a": 1}), Value::Null, vec![(Set, String::new(), false)]),
    ];
    for (name, last, new, live, expected) in cases {
        assert_eq!(summary(&last, &new, &live), expected, "{name}");
    }
}

#[test]
fn only_objects_of_the_file_are_deleted() {
    let objects = |names: &[(&str, i32)]| -> BTreeMap<String, Value> {
        names.iter().map(|(name, value)| ((*name).to_owned(), json!({"a": value}))).collect()
    };
    let last = objects(&[("kept", 1), ("dropped", 1), ("gone", 1), ("lost", 1)]);
    let new = objects(&[("kept", 1), ("fresh", 1), ("found", 2), ("lost", 1)]);
    let live = objects(&[("kept", 1), ("dropped", 1), ("found", 1), ("by-hand", 1)]);
    let changes = three_way_objects(&last, &new, &live);
    assert_eq!(changes["kept"], ObjectChange::Unchanged);
    assert_eq!(changes["dropped"], ObjectChange::Delete);
    assert_eq!((&changes["fresh"], &changes["lost"]), (&ObjectChange::Create, &ObjectChange::Create));
    assert!(matches!(&changes["found"], ObjectChange::Update { adopted: true, fields } if fields.len() == 1));
    assert!(!changes.contains_key("by-hand") && !changes.contains_key("gone"));
}

#[test]
fn a_higher_layer_wins_and_every_value_names_its_layer() {
    let layer = |layer, source: &str, values| LayerValues { layer, source: source.to_owned(), values };
    let merged = merge(&[
        layer(Layer::Project, "roadbed.yaml", json!({"resources": {"cpu": "2"}, "outputs": ["model"]})),
        layer(
            Layer::BuiltIn,
            "roadbed",
            json!({"resources": {"cpu": "1", "memory": "2GiB"}, "outputs": [], "timeout": {"soft": "1h"}}),
        ),
        layer(Layer::Target, "production", json!({"resources": {"memory": "8GiB"}, "timeout": "2h"})),
    ]);
    assert_eq!(
        merged.value,
        json!({"resources": {"cpu": "2", "memory": "8GiB"}, "outputs": ["model"], "timeout": "2h"})
    );
    let origin = |layer, source: &str| Some(Origin { layer, source: source.to_owned() });
    assert_eq!(merged.origin("resources.cpu").cloned(), origin(Layer::Project, "roadbed.yaml"));
    assert_eq!(merged.origin("resources.memory").cloned(), origin(Layer::Target, "production"));
    assert_eq!(merged.origin("timeout.soft"), None);
    assert_eq!(merged.origins().count(), 4);
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!(1)), Just(json!("x")), Just(json!([1])), Just(json!([]))];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop::collection::btree_map(prop::sample::select(vec!["a", "b", "c"]), inner, 0..3)
            .prop_map(|entries| entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            .prop_map(Value::Object)
    })
}

/// What a section does with the changes.
fn applied(live: Option<Value>, changes: &[FieldChange]) -> Option<Value> {
    let mut live = live;
    for change in changes {
        if change.path.is_empty() {
            live.clone_from(&change.after);
            continue;
        }
        let mut at = live.get_or_insert_with(|| Value::Object(Map::new()));
        let mut steps = change.path.split('.').peekable();
        while let Some(step) = steps.next() {
            let entries = at.as_object_mut().expect("a path leads through mappings");
            if steps.peek().is_some() {
                at = entries.get_mut(step).expect("a path leads through live values");
            } else {
                match &change.after {
                    Some(after) => entries.insert(step.to_owned(), after.clone()),
                    None => entries.remove(step),
                };
                break;
            }
        }
    }
    live
}

proptest! {
    #[test]
    fn after_an_apply_the_plan_is_empty(
        last in prop::option::of(value()), new in prop::option::of(value()), live in prop::option::of(value()),
    ) {
        let changes = three_way(last.as_ref(), new.as_ref(), live.as_ref());
        let live = applied(live, &changes);
        let again = three_way(new.as_ref(), new.as_ref(), live.as_ref());
        assert!(again.is_empty(), "{changes:?} then {again:?}");
    }
}
