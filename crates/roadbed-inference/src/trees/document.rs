//! A tree of values as JSON and UBJSON have it, with arrays of numbers kept flat: a big model is mostly such arrays.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// Keys of an XGBoost tree that prediction never needs; skipped while reading to halve the memory of a load.
pub(super) const SKIPPED_KEYS: [&str; 4] = ["loss_changes", "sum_hessian", "base_weights", "parents"];

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Document {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// An array of numbers only; also every empty array.
    Numbers(Vec<f64>),
    List(Vec<Document>),
    Object(Vec<(String, Document)>),
}

/// What a document lacks, as a sentence with the path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Missing(pub(super) String);

impl Document {
    /// The value under `key` of an object.
    pub(super) fn find(&self, key: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(super) fn get(&self, key: &str) -> Result<&Self, Missing> {
        self.find(key).ok_or_else(|| Missing(format!("{key} is missing")))
    }

    pub(super) fn text(&self, key: &str) -> Result<&str, Missing> {
        match self.get(key)? {
            Self::Text(text) => Ok(text),
            other => Err(Missing(format!("{key} is {}, expected a text", other.kind()))),
        }
    }

    /// A number written as number or text, as XGBoost writes its parameters.
    pub(super) fn number(&self, key: &str) -> Result<f64, Missing> {
        match self.get(key)? {
            Self::Number(number) => Ok(*number),
            Self::Text(text) => text.parse().map_err(|_| Missing(format!("{key} is {text:?}, expected a number"))),
            other => Err(Missing(format!("{key} is {}, expected a number", other.kind()))),
        }
    }

    pub(super) fn numbers(&self, key: &str) -> Result<&[f64], Missing> {
        match self.get(key)? {
            Self::Numbers(numbers) => Ok(numbers),
            other => Err(Missing(format!("{key} is {}, expected numbers", other.kind()))),
        }
    }

    pub(super) fn list(&self, key: &str) -> Result<&[Self], Missing> {
        match self.get(key)? {
            Self::List(list) => Ok(list),
            Self::Numbers(numbers) if numbers.is_empty() => Ok(&[]),
            other => Err(Missing(format!("{key} is {}, expected a list", other.kind()))),
        }
    }

    /// The texts of a list; empty when the key is absent.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>, Missing> {
        if self.find(key).is_none() {
            return Ok(Vec::new());
        }
        let list = self.list(key)?.iter();
        list.map(|item| match item {
            Self::Text(text) => Ok(text.clone()),
            other => Err(Missing(format!("{key} holds {}, expected texts", other.kind()))),
        })
        .collect()
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Numbers(_) => "an array of numbers",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    /// Makes an array: flat when all members are numbers.
    pub(super) fn array(items: Vec<Self>) -> Self {
        let numbers: Option<Vec<f64>> =
            items.iter().map(|item| if let Self::Number(number) = item { Some(*number) } else { None }).collect();
        numbers.map_or(Self::List(items), Self::Numbers)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DocumentVisitor)
    }
}

struct DocumentVisitor;

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }
    fn visit_unit<E: Error>(self) -> Result<Document, E> {
        Ok(Document::Null)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Document, E> {
        Ok(Document::Bool(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Document, E> {
        Ok(Document::Number(value as f64))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Document, E> {
        Ok(Document::Number(value as f64))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Document, E> {
        Ok(Document::Number(value))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Document, E> {
        Ok(Document::Text(value.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Document, A::Error> {
        let mut numbers = Vec::new();
        while let Some(item) = sequence.next_element::<Document>()? {
            // XGBoost 2 writes NaN as the unused condition of a category split; the reader has made it null.
            match item {
                Document::Number(number) => numbers.push(number),
                Document::Null => numbers.push(f64::NAN),
                other => return list(numbers, other, sequence),
            }
        }
        Ok(Document::Numbers(numbers))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            if SKIPPED_KEYS.contains(&key.as_str()) {
                map.next_value::<serde::de::IgnoredAny>()?;
            } else {
                members.push((key, map.next_value()?));
            }
        }
        Ok(Document::Object(members))
    }
}

/// An array that turned out to hold more than numbers.
fn list<'de, A: SeqAccess<'de>>(numbers: Vec<f64>, next: Document, mut sequence: A) -> Result<Document, A::Error> {
    let mut items: Vec<Document> = numbers.into_iter().map(Document::Number).collect();
    items.push(next);
    while let Some(item) = sequence.next_element::<Document>()? {
        items.push(item);
    }
    Ok(Document::List(items))
}
