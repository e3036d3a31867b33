//! Masks secrets in a stream: access tokens (`rb_` and a long run of token characters) and the values of secret variables.
//! Works across the borders of reads: a tail that may be the start of a secret is held back until it is decided, or until the writer
//! pauses.

/// Characters after `rb_` that make it a token rather than a word.
const TOKEN_CHARACTERS_MIN: usize = 16;
const TOKEN_PREFIX: &[u8] = b"rb_";
const TOKEN_MASK: &[u8] = b"rb_[masked]";
const SECRET_MASK: &[u8] = b"[masked]";
/// Shorter values would mask ordinary text.
const SECRET_BYTES_MIN: usize = 6;

pub(crate) struct Redactor {
    secrets: Vec<Vec<u8>>,
    /// Which bytes may start something to mask.
    starts: [bool; 256],
    held: Vec<u8>,
    /// The last byte given out belonged to a word, so `rb_` would not start one.
    inside_word: bool,
    /// Inside a token whose start is masked already.
    inside_token: bool,
}

enum Match {
    No,
    /// Undecided: the text ends too early.
    Maybe,
    Token(usize),
    Secret(usize),
}

const fn is_token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

impl Redactor {
    pub(crate) fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        let mut secrets: Vec<Vec<u8>> =
            secrets.filter(|text| text.len() >= SECRET_BYTES_MIN).map(|text| text.as_bytes().to_vec()).collect();
        // The longest first: one value may start with another.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        let mut starts = [false; 256];
        for first in secrets.iter().filter_map(|secret| secret.first()).chain(TOKEN_PREFIX.first()) {
            starts[usize::from(*first)] = true;
        }
        Self { secrets, starts, held: Vec::new(), inside_word: false, inside_token: false }
    }

    /// Takes bytes in and gives out what is decided.
    pub(crate) fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let mut text = std::mem::take(&mut self.held);
        text.extend_from_slice(bytes);
        let mut rest = text.as_slice();
        while let Some((&byte, after)) = rest.split_first() {
            if self.inside_token && is_token_character(byte) {
                rest = after;
                continue;
            }
            self.inside_token = false;
            match if self.starts[usize::from(byte)] { self.look(rest) } else { Match::No } {
                Match::No => {
                    out.push(byte);
                    self.inside_word = byte.is_ascii_alphanumeric() || byte == b'_';
                    rest = after;
                }
                Match::Maybe => break,
                Match::Token(length) => rest = self.mask(rest, length, TOKEN_MASK, out),
                Match::Secret(length) => rest = self.mask(rest, length, SECRET_MASK, out),
            }
        }
        self.held = rest.to_vec();
    }

    /// Gives out what is held back: the writer paused or ended.
    pub(crate) fn flush(&mut self, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        self.inside_word = held.last().map_or(self.inside_word, |byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        out.extend_from_slice(&held);
    }

    pub(crate) fn holds(&self) -> bool {
        !self.held.is_empty()
    }

    fn mask<'a>(&mut self, text: &'a [u8], length: usize, mask: &[u8], out: &mut Vec<u8>) -> &'a [u8] {
        out.extend_from_slice(mask);
        self.inside_token = mask == TOKEN_MASK;
        self.inside_word = false;
        text.get(length..).unwrap_or_default()
    }

    fn look(&self, text: &[u8]) -> Match {
        let mut undecided = false;
        for secret in &self.secrets {
            if text.starts_with(secret) {
                // A longer one may still come true.
                return if undecided { Match::Maybe } else { Match::Secret(secret.len()) };
            }
            undecided |= secret.starts_with(text);
        }
        if !self.inside_word {
            if let Some(token) = text.strip_prefix(TOKEN_PREFIX) {
                let length = token.iter().take_while(|byte| is_token_character(**byte)).count();
                if length >= TOKEN_CHARACTERS_MIN {
                    return Match::Token(TOKEN_PREFIX.len() + length);
                }
                undecided |= length == token.len();
            }
            undecided |= TOKEN_PREFIX.starts_with(text);
        }
        if undecided { Match::Maybe } else { Match::No }
    }
}
