//! Extractors of `/api/v1`: parse at the edge, answer with a [`Problem`] that names the field and the nearest known name.

use crate::problem::Problem;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A JSON body. Unknown fields are errors when `T` says `deny_unknown_fields`, which every wire type does.
#[derive(Debug, Clone)]
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_json =
            media_type.is_none_or(|text| text.split(';').next().is_some_and(|kind| kind.trim() == "application/json"));
        if !is_json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "request.media_type",
                "the body must be application/json",
            ));
        }
        let bytes = RawBody::from_request(request, state).await?.0;
        parse_json(&bytes).map(Self)
    }
}

/// A body as bytes, within the route's limit.
#[derive(Debug, Clone)]
pub struct RawBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Bytes::from_request(request, state).await.map(Self).map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request.too_large",
                "the body is larger than this route takes",
            ),
            _ => Problem::bad_request("request.body", format!("the body could not be read: {error}")),
        })
    }
}

/// # Errors
/// A 400 problem naming line, column, and for an unknown field the nearest known one.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let text: &[u8] = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(text).map_err(|error| {
        let detail = error.to_string();
        let mut problem = Problem::bad_request("request.body", format!("the body is not as expected: {detail}"));
        if error.line() > 0 {
            problem.line = Some(format!("{}:{}", error.line(), error.column()));
        }
        with_nearest_name(problem, &detail)
    })
}

/// Serde says: unknown field `x`, expected one of `a`, `b` at line 1 column 2.
fn with_nearest_name(problem: Problem, detail: &str) -> Problem {
    let Some((_, rest)) = detail.split_once("unknown field `") else { return problem };
    let mut names = rest.split('`').step_by(2);
    let Some(unknown) = names.next() else { return problem };
    let mut known = rest.split('`').skip(2).step_by(2);
    let nearest = nearest_name(unknown, known.by_ref());
    let problem = problem.with_field(unknown);
    match nearest {
        Some(name) => problem.with_fix(format!("did you mean {name}?")),
        None => problem.with_fix("remove it"),
    }
}

/// The known name most like `unknown`, when one is close.
#[must_use]
pub fn nearest_name<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const CLOSE: f64 = 0.7;
    known
        .map(|name| (strsim::jaro_winkler(unknown, name), name))
        .filter(|(likeness, _)| *likeness >= CLOSE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// Query parameters; unknown ones are errors.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|error| {
            let detail = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            let problem = Problem::bad_request("request.query", format!("the query is not as expected: {detail}"));
            with_nearest_name(problem, &detail)
        })
    }
}

/// Parameters of the path.
#[derive(Debug, Clone)]
pub struct PathOf<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0))
            .map_err(|error| Problem::not_found("request.path", format!("no such object: {}", error.body_text())))
    }
}

/// One page of a list: at most `limit` items after `cursor`.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

impl Page {
    /// # Errors
    /// 400 when the limit is out of range.
    pub fn limit(&self) -> Result<u32, Problem> {
        match self.limit {
            None => Ok(100),
            Some(limit @ 1..=1000) => Ok(limit),
            Some(limit) => {
                Err(Problem::bad_request("request.query", format!("limit is {limit}; write 1 to 1000"))
                    .with_field("limit"))
            }
        }
    }
}

/// `?dry_run=true`: everything is checked and nothing is changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DryRun(pub bool);

impl<S: Send + Sync> FromRequestParts<S> for DryRun {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        match query.split('&').find_map(|pair| pair.strip_prefix("dry_run=")) {
            None | Some("false") => Ok(Self(false)),
            Some("true") => Ok(Self(true)),
            Some(other) => {
                Err(Problem::bad_request("request.query", format!("dry_run is {other:?}; write true or false"))
                    .with_field("dry_run"))
            }
        }
    }
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let text = value.to_str().ok().filter(|text| text.len() <= 200 && !text.is_empty());
    text.map(Some).ok_or_else(|| {
        Problem::bad_request("request.header", format!("the header {name} must be 1 to 200 visible characters"))
            .with_field(name)
    })
}

/// `Idempotency-Key`: repeating a create with the same key gives the first answer again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        header_text(&parts.headers, "idempotency-key").map(|text| Self(text.map(str::to_owned)))
    }
}

/// `If-Match`: the update applies only to the version the caller has seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IfMatch(Option<String>);

impl IfMatch {
    /// # Errors
    /// 412 when the caller has seen another version than `current`.
    pub fn check(&self, current: impl std::fmt::Display) -> Result<(), Problem> {
        let current = current.to_string();
        let Some(seen) = self.0.as_deref().filter(|seen| seen.trim_matches('"') != current && *seen != "*") else {
            return Ok(());
        };
        let detail = format!("somebody changed this meanwhile: you saw version {seen}, it is now {current}");
        let problem = Problem::new(StatusCode::PRECONDITION_FAILED, "request.changed_meanwhile", detail);
        let fix = "read it again, look at the difference, and send the change with the new version in If-Match";
        Err(Problem { current_version: Some(current), ..problem.with_fix(fix) })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        header_text(&parts.headers, "if-match").map(|text| Self(text.map(str::to_owned)))
    }
}
