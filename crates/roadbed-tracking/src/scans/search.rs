//! Looks for the written form of dangerous names where a file is no pickle any more: joblib writes arrays in the middle of one.

use super::judge::DANGEROUS;
use super::walk::Report;
use std::io::{self, Read, Seek, SeekFrom};

const WINDOW: usize = 1 << 20;
/// Longest form of a name with what stands around it.
const OVERLAP: usize = 256;

/// Also modules of which only some names are dangerous.
const ALSO: [&str; 4] = ["builtins", "__builtin__", "operator", "_operator"];

/// Searches everything between two places.
///
/// # Errors
/// The file cannot be read.
pub(super) fn search(mut input: impl Read + Seek, (start, end): (u64, u64), report: &mut Report) -> io::Result<()> {
    input.seek(SeekFrom::Start(start))?;
    let mut input = input.take(end.saturating_sub(start));
    let mut window: Vec<u8> = Vec::new();
    loop {
        let before = window.len();
        let read = (&mut input).take(WINDOW as u64).read_to_end(&mut window)?;
        look(&window, report);
        if read == 0 || before + read < OVERLAP {
            return Ok(());
        }
        window.drain(..window.len().saturating_sub(OVERLAP));
    }
}

fn look(window: &[u8], report: &mut Report) {
    for (at, byte) in window.iter().enumerate() {
        let rest = window.get(at + 1..).unwrap_or_default();
        let found = match byte {
            b'c' | b'i' => two_lines(rest),
            0x8c => counted(rest, 1),
            b'X' => counted(rest, 4),
            _ => None,
        };
        if let Some((module, name)) = found {
            report.add(&module, &name);
        }
    }
}

fn is_dangerous(module: &str) -> bool {
    let top = module.split('.').next().unwrap_or_default();
    DANGEROUS.contains(&module) || DANGEROUS.contains(&top) || ALSO.contains(&module)
}

fn word(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    (!text.is_empty() && text.len() <= 100 && text.chars().all(is_name)).then_some(text)
}

fn two_lines(rest: &[u8]) -> Option<(String, String)> {
    let mut lines = rest.get(..rest.len().min(OVERLAP))?.split(|byte| *byte == b'\n');
    let (module, name) = (word(lines.next()?)?, word(lines.next()?)?);
    lines.next()?;
    is_dangerous(module).then(|| (module.to_owned(), name.to_owned()))
}

/// A text with its length before it, and the next one behind it.
fn counted(rest: &[u8], width: usize) -> Option<(String, String)> {
    let (module, rest) = text(rest, width)?;
    if !is_dangerous(module) {
        return None;
    }
    // Between the two: what remembers the first (`\x94`, `q` and a number), then the opcode of the second.
    let name = (0..8).find_map(|skip| match rest.get(skip)? {
        0x8c => text(rest.get(skip + 1..)?, 1),
        b'X' => text(rest.get(skip + 1..)?, 4),
        _ => None,
    });
    Some((module.to_owned(), name.map_or_else(|| "?".to_owned(), |(name, _)| name.to_owned())))
}

fn text(bytes: &[u8], width: usize) -> Option<(&str, &[u8])> {
    let mut length = [0; 8];
    length.get_mut(..width)?.copy_from_slice(bytes.get(..width)?);
    let length = usize::try_from(u64::from_le_bytes(length)).ok().filter(|length| *length <= 100)?;
    let text = word(bytes.get(width..width + length)?)?;
    Some((text, bytes.get(width + length..)?))
}
