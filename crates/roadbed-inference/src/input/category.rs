//! Categories of a column as the training data frame had them; a model sees their position in the list.

use serde::Deserialize;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Category {
    Flag(bool),
    Number(f64),
    Text(String),
}

/// The code of a text, `None` when it is no category.
pub(crate) fn code_of_text(categories: &[Category], text: &[u8]) -> Option<usize> {
    categories.iter().position(|category| matches!(category, Category::Text(known) if known.as_bytes() == text))
}

/// The code of a number or truth value (0 or 1).
pub(crate) fn code_of_number(categories: &[Category], number: f64) -> Option<usize> {
    categories.iter().position(|category| match category {
        Category::Number(known) => *known == number,
        Category::Flag(known) => f64::from(u8::from(*known)) == number,
        Category::Text(_) => false,
    })
}
