//! One value of an answer as a cell of a table.

use serde_json::Value;

static NULL: Value = Value::Null;

/// The value at a path of keys and places in lists, with dots; null when there is none.
pub(crate) fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    let inner = |value: &'a Value, key: &str| match key.parse::<usize>() {
        Ok(index) => value.get(index).unwrap_or(&NULL),
        Err(_) => value.get(key).unwrap_or(&NULL),
    };
    path.split('.').filter(|key| !key.is_empty()).fold(value, inner)
}

/// A value in few words: money with its currency, shares as percentages, pairs as `key=value`.
pub(crate) fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(_) => object(value),
        other => other.to_string(),
    };
    if text.is_empty() { "-".to_owned() } else { printable(&text) }
}

/// Answers hold text of users: what would move the cursor or change colors is shown as a mark.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn object(value: &Value) -> String {
    if let (Some(micros), Some(currency)) = (value["micros"].as_i64(), value["currency"].as_str()) {
        return money(micros, currency);
    }
    if let (revision, Some(weight)) = (&value["revision"], value["weight_percent"].as_f64())
        && !revision.is_null()
    {
        return format!("{} {weight}%", cell(revision));
    }
    if let (Some(kind), Some(value)) = (value["kind"].as_str(), value.get("value")) {
        return if value.is_null() { kind.to_owned() } else { format!("{kind} {}", cell(value)) };
    }
    if let (Some(key), Some(value)) = (value["key"].as_str(), value.get("value")) {
        return format!("{key}={}", cell(value));
    }
    if let (Some(alias), Some(version)) = (value["alias"].as_str(), value.get("version")) {
        return format!("{alias}={}", cell(version));
    }
    if let Some(sentence) = value["sentence"].as_str() {
        return sentence.to_owned();
    }
    let entries = value.as_object().into_iter().flatten();
    entries.map(|(key, value)| format!("{key}={}", cell(value))).collect::<Vec<_>>().join(" ")
}

/// Whole cents at least, more digits where they are not zero.
pub(crate) fn money(micros: i64, currency: &str) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let amount = micros.unsigned_abs();
    let fraction = format!("{:06}", amount % 1_000_000);
    let digits = fraction.trim_end_matches('0').len().max(2);
    format!("{sign}{}.{} {currency}", amount / 1_000_000, fraction.get(..digits).unwrap_or(&fraction))
}
