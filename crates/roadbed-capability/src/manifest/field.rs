//! Reads one value into a type. Every reader answers `None` when the value is absent or wrong; what is wrong is reported.

use super::diagnostic::Diagnostics;
use super::nearest::nearest;
use super::node::{Content, Key, Node, shortened};
use super::scalar::{Scalar, ScalarKind};
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// One value of a mapping or list, or its absence.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    pub(super) node: Option<&'a Node>,
    pub(super) diagnostics: &'a Diagnostics,
}

impl<'a> Field<'a> {
    /// A value to read.
    #[must_use]
    pub const fn new(node: &'a Node, diagnostics: &'a Diagnostics) -> Self {
        Self { node: Some(node), diagnostics }
    }

    pub(super) const fn absent(diagnostics: &'a Diagnostics) -> Self {
        Self { node: None, diagnostics }
    }

    #[must_use]
    pub const fn is_present(self) -> bool {
        self.node.is_some()
    }

    #[must_use]
    pub const fn node(self) -> Option<&'a Node> {
        self.node
    }

    /// Reports a value that reads well and is still wrong. `message` says what is wrong and what would be accepted.
    pub fn refuse(self, message: impl Into<String>, fix: Option<String>) {
        if let Some(node) = self.node {
            self.diagnostics.error(node, message, fix);
        }
    }

    /// Reports a value that is accepted and probably not meant.
    pub fn warn(self, message: impl Into<String>, fix: Option<String>) {
        if let Some(node) = self.node {
            self.diagnostics.warning(node, message, fix);
        }
    }

    /// The key in front of the value for a fix such as `python: "3.10"`; list items have none.
    pub(super) fn written(self, value: &str) -> Option<String> {
        let key = self.node?.path().last_key();
        Some(key.map_or_else(|| value.to_owned(), |key| format!("{key}: {value}")))
    }

    pub(super) fn wrong(self, expected: &str, fix: Option<String>) {
        if let Some(node) = self.node {
            self.diagnostics.error(node, format!("{} is not {expected}", node.shown()), fix);
        }
    }

    /// The scalar of a present value; lists, mappings and nothing at all are reported.
    fn scalar_or_report(self, expected: &str) -> Option<&'a Scalar> {
        let node = self.node?;
        match &node.content {
            Content::Scalar(scalar) if scalar.kind != ScalarKind::Null => return Some(scalar),
            Content::Scalar(_) => {
                let message = format!("the key has no value; expected {expected}");
                self.diagnostics.error(node, message, Some("give a value or remove the key".to_owned()));
            }
            Content::List(_) | Content::Mapping(_) => self.wrong(expected, None),
        }
        None
    }

    /// Text that is not empty. A bare number or `true` is refused, because its text may be lost on the way: `3.10` is the number 3.1.
    #[must_use]
    pub fn text(self) -> Option<String> {
        let scalar = self.scalar_or_report("text")?;
        match scalar.kind {
            ScalarKind::Text if scalar.source.trim().is_empty() => {
                self.refuse("the text is empty", Some("give a value or remove the key".to_owned()));
                None
            }
            ScalarKind::Text => Some(scalar.source.clone()),
            ScalarKind::Boolean(_) => {
                self.wrong("text: without quotes it is a truth value", self.written(&format!("{:?}", scalar.source)));
                None
            }
            _ => {
                self.wrong("text: without quotes it is a number", self.written(&format!("{:?}", scalar.source)));
                None
            }
        }
    }

    /// Any scalar as it is written, also empty: for variables, where `1` and `true` mean their text.
    #[must_use]
    pub fn scalar(self) -> Option<String> {
        self.scalar_or_report("a single value").map(|scalar| scalar.source.clone())
    }

    /// Text that must read as a `T`: a name, a reference, a pattern.
    #[must_use]
    pub fn parse<T>(self) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.text().and_then(|text| self.parsed(&text))
    }

    /// A quantity with or without a unit, quoted or not: `2`, `4GiB`, `1h`, `5%`.
    #[must_use]
    pub fn quantity<T>(self) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.scalar_or_report("a quantity").and_then(|scalar| self.parsed(&scalar.source))
    }

    fn parsed<T>(self, text: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        text.parse().map_err(|error: T::Err| self.refuse(error.to_string(), None)).ok()
    }

    /// A whole number within a range.
    #[must_use]
    pub fn integer(self, range: RangeInclusive<i64>) -> Option<i64> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        let scalar = self.scalar_or_report(&expected)?;
        match scalar.kind {
            ScalarKind::Integer(number) if range.contains(&number) => Some(number),
            ScalarKind::Text => {
                let unquoted = scalar.source.trim().parse::<i64>().ok().filter(|number| range.contains(number));
                self.wrong(&expected, unquoted.and_then(|number| self.written(&number.to_string())));
                None
            }
            _ => {
                self.wrong(&expected, None);
                None
            }
        }
    }

    /// A number within a range.
    #[must_use]
    pub fn number(self, range: RangeInclusive<f64>) -> Option<f64> {
        let expected = format!("a number from {} to {}", range.start(), range.end());
        let scalar = self.scalar_or_report(&expected)?;
        let number = match scalar.kind {
            ScalarKind::Integer(_) | ScalarKind::Number(_) => scalar.source.parse::<f64>().ok(),
            _ => None,
        };
        let accepted = number.filter(|number| range.contains(number));
        if accepted.is_none() {
            self.wrong(&expected, None);
        }
        accepted
    }

    #[must_use]
    pub fn boolean(self) -> Option<bool> {
        const EXPECTED: &str = "true or false";
        let scalar = self.scalar_or_report(EXPECTED)?;
        if let ScalarKind::Boolean(flag) = scalar.kind {
            return Some(flag);
        }
        let meant = match scalar.source.to_lowercase().as_str() {
            "yes" | "on" | "y" | "true" | "1" => Some("true"),
            "no" | "off" | "n" | "false" | "0" => Some("false"),
            _ => None,
        };
        self.wrong(EXPECTED, meant.and_then(|meant| self.written(meant)));
        None
    }

    /// One of several words.
    #[must_use]
    pub fn one_of<T: Copy>(self, words: &[(&str, T)]) -> Option<T> {
        let names: Vec<&str> = words.iter().map(|(name, _)| *name).collect();
        let expected = format!("one of {}", names.join(", "));
        let scalar = self.scalar_or_report(&expected)?;
        if let Some((_, value)) = words.iter().find(|(name, _)| *name == scalar.source) {
            return Some(*value);
        }
        let near = nearest(&scalar.source, &names);
        self.wrong(&expected, near.and_then(|near| self.written(near)));
        None
    }

    /// The items of a list, which may be empty.
    #[must_use]
    pub fn list(self) -> Option<Vec<Self>> {
        let node = self.node?;
        match &node.content {
            Content::List(items) => Some(items.iter().map(|item| Self::new(item, self.diagnostics)).collect()),
            Content::Scalar(scalar) if scalar.kind == ScalarKind::Null => {
                self.refuse("the key has no value; expected a list", Some("write [] or remove the key".to_owned()));
                None
            }
            Content::Scalar(scalar) => {
                let fix = self.written(&format!("[{}]", shortened(&scalar.source)));
                self.wrong("a list", fix);
                None
            }
            Content::Mapping(_) => {
                self.wrong("a list", Some("start every item with '- '".to_owned()));
                None
            }
        }
    }

    /// A list of texts; `None` when any of them is wrong.
    #[must_use]
    pub fn texts(self) -> Option<Vec<String>> {
        let texts: Vec<Option<String>> = self.list()?.into_iter().map(Self::text).collect();
        texts.into_iter().collect()
    }

    /// A mapping whose keys the user chose.
    #[must_use]
    pub fn entries(self) -> Option<Vec<(&'a Key, Self)>> {
        let entries = self.entries_or_report()?;
        Some(entries.iter().map(|(key, node)| (key, Self::new(node, self.diagnostics))).collect())
    }

    /// A mapping whose keys the user chose and that must read as `K`. Entries with a wrong key are reported and left out.
    #[must_use]
    pub fn named<K>(self) -> Option<Vec<(K, Self)>>
    where
        K: FromStr,
        K::Err: Display,
    {
        let mut named = Vec::new();
        for (key, field) in self.entries()? {
            match (key.text.parse::<K>(), field.node) {
                (Ok(name), _) => named.push((name, field)),
                (Err(error), Some(node)) => {
                    let value = Some(shortened(&key.text));
                    self.diagnostics.error_at(key.place, node.path(), value, error.to_string(), None);
                }
                (Err(_), None) => {}
            }
        }
        Some(named)
    }

    pub(super) fn entries_or_report(self) -> Option<&'a [(Key, Node)]> {
        let node = self.node?;
        match &node.content {
            Content::Mapping(entries) => Some(entries),
            Content::Scalar(scalar) if scalar.kind == ScalarKind::Null => {
                self.refuse("the key has no value; expected a mapping", Some("write {} or remove the key".to_owned()));
                None
            }
            Content::Scalar(_) | Content::List(_) => {
                self.wrong("a mapping", Some("write keys with values, such as name: value".to_owned()));
                None
            }
        }
    }
}
