//! What a search looks at: a key and what it belongs to.

/// What a key belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Entity {
    Attribute,
    Metric,
    Param,
    Tag,
    Dataset,
}

impl Entity {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Attribute => "attribute",
            Self::Metric => "metric",
            Self::Param => "parameter",
            Self::Tag => "tag",
            Self::Dataset => "dataset",
        }
    }
}

/// An identifier that was understood.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    pub entity: Entity,
    pub key: String,
}
