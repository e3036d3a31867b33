use roadbed_capability::Problem;
use roadbed_contracts::events::{EventBody, EventClass};
use roadbed_core::{Name, TeamId, Timestamp, ViewId};
use roadbed_store::StoreError;
use serde::{Deserialize, Serialize};

/// Pages that keep what they show in the query of their address.
pub(super) const PAGES: [&str; 5] = ["runs", "services", "jobs", "activity", "compare"];
/// Longest name, in characters.
pub(super) const NAME_LIMIT: usize = 100;
/// Longest query, in bytes: what browsers take as an address.
pub(super) const QUERY_LIMIT_BYTES: usize = 64 << 10;
/// Views of one person.
pub(super) const OWN_LIMIT: i64 = 1000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub id: ViewId,
    pub team: TeamId,
    pub team_name: Name,
    /// Name of the person.
    pub owner: String,
    /// One of the portal's pages.
    pub page: String,
    pub name: String,
    /// Of the page's address, without the question mark.
    pub query: String,
    pub shared: bool,
    /// Grows with each change, for If-Match.
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Debug, thiserror::Error)]
pub enum ViewsError {
    #[error("there is no view {0:?}")]
    Unknown(String),
    #[error("a view's name has 1 to {NAME_LIMIT} characters without control characters")]
    InvalidName,
    #[error("{0:?} is no page with views; there are {pages}", pages = PAGES.join(", "))]
    UnknownPage(String),
    #[error("the query has {0} bytes; at most {QUERY_LIMIT_BYTES} are kept, without control characters")]
    InvalidQuery(usize),
    #[error("you have a view {name:?} of the page {page} already")]
    NameTaken { page: String, name: String },
    #[error("you have {OWN_LIMIT} views, which is the most one can have: delete some")]
    TooMany,
    #[error("views belong to people, and this token is none's")]
    NotAPerson,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ViewsError {
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "views.unknown",
            Self::InvalidName => "views.invalid_name",
            Self::UnknownPage(_) => "views.unknown_page",
            Self::InvalidQuery(_) => "views.invalid_query",
            Self::NameTaken { .. } => "views.name_taken",
            Self::TooMany => "views.too_many",
            Self::NotAPerson => "views.not_a_person",
            Self::Store(_) => "internal",
        }
    }
}

impl From<ViewsError> for Problem {
    fn from(error: ViewsError) -> Self {
        let (code, detail) = (error.code(), error.to_string());
        match error {
            ViewsError::Unknown(_) => Self::not_found(code, detail),
            ViewsError::InvalidName => Self::bad_request(code, detail).with_field("name"),
            ViewsError::UnknownPage(_) => Self::bad_request(code, detail).with_field("page"),
            ViewsError::InvalidQuery(_) => Self::bad_request(code, detail).with_field("query"),
            ViewsError::NameTaken { .. } => {
                Self::conflict(code, detail).with_field("name").with_fix("choose another name, or change that view")
            }
            ViewsError::TooMany => Self::conflict(code, detail),
            ViewsError::NotAPerson => Self { code: code.to_owned(), ..Self::forbidden(detail) },
            ViewsError::Store(error) => error.into(),
        }
    }
}

/// A view was made or changed. The name is left out while the view is its owner's alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ViewSaved {
    pub name: Option<String>,
    pub page: String,
    pub shared: bool,
}
impl EventBody for ViewSaved {
    const KIND: &'static str = "ViewSaved";
    const CLASS: EventClass = EventClass::Activity;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ViewDeleted {
    pub name: Option<String>,
    pub page: String,
}
impl EventBody for ViewDeleted {
    const KIND: &'static str = "ViewDeleted";
    const CLASS: EventClass = EventClass::Activity;
}
