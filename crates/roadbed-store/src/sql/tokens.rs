//! Cuts SQL text into tokens, well enough to find parameters, keywords and parentheses outside of quotes and comments.

/// What a piece of SQL text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A keyword or a plain identifier.
    Word,
    /// `"identifier"` or `'text'`.
    Quoted,
    Number,
    /// `?3` or `$3`.
    Parameter(usize),
    /// `?` without a number.
    BareParameter,
    /// `{INTEGER}`; the token's text has the braces.
    Macro,
    Symbol,
}

/// A token and where it lies in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
    pub(crate) start: usize,
}

impl Token<'_> {
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(crate) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    pub(crate) const fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

const LONG_SYMBOLS: [&str; 10] = ["->>", "->", "::", "==", "||", "<=", ">=", "<>", "!=", "@>"];

/// All tokens of `sql`. Unclosed quotes and comments run to the end; the engine will refuse them.
pub(crate) fn tokenize(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        let skipped = skipped_length(rest, first);
        if skipped > 0 {
            start += skipped;
            continue;
        }
        let (kind, length) = token_at(rest, first);
        tokens.push(Token { kind, text: &rest[..length], start });
        start += length;
    }
    tokens
}

/// Length of white space or a comment at the beginning of `rest`.
fn skipped_length(rest: &str, first: char) -> usize {
    if first.is_whitespace() {
        return first.len_utf8();
    }
    if rest.starts_with("--") {
        return rest.find('\n').map_or(rest.len(), |end| end + 1);
    }
    if rest.starts_with("/*") {
        return rest.find("*/").map_or(rest.len(), |end| end + 2);
    }
    0
}

fn token_at(rest: &str, first: char) -> (TokenKind, usize) {
    match first {
        '\'' | '"' => (TokenKind::Quoted, quoted_length(rest, first)),
        '?' | '$' => match run_length(&rest[1..], |c| c.is_ascii_digit()) {
            0 => (if first == '?' { TokenKind::BareParameter } else { TokenKind::Symbol }, 1),
            digits => (TokenKind::Parameter(rest[1..=digits].parse().unwrap_or(usize::MAX)), digits + 1),
        },
        '{' => (TokenKind::Macro, rest.find('}').map_or(rest.len(), |end| end + 1)),
        c if c.is_ascii_digit() => {
            (TokenKind::Number, run_length(rest, |c| c.is_ascii_alphanumeric() || c == '.' || c == '_'))
        }
        c if is_word(c) => (TokenKind::Word, run_length(rest, is_word)),
        c => {
            let long = LONG_SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
            (TokenKind::Symbol, long.map_or_else(|| c.len_utf8(), |symbol| symbol.len()))
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn run_length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Length of a quoted piece with its quotes; a doubled quote stays inside.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut position = 1;
    while let Some(found) = rest[position..].find(quote) {
        position += found + 1;
        if !rest[position..].starts_with(quote) {
            return position;
        }
        position += 1;
    }
    rest.len()
}

/// The statements of a text with several, separated by `;`, without empty ones.
pub(crate) fn statements(sql: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut holds_token = false;
    for token in tokenize(sql) {
        if token.kind == TokenKind::Symbol && token.text == ";" {
            if holds_token {
                parts.push(sql[start..token.start].trim());
            }
            start = token.end();
            holds_token = false;
        } else {
            holds_token = true;
        }
    }
    if holds_token {
        parts.push(sql[start..].trim());
    }
    parts
}
