//! Reader of UBJSON, draft 12 (ubjson.org), as XGBoost writes it: big-endian numbers, typed and counted containers.

use super::document::{Document, SKIPPED_KEYS};

/// Containers may nest this deep; an XGBoost model needs seven levels.
const MAX_DEPTH: usize = 64;

/// Why bytes are not UBJSON, with the place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not UBJSON: {reason} at byte {at}")]
pub(super) struct InvalidUbj {
    reason: String,
    at: usize,
}

/// Reads one document that fills `bytes`.
pub(super) fn parse(bytes: &[u8]) -> Result<Document, InvalidUbj> {
    let mut reader = Reader { bytes, at: 0, depth: 0 };
    let document = reader.value()?;
    if reader.at == bytes.len() { Ok(document) } else { Err(reader.error("more bytes after the end")) }
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn error(&self, reason: impl Into<String>) -> InvalidUbj {
        InvalidUbj { reason: reason.into(), at: self.at }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], InvalidUbj> {
        let found = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>()).copied();
        let found = found.ok_or_else(|| self.error("the file ends too early"))?;
        self.at += N;
        Ok(found)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Skips no-operation markers and gives the next one.
    fn marker(&mut self) -> Result<u8, InvalidUbj> {
        loop {
            let [marker] = self.take()?;
            if marker != b'N' {
                return Ok(marker);
            }
        }
    }

    fn value(&mut self) -> Result<Document, InvalidUbj> {
        let marker = self.marker()?;
        self.value_of(marker)
    }

    fn value_of(&mut self, marker: u8) -> Result<Document, InvalidUbj> {
        Ok(match marker {
            b'Z' => Document::Null,
            b'T' => Document::Bool(true),
            b'F' => Document::Bool(false),
            b'S' => Document::Text(self.text()?),
            b'C' => {
                let [character] = self.take()?;
                Document::Text(char::from(character).to_string())
            }
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(self.error(format!("nested deeper than {MAX_DEPTH}")));
                }
                let value = if marker == b'{' { self.object()? } else { self.array()? };
                self.depth -= 1;
                value
            }
            _ => Document::Number(self.number(marker)?),
        })
    }

    fn number(&mut self, marker: u8) -> Result<f64, InvalidUbj> {
        Ok(match marker {
            b'i' => f64::from(i8::from_be_bytes(self.take()?)),
            b'U' => f64::from(u8::from_be_bytes(self.take()?)),
            b'I' => f64::from(i16::from_be_bytes(self.take()?)),
            b'l' => f64::from(i32::from_be_bytes(self.take()?)),
            b'L' => i64::from_be_bytes(self.take()?) as f64,
            b'd' => f64::from(f32::from_be_bytes(self.take()?)),
            b'D' => f64::from_be_bytes(self.take()?),
            other => return Err(self.error(format!("unknown marker {:?}", char::from(other)))),
        })
    }

    /// A length: an integer with its marker. Never more than the bytes that are left, as each element takes at least one.
    fn length(&mut self) -> Result<usize, InvalidUbj> {
        let marker = self.marker()?;
        if !matches!(marker, b'i' | b'U' | b'I' | b'l' | b'L') {
            return Err(self.error("a length is not an integer"));
        }
        let number = self.number(marker)?;
        crate::scalar::whole(number, self.bytes.len() - self.at + 1)
            .ok_or_else(|| self.error(format!("length {number} is more than the rest of the file")))
    }

    fn text(&mut self) -> Result<String, InvalidUbj> {
        let length = self.length()?;
        let bytes = &self.bytes[self.at..self.at + length];
        let text = std::str::from_utf8(bytes).map_err(|_| self.error("a text is not UTF-8"))?.to_owned();
        self.at += length;
        Ok(text)
    }

    /// Type and count in front of a container's members.
    fn container(&mut self) -> Result<(Option<u8>, Option<usize>), InvalidUbj> {
        let mut kind = None;
        if self.peek() == Some(b'$') {
            let [_, marker] = self.take()?;
            kind = Some(marker);
        }
        if self.peek() == Some(b'#') {
            self.at += 1;
            return Ok((kind, Some(self.length()?)));
        }
        if kind.is_some() { Err(self.error("a typed container has no count")) } else { Ok((None, None)) }
    }

    fn array(&mut self) -> Result<Document, InvalidUbj> {
        match self.container()? {
            (Some(kind @ (b'i' | b'U' | b'I' | b'l' | b'L' | b'd' | b'D')), Some(count)) => {
                let numbers: Result<Vec<f64>, _> = (0..count).map(|_| self.number(kind)).collect();
                Ok(Document::Numbers(numbers?))
            }
            // Members of a type without bytes would let a small file ask for unbounded memory.
            (Some(b'Z' | b'T' | b'F' | b'N'), _) => Err(self.error("an array of constants")),
            (Some(kind), Some(count)) => {
                let items: Result<Vec<_>, _> = (0..count).map(|_| self.value_of(kind)).collect();
                Ok(Document::array(items?))
            }
            (_, Some(count)) => {
                let items: Result<Vec<_>, _> = (0..count).map(|_| self.value()).collect();
                Ok(Document::array(items?))
            }
            (_, None) => {
                let mut items = Vec::new();
                loop {
                    match self.marker()? {
                        b']' => return Ok(Document::array(items)),
                        marker => items.push(self.value_of(marker)?),
                    }
                }
            }
        }
    }

    fn object(&mut self) -> Result<Document, InvalidUbj> {
        let (kind, count) = self.container()?;
        let mut members = Vec::new();
        let mut left = count;
        loop {
            if left == Some(0) || (left.is_none() && self.peek() == Some(b'}')) {
                self.at += usize::from(left.is_none());
                return Ok(Document::Object(members));
            }
            let key = self.text()?;
            let value = if let Some(kind) = kind { self.value_of(kind)? } else { self.value()? };
            if !SKIPPED_KEYS.contains(&key.as_str()) {
                members.push((key, value));
            }
            left = left.map(|left| left - 1);
        }
    }
}
