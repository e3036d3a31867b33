//! What may be a key of a metric, param or tag, and how long values may be (`mlflow/utils/validation.py`).

use super::error::MlflowError;

/// Longest key of a metric, param or tag, in characters.
const KEY_LIMIT: usize = 250;

/// Checks a key; `path` names the field in messages, such as `metrics[0].name`.
///
/// # Errors
/// A character that is not allowed, a key that reads as another path, or one that is too long.
pub fn check_key(kind: &str, path: &str, key: &str) -> Result<(), MlflowError> {
    let allowed = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | ':' | '/');
    if !key.chars().all(allowed) {
        return Err(MlflowError::invalid(format!(
            "Invalid value {} for parameter '{path}' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), \
             periods (.), spaces ( ), colon(:) and slashes (/).",
            quoted(key)
        )));
    }
    let normal = normal_path(key);
    if normal != key || normal == "." || normal.starts_with("..") || normal.starts_with('/') {
        return Err(MlflowError::invalid(format!(
            "Invalid value {} for parameter '{path}' supplied: Names may be treated as files in certain cases, and must not resolve to \
             other names when treated as such. This name would resolve to '{normal}'",
            quoted(key)
        )));
    }
    if key.chars().count() > KEY_LIMIT { Err(too_long(kind, KEY_LIMIT)) } else { Ok(()) }
}

/// # Errors
/// The value has more characters than allowed.
pub fn check_length(what: &str, limit: usize, value: &str) -> Result<(), MlflowError> {
    if value.len() > limit && value.chars().count() > limit { Err(too_long(what, limit)) } else { Ok(()) }
}

/// Cuts a value to so many characters, as the server does by default with params and run tags.
#[must_use]
pub fn truncated(value: String, limit: usize) -> String {
    if value.len() <= limit {
        return value;
    }
    match value.char_indices().nth(limit) {
        Some((end, _)) => value.get(..end).unwrap_or_default().to_owned(),
        None => value,
    }
}

fn too_long(what: &str, limit: usize) -> MlflowError {
    MlflowError::invalid(format!("'{what}' exceeds the maximum length of {limit} characters"))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text.chars().take(300).collect::<String>()).to_string()
}

/// The path as POSIX would shorten it: `a//b` and `a/./b` are `a/b`, `a/../b` is `b`, nothing is `.`.
#[must_use]
pub fn normal_path(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (absolute, joined.is_empty()) {
        // Two leading slashes, and only two, keep their meaning.
        (true, _) if path.starts_with("//") && !path.starts_with("///") => format!("//{joined}"),
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}
