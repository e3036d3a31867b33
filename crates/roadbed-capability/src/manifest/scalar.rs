//! What a plain word of YAML is: the core schema of YAML 1.2 (chapter 10.3), where `yes`, `on` and `1:30` are text.

/// A scalar: what it means and how it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scalar {
    /// As written, without quotes and with escapes resolved. `3.10` stays `3.10` here.
    pub(super) source: String,
    pub(super) kind: ScalarKind,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum ScalarKind {
    Null,
    Boolean(bool),
    Integer(i64),
    /// A decimal number, or a whole one beyond 64 bits.
    Number(f64),
    Text,
}

impl Scalar {
    /// A scalar in quotes or as a block is always text.
    pub(super) const fn quoted(source: String) -> Self {
        Self { source, kind: ScalarKind::Text }
    }

    pub(super) fn plain(source: String) -> Self {
        let kind = kind_of(&source);
        Self { source, kind }
    }
}

fn kind_of(source: &str) -> ScalarKind {
    match source {
        "" | "~" | "null" | "Null" | "NULL" => ScalarKind::Null,
        "true" | "True" | "TRUE" => ScalarKind::Boolean(true),
        "false" | "False" | "FALSE" => ScalarKind::Boolean(false),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => ScalarKind::Number(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => ScalarKind::Number(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => ScalarKind::Number(f64::NAN),
        _ => number(source).unwrap_or(ScalarKind::Text),
    }
}

fn number(source: &str) -> Option<ScalarKind> {
    let radix = |digits: &str, radix| {
        let all_digits = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        all_digits.then(|| i64::from_str_radix(digits, radix).ok()).flatten().map(ScalarKind::Integer)
    };
    if let Some(digits) = source.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = source.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Ok(integer) = source.parse::<i64>() {
        return Some(ScalarKind::Integer(integer));
    }
    // Rust also reads words such as `inf` and `nan` as numbers; YAML reads them as text.
    let only_number = source.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let begins = source.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !only_number || !begins {
        return None;
    }
    source.parse::<f64>().ok().map(ScalarKind::Number)
}
