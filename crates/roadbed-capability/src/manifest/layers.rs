//! Layered defaults: built-in < platform < team < project < target, with the origin of every value.

use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Where a value can come from; later ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    BuiltIn,
    Platform,
    Team,
    Project,
    Target,
}

/// The values of one layer.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerValues {
    pub layer: Layer,
    /// For people: a file name, or the name of the target.
    pub source: String,
    pub values: Value,
}

/// Which layer gave a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Origin {
    pub layer: Layer,
    pub source: String,
}

/// The values in force and the origin of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    pub value: Value,
    origins: BTreeMap<String, Origin>,
}

impl Merged {
    /// The origin of the value at a key path such as `resources.memory`: its own, or that of the list or scalar it is part of.
    /// `None` for a mapping (its keys may come from several layers) and for paths that have no value.
    #[must_use]
    pub fn origin(&self, path: &str) -> Option<&Origin> {
        self.origins.get(path)
    }

    /// Every value that is not a mapping with its origin, by key path.
    pub fn origins(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.origins.iter().map(|(path, origin)| (path.as_str(), origin))
    }
}

/// Lays the layers over each other, the higher ones on top whatever their order in the slice. Mappings are merged key by key; lists and
/// scalars (and an explicit null) replace what is below.
#[must_use]
pub fn merge(layers: &[LayerValues]) -> Merged {
    let mut ordered: Vec<&LayerValues> = layers.iter().collect();
    ordered.sort_by_key(|values| values.layer);
    let mut merged = Merged { value: Value::Object(Map::new()), origins: BTreeMap::new() };
    for values in ordered {
        let origin = Origin { layer: values.layer, source: values.source.clone() };
        lay(&mut merged.value, &values.values, "", &origin, &mut merged.origins);
    }
    merged
}

fn lay(under: &mut Value, over: &Value, path: &str, origin: &Origin, origins: &mut BTreeMap<String, Origin>) {
    let Value::Object(over) = over else {
        forget(path, origins);
        *under = over.clone();
        origins.insert(path.to_owned(), origin.clone());
        return;
    };
    if !under.is_object() {
        origins.remove(path);
        *under = Value::Object(Map::new());
    }
    let Value::Object(under) = under else { return };
    for (key, value) in over {
        let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        lay(under.entry(key.clone()).or_insert(Value::Object(Map::new())), value, &below, origin, origins);
    }
}

/// Drops the origins of everything at and below a path that is replaced as a whole.
fn forget(path: &str, origins: &mut BTreeMap<String, Origin>) {
    let below = format!("{path}.");
    origins.retain(|known, _| !path.is_empty() && known != path && !known.starts_with(&below));
}
