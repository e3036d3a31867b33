//! What becomes of one thing that another store sends here with its id kept.

/// The end of one arrival. Nothing that is here already is ever changed by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// It was not here, and is now.
    Made,
    /// The same thing was here already.
    Present,
    /// It cannot be here; the text says why and what to do.
    Refused(String),
}

impl Arrival {
    #[must_use]
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    /// `Present` for the same thing, else a refusal.
    #[must_use]
    pub fn same(is_same: bool, why: impl FnOnce() -> String) -> Self {
        if is_same { Self::Present } else { Self::Refused(why()) }
    }
}

/// Whether a text can be the id of a run or logged model: a part of a path, of letters, digits, `_` and `-`.
#[must_use]
pub(crate) fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
