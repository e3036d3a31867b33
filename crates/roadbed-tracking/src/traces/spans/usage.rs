//! Tokens and costs of a trace out of those of its spans. A span that says what its children used together counts instead of them.

use crate::traces::otlp::Any;
use std::collections::{HashMap, HashSet};

/// What a sum looks at of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::traces) struct Node {
    pub id: i64,
    pub parent: Option<i64>,
    /// A JSON object of numbers.
    pub data: Option<String>,
}

/// Sums of `keys`, which are always there, and of `extra`, where a span has them; as JSON. None when no span says anything.
pub(in crate::traces) fn summed(nodes: &[Node], keys: &[&str], extra: &[&str], whole: bool) -> Option<String> {
    let ids: HashSet<i64> = nodes.iter().map(|node| node.id).collect();
    let mut children: HashMap<i64, Vec<&Node>> = HashMap::new();
    let mut waiting: Vec<&Node> = Vec::new();
    for node in nodes {
        match node.parent.filter(|parent| ids.contains(parent) && *parent != node.id) {
            Some(parent) => children.entry(parent).or_default().push(node),
            None => waiting.push(node),
        }
    }
    let mut totals: Vec<(&str, Option<f64>)> = keys.iter().map(|key| (*key, Some(0.0))).collect();
    totals.extend(extra.iter().map(|key| (*key, None)));
    let mut is_told = false;
    // A span below one that counted is never put in line, so nothing is visited twice, and a ring of parents not at all.
    while let Some(node) = waiting.pop() {
        match node.data.as_deref().map(Any::of_json).filter(|data| matches!(data, Any::Map(_))) {
            Some(data) => {
                is_told = true;
                for (key, total) in &mut totals {
                    if let Some(number) = data.get(key).and_then(Any::as_number) {
                        *total = Some(total.unwrap_or(0.0) + number);
                    }
                }
            }
            None => waiting.extend(children.remove(&node.id).into_iter().flatten()),
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "counts of tokens are whole and far below 2^53")]
    let number = |value: f64| if whole { Any::Int(value as i64) } else { Any::Double(value) };
    let told = totals.into_iter().filter_map(|(key, total)| total.map(|value| (key.to_owned(), number(value))));
    is_told.then(|| Any::Map(told.collect()).to_json())
}
