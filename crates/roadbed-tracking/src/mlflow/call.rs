//! One request, read.

use super::error::MlflowError;
use super::fields::Fields;
use super::team::Tracking;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::{HeaderMap, Method, header};
use roadbed_capability::extract::{DryRun, RawBody};
use roadbed_capability::{Caller, Permission};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::{JobId, TeamId};
use roadbed_store::{StoreError, Transaction};

/// A call of the MLflow API whose caller holds the route's permission in `team`.
#[derive(Clone)]
pub struct Call {
    pub team: TeamId,
    pub caller: Caller,
    /// Body, query and path parameters; those of the path win.
    pub fields: Fields,
    /// Everything is checked and nothing is changed.
    pub dry_run: bool,
}

impl Call {
    /// # Errors
    /// The body is no JSON object, or the caller lacks the permission in the team of the call.
    pub async fn read(tracking: &Tracking, request: Request, permission: Permission) -> Result<Self, MlflowError> {
        let missing = || MlflowError::internal(&"a route of the MLflow API has no guard");
        let caller = request.extensions().get::<Caller>().cloned().ok_or_else(missing)?;
        let team = tracking.team(&caller, request.headers(), permission).await?;
        let (mut parts, body) = request.into_parts();
        let path: Vec<(String, String)> = match RawPathParams::from_request_parts(&mut parts, &()).await {
            Ok(parameters) => owned(&parameters),
            Err(_) => return Err(MlflowError::invalid("the address is not valid UTF-8")),
        };
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let from_query = parts.method == Method::GET && !query.is_empty();
        if !from_query {
            check_content_type(&parts)?;
        }
        let mut fields = if from_query {
            Fields::from_query(query_pairs(&query)?)
        } else {
            Fields::from_json(&RawBody::from_request(Request::from_parts(parts, body), &()).await?.0)?
        };
        for (name, value) in path {
            fields.set(&name, value);
        }
        Ok(Self { team, caller, fields, dry_run: false })
    }

    /// A call of `/api/v1`, without fields of its own.
    ///
    /// # Errors
    /// The caller lacks the permission in the team of the call.
    pub async fn of(
        tracking: &Tracking,
        caller: Caller,
        headers: &HeaderMap,
        permission: Permission,
    ) -> Result<Self, MlflowError> {
        let team = tracking.team(&caller, headers, permission).await?;
        Ok(Self { team, caller, fields: Fields::default(), dry_run: false })
    }

    /// A call that only rehearses when asked to.
    #[must_use]
    pub fn rehearsing(self, DryRun(dry_run): DryRun) -> Self {
        Self { dry_run, ..self }
    }

    /// Runs a mutation; a rehearsal is rolled back, and the answer is what it would have been.
    ///
    /// # Errors
    /// What `work` refuses, or the store's failure.
    pub async fn write<T, F>(&self, tracking: &Tracking, work: F) -> Result<T, MlflowError>
    where
        T: Send + 'static,
        F: Fn(&mut Transaction<'_>) -> Result<T, MlflowError> + Send + 'static,
    {
        let dry_run = self.dry_run;
        let ending = tracking.context.store.write(move |tx| match work(tx) {
            Ok(value) if dry_run => Err(Ending::Rehearsed(value)),
            Ok(value) => Ok(value),
            Err(error) => Err(Ending::Refused(error)),
        });
        match ending.await {
            Ok(value) | Err(Ending::Rehearsed(value)) => Ok(value),
            Err(Ending::Refused(error)) => Err(error),
        }
    }

    /// Header of an event that this call leads to and that code of a job may be behind: then the job's last event is the cause.
    ///
    /// # Errors
    /// The store's failure.
    pub fn event_in(&self, tx: &mut Transaction<'_>, subject: Subject) -> Result<EventHeader, StoreError> {
        let cause = match self.caller.job() {
            Some(job) => tx.last_event_about(&Subject::new(JobId::KIND, job))?,
            None => None,
        };
        Ok(self.event(subject).with_cause(cause))
    }

    /// Header of an event this call leads to.
    #[must_use]
    pub fn event(&self, subject: Subject) -> EventHeader {
        Tracking::event(&self.caller, self.team, subject)
    }
}

/// Why a write ended without its effect.
enum Ending<T> {
    Rehearsed(T),
    Refused(MlflowError),
}

impl<T> From<StoreError> for Ending<T> {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

fn owned(parameters: &RawPathParams) -> Vec<(String, String)> {
    parameters.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Pairs of a query, decoded.
///
/// # Errors
/// The query is not in the form `a=b&c=d`.
pub(super) fn query_pairs(query: &str) -> Result<Vec<(String, String)>, MlflowError> {
    let uri = format!("/?{query}").parse::<axum::http::Uri>();
    let unreadable = || MlflowError::invalid("the query cannot be read");
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri.map_err(|_| unreadable())?);
    pairs.map(|pairs| pairs.0).map_err(|_| unreadable())
}

/// A page of another site can send a form or plain text without asking; JSON it cannot.
fn check_content_type(parts: &axum::http::request::Parts) -> Result<(), MlflowError> {
    if parts.method != Method::POST && parts.method != Method::PUT {
        return Ok(());
    }
    let Some(value) = parts.headers.get(header::CONTENT_TYPE) else {
        return Err(MlflowError::invalid("Bad Request. Content-Type header is missing."));
    };
    let kind = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if kind == "application/json" {
        return Ok(());
    }
    Err(MlflowError::invalid("Bad Request. Content-Type must be one of ['application/json']."))
}

/// A text without percent-encoding, however often it was encoded, so that no second reader sees something else in it.
#[must_use]
pub fn decoded(text: &str) -> String {
    const ROUNDS: usize = 8;
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let once = percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned();
        if once == text {
            break;
        }
        text = once;
    }
    text
}
