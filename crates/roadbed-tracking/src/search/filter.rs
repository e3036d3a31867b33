//! Parses a filter text into clauses, before anybody knows what the identifiers mean.

use super::clause::{Clause, Comparator, Literal};
use super::lexer::{Token, placed_tokens, tokens};
use super::schema::Schema;
use crate::mlflow::MlflowError;

/// # Errors
/// The text is not made of clauses joined by AND.
pub fn parse_filter(text: &str) -> Result<Vec<Clause>, MlflowError> {
    let tokens = tokens(text)?;
    let mut clauses = Vec::new();
    Parser::new(&tokens).clauses(|clause| {
        clauses.push(clause);
        Ok(())
    })?;
    Ok(clauses)
}

/// What is wrong with a filter, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongFilter {
    /// The first character of what is wrong, counted from 1; one more than there are characters when something is missing at the end.
    pub character: usize,
    pub error: MlflowError,
}

/// Checks a filter for people, who want to know where they went wrong.
///
/// # Errors
/// As [`parse_filter`] and then [`Schema::resolve`] say it.
pub fn check_filter(schema: &Schema, text: &str) -> Result<(), WrongFilter> {
    let wrong = |byte: usize, error| {
        let before = text.get(..byte).map_or(0, |before| before.chars().count());
        WrongFilter { character: before + 1, error }
    };
    let placed = placed_tokens(text).map_err(|(byte, error)| wrong(byte, error))?;
    let (places, tokens): (Vec<usize>, Vec<Token>) = placed.into_iter().unzip();
    let mut parser = Parser::new(&tokens);
    let checked = parser.clauses(|clause| schema.resolve(vec![clause]).map(drop));
    checked.map_err(|error| wrong(places.get(parser.blamed).copied().unwrap_or(text.len()), error))
}

struct Parser<'a> {
    tokens: &'a [Token],
    taken: usize,
    /// The token that an error is about, by number.
    blamed: usize,
}

impl<'a> Parser<'a> {
    const fn new(tokens: &'a [Token]) -> Self {
        Self { tokens, taken: 0, blamed: 0 }
    }

    fn clauses(&mut self, mut each: impl FnMut(Clause) -> Result<(), MlflowError>) -> Result<(), MlflowError> {
        let mut is_first = true;
        loop {
            // MLflow takes any number of ANDs around and between clauses; programs that build filters leave some behind.
            let mut joined = is_first;
            while self.takes("AND") {
                joined = true;
            }
            if self.tokens.is_empty() {
                return Ok(());
            }
            if !joined {
                self.keyword("AND")?;
            }
            let start = self.taken;
            let clause = self.clause()?;
            // What makes no sense is blamed on the whole clause.
            self.blamed = start;
            each(clause)?;
            is_first = false;
        }
    }

    fn next(&mut self) -> Option<&'a Token> {
        self.blamed = self.taken;
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        self.taken += 1;
        Some(first)
    }

    fn takes(&mut self, keyword: &str) -> bool {
        let found = self.tokens.first().is_some_and(|token| token.is_keyword(keyword));
        if found {
            self.next();
        }
        found
    }

    fn keyword(&mut self, keyword: &str) -> Result<(), MlflowError> {
        if self.takes(keyword) {
            return Ok(());
        }
        self.blamed = self.taken;
        Err(match self.tokens.first() {
            Some(token) => MlflowError::invalid(format!("Invalid clause(s) in filter string: '{}'", token.shown())),
            None => MlflowError::invalid(format!("Invalid clause(s) in filter string: expected {keyword} at its end")),
        })
    }

    fn clause(&mut self) -> Result<Clause, MlflowError> {
        let identifier = match self.next() {
            Some(Token::Word(word)) => word.clone(),
            Some(other) => return Err(invalid_clause(&format!("Expected 'Identifier' found '{}'", other.shown()))),
            None => return Err(invalid_clause("Expected 'Identifier' found the end")),
        };
        let comparator = self.comparator()?;
        let literal = match comparator {
            Comparator::IsNull | Comparator::IsNotNull => Literal::None,
            Comparator::In | Comparator::NotIn => self.list()?,
            _ => self.value()?,
        };
        Ok(Clause { identifier, comparator, literal })
    }

    fn comparator(&mut self) -> Result<Comparator, MlflowError> {
        if self.takes("IS") {
            let negated = self.takes("NOT");
            self.keyword("NULL")?;
            return Ok(if negated { Comparator::IsNotNull } else { Comparator::IsNull });
        }
        if self.takes("NOT") {
            self.keyword("IN")?;
            return Ok(Comparator::NotIn);
        }
        let word = self.next().map(Token::shown).unwrap_or_default();
        match word.to_ascii_uppercase().as_str() {
            "=" => Ok(Comparator::Equal),
            "!=" => Ok(Comparator::NotEqual),
            "<" => Ok(Comparator::Less),
            "<=" => Ok(Comparator::LessOrEqual),
            ">" => Ok(Comparator::Greater),
            ">=" => Ok(Comparator::GreaterOrEqual),
            "LIKE" => Ok(Comparator::Like),
            "ILIKE" => Ok(Comparator::InsensitiveLike),
            "RLIKE" => Ok(Comparator::Matches),
            "IN" => Ok(Comparator::In),
            _ => Err(MlflowError::invalid(format!(
                "Invalid comparator '{word}' not one of =, !=, <, <=, >, >=, LIKE, ILIKE, IN, NOT IN, IS NULL, IS NOT NULL"
            ))),
        }
    }

    fn value(&mut self) -> Result<Literal, MlflowError> {
        match self.next() {
            Some(Token::Text(text)) => Ok(Literal::Text(text.clone())),
            Some(Token::Number(text)) => Ok(Literal::Number(number(text)?, text.clone())),
            Some(Token::Word(word)) => Ok(match double_quoted(word) {
                Some(inner) => Literal::Text(inner.to_owned()),
                None => Literal::Word(word.clone()),
            }),
            Some(Token::Open) => {
                let list = self.list_after_open()?;
                Err(invalid_clause(&format!("a list such as {} follows IN or NOT IN", list.shown())))
            }
            Some(other) => Err(invalid_clause(&format!("Expected value token found '{}'", other.shown()))),
            None => Err(invalid_clause("Expected 3 tokens found 2")),
        }
    }

    fn list(&mut self) -> Result<Literal, MlflowError> {
        match self.next() {
            Some(Token::Open) => self.list_after_open(),
            _ => Err(invalid_clause("a list in parentheses follows IN and NOT IN")),
        }
    }

    fn list_after_open(&mut self) -> Result<Literal, MlflowError> {
        let mut texts = Vec::new();
        loop {
            match self.next() {
                Some(Token::Text(text)) => texts.push(text.clone()),
                Some(Token::Word(word)) if double_quoted(word).is_some() => {
                    texts.push(double_quoted(word).unwrap_or_default().to_owned());
                }
                Some(Token::Close) if !texts.is_empty() => return Ok(Literal::List(texts)),
                Some(Token::Close) => return Err(list_error("got empty list")),
                Some(other) => return Err(list_error(&format!("got {}", other.shown()))),
                None => return Err(list_error("got ill-formed list")),
            }
            match self.next() {
                Some(Token::Comma) => {}
                Some(Token::Close) => return Ok(Literal::List(texts)),
                _ => return Err(list_error("got ill-formed list")),
            }
        }
    }
}

fn number(text: &str) -> Result<f64, MlflowError> {
    text.parse().map_err(|_| invalid_clause(&format!("{text} is not a number")))
}

fn double_quoted(word: &str) -> Option<&str> {
    word.strip_prefix('"')?.strip_suffix('"').filter(|inner| !inner.contains("\".\""))
}

fn invalid_clause(detail: &str) -> MlflowError {
    MlflowError::invalid(format!("Invalid comparison clause. {detail}"))
}

fn list_error(detail: &str) -> MlflowError {
    MlflowError::invalid(format!(
        "While parsing a list in the query, expected a non-empty list of string values, but {detail}."
    ))
}
