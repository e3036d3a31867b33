//! What one comparison of a filter says.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
    InsensitiveLike,
    /// A regular expression; only searches of traces know it.
    Matches,
    In,
    NotIn,
    IsNull,
    IsNotNull,
}

impl Comparator {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Like => "LIKE",
            Self::InsensitiveLike => "ILIKE",
            Self::Matches => "RLIKE",
            Self::In => "IN",
            Self::NotIn => "NOT IN",
            Self::IsNull => "IS NULL",
            Self::IsNotNull => "IS NOT NULL",
        }
    }
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A quoted text.
    Text(String),
    /// A number, with the way it was written.
    Number(f64, String),
    /// Quoted texts in parentheses.
    List(Vec<String>),
    /// A bare or backquoted word, which is never right; kept for the message.
    Word(String),
    /// Nothing: `IS NULL`.
    None,
}

impl Literal {
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("'{text}'"),
            Self::Number(_, text) | Self::Word(text) => text.clone(),
            Self::List(texts) => {
                format!("({})", texts.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>().join(", "))
            }
            Self::None => String::new(),
        }
    }
}

/// `identifier comparator literal`, the identifier as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    pub identifier: String,
    pub comparator: Comparator,
    pub literal: Literal,
}
