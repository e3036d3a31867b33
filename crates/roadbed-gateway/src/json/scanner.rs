//! A pull reader over the bytes of one JSON document.

use std::borrow::Cow;

/// Deepest nesting that is read; deeper bodies are refused.
pub(crate) const DEPTH_LIMIT: usize = 32;

/// What is wrong with a JSON text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset}: {reason}")]
pub(crate) struct JsonError {
    pub(crate) offset: usize,
    pub(crate) reason: Cow<'static, str>,
}

/// A JSON number, exact where it can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Integer(i64),
    /// Above `i64::MAX`.
    Unsigned(u64),
    /// Written with a fraction or exponent, out of integer range, or one of `NaN`, `Infinity`, `-Infinity`.
    Float(f64),
}

impl Number {
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Unsigned(value) => value as f64,
            Self::Float(value) => value,
        }
    }
}

/// Powers of ten that a double holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];
/// Largest integer below which every integer is a double.
const EXACT_INTEGERS: u64 = 1 << 53;

pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Another reader at the same place, to look ahead.
    pub(crate) const fn fork(&self) -> Self {
        Self { bytes: self.bytes, at: self.at }
    }

    pub(crate) fn error(&self, reason: impl Into<Cow<'static, str>>) -> JsonError {
        JsonError { offset: self.at, reason: reason.into() }
    }

    fn expected(&self, what: &str) -> JsonError {
        let found = match self.bytes.get(self.at) {
            None => "the end of the body".to_owned(),
            Some(byte) if byte.is_ascii_graphic() => format!("'{}'", char::from(*byte)),
            Some(byte) => format!("byte 0x{byte:02x}"),
        };
        self.error(format!("expected {what}, found {found}"))
    }

    /// The next byte that is not white space, without taking it.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Takes the byte if it is next.
    #[inline]
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.eat(byte) { Ok(()) } else { Err(self.expected(&format!("'{}'", char::from(byte)))) }
    }

    /// Steps to the next element of an array whose `[` is taken; `false` after the `]`.
    #[inline]
    pub(crate) fn next_element(&mut self, first: &mut bool) -> Result<bool, JsonError> {
        if std::mem::take(first) {
            return Ok(!self.eat(b']'));
        }
        if self.eat(b',') {
            return Ok(true);
        }
        if self.eat(b']') { Ok(false) } else { Err(self.expected("',' or ']'")) }
    }

    /// Steps to the next member of an object whose `{` is taken and gives its key; `None` after the `}`.
    pub(crate) fn next_key(&mut self, first: &mut bool) -> Result<Option<Cow<'a, str>>, JsonError> {
        if std::mem::take(first) {
            if self.eat(b'}') {
                return Ok(None);
            }
        } else if !self.eat(b',') {
            return if self.eat(b'}') { Ok(None) } else { Err(self.expected("',' or '}'")) };
        }
        let key = self.string()?;
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// A string; borrowed when it holds no escapes.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a string"));
        }
        let start = self.at;
        let escaped = self.skip_string()?;
        let whole = &self.bytes[start..self.at];
        if escaped {
            return serde_json::from_slice::<String>(whole)
                .map(Cow::Owned)
                .map_err(|error| JsonError { offset: start, reason: format!("not a valid string: {error}").into() });
        }
        match std::str::from_utf8(&whole[1..whole.len() - 1]) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) => Err(JsonError { offset: start, reason: "the string is not UTF-8".into() }),
        }
    }

    /// Takes a string and says whether it holds escapes.
    fn skip_string(&mut self) -> Result<bool, JsonError> {
        self.at += 1;
        let mut escaped = false;
        loop {
            match self.bytes.get(self.at) {
                None => return Err(self.expected("'\"'")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    self.at += 2;
                }
                Some(byte) if *byte < 0x20 => return Err(self.error("a control character inside a string")),
                Some(_) => self.at += 1,
            }
        }
    }

    /// Takes any value and gives its bytes. What is inside is checked by whoever reads those bytes.
    pub(crate) fn skip_value(&mut self) -> Result<&'a [u8], JsonError> {
        let next = self.peek();
        let start = self.at;
        let mut depth = 0_usize;
        match next {
            Some(b'[' | b'{') => loop {
                match self.peek() {
                    None => return Err(self.expected("']' or '}'")),
                    Some(b'"') => {
                        self.skip_string()?;
                        continue;
                    }
                    Some(b'[' | b'{') => depth += 1,
                    Some(b']' | b'}') => depth -= 1,
                    Some(_) => {}
                }
                self.at += 1;
                if depth == 0 {
                    break;
                }
                if depth > DEPTH_LIMIT {
                    return Err(self.error("nested deeper than 32 levels"));
                }
            },
            Some(b'"') => drop(self.skip_string()?),
            Some(b',' | b':' | b']' | b'}') | None => return Err(self.expected("a value")),
            Some(_) => {
                while self.bytes.get(self.at).is_some_and(|byte| !b",:]} \n\r\t".contains(byte)) {
                    self.at += 1;
                }
            }
        }
        Ok(&self.bytes[start..self.at])
    }

    /// Takes the word if it is next.
    fn eat_word(&mut self, word: &[u8]) -> bool {
        let is_next = self.bytes[self.at..].starts_with(word);
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, JsonError> {
        self.peek();
        if self.eat_word(b"true") {
            return Ok(true);
        }
        if self.eat_word(b"false") { Ok(false) } else { Err(self.expected("true or false")) }
    }

    /// Takes `null` if it is next.
    pub(crate) fn eat_null(&mut self) -> bool {
        self.peek() == Some(b'n') && self.eat_word(b"null")
    }

    /// A number, or one of the words Python writes for what JSON has no number for.
    #[inline]
    pub(crate) fn number(&mut self) -> Result<Number, JsonError> {
        self.peek();
        let start = self.at;
        let negative = self.bytes.get(start) == Some(&b'-');
        self.at += usize::from(negative);
        let (mantissa, digits) = self.digits(0);
        if digits == 0 {
            return self.number_word(start, negative);
        }
        if digits > 1 && self.bytes[self.at - digits] == b'0' {
            self.at = start;
            return Err(self.error("a number must not start with 0"));
        }
        match self.bytes.get(self.at) {
            Some(b'.' | b'e' | b'E') => self.fraction(start, negative, mantissa, digits),
            _ if digits <= 18 => {
                let value = i64::try_from(mantissa).unwrap_or(i64::MAX);
                Ok(Number::Integer(if negative { -value } else { value }))
            }
            _ => self.large_integer(start),
        }
    }

    /// Takes digits onto a mantissa (meaningless beyond 18 digits); how many there were.
    #[inline]
    fn digits(&mut self, mut mantissa: u64) -> (u64, usize) {
        let start = self.at;
        while let Some(byte @ b'0'..=b'9') = self.bytes.get(self.at) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
            self.at += 1;
        }
        (mantissa, self.at - start)
    }

    /// The rest of a number with a fraction or exponent. Short ones are exact by one division of exact doubles
    /// (W. Clinger, "How to read floating point numbers accurately", 1990); others go to the standard library.
    #[inline]
    fn fraction(&mut self, start: usize, negative: bool, whole: u64, digits: usize) -> Result<Number, JsonError> {
        let (mut mantissa, mut places) = (whole, 0);
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            (mantissa, places) = self.digits(whole);
            if places == 0 {
                return Err(self.expected("a digit"));
            }
        }
        let exponent = matches!(self.bytes.get(self.at), Some(b'e' | b'E'));
        if exponent {
            self.at += 1;
            self.at += usize::from(matches!(self.bytes.get(self.at), Some(b'+' | b'-')));
            if self.digits(0).1 == 0 {
                return Err(self.expected("a digit"));
            }
        }
        if !exponent && digits + places <= 18 && mantissa <= EXACT_INTEGERS && places < EXACT_POWERS.len() {
            let value = mantissa as f64 / EXACT_POWERS[places];
            return Ok(Number::Float(if negative { -value } else { value }));
        }
        self.parse(start)
    }

    fn large_integer(&self, start: usize) -> Result<Number, JsonError> {
        let text = self.text(start);
        match (text.parse::<i64>(), text.parse::<u64>()) {
            (Ok(value), _) => Ok(Number::Integer(value)),
            (_, Ok(value)) => Ok(Number::Unsigned(value)),
            _ => self.parse(start),
        }
    }

    fn text(&self, start: usize) -> &'a str {
        std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default()
    }

    fn parse(&self, start: usize) -> Result<Number, JsonError> {
        let error = |_| JsonError { offset: start, reason: "not a number".into() };
        self.text(start).parse().map(Number::Float).map_err(error)
    }

    fn number_word(&mut self, start: usize, negative: bool) -> Result<Number, JsonError> {
        if self.eat_word(b"Infinity") {
            return Ok(Number::Float(if negative { f64::NEG_INFINITY } else { f64::INFINITY }));
        }
        if !negative && self.eat_word(b"NaN") {
            return Ok(Number::Float(f64::NAN));
        }
        self.at = start;
        Err(self.expected("a number"))
    }

    /// Refuses anything but white space after the document.
    pub(crate) fn finish(mut self) -> Result<(), JsonError> {
        if self.peek().is_none() { Ok(()) } else { Err(self.expected("nothing after the document")) }
    }
}
