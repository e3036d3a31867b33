//! From text to a tree, with a bound on everything: bytes, depth, values, key length and what aliases may multiply.

use super::diagnostic::{Diagnostic, Diagnostics};
use super::node::{Content, Key, KeyPath, Node, Place, shortened};
use super::scalar::{Scalar, ScalarKind};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};
use std::collections::{BTreeMap, HashMap};

/// Reads YAML documents.
pub struct Document;

/// A manifest is written by hand; anything larger is a mistake or an attack.
const BYTES_LIMIT: usize = 1 << 20;
const DEPTH_LIMIT: usize = 32;
/// Values in the tree after aliases are filled in.
const NODES_LIMIT: usize = 20_000;
/// Bytes of text in the tree after aliases are filled in.
const TEXT_LIMIT: usize = 4 << 20;
const KEY_LIMIT_CHARACTERS: usize = 256;

impl Document {
    /// Reads one YAML document. Duplicate keys are collected; a syntax error ends the reading.
    ///
    /// # Errors
    /// What is wrong, in the order of the file: not valid YAML, empty, several documents, over a limit, duplicate keys, tags,
    /// merge keys, keys that are not words.
    pub fn parse(file: &str, text: &str) -> Result<Node, Vec<Diagnostic>> {
        let diagnostics = Diagnostics::new(file);
        let root = read(text, &diagnostics);
        if let Some(root) = root
            && diagnostics.error_count() == 0
        {
            return Ok(root);
        }
        Err(diagnostics.into_sorted())
    }
}

/// The tree, or `None` after an error that leaves none.
fn read(text: &str, diagnostics: &Diagnostics) -> Option<Node> {
    let refuse = |message: &str, fix: &str| {
        diagnostics.error_at(Place::START, &KeyPath::default(), None, message, Some(fix.to_owned()));
    };
    if text.len() > BYTES_LIMIT {
        let message = format!("the file has {} bytes; at most {BYTES_LIMIT} are read", text.len());
        refuse(&message, "keep data out of the manifest and name its files instead");
        return None;
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.contains('\0') {
        refuse("the file holds a NUL character and is no text", "save it as UTF-8 text");
        return None;
    }
    let mut builder = Builder::new(text, diagnostics);
    let mut parser = Parser::new_from_str(text);
    match builder.run(&mut parser) {
        Ok(()) => {}
        Err(Stop::Reported) => return None,
        Err(Stop::Syntax(error)) => {
            builder.report_syntax(&error);
            return None;
        }
    }
    if builder.root.is_none() {
        refuse("the file is empty", "write at least: project: my-project");
    }
    builder.root
}

/// Why reading ended early.
enum Stop {
    Syntax(ScanError),
    /// A diagnostic says why.
    Reported,
}

impl From<ScanError> for Stop {
    fn from(error: ScanError) -> Self {
        Self::Syntax(error)
    }
}

/// A list or mapping that is not closed yet.
struct Open {
    place: Place,
    path: KeyPath,
    anchor: usize,
    content: Content,
    /// The key whose value comes next; mappings only.
    key: Option<Key>,
    /// Keys seen so far; mappings only.
    seen: BTreeMap<String, Place>,
}

struct Builder<'a> {
    text: &'a str,
    diagnostics: &'a Diagnostics,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    bytes: usize,
    documents: usize,
    root: Option<Node>,
}

fn place_of(span: Span) -> Place {
    place_at(span.start.line(), span.start.col())
}

const fn place_at(line: usize, column_from_zero: usize) -> Place {
    Place { line: if line == 0 { 1 } else { line }, column: column_from_zero + 1 }
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, diagnostics: &'a Diagnostics) -> Self {
        let (open, anchors) = (Vec::new(), HashMap::new());
        Self { text, diagnostics, open, anchors, nodes: 0, bytes: 0, documents: 0, root: None }
    }

    fn run(&mut self, parser: &mut Parser<'_, StrInput<'_>>) -> Result<(), Stop> {
        while let Some(event) = parser.next_event() {
            let (event, span) = event?;
            let place = place_of(span);
            match event {
                Event::DocumentStart(_) => self.start_document(place)?,
                Event::Alias(anchor) => self.alias(anchor, place)?,
                Event::Scalar(source, style, anchor, tag) => {
                    self.refuse_tag(tag.as_deref(), place)?;
                    let plain = style == ScalarStyle::Plain;
                    let source = source.into_owned();
                    self.scalar(if plain { Scalar::plain(source) } else { Scalar::quoted(source) }, place, anchor)?;
                }
                Event::SequenceStart(anchor, tag) => {
                    self.refuse_tag(tag.as_deref(), place)?;
                    self.begin(Content::List(Vec::new()), place, anchor)?;
                }
                Event::MappingStart(anchor, tag) => {
                    self.refuse_tag(tag.as_deref(), place)?;
                    self.begin(Content::Mapping(Vec::new()), place, anchor)?;
                }
                Event::SequenceEnd | Event::MappingEnd => self.end()?,
                Event::StreamEnd => return Ok(()),
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
            }
        }
        Ok(())
    }

    /// Reports an error that ends the reading.
    fn stop<T>(&self, place: Place, path: &KeyPath, value: Option<&str>, message: &str, fix: &str) -> Result<T, Stop> {
        self.diagnostics.error_at(place, path, value.map(shortened), message, Some(fix.to_owned()));
        Err(Stop::Reported)
    }

    fn start_document(&mut self, place: Place) -> Result<(), Stop> {
        self.documents += 1;
        if self.documents > 1 {
            let message = "a second document starts here; a manifest is one document";
            return self.stop(
                place,
                &KeyPath::default(),
                None,
                message,
                "remove the line '---' or move the rest to its own file",
            );
        }
        Ok(())
    }

    fn refuse_tag(&self, tag: Option<&Tag>, place: Place) -> Result<(), Stop> {
        let Some(tag) = tag else { return Ok(()) };
        let shown = format!("{}{}", tag.handle, tag.suffix);
        let message = format!("the YAML tag {:?} is not accepted", shortened(&shown));
        self.stop(
            place,
            &self.path_of_next(),
            Some(&shown),
            &message,
            "remove the tag; put a value in quotes to make it text",
        )
    }

    /// Where the next value will hang.
    fn path_of_next(&self) -> KeyPath {
        let Some(open) = self.open.last() else { return KeyPath::default() };
        match (&open.content, &open.key) {
            (Content::List(items), _) => open.path.index(items.len()),
            (_, Some(key)) => open.path.key(&key.text),
            (_, None) => open.path.clone(),
        }
    }

    /// Whether the next value is the key of a mapping.
    fn expects_key(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.content, Content::Mapping(_)) && open.key.is_none())
    }

    fn begin(&mut self, content: Content, place: Place, anchor: usize) -> Result<(), Stop> {
        let path = self.path_of_next();
        if self.expects_key() {
            return self.stop(
                place,
                &path,
                None,
                "a key must be a word, not a list or mapping",
                "write the key as text, such as name: value",
            );
        }
        if self.open.len() >= DEPTH_LIMIT {
            let message = format!("values are nested deeper than {DEPTH_LIMIT} levels");
            return self.stop(place, &KeyPath::default(), None, &message, "flatten the manifest");
        }
        self.spend(1, 0, place)?;
        self.open.push(Open { place, path, anchor, content, key: None, seen: BTreeMap::new() });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Stop> {
        match self.open.pop() {
            Some(open) => {
                let node = Node { place: open.place, path: open.path, content: open.content };
                self.attach(node, open.anchor)
            }
            None => Ok(()),
        }
    }

    fn scalar(&mut self, scalar: Scalar, place: Place, anchor: usize) -> Result<(), Stop> {
        if scalar.source.contains('\0') {
            let path = self.path_of_next();
            return self.stop(place, &path, None, "the value holds a NUL character", "remove \\0 from the text");
        }
        self.spend(1, scalar.source.len(), place)?;
        if self.expects_key() {
            return self.key(scalar, place);
        }
        let node = Node { place, path: self.path_of_next(), content: Content::Scalar(scalar) };
        self.attach(node, anchor)
    }

    fn key(&mut self, scalar: Scalar, place: Place) -> Result<(), Stop> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let text = scalar.source;
        let path = open.path.clone();
        if scalar.kind == ScalarKind::Null {
            return self.stop(place, &path, Some(&text), "a key is missing in front of ':'", "write name: value");
        }
        if text.chars().count() > KEY_LIMIT_CHARACTERS {
            let message = format!("a key has more than {KEY_LIMIT_CHARACTERS} characters");
            return self.stop(place, &path, Some(&text), &message, "shorten the key");
        }
        if text == "<<" {
            return self.stop(
                place,
                &path,
                Some(&text),
                "the merge key \"<<\" is not accepted",
                "write the merged keys out",
            );
        }
        if let Some(first) = open.seen.insert(text.clone(), place) {
            let message = format!("the key {text:?} is given twice; the first is at {first}");
            let fix = Some("remove one of them".to_owned());
            self.diagnostics.error_at(place, &path.key(&text), Some(text.clone()), message, fix);
        }
        open.key = Some(Key { text, place });
        Ok(())
    }

    fn alias(&mut self, anchor: usize, place: Place) -> Result<(), Stop> {
        let path = self.path_of_next();
        if self.expects_key() {
            return self.stop(place, &path, None, "an alias cannot be a key", "write the key out");
        }
        let Some(original) = self.anchors.get(&anchor) else {
            return self.stop(place, &path, None, "the alias stands inside the value it names", "write the value out");
        };
        let (nodes, bytes) = original.size();
        let copy = original.moved_to(path);
        self.spend(nodes, bytes, place)?;
        self.attach(copy, 0)
    }

    /// Counts what the tree grows by, so that aliases of aliases cannot fill the memory.
    fn spend(&mut self, nodes: usize, bytes: usize, place: Place) -> Result<(), Stop> {
        self.nodes += nodes;
        self.bytes += bytes;
        if self.nodes > NODES_LIMIT || self.bytes > TEXT_LIMIT {
            let message = format!(
                "the file holds more than {NODES_LIMIT} values or {TEXT_LIMIT} bytes once its aliases are filled in"
            );
            return self.stop(place, &KeyPath::default(), None, &message, "split it, or use fewer aliases (*name)");
        }
        Ok(())
    }

    fn attach(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        if anchor != 0 {
            // The kept copy costs memory as well.
            let (nodes, bytes) = node.size();
            self.spend(nodes, bytes, node.place)?;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(open) => match (&mut open.content, open.key.take()) {
                (Content::List(items), _) => items.push(node),
                (Content::Mapping(entries), Some(key)) => entries.push((key, node)),
                (Content::Mapping(_) | Content::Scalar(_), _) => {}
            },
        }
        Ok(())
    }

    fn report_syntax(&self, error: &ScanError) {
        let place = place_at(error.marker().line(), error.marker().col());
        let line = |number: usize| self.text.lines().nth(number.saturating_sub(1)).unwrap_or_default();
        let indented_by_tab = |text: &str| text.trim_start_matches(' ').starts_with('\t');
        // The scanner may report the line before or after the one with the tab.
        let near = [place.line, place.line + 1, place.line.saturating_sub(1)];
        let tab = near.into_iter().find(|&number| number > 0 && indented_by_tab(line(number)));
        let (place, message, fix) = match tab {
            Some(number) => {
                let column = line(number).chars().take_while(|&c| c == ' ').count();
                (place_at(number, column), "a tab cannot indent YAML".to_owned(), "indent with spaces")
            }
            None => (place, format!("this is not valid YAML: {}", error.info()), syntax_fix(error.info())),
        };
        let shown = Some(line(place.line).trim()).filter(|text| !text.is_empty()).map(shortened);
        // With a tab the tree read so far is not what the author sees.
        let path = if tab.is_some() { KeyPath::default() } else { self.path_of_next() };
        self.diagnostics.error_at(place, &path, shown, message, Some(fix.to_owned()));
    }
}

/// What usually causes an error of the scanner.
fn syntax_fix(info: &str) -> &'static str {
    let info = info.to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| info.contains(word));
    if holds(&["mapping values are not allowed"]) {
        "put a value that holds ': ' in quotes, and check the indentation"
    } else if holds(&["quoted", "unexpected end"]) {
        "close the quotes"
    } else if holds(&["unknown anchor"]) {
        "define the anchor (&name) before its alias (*name), or put a value that starts with '*' in quotes"
    } else if holds(&["recursion limit"]) {
        "flatten the manifest"
    } else if holds(&["flow", "']'", "'}'", "bracket"]) {
        "close every bracket, separate items with ',' and put values that hold [ ] { } or , in quotes"
    } else if holds(&["character", "cannot start any token", "directive"]) {
        "put a value that starts with @ ` % & * or ! in quotes"
    } else {
        "check the indentation and the colons of this line and the one above"
    }
}
