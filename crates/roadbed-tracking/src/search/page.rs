//! Page tokens: base64 of `{"offset": n}`, opaque to clients.

use crate::mlflow::MlflowError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How many results come before the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageToken(pub usize);

impl PageToken {
    /// No token, or an empty one, is the first page.
    ///
    /// # Errors
    /// The text is no token of this server.
    pub fn parse(text: Option<&str>) -> Result<Self, MlflowError> {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(Self::default()) };
        let bytes =
            STANDARD.decode(text).map_err(|_| MlflowError::invalid("Invalid page token, could not base64-decode"))?;
        let parsed: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
        let offset =
            parsed.as_ref().and_then(|token| token.get("offset")?.as_u64()).and_then(|n| usize::try_from(n).ok());
        offset.map(Self).ok_or_else(|| MlflowError::invalid("Invalid page token, it holds no offset"))
    }
}

impl std::fmt::Display for PageToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&STANDARD.encode(format!("{{\"offset\": {}}}", self.0)))
    }
}

/// The asked number of results as a length.
///
/// # Errors
/// It is not within 1 to `most`.
pub fn page_limit(asked: i64, most: i64) -> Result<usize, MlflowError> {
    let limit = usize::try_from(asked).ok().filter(|limit| *limit > 0 && asked <= most);
    limit.ok_or_else(|| {
        MlflowError::invalid(format!(
            "Invalid value {asked} for parameter 'max_results' supplied. It must be a positive integer of at most {most}"
        ))
    })
}

/// Cuts the page out of all results; the token is there when more follow.
#[must_use]
pub fn page<T>(all: Vec<T>, start: PageToken, limit: usize) -> (Vec<T>, Option<PageToken>) {
    let end = start.0.saturating_add(limit);
    let next = (end < all.len()).then_some(PageToken(end));
    (all.into_iter().skip(start.0).take(limit).collect(), next)
}
