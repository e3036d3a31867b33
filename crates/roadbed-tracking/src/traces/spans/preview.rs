//! The beginning of what went into a trace and came out of it, for lists. Of a chat it is the last message.

use crate::traces::model::PREVIEW_LIMIT;
use crate::traces::otlp::Any;

/// `role` says whose message of a chat it is: `user` or `assistant`.
pub(in crate::traces) fn preview(json: &str, role: &str) -> String {
    let value = Any::of_json(json);
    let said = messages(&value).and_then(|messages| {
        let of_role = |message: &&&Any| message.get("role").and_then(Any::as_text) == Some(role);
        let last = messages.iter().rev().find(of_role).or(messages.last()).copied();
        last.and_then(text_of).filter(|text| !text.is_empty())
    });
    let text = said.unwrap_or_else(|| json.to_owned());
    // A NUL has no place in a text of the store.
    let text = text.replace('\0', " ");
    if text.chars().count() <= PREVIEW_LIMIT {
        return text;
    }
    let cut: String = text.chars().take(PREVIEW_LIMIT - 3).collect();
    format!("{cut}...")
}

/// Messages of a chat in the forms of OpenAI's APIs.
fn messages(value: &Any) -> Option<Vec<&Any>> {
    let is_message = |value: &&Any| value.get("role").is_some() && value.get("content").is_some();
    let listed = |key: &str| match value.get(key) {
        Some(Any::List(values)) if !values.is_empty() => Some(values.iter().filter(is_message).collect::<Vec<_>>()),
        _ => None,
    };
    let chosen = || match value.get("choices") {
        Some(Any::List(choices)) => {
            let message = choices.first()?.get("message").filter(is_message)?;
            Some(vec![message])
        }
        _ => None,
    };
    let found = listed("messages").or_else(chosen).or_else(|| listed("input")).or_else(|| listed("output"));
    found.or_else(|| messages(value.get("request")?)).filter(|messages| !messages.is_empty())
}

fn text_of(message: &Any) -> Option<String> {
    match message.get("content")? {
        Any::Text(text) => Some(text.clone()),
        Any::List(parts) => parts.iter().find_map(|part| match part {
            Any::Text(text) => Some(text.clone()),
            part => {
                let is_text = matches!(part.get("type").and_then(Any::as_text), Some("text" | "output_text"));
                is_text.then(|| part.get("text").and_then(Any::as_text).map(str::to_owned)).flatten()
            }
        }),
        _ => None,
    }
}
