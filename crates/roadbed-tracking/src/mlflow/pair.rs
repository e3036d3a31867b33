//! A key with its value: tags and params on the wire.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PairView {
    pub key: String,
    pub value: String,
}

impl PairView {
    /// In the order given.
    #[must_use]
    pub fn list(pairs: impl IntoIterator<Item = (String, String)>) -> Vec<Self> {
        pairs.into_iter().map(|(key, value)| Self { key, value }).collect()
    }
}
