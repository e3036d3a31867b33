//! Cuts a filter or order text into tokens.

use crate::mlflow::MlflowError;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// `metrics.auc`, ``tags.`a b` ``, `"run name"`, or a keyword; as written.
    Word(String),
    /// A single-quoted text, without its quotes.
    Text(String),
    /// A number as written.
    Number(String),
    /// `=`, `!=`, `<` and the like; whatever is made of these characters.
    Operator(String),
    Open,
    Close,
    Comma,
}

impl Token {
    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// As it was written, for messages.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(text) | Self::Number(text) | Self::Operator(text) => text.clone(),
            Self::Text(text) => format!("'{text}'"),
            Self::Open => "(".to_owned(),
            Self::Close => ")".to_owned(),
            Self::Comma => ",".to_owned(),
        }
    }
}

/// Longest text that is parsed, in bytes.
const LIMIT_BYTES: usize = 100_000;

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, MlflowError> {
    let placed = placed_tokens(text).map_err(|(_, error)| error)?;
    Ok(placed.into_iter().map(|(_, token)| token).collect())
}

/// Each token, and the error, with the byte where it begins.
pub(super) fn placed_tokens(text: &str) -> Result<Vec<(usize, Token)>, (usize, MlflowError)> {
    if text.len() > LIMIT_BYTES {
        return Err((LIMIT_BYTES, MlflowError::invalid(format!("a filter has at most {LIMIT_BYTES} bytes"))));
    }
    let mut lexer = Lexer { rest: text };
    let mut found = Vec::new();
    loop {
        let start = text.len() - lexer.rest.trim_start().len();
        match lexer.next() {
            Ok(Some(token)) => found.push((start, token)),
            Ok(None) => return Ok(found),
            Err(error) => return Err((start, error)),
        }
    }
}

struct Lexer<'a> {
    rest: &'a str,
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '@')
}

impl<'a> Lexer<'a> {
    fn next(&mut self) -> Result<Option<Token>, MlflowError> {
        self.rest = self.rest.trim_start();
        let Some(first) = self.rest.chars().next() else { return Ok(None) };
        let token = match first {
            '(' => self.single(Token::Open),
            ')' => self.single(Token::Close),
            ',' => self.single(Token::Comma),
            '\'' => Token::Text(self.quoted('\'')?.to_owned()),
            '=' | '!' | '<' | '>' | '~' => {
                Token::Operator(self.take(|c| matches!(c, '=' | '!' | '<' | '>' | '~')).to_owned())
            }
            '+' | '-' | '.' | '0'..='9' => Token::Number(self.number()?),
            '`' | '"' => Token::Word(self.identifier()?),
            other if is_word(other) => Token::Word(self.identifier()?),
            other => return Err(self.unexpected(other)),
        };
        Ok(Some(token))
    }

    fn single(&mut self, token: Token) -> Token {
        self.rest = self.rest.get(1..).unwrap_or_default();
        token
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// The text between quotes. Doubled quotes and quotes after `\` do not end it; they stay as written, as in MLflow.
    fn quoted(&mut self, quote: char) -> Result<&'a str, MlflowError> {
        let body = self.rest.get(1..).unwrap_or_default();
        let mut characters = body.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let doubled = character == quote && characters.peek().is_some_and(|(_, next)| *next == quote);
            let escaped = character == '\\' && characters.peek().is_some_and(|(_, next)| *next == quote);
            if doubled || escaped {
                characters.next();
            } else if character == quote {
                self.rest = body.get(at + 1..).unwrap_or_default();
                return Ok(body.get(..at).unwrap_or_default());
            }
        }
        Err(MlflowError::invalid(format!(
            "Invalid filter: the quote {quote} before {} is never closed",
            shortened(body)
        )))
    }

    /// A number with optional sign, fraction and exponent.
    fn number(&mut self) -> Result<String, MlflowError> {
        let text = self.rest;
        let digits = self.take(|c| c.is_alphanumeric() || matches!(c, '.' | '+' | '-'));
        // `1e-5` belongs together, `3-2` does not exist here.
        if digits.parse::<f64>().is_ok_and(f64::is_finite) && !digits.ends_with(|c: char| c.is_alphabetic()) {
            return Ok(digits.to_owned());
        }
        Err(MlflowError::invalid(format!("Invalid clause(s) in filter string: '{}'", shortened(text))))
    }

    /// Parts joined by dots; each bare or in backticks or double quotes. Kept as written.
    fn identifier(&mut self) -> Result<String, MlflowError> {
        let mut name = String::new();
        loop {
            match self.rest.chars().next() {
                Some(quote @ ('`' | '"')) => {
                    let part = self.quoted(quote)?;
                    name.push(quote);
                    name.push_str(part);
                    name.push(quote);
                }
                // Only behind a dot: a text by itself is a value.
                Some('\'') if name.ends_with('.') => {
                    let part = self.quoted('\'')?;
                    name.extend(["\"", part, "\""]);
                }
                _ => name.push_str(self.take(is_word)),
            }
            match self.rest.strip_prefix('.') {
                Some(rest) => {
                    name.push('.');
                    self.rest = rest;
                }
                None => return Ok(name),
            }
        }
    }

    fn unexpected(&self, character: char) -> MlflowError {
        MlflowError::invalid(format!(
            "Invalid clause(s) in filter string: {character:?} in '{}' is not part of the grammar",
            shortened(self.rest)
        ))
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
