//! Refuses SQL that the two engines would read differently. The structural rules always hold; the rest is checked in
//! debug builds, where every statement of the platform runs at least once in a test.

use super::tokens::{Token, TokenKind};
use crate::error::StoreError;

/// Words and what to write instead.
const FORBIDDEN_WORDS: &[(&str, &str)] = &[
    ("AUTOINCREMENT", "keys come from the id source or a counter row"),
    ("SERIAL", "keys come from the id source or a counter row"),
    ("BIGSERIAL", "keys come from the id source or a counter row"),
    ("IDENTITY", "keys come from the id source or a counter row"),
    ("STRICT", "PostgreSQL does not know it; the types are checked there anyway"),
    ("ROWID", "give the table a key of its own"),
    ("PRAGMA", "the store sets its connections up itself"),
    ("ILIKE", "use Filter::like with Case::Insensitive"),
    ("GLOB", "use Filter::like"),
    ("REGEXP", "use Filter::like or match in the program"),
    ("SIMILAR", "use Filter::like or match in the program"),
    ("ARRAY", "use Filter::in_list or a table"),
    ("IFNULL", "write COALESCE"),
    ("ISNULL", "write IS NULL"),
    ("NOTNULL", "write IS NOT NULL"),
    ("CURRENT_TIMESTAMP", "times come from now() of the transaction"),
    ("CURRENT_DATE", "times come from now() of the transaction"),
    ("CURRENT_TIME", "times come from now() of the transaction"),
];

/// Functions that only one engine has, or that mean different things.
const FORBIDDEN_FUNCTIONS: &[(&str, &str)] = &[
    ("ANY", "use Filter::in_list"),
    ("TOTAL", "write CAST(SUM(x) AS {REAL})"),
    ("GROUP_CONCAT", "write STRING_AGG"),
    ("GREATEST", "write CASE WHEN"),
    ("LEAST", "write CASE WHEN"),
    ("NOW", "times come from now() of the transaction"),
    ("DATETIME", "times are integers; compute in the program"),
    ("STRFTIME", "times are integers; compute in the program"),
    ("UNIXEPOCH", "times come from now() of the transaction"),
    ("RANDOM", "random numbers come from the program"),
    ("LAST_INSERT_ROWID", "use RETURNING"),
];

const FORBIDDEN_SYMBOLS: &[(&str, &str)] = &[
    ("->", "keep what is searched in a column of its own"),
    ("->>", "keep what is searched in a column of its own"),
    ("@>", "keep what is searched in a column of its own"),
    ("::", "write CAST(x AS {INTEGER})"),
    ("==", "write ="),
];

const ENGINE_TYPES: &[&str] = &[
    "INTEGER",
    "INT",
    "BIGINT",
    "REAL",
    "DOUBLE",
    "FLOAT",
    "NUMERIC",
    "TEXT",
    "VARCHAR",
    "BLOB",
    "BYTEA",
    "BOOLEAN",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "JSON",
    "JSONB",
    "UUID",
];

const TRANSACTION_WORDS: &[&str] =
    &["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "END", "SET", "ATTACH", "VACUUM"];

fn refuse(sql: &str, reason: impl Into<String>) -> StoreError {
    StoreError::NotPortable { reason: reason.into(), sql: sql.to_owned() }
}

/// Rules that always hold: one statement, and the transaction belongs to the store.
pub(crate) fn check_structure(sql: &str, tokens: &[Token<'_>]) -> Result<(), StoreError> {
    let Some(first) = tokens.first() else { return Err(refuse(sql, "the text holds no statement")) };
    if first.is_any(TRANSACTION_WORDS) {
        return Err(refuse(sql, format!("{} belongs to the store; a closure is one transaction", first.text)));
    }
    let is_end = |token: &Token<'_>| token.kind == TokenKind::Symbol && token.text == ";";
    match tokens.iter().position(is_end) {
        Some(position) if position + 1 < tokens.len() => Err(refuse(sql, "one statement at a time")),
        _ => Ok(()),
    }
}

/// Rules of portable text.
pub(crate) fn check_portable(sql: &str, tokens: &[Token<'_>]) -> Result<(), StoreError> {
    let mut functions: Vec<&str> = Vec::new();
    let defines = tokens.first().is_some_and(|first| first.is_any(&["CREATE", "ALTER"]));
    for (index, token) in tokens.iter().enumerate() {
        let previous = index.checked_sub(1).map(|before| &tokens[before]);
        let calls = tokens.get(index + 1).is_some_and(|next| next.text == "(");
        match token.kind {
            TokenKind::Symbol if token.text == "(" => {
                functions
                    .push(previous.filter(|before| before.kind == TokenKind::Word).map_or("", |before| before.text));
            }
            TokenKind::Symbol if token.text == ")" => {
                functions.pop();
            }
            TokenKind::Symbol => check_list(sql, token.text, FORBIDDEN_SYMBOLS)?,
            TokenKind::Word => {
                check_word(sql, token, calls, &functions)?;
                check_type(sql, token, previous, defines)?;
                check_neighbours(sql, tokens, index)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn check_list(sql: &str, text: &str, list: &[(&str, &str)]) -> Result<(), StoreError> {
    match list.iter().find(|(forbidden, _)| text.eq_ignore_ascii_case(forbidden)) {
        Some((forbidden, instead)) => Err(refuse(sql, format!("{forbidden}: {instead}"))),
        None => Ok(()),
    }
}

fn check_word(sql: &str, token: &Token<'_>, calls: bool, functions: &[&str]) -> Result<(), StoreError> {
    check_list(sql, token.text, FORBIDDEN_WORDS)?;
    if !calls {
        return Ok(());
    }
    check_list(sql, token.text, FORBIDDEN_FUNCTIONS)?;
    let lowered = token.text.to_ascii_lowercase();
    if lowered.starts_with("json_") || lowered.starts_with("jsonb_") {
        return Err(refuse(sql, format!("{}: keep what is searched in a column of its own", token.text)));
    }
    let cast = functions.iter().any(|function| function.eq_ignore_ascii_case("CAST"));
    if token.is_any(&["SUM", "AVG"]) && !cast {
        return Err(refuse(sql, format!("bare {}: write CAST(SUM(x) AS {{INTEGER}}) or {{REAL}}", token.text)));
    }
    Ok(())
}

fn check_type(sql: &str, token: &Token<'_>, previous: Option<&Token<'_>>, defines: bool) -> Result<(), StoreError> {
    let after_column = previous.is_some_and(|before| {
        before.is("AS") || (defines && matches!(before.kind, TokenKind::Word | TokenKind::Quoted))
    });
    if after_column && token.is_any(ENGINE_TYPES) {
        return Err(refuse(
            sql,
            format!("type {}: write {{INTEGER}}, {{REAL}}, {{TEXT}}, {{BYTES}} or {{BOOLEAN}}", token.text),
        ));
    }
    Ok(())
}

fn check_neighbours(sql: &str, tokens: &[Token<'_>], index: usize) -> Result<(), StoreError> {
    let token = &tokens[index];
    let next = tokens.get(index + 1);
    if token.is("LIKE") && !tokens[index..].iter().take(8).any(|token| token.is("ESCAPE")) {
        return Err(refuse(sql, "bare LIKE: use Filter::like, which fixes case and escapes"));
    }
    if token.is_any(&["INSERT", "UPDATE"]) && next.is_some_and(|next| next.is("OR")) {
        return Err(refuse(sql, "INSERT OR: write ON CONFLICT"));
    }
    if index == 0 && token.is("REPLACE") {
        return Err(refuse(sql, "REPLACE: write INSERT with ON CONFLICT"));
    }
    Ok(())
}
