//! Finds lines in a log that is read piece by piece. Pure but for the reading.

use crate::jobs::operations::Jobs;
use roadbed_capability::Problem;
use roadbed_core::JobId;
use std::collections::VecDeque;

/// Bytes read at once; between pieces others have their turn.
const PIECE_BYTES: usize = 1 << 20;
/// Bytes looked at for one question.
const SCANNED_LIMIT_BYTES: u64 = 256 << 20;
/// Bytes of one line that are looked at and kept; a log without line ends must not fill the memory.
const LINE_LIMIT_BYTES: usize = 64 << 10;
const SHOWN_LIMIT_BYTES: usize = 4000;

/// A text to find, whatever the case of its ASCII letters.
pub(in crate::jobs) struct Needle {
    lower: String,
}

impl Needle {
    pub(in crate::jobs) fn new(text: &str) -> Self {
        Self { lower: text.to_ascii_lowercase() }
    }

    fn is_in(&self, line: &[u8]) -> bool {
        String::from_utf8_lossy(line).to_ascii_lowercase().contains(&self.lower)
    }
}

/// A line that holds the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::jobs) struct FoundLine {
    /// From 1.
    pub(in crate::jobs) number: u64,
    pub(in crate::jobs) offset: u64,
    pub(in crate::jobs) text: String,
}

/// The last lines before a place, while the log goes by.
pub(in crate::jobs) struct Search {
    needle: Needle,
    before: u64,
    limit: usize,
    /// Number and place of the line under way, and its beginning.
    number: u64,
    offset: u64,
    /// Bytes of the line under way, also those that are not kept.
    length: u64,
    line: Vec<u8>,
    pub(in crate::jobs) lines: VecDeque<FoundLine>,
    pub(in crate::jobs) total: u64,
    pub(in crate::jobs) scanned_bytes: u64,
    pub(in crate::jobs) is_complete: bool,
}

impl Search {
    pub(in crate::jobs) const fn new(needle: Needle, before: u64, limit: usize) -> Self {
        Self {
            needle,
            before,
            limit,
            number: 1,
            offset: 0,
            length: 0,
            line: Vec::new(),
            lines: VecDeque::new(),
            total: 0,
            scanned_bytes: 0,
            is_complete: false,
        }
    }

    /// The place is behind us: no line that is still to come begins before it.
    const fn is_past(&self) -> bool {
        self.offset >= self.before
    }

    fn take(&mut self, bytes: &[u8]) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.is_past() {
                return;
            }
            let (text, has_end) = part.strip_suffix(b"\n").map_or((part, false), |text| (text, true));
            let room = LINE_LIMIT_BYTES - self.line.len();
            self.line.extend_from_slice(&text[..text.len().min(room)]);
            self.length += part.len() as u64;
            if has_end {
                self.end_line();
            }
        }
    }

    fn end_line(&mut self) {
        if !self.is_past() && self.needle.is_in(&self.line) {
            self.total += 1;
            if self.lines.len() == self.limit {
                self.lines.pop_front();
            }
            let shown = &self.line[..self.line.len().min(SHOWN_LIMIT_BYTES)];
            let text = String::from_utf8_lossy(shown).into_owned();
            self.lines.push_back(FoundLine { number: self.number, offset: self.offset, text });
        }
        self.line.clear();
        self.number += 1;
        self.offset += self.length;
        self.length = 0;
    }

    /// The line under way counts too: a job may have said it without an end.
    fn finish(mut self) -> Self {
        if self.length > 0 {
            self.end_line();
        }
        self
    }
}

impl Jobs {
    /// Reads the log from its beginning up to the place, because lines are numbered from there.
    pub(in crate::jobs) async fn search_log(&self, id: JobId, mut search: Search) -> Result<Search, Problem> {
        while search.scanned_bytes < SCANNED_LIMIT_BYTES {
            let piece = self.read_log(id, search.scanned_bytes, PIECE_BYTES).await?;
            search.take(&piece.bytes);
            search.scanned_bytes += piece.bytes.len() as u64;
            if piece.bytes.is_empty() || search.is_past() {
                return Ok(Search { is_complete: true, ..search.finish() });
            }
        }
        Ok(search.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::{FoundLine, LINE_LIMIT_BYTES, Needle, Search};

    fn found(log: &[u8], piece: usize, before: u64, limit: usize) -> (u64, Vec<(u64, u64, String)>) {
        let mut search = Search::new(Needle::new("Loss"), before, limit);
        log.chunks(piece).for_each(|piece| search.take(piece));
        let search = search.finish();
        let told = |line: FoundLine| (line.number, line.offset, line.text);
        (search.total, search.lines.into_iter().map(told).collect())
    }

    #[test]
    fn lines_are_found_wherever_the_pieces_end() {
        let log = b"start\nloss 1\nother\nLOSS 2\n\nno end, loss 3";
        let all = vec![(2, 6, "loss 1".to_owned()), (4, 19, "LOSS 2".to_owned()), (6, 27, "no end, loss 3".to_owned())];
        for piece in 1..log.len() {
            assert_eq!(found(log, piece, u64::MAX, 10), (3, all.clone()), "{piece}");
        }
        assert_eq!(found(log, 7, u64::MAX, 1), (3, all[2..].to_vec()), "the last ones");
        assert_eq!(found(log, 7, 27, 1), (2, all[1..2].to_vec()), "those before a place");
        assert_eq!(found(log, 7, 6, 1), (0, vec![]));
    }

    #[test]
    fn a_line_without_end_and_text_that_is_none_do_no_harm() {
        let mut log = vec![b'x'; 3 * LINE_LIMIT_BYTES];
        log.extend_from_slice(b"loss\n\xff\xfeloss\n");
        let (total, lines) = found(&log, 1000, u64::MAX, 10);
        assert_eq!((total, lines[0].0, lines[0].1), (1, 2, 3 * LINE_LIMIT_BYTES as u64 + 5));
    }
}
