//! From what a user wrote after `run:` to a program and its arguments: words by shell rules, parameters put into each word afterwards,
//! so that no value can become two arguments or a shell command.

use serde_json::Value;
use std::collections::BTreeMap;

/// Why a command or its parameters cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    #[error("run is empty: write a program and its arguments, such as python train.py")]
    Empty,
    #[error("{0} holds a NUL character, which no program can take: remove it")]
    Nul(String),
    #[error("run does not split into words: {0}")]
    Words(String),
    #[error("run has \"{{{{\" without \"}}}}\": write a parameter as {{{{name}}}}")]
    OpenPlaceholder,
    #[error("run names the parameter {name:?}, which the job does not have{}", known(.parameters))]
    UnknownPlaceholder { name: String, parameters: Vec<String> },
    #[error("with shell: true parameters arrive as variables only: write \"${variable}\" instead of {{{{{name}}}}}")]
    PlaceholderInShell { name: String, variable: String },
    #[error("the job has no parameter {name:?}{}", known(.parameters))]
    UnknownParameter { name: String, parameters: Vec<String> },
    #[error("{0:?} is no name of a parameter: use letters, digits, '_' and '-', starting with a letter, at most 64")]
    ParameterName(String),
    #[error("the parameter {name} is {value}: give one text, number, true or false")]
    NotScalar { name: String, value: String },
    #[error("the parameter {name} is {expected} (as its default {default}), and {value:?} is none")]
    WrongType { name: String, expected: &'static str, default: String, value: String },
    #[error("the parameters {first} and {second} would be the same variable {variable}: rename one")]
    SameVariable { first: String, second: String, variable: String },
}

fn known(parameters: &[String]) -> String {
    if parameters.is_empty() { "; it has none".to_owned() } else { format!("; it has {}", parameters.join(", ")) }
}

/// Values by name: texts, numbers and truth values.
pub type Parameters = BTreeMap<String, Value>;

/// Name of the variable that carries a parameter: `ROADBED_PARAM_<NAME>`.
#[must_use]
pub(super) fn variable_of(parameter: &str) -> String {
    format!("ROADBED_PARAM_{}", parameter.to_ascii_uppercase().replace('-', "_"))
}

/// A value as user code gets it.
#[must_use]
pub(super) fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Checks names and values of parameters.
///
/// # Errors
/// The first parameter that cannot be used.
pub(super) fn check_parameters(parameters: &Parameters) -> Result<(), CommandError> {
    let mut variables: BTreeMap<String, &str> = BTreeMap::new();
    for (name, value) in parameters {
        let is_name = name.len() <= 64
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if !is_name {
            return Err(CommandError::ParameterName(name.chars().take(80).collect()));
        }
        if value.is_null() || value.is_array() || value.is_object() {
            let value = if value.is_null() { "empty".to_owned() } else { "a list or mapping".to_owned() };
            return Err(CommandError::NotScalar { name: name.clone(), value });
        }
        if value.as_str().is_some_and(|text| text.contains('\0')) {
            return Err(CommandError::Nul(format!("the parameter {name}")));
        }
        let variable = variable_of(name);
        if let Some(first) = variables.insert(variable.clone(), name) {
            return Err(CommandError::SameVariable { first: first.to_owned(), second: name.clone(), variable });
        }
    }
    Ok(())
}

/// The defaults with the given values on top. A text for a number or truth value (as a command line gives it) is read as one.
///
/// # Errors
/// A given parameter has no default, or is of another type.
pub(super) fn override_parameters(defaults: &Parameters, given: &Parameters) -> Result<Parameters, CommandError> {
    let mut merged = defaults.clone();
    for (name, value) in given {
        let Some(default) = defaults.get(name) else {
            let parameters = defaults.keys().cloned().collect();
            return Err(CommandError::UnknownParameter { name: name.clone(), parameters });
        };
        merged.insert(name.clone(), as_default(name, default, value)?);
    }
    check_parameters(&merged)?;
    Ok(merged)
}

fn as_default(name: &str, default: &Value, given: &Value) -> Result<Value, CommandError> {
    let same = |value: &Value| match default {
        Value::Number(_) => value.is_number(),
        Value::Bool(_) => value.is_boolean(),
        _ => true,
    };
    let expected = if default.is_number() { "a number" } else { "true or false" };
    let read = match given {
        Value::String(text) if !default.is_string() => serde_json::from_str(text.trim()).ok().filter(same),
        // A text parameter takes a number as its text: `-p tag=2024`.
        Value::Number(_) | Value::Bool(_) if default.is_string() => Some(Value::String(text_of(given))),
        other => Some(other.clone()).filter(same),
    };
    read.ok_or_else(|| CommandError::WrongType {
        name: name.to_owned(),
        expected,
        default: text_of(default),
        value: text_of(given).chars().take(80).collect(),
    })
}

/// What a text for the shell is given to.
pub(super) const SHELL: [&str; 2] = ["/bin/sh", "-c"];

/// Program and arguments. With `shell` the text goes to `/bin/sh` as it is.
///
/// # Errors
/// The text does not split, is empty, or names a parameter that is not there.
pub(super) fn argv(run: &str, shell: bool, parameters: &Parameters) -> Result<Vec<String>, CommandError> {
    if run.trim().is_empty() {
        return Err(CommandError::Empty);
    }
    if run.contains('\0') {
        return Err(CommandError::Nul("run".to_owned()));
    }
    let compact = compact_placeholders(run)?;
    if shell {
        if let Some(name) = placeholders(&compact).into_iter().find(|name| parameters.contains_key(*name)) {
            let (name, variable) = (name.to_owned(), variable_of(name));
            return Err(CommandError::PlaceholderInShell { name, variable });
        }
        return Ok(SHELL.into_iter().chain([run]).map(str::to_owned).collect());
    }
    let words = shell_words::split(&compact).map_err(|error| CommandError::Words(error.to_string()))?;
    if words.is_empty() {
        return Err(CommandError::Empty);
    }
    words.iter().map(|word| substitute(word, parameters)).collect()
}

/// `{{ depth }}` becomes `{{depth}}`, so that splitting into words does not tear it apart.
fn compact_placeholders(run: &str) -> Result<String, CommandError> {
    let mut text = String::with_capacity(run.len());
    let mut rest = run;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, behind) = after.split_once("}}").ok_or(CommandError::OpenPlaceholder)?;
        text.push_str(before);
        text.push_str("{{");
        text.push_str(name.trim());
        text.push_str("}}");
        rest = behind;
    }
    text.push_str(rest);
    Ok(text)
}

fn placeholders(compact: &str) -> Vec<&str> {
    compact.split("{{").skip(1).filter_map(|part| part.split_once("}}").map(|(name, _)| name)).collect()
}

/// Each placeholder is replaced once: what a value holds is never looked at again.
fn substitute(word: &str, parameters: &Parameters) -> Result<String, CommandError> {
    let mut text = String::with_capacity(word.len());
    let mut rest = word;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, behind) = after.split_once("}}").ok_or(CommandError::OpenPlaceholder)?;
        let value = parameters.get(name).ok_or_else(|| CommandError::UnknownPlaceholder {
            name: name.chars().take(80).collect(),
            parameters: parameters.keys().cloned().collect(),
        })?;
        text.push_str(before);
        text.push_str(&text_of(value));
        rest = behind;
    }
    text.push_str(rest);
    Ok(text)
}

#[cfg(test)]
mod tests;
