//! A YAML tree whose every node knows where it stands and under which key.

use super::scalar::{Scalar, ScalarKind};
use std::fmt;
use std::sync::Arc;

/// A position in a file, both counted from 1; columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    /// The first character of a file.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The keys that lead to a node, such as `jobs.train.inputs[1]`. Empty for the whole file. Cheap to clone: paths share their start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyPath(Option<Arc<Segment>>);

#[derive(Debug, PartialEq, Eq)]
struct Segment {
    parent: KeyPath,
    step: Step,
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

impl KeyPath {
    /// The path of a key below this one.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        Self(Some(Arc::new(Segment { parent: self.clone(), step: Step::Key(key.to_owned()) })))
    }

    /// The path of a list item below this one, counted from 0.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(Some(Arc::new(Segment { parent: self.clone(), step: Step::Index(index) })))
    }

    /// The last key, or nothing for the whole file and for list items.
    #[must_use]
    pub fn last_key(&self) -> Option<&str> {
        match &self.0.as_ref()?.step {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }

    #[must_use]
    pub const fn is_root(&self) -> bool {
        self.0.is_none()
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(segment) = &self.0 else { return Ok(()) };
        segment.parent.fmt(f)?;
        match &segment.step {
            Step::Key(key) if segment.parent.is_root() => f.write_str(key),
            Step::Key(key) => write!(f, ".{key}"),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// A key of a mapping and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub text: String,
    pub place: Place,
}

/// One value of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub(super) place: Place,
    pub(super) path: KeyPath,
    pub(super) content: Content,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Scalar(Scalar),
    List(Vec<Node>),
    Mapping(Vec<(Key, Node)>),
}

impl Node {
    #[must_use]
    pub const fn place(&self) -> Place {
        self.place
    }

    #[must_use]
    pub const fn path(&self) -> &KeyPath {
        &self.path
    }

    /// The value under a key of a mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Content::Mapping(entries) = &self.content else { return None };
        entries.iter().find(|(own, _)| own.text == key).map(|(_, node)| node)
    }

    /// The value in words for a message: scalars as the file has them, shortened to 80 characters.
    #[must_use]
    pub fn shown(&self) -> String {
        match &self.content {
            Content::Scalar(scalar) if scalar.kind == ScalarKind::Null => "nothing".to_owned(),
            Content::Scalar(scalar) if scalar.kind == ScalarKind::Text => format!("{:?}", shortened(&scalar.source)),
            Content::Scalar(scalar) => shortened(&scalar.source),
            Content::List(items) => format!("a list of {}", items.len()),
            Content::Mapping(entries) => format!("a mapping of {}", entries.len()),
        }
    }

    /// The same value under another path, as an alias stands for its anchor.
    pub(super) fn moved_to(&self, path: KeyPath) -> Self {
        let content = match &self.content {
            Content::Scalar(scalar) => Content::Scalar(scalar.clone()),
            Content::List(items) => {
                Content::List(items.iter().enumerate().map(|(at, item)| item.moved_to(path.index(at))).collect())
            }
            Content::Mapping(entries) => Content::Mapping(
                entries.iter().map(|(key, node)| (key.clone(), node.moved_to(path.key(&key.text)))).collect(),
            ),
        };
        Self { place: self.place, path, content }
    }

    /// Nodes and bytes of text in this tree, itself included: what copying it costs.
    pub(super) fn size(&self) -> (usize, usize) {
        let add = |(nodes, bytes): (usize, usize), more: (usize, usize)| (nodes + more.0, bytes + more.1);
        match &self.content {
            Content::Scalar(scalar) => (1, scalar.source.len()),
            Content::List(items) => items.iter().map(Self::size).fold((1, 0), add),
            Content::Mapping(entries) => {
                entries.iter().map(|(key, node)| add(node.size(), (0, key.text.len()))).fold((1, 0), add)
            }
        }
    }
}

/// At most 80 characters of a text.
pub(super) fn shortened(text: &str) -> String {
    const LIMIT: usize = 80;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
