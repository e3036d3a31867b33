//! Walks one pickle, or several one behind the other, without loading anything.

use super::judge::{Severity, judge};
use super::opcodes::{Argument, Effect, opcode};
use std::collections::{BTreeSet, HashMap};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

/// Opcodes of one file at most.
const STEPS: u64 = 50_000_000;
/// Entries of the stack, and of what is remembered.
const DEPTH: usize = 1_000_000;
/// Longer texts are no names of modules.
const TEXT_BYTES: u64 = 1024;
/// Findings of one file at most.
const FINDINGS: usize = 1000;

/// An import a pickle makes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Import {
    pub severity: Severity,
    pub module: String,
    pub name: String,
}

/// What a file imports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Report {
    /// Each once: dangerous and unknown ones.
    pub imports: BTreeSet<Import>,
    pub harmless: u64,
    /// Why not everything was read.
    pub incomplete: Option<String>,
    /// Is there content that nothing was read of?
    pub unseen: bool,
}

impl Report {
    pub(super) fn add(&mut self, module: &str, name: &str) {
        let severity = judge(module, name);
        if severity == Severity::Harmless {
            self.harmless += 1;
        } else if self.imports.len() < FINDINGS {
            self.imports.insert(Import { severity, module: module.to_owned(), name: name.to_owned() });
        } else {
            self.stop("there are more findings than are listed");
        }
    }

    /// An import that cannot be told.
    fn add_untold(&mut self, what: &str) {
        if self.imports.len() < FINDINGS {
            let (module, name) = ("?".to_owned(), what.to_owned());
            self.imports.insert(Import { severity: Severity::Dangerous, module, name });
        }
    }

    /// As `stop`, of what was not even searched.
    pub(super) fn miss(&mut self, why: &str) {
        self.unseen = true;
        self.stop(why);
    }

    pub(super) fn stop(&mut self, why: &str) {
        self.incomplete.get_or_insert_with(|| why.to_owned());
    }
}

#[derive(Debug, Clone)]
enum Entry {
    Text(Rc<str>),
    Other,
    Mark,
}

/// How a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// All of it was pickles.
    Clean,
    /// From this place on it is something else.
    NoPickle(u64),
}

struct Walk<'a, R> {
    input: BufReader<R>,
    /// Where the next byte is, and where the part ends.
    place: u64,
    end: u64,
    stack: Vec<Entry>,
    memo: HashMap<u64, Entry>,
    report: &'a mut Report,
}

/// Walks the pickles between two places.
///
/// # Errors
/// The file cannot be read.
pub(super) fn walk(mut input: impl Read + Seek, (start, end): (u64, u64), report: &mut Report) -> io::Result<End> {
    input.seek(SeekFrom::Start(start))?;
    let (stack, memo) = (Vec::new(), HashMap::new());
    let mut walk = Walk { input: BufReader::new(input), place: start, end, stack, memo, report };
    for _ in 0..STEPS {
        let at = walk.place;
        if at >= end {
            return Ok(End::Clean);
        }
        match walk.step() {
            Ok(true) => {}
            Ok(false) => return Ok(End::NoPickle(at)),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(End::NoPickle(at)),
            Err(error) => return Err(error),
        }
    }
    walk.report.miss("only looked at in part: it has too many steps");
    Ok(End::Clean)
}

impl<R: Read + Seek> Walk<'_, R> {
    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.take(N as u64)?;
        self.input.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Notes that so many bytes are read.
    fn take(&mut self, bytes: u64) -> io::Result<()> {
        let next = self.place.checked_add(bytes).filter(|next| *next <= self.end);
        self.place = next.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(())
    }

    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        self.take(bytes)?;
        self.input.seek_relative(i64::try_from(bytes).map_err(|_| io::ErrorKind::UnexpectedEof)?)
    }

    fn number(&mut self, bytes: usize) -> io::Result<u64> {
        let mut number = [0; 8];
        self.take(bytes as u64)?;
        self.input.read_exact(number.get_mut(..bytes).ok_or(io::ErrorKind::InvalidInput)?)?;
        Ok(u64::from_le_bytes(number))
    }

    /// A line without its end; the rest of a long one is skipped.
    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        loop {
            let left = (self.end - self.place).min(TEXT_BYTES);
            let mut part = Vec::new();
            let read = (&mut self.input).take(left).read_until(b'\n', &mut part)? as u64;
            self.take(read)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let is_end = part.last() == Some(&b'\n');
            if line.len() as u64 <= TEXT_BYTES {
                line.extend_from_slice(&part);
            }
            if is_end {
                let text = String::from_utf8_lossy(&line);
                return Ok(text.trim_end_matches(['\n', '\r']).to_owned());
            }
        }
    }

    /// The text that follows; none for one too long to name anything.
    fn text(&mut self, bytes: u64) -> io::Result<Entry> {
        if bytes > TEXT_BYTES {
            self.skip(bytes)?;
            return Ok(Entry::Other);
        }
        self.take(bytes)?;
        let mut text = vec![0; usize::try_from(bytes).unwrap_or(0)];
        self.input.read_exact(&mut text)?;
        Ok(Entry::Text(String::from_utf8_lossy(&text).into()))
    }

    /// Whether there was an opcode.
    fn step(&mut self) -> io::Result<bool> {
        let [byte] = self.bytes::<1>()?;
        let Some((argument, effect)) = opcode(byte) else { return Ok(false) };
        let (mut number, mut text, mut lines) = (0, Entry::Other, (String::new(), String::new()));
        match argument {
            Argument::None => {}
            Argument::Fixed(bytes) => number = self.number(usize::try_from(bytes).unwrap_or(0))?,
            Argument::Counted(width) => {
                let bytes = self.number(width)?;
                if effect == Effect::PushText {
                    text = self.text(bytes)?;
                } else {
                    self.skip(bytes)?;
                }
            }
            Argument::Line => {
                let line = self.line()?;
                number = line.trim().parse().unwrap_or(u64::MAX);
                text = Entry::Text(line.trim_matches(['\'', '"']).into());
            }
            Argument::TwoLines => lines = (self.line()?, self.line()?),
        }
        self.apply(effect, number, text, &lines);
        Ok(true)
    }

    fn push(&mut self, entry: Entry) {
        if self.stack.len() < DEPTH {
            self.stack.push(entry);
        } else {
            self.report.stop("its stack is too deep");
        }
    }

    fn drop_last(&mut self, count: usize) {
        self.stack.truncate(self.stack.len().saturating_sub(count));
    }

    fn drop_to_mark(&mut self) {
        let mark = self.stack.iter().rposition(|entry| matches!(entry, Entry::Mark));
        self.stack.truncate(mark.unwrap_or(0));
    }

    fn remember(&mut self, number: u64) {
        let top = self.stack.last().cloned().unwrap_or(Entry::Other);
        if self.memo.len() < DEPTH || self.memo.contains_key(&number) {
            self.memo.insert(number, top);
        } else {
            self.report.stop("it remembers too much");
        }
    }

    fn apply(&mut self, effect: Effect, number: u64, text: Entry, (module, name): &(String, String)) {
        match effect {
            Effect::Nothing => {}
            Effect::Push(count) => {
                self.drop_last(count);
                self.push(Entry::Other);
            }
            Effect::PushText => self.push(text),
            Effect::Drop(count) => self.drop_last(count),
            Effect::Duplicate => {
                let top = self.stack.last().cloned().unwrap_or(Entry::Other);
                self.push(top);
            }
            Effect::Mark => self.push(Entry::Mark),
            Effect::DropToMark => self.drop_to_mark(),
            Effect::PushToMark => {
                self.drop_to_mark();
                self.push(Entry::Other);
            }
            Effect::Global => {
                self.report.add(module, name);
                self.push(Entry::Other);
            }
            Effect::Instance => {
                self.report.add(module, name);
                self.drop_to_mark();
                self.push(Entry::Other);
            }
            Effect::StackGlobal => {
                let (name, module) = (self.stack.pop(), self.stack.pop());
                match (module, name) {
                    (Some(Entry::Text(module)), Some(Entry::Text(name))) => self.report.add(&module, &name),
                    _ => self.report.add_untold("an import by computed names"),
                }
                self.push(Entry::Other);
            }
            Effect::Extension => {
                self.report.add_untold("an import by number");
                self.push(Entry::Other);
            }
            Effect::Memoize => self.remember(self.memo.len() as u64),
            Effect::Put => self.remember(number),
            Effect::Get => {
                let known = self.memo.get(&number).cloned().unwrap_or(Entry::Other);
                self.push(known);
            }
            // Another pickle may follow: the stack is empty then, what was remembered is not.
            Effect::Stop => {
                self.stack.clear();
                self.memo.clear();
            }
        }
    }
}
