//! Gives each engine its form of a portable statement: parameter marks, type macros, and on PostgreSQL the order of nulls.
//!
//! SQLite sorts nulls first, PostgreSQL last. The SQLite order is the platform's: on PostgreSQL every `ORDER BY` term
//! that may be null gets `NULLS FIRST` (ascending) or `NULLS LAST` (descending). A plain column declared NOT NULL in
//! every table is left alone, so that ordinary indexes keep serving it.

use super::lint;
use super::tokens::{Token, TokenKind, tokenize};
use crate::error::StoreError;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The two databases the platform runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// What a statement does, as far as the store must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatementKind {
    Read,
    /// INSERT, UPDATE or DELETE, also behind WITH.
    Change,
    /// CREATE, ALTER, DROP.
    Definition,
}

/// A statement in the form of one engine.
#[derive(Debug)]
pub(crate) struct Translated {
    pub(crate) text: String,
    pub(crate) parameters: usize,
    pub(crate) kind: StatementKind,
    /// The statement touches only tables of the store itself.
    pub(crate) internal: bool,
}

/// Translates statements and remembers them.
#[derive(Debug)]
pub(crate) struct Translator {
    engine: Engine,
    /// Columns declared NOT NULL in every table that has one of the name; empty until the catalog was read.
    required: HashSet<String>,
    known: HashMap<String, Arc<Translated>>,
}

/// Statements remembered per connection; texts built at run time beyond that start over.
const KNOWN_STATEMENTS: usize = 1024;

impl Translator {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, required: HashSet::new(), known: HashMap::new() }
    }

    pub(crate) fn set_required_columns(&mut self, columns: HashSet<String>) {
        self.required = columns;
        self.known.clear();
    }

    /// Forgets everything, after a change of tables.
    pub(crate) fn forget(&mut self) {
        self.known.clear();
    }

    pub(crate) fn translate(&mut self, sql: &str) -> Result<Arc<Translated>, StoreError> {
        if let Some(translated) = self.known.get(sql) {
            return Ok(Arc::clone(translated));
        }
        let translated = Arc::new(self.translate_new(sql)?);
        if self.known.len() >= KNOWN_STATEMENTS {
            self.known.clear();
        }
        self.known.insert(sql.to_owned(), Arc::clone(&translated));
        Ok(translated)
    }

    fn translate_new(&self, sql: &str) -> Result<Translated, StoreError> {
        let tokens = tokenize(sql);
        lint::check_structure(sql, &tokens)?;
        if cfg!(debug_assertions) {
            lint::check_portable(sql, &tokens)?;
        }
        let parameters = count_parameters(sql, &tokens)?;
        let null_orders = if self.engine == Engine::Postgres { self.null_orders(&tokens) } else { Vec::new() };
        let text = rewrite(sql, &tokens, self.engine, &null_orders)?;
        Ok(Translated { text, parameters, kind: kind_of(&tokens), internal: is_internal(&tokens) })
    }

    /// Positions in the text after which the order of nulls belongs.
    fn null_orders(&self, tokens: &[Token<'_>]) -> Vec<(usize, &'static str)> {
        let mut found = Vec::new();
        for (index, pair) in tokens.windows(2).enumerate() {
            if pair[0].is("ORDER") && pair[1].is("BY") {
                self.null_orders_of_clause(&tokens[index + 2..], &mut found);
            }
        }
        found.sort_unstable();
        found
    }

    fn null_orders_of_clause(&self, tokens: &[Token<'_>], found: &mut Vec<(usize, &'static str)>) {
        let mut depth = 0_usize;
        let mut term: Vec<&Token<'_>> = Vec::new();
        for token in tokens {
            match (token.kind, token.text) {
                (TokenKind::Symbol, "(") => depth += 1,
                (TokenKind::Symbol, ")") if depth == 0 => break,
                (TokenKind::Symbol, ")") => depth -= 1,
                (TokenKind::Symbol, ",") if depth == 0 => {
                    self.null_order_of_term(&term, found);
                    term.clear();
                    continue;
                }
                _ if depth == 0 && token.is_any(AFTER_ORDER) => break,
                _ => {}
            }
            term.push(token);
        }
        self.null_order_of_term(&term, found);
    }

    fn null_order_of_term(&self, term: &[&Token<'_>], found: &mut Vec<(usize, &'static str)>) {
        let Some(last) = term.last() else { return };
        if term.iter().any(|token| token.is("NULLS")) {
            return;
        }
        let descending = last.is("DESC");
        let expression = if descending || last.is("ASC") { &term[..term.len() - 1] } else { term };
        let column = match expression {
            [column] => Some(column),
            [_, dot, column] if dot.text == "." => Some(column),
            _ => None,
        };
        let never_null = column.is_some_and(|column| {
            matches!(column.kind, TokenKind::Word | TokenKind::Quoted)
                && self.required.contains(column.text.trim_matches('"'))
        });
        if !never_null {
            found.push((last.end(), if descending { " NULLS LAST" } else { " NULLS FIRST" }));
        }
    }
}

/// Words that end an `ORDER BY` clause.
const AFTER_ORDER: &[&str] =
    &["LIMIT", "OFFSET", "FETCH", "FOR", "ROWS", "RANGE", "GROUPS", "UNION", "EXCEPT", "INTERSECT", "RETURNING"];

fn count_parameters(sql: &str, tokens: &[Token<'_>]) -> Result<usize, StoreError> {
    let refused = |reason: String| StoreError::NotPortable { reason, sql: sql.to_owned() };
    let mut used = HashSet::new();
    for token in tokens {
        match token.kind {
            TokenKind::Parameter(number) if (1..=32_766).contains(&number) => {
                used.insert(number);
            }
            TokenKind::Parameter(number) => return Err(refused(format!("parameter {number} is outside 1 to 32766"))),
            TokenKind::BareParameter => return Err(refused("number every parameter: write ?1, ?2".to_owned())),
            _ => {}
        }
    }
    let highest = used.iter().copied().max().unwrap_or(0);
    match (1..=highest).find(|number| !used.contains(number)) {
        Some(missing) => Err(refused(format!("parameter ?{missing} is not used but ?{highest} is"))),
        None => Ok(highest),
    }
}

fn rewrite(
    sql: &str,
    tokens: &[Token<'_>],
    engine: Engine,
    null_orders: &[(usize, &'static str)],
) -> Result<String, StoreError> {
    let mut text = String::with_capacity(sql.len() + 32);
    let mut done = 0;
    let mut null_orders = null_orders.iter().peekable();
    let mut after_as = false;
    for token in tokens {
        text.push_str(&sql[done..token.start]);
        match token.kind {
            TokenKind::Parameter(number) => {
                text.push(if engine == Engine::Sqlite { '?' } else { '$' });
                text.push_str(&number.to_string());
            }
            // CAST takes no collation.
            TokenKind::Macro if after_as && token.text == "{TEXT}" => text.push_str("TEXT"),
            TokenKind::Macro => text.push_str(word_of(token.text, engine).ok_or_else(|| StoreError::NotPortable {
                reason: format!(
                    "{} is no type: use {{INTEGER}}, {{REAL}}, {{TEXT}}, {{BYTES}} or {{BOOLEAN}}; behind a table {{CLUSTERED}}",
                    token.text
                ),
                sql: sql.to_owned(),
            })?),
            _ => text.push_str(token.text),
        }
        after_as = token.is("AS");
        done = token.end();
        while let Some((_, order)) = null_orders.next_if(|(position, _)| *position == done) {
            text.push_str(order);
        }
    }
    text.push_str(&sql[done..]);
    Ok(text)
}

/// The engine's words for a macro. `{CLUSTERED}` keeps the rows of a table in its primary key, so that a range of keys is read in one
/// go; on PostgreSQL, which has no such tables, it says nothing.
fn word_of(name: &str, engine: Engine) -> Option<&'static str> {
    match (name, engine) {
        ("{CLUSTERED}", Engine::Sqlite) => Some("WITHOUT ROWID"),
        ("{CLUSTERED}", Engine::Postgres) => Some(""),
        _ => type_of(name, engine),
    }
}

/// The engine's name of a store type. The SQLite names are what the catalog shows, so a dump can tell them apart.
fn type_of(name: &str, engine: Engine) -> Option<&'static str> {
    Some(match (name, engine) {
        ("{INTEGER}", Engine::Sqlite) => "INTEGER",
        ("{REAL}", Engine::Sqlite) => "REAL",
        ("{TEXT}", Engine::Sqlite) => "TEXT",
        ("{BYTES}", Engine::Sqlite) => "BLOB",
        ("{BOOLEAN}", _) => "BOOLEAN",
        ("{INTEGER}", Engine::Postgres) => "BIGINT",
        ("{REAL}", Engine::Postgres) => "DOUBLE PRECISION",
        ("{TEXT}", Engine::Postgres) => "TEXT COLLATE \"C\"",
        ("{BYTES}", Engine::Postgres) => "BYTEA",
        _ => return None,
    })
}

fn kind_of(tokens: &[Token<'_>]) -> StatementKind {
    match tokens.first() {
        Some(first) if first.is_any(&["CREATE", "ALTER", "DROP"]) => StatementKind::Definition,
        Some(first) if first.is_any(&["INSERT", "UPDATE", "DELETE"]) => StatementKind::Change,
        Some(first) if first.is("WITH") && tokens.iter().any(|token| token.is_any(&["INSERT", "UPDATE", "DELETE"])) => {
            StatementKind::Change
        }
        _ => StatementKind::Read,
    }
}

/// Whether the table being changed belongs to the store: its name begins with `store_`.
fn is_internal(tokens: &[Token<'_>]) -> bool {
    let target = tokens.windows(2).find(|pair| pair[0].is_any(&["INTO", "UPDATE", "FROM"]));
    target.is_some_and(|pair| pair[1].text.starts_with("store_"))
}
