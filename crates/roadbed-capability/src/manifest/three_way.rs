//! Three-way comparison: what this file said last time, what it says now, what is live. A field belongs to the file when the file names
//! it or named it last time; every other field belongs to somebody else and is left alone.

use super::layers::Origin;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldChangeKind {
    Set,
    /// The file no longer names the field: it falls back to its default.
    Remove,
}

/// One field that an apply changes.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct FieldChange {
    pub kind: FieldChangeKind,
    /// Key path below the object, such as `resources.memory`; empty when the object is one value.
    pub path: String,
    /// The live value; `None` when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// The live value is not what was last applied: somebody changed it by hand and the apply takes it back.
    pub drifted: bool,
    /// Where the new value comes from, when a layer below the file may have given it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// What an apply does to one named object.
#[derive(Debug, Clone, PartialEq)]
pub enum ObjectChange {
    Create,
    /// `adopted`: the object exists, was not made by this file, and the file takes over the fields it names.
    Update {
        fields: Vec<FieldChange>,
        adopted: bool,
    },
    /// This file made it and no longer names it.
    Delete,
    Unchanged,
}

/// Compares one object. Mappings are compared key by key, lists and scalars as a whole. Applying the answer to `live` and comparing
/// again with `last = new` finds nothing.
#[must_use]
pub fn three_way(last: Option<&Value>, new: Option<&Value>, live: Option<&Value>) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    compare(String::new(), last, new, live, &mut changes);
    changes
}

fn compare(
    path: String,
    last: Option<&Value>,
    new: Option<&Value>,
    live: Option<&Value>,
    changes: &mut Vec<FieldChange>,
) {
    let drifted = last.is_some() && last != live;
    let change = |kind, after: Option<&Value>, path| FieldChange {
        kind,
        path,
        before: live.cloned(),
        after: after.cloned(),
        drifted,
        origin: None,
    };
    match (new, live) {
        (Some(Value::Object(new)), Some(Value::Object(live))) => {
            compare_keys(&path, last.and_then(Value::as_object), new, live, changes);
        }
        (Some(new), live) if live != Some(new) => changes.push(change(FieldChangeKind::Set, Some(new), path)),
        (Some(_), _) | (None, None) => {}
        (None, Some(live)) => match (last, live) {
            (None, _) => {}
            // The file named a mapping: what others added to it stays.
            (Some(Value::Object(last)), Value::Object(live)) if live.keys().any(|key| !last.contains_key(key)) => {
                compare_keys(&path, Some(last), &Map::new(), live, changes);
            }
            (Some(_), _) => changes.push(change(FieldChangeKind::Remove, None, path)),
        },
    }
}

fn compare_keys(
    path: &str,
    last: Option<&Map<String, Value>>,
    new: &Map<String, Value>,
    live: &Map<String, Value>,
    changes: &mut Vec<FieldChange>,
) {
    let last_keys = last.into_iter().flat_map(Map::keys);
    let keys: BTreeSet<&String> = last_keys.chain(new.keys()).collect();
    for key in keys {
        let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        compare(below, last.and_then(|last| last.get(key)), new.get(key), live.get(key), changes);
    }
}

/// Compares the named objects of a section (jobs, services). Objects that only exist live were made by hand and are not in the answer.
#[must_use]
pub fn three_way_objects(
    last: &BTreeMap<String, Value>,
    new: &BTreeMap<String, Value>,
    live: &BTreeMap<String, Value>,
) -> BTreeMap<String, ObjectChange> {
    let names: BTreeSet<&String> = last.keys().chain(new.keys()).collect();
    let change_of = |name: &String| match (last.get(name), new.get(name), live.get(name)) {
        (_, Some(_), None) => Some(ObjectChange::Create),
        (last, Some(new), Some(live)) => {
            let fields = three_way(last, Some(new), Some(live));
            let adopted = last.is_none();
            let unchanged = fields.is_empty() && !adopted;
            Some(if unchanged { ObjectChange::Unchanged } else { ObjectChange::Update { fields, adopted } })
        }
        (Some(_), None, Some(_)) => Some(ObjectChange::Delete),
        // Gone already, or named nowhere.
        (_, None, _) => None,
    };
    names.into_iter().filter_map(|name| Some((name.clone(), change_of(name)?))).collect()
}
