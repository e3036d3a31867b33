//! Names people give to things, parsed once at the edge.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text cannot be a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    #[error("a name must not be empty")]
    Empty,
    #[error("{name:?} has {length} characters; at most {limit} are allowed")]
    TooLong { name: String, length: usize, limit: usize },
    #[error("{name:?} is not a name: use lower-case letters, digits and '-', starting with a letter and not ending with '-'{}", would_do(.suggestion.as_deref()))]
    NotALabel { name: String, suggestion: Option<String> },
    #[error("{name:?} holds the character {character:?}, which is not allowed in a model name")]
    Character { name: String, character: char },
}

fn would_do(suggestion: Option<&str>) -> String {
    suggestion.map(|name| format!("; {name:?} would do")).unwrap_or_default()
}

/// A DNS label: lower-case letters, digits and `-`, starting with a letter, at most 63 characters.
/// Teams, projects, jobs and services carry one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

const LABEL_LIMIT: usize = 63;

impl Name {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_label(text: &str) -> bool {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-')
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    }

    /// The nearest valid name, when there is one.
    fn nearest(text: &str) -> Option<String> {
        let lowered: String =
            text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let trimmed = lowered.trim_matches('-').trim_start_matches(|c: char| !c.is_ascii_lowercase());
        Self::is_label(trimmed).then(|| trimmed.to_owned())
    }
}

impl std::str::FromStr for Name {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let shown = || text.chars().take(80).collect::<String>();
        if text.is_empty() {
            return Err(InvalidName::Empty);
        }
        let length = text.chars().count();
        if length > LABEL_LIMIT {
            return Err(InvalidName::TooLong { name: shown(), length, limit: LABEL_LIMIT });
        }
        if !Self::is_label(text) {
            return Err(InvalidName::NotALabel { name: shown(), suggestion: Self::nearest(text) });
        }
        Ok(Self(text.to_owned()))
    }
}

/// A registered model's name in MLflow's sense: any text without `/`, `:` or control characters, at most 256 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModelName(String);

const MODEL_NAME_LIMIT: usize = 256;

impl ModelName {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for ModelName {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let shown = || text.chars().take(80).collect::<String>();
        if text.is_empty() {
            return Err(InvalidName::Empty);
        }
        let length = text.chars().count();
        if length > MODEL_NAME_LIMIT {
            return Err(InvalidName::TooLong { name: shown(), length, limit: MODEL_NAME_LIMIT });
        }
        if let Some(character) = text.chars().find(|c| matches!(c, '/' | ':') || c.is_control()) {
            return Err(InvalidName::Character { name: shown(), character });
        }
        Ok(Self(text.to_owned()))
    }
}

macro_rules! text_conversions {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = InvalidName;
            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }
        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    )*};
}
text_conversions!(Name, ModelName);
