//! JSON as YAML in block form. Texts that YAML could read as something else are written with quotes as in JSON, which YAML 1.2 includes.

use serde_json::Value;

/// Ends with a line end.
pub(crate) fn to_yaml(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (index, (key, value)) in entries.iter().enumerate() {
                indent(index, depth, text);
                text.push_str(&plain_or_quoted(key));
                text.push(':');
                write_below(value, depth, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                indent(index, depth, text);
                text.push_str("- ");
                write(item, depth + 1, text);
                end_line(text);
            }
        }
        Value::String(word) => text.push_str(&plain_or_quoted(word)),
        // Empty collections, numbers, true, false and null are the same in both languages.
        other => text.push_str(&other.to_string()),
    }
}

/// The value of a key: beside it, or below it when it has lines of its own.
fn write_below(value: &Value, depth: usize, text: &mut String) {
    let is_block = match value {
        Value::Object(entries) => !entries.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if is_block {
        text.push('\n');
        text.push_str(&"  ".repeat(depth + 1));
        write(value, depth + 1, text);
    } else {
        text.push(' ');
        write(value, depth, text);
    }
    end_line(text);
}

/// The first entry stands where the caller is.
fn indent(index: usize, depth: usize, text: &mut String) {
    if index > 0 {
        text.push_str(&"  ".repeat(depth));
    }
}

fn end_line(text: &mut String) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

fn plain_or_quoted(word: &str) -> String {
    let is_plain = word.len() <= 200
        && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '+'))
        && !is_word_of_yaml(word);
    // JSON leaves this one character as it is, YAML does not take it.
    if is_plain { word.to_owned() } else { Value::from(word).to_string().replace('\u{7f}', "\\u007f") }
}

/// Words that some YAML reader takes for something else than a text.
fn is_word_of_yaml(word: &str) -> bool {
    const WORDS: [&str; 11] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"];
    WORDS.contains(&word.to_ascii_lowercase().as_str())
}
