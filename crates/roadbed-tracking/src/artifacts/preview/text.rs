//! Whether bytes are text, and which.

/// Text out of the bytes of a part of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub text: String,
    /// Bytes it was made of; a character cut at the end is left to the next part.
    pub used: u64,
}

impl Text {
    /// `None` for what is no text: a NUL, or more than a tenth that is no UTF-8.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.contains(&0) {
            return None;
        }
        let whole = match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() => bytes.get(..error.valid_up_to()).unwrap_or_default(),
            _ => bytes,
        };
        // A part may also begin inside a character.
        let text = String::from_utf8_lossy(whole).into_owned();
        let broken = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        if broken * 10 > text.chars().count() {
            return None;
        }
        Some(Self { text, used: whole.len() as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn a_character_cut_at_the_end_waits_for_the_next_part() {
        let bytes = "aä".as_bytes();
        assert_eq!(Text::of(&bytes[..2]), Some(Text { text: "a".to_owned(), used: 1 }));
        assert_eq!(Text::of(bytes), Some(Text { text: "aä".to_owned(), used: 3 }));
        assert_eq!(Text::of(b""), Some(Text { text: String::new(), used: 0 }));
    }

    #[test]
    fn what_is_no_text_is_not_shown_as_such() {
        assert_eq!(Text::of(b"a\0b"), None);
        assert_eq!(Text::of(&[0x80, 0xff, 0xfe, 0x80, b'a']), None);
        // One odd byte in a long Latin-1 text.
        assert!(Text::of(b"a caf\xe9 in a long line of text").is_some());
    }
}
