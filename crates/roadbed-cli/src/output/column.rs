//! Columns of tables.

/// A column: its title and where its value lies in an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) title: &'static str,
    /// Keys from the outside in, with dots.
    pub(crate) path: &'static str,
    /// Only with `-o wide`.
    pub(crate) is_wide: bool,
}

impl Shown {
    pub(crate) const fn new(title: &'static str, path: &'static str) -> Self {
        Self { title, path, is_wide: false }
    }

    pub(crate) const fn wide(self) -> Self {
        Self { is_wide: true, ..self }
    }
}
