//! Reads a mapping with known keys.

use super::diagnostic::Diagnostics;
use super::field::Field;
use super::nearest::nearest;
use super::node::{Key, Node, shortened};

/// The keys of one mapping, asked for one by one. End with [`Fields::finish`], which reports every key nobody asked for.
#[must_use = "call finish, so that unknown keys are reported"]
pub struct Fields<'a> {
    node: &'a Node,
    entries: &'a [(Key, Node)],
    known: Vec<&'a str>,
    later: Vec<&'a str>,
    diagnostics: &'a Diagnostics,
}

impl<'a> Fields<'a> {
    /// A key that may be left out.
    pub fn optional(&mut self, key: &'a str) -> Field<'a> {
        self.known.push(key);
        let found = self.entries.iter().find(|(own, _)| own.text == key);
        found.map_or(Field::absent(self.diagnostics), |(_, node)| Field::new(node, self.diagnostics))
    }

    /// A key that must be there; its absence is reported here.
    pub fn required(&mut self, key: &'a str) -> Field<'a> {
        let field = self.optional(key);
        if !field.is_present() {
            let (place, path) = (self.node.place(), self.node.path());
            let near = self.entries.iter().map(|(own, _)| own.text.as_str()).find(|own| nearest(own, &[key]).is_some());
            let fix = near.map_or_else(|| format!("add the key {key}"), |near| format!("rename {near:?} to {key}"));
            self.diagnostics.error_at(place, path, None, format!("the key {key:?} is missing"), Some(fix));
        }
        field
    }

    /// Keys of later versions: accepted nowhere yet, reported as such and not as unknown.
    pub fn later(&mut self, keys: &[&'a str]) {
        self.later.extend(keys);
    }

    /// Reports every key that was not asked for, with the nearest one that was.
    pub fn finish(self) {
        for (key, node) in self.entries {
            let name = key.text.as_str();
            if self.known.contains(&name) {
                continue;
            }
            let shown = shortened(name);
            let (message, fix) = if self.later.contains(&name) {
                (
                    format!("{shown:?} is not in this version"),
                    "remove the key, or install a version that has it".to_owned(),
                )
            } else if let Some(near) = nearest(name, &self.known) {
                (format!("there is no key {shown:?}"), format!("did you mean {near}?"))
            } else if self.known.is_empty() {
                (format!("there is no key {shown:?}; none are accepted here"), "remove the key".to_owned())
            } else {
                let known = self.known.join(", ");
                (format!("there is no key {shown:?}; accepted here: {known}"), "remove or rename the key".to_owned())
            };
            self.diagnostics.error_at(key.place, node.path(), Some(shown), message, Some(fix));
        }
    }
}

impl<'a> Field<'a> {
    /// A mapping with known keys.
    #[must_use]
    pub fn mapping(self) -> Option<Fields<'a>> {
        let entries = self.entries_or_report()?;
        self.node.map(|node| Fields {
            node,
            entries,
            known: Vec::new(),
            later: Vec::new(),
            diagnostics: self.diagnostics,
        })
    }
}
