//! Answers.

use crate::http::failure::{Dialect, Failure};
use crate::http::ids::{REQUEST_ID, RequestId};
use bytes::Bytes;
use http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;

pub(crate) type AnswerBody = Full<Bytes>;
const PREDICTION_ID: HeaderName = HeaderName::from_static("x-roadbed-prediction-id");
const REVISION: HeaderName = HeaderName::from_static("x-roadbed-revision");

/// What every answer to a predict request carries, known or not yet known.
pub(crate) struct Reply {
    pub(crate) request_id: RequestId,
    pub(crate) prediction_id: Option<HeaderValue>,
    pub(crate) revision: Option<HeaderValue>,
}

impl Reply {
    fn label(self, response: &mut Response<AnswerBody>) {
        let headers = response.headers_mut();
        headers.insert(REQUEST_ID, self.request_id.0);
        if let Some(id) = self.prediction_id {
            headers.insert(PREDICTION_ID, id);
        }
        if let Some(revision) = self.revision {
            headers.insert(REVISION, revision);
        }
    }

    /// A good answer.
    pub(crate) fn with(self, content_type: &'static str, body: Vec<u8>) -> Response<AnswerBody> {
        let mut response = Response::new(Full::new(Bytes::from(body)));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.label(&mut response);
        response
    }

    /// An answer that says why there is none.
    pub(crate) fn fail(self, failure: &Failure, dialect: Dialect) -> Response<AnswerBody> {
        let mut response = Response::new(Full::new(Bytes::from(failure.body(dialect))));
        *response.status_mut() = failure.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(seconds) = failure.retry_after_seconds() {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(seconds));
        }
        if let Some(method) = failure.allowed_method() {
            headers.insert(ALLOW, HeaderValue::from_static(method));
        }
        if failure.status() == StatusCode::UNAUTHORIZED {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"roadbed\""));
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"roadbed\""));
        }
        if failure.leaves_body_unread() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        self.label(&mut response);
        response
    }
}

/// Labels of an answer that is no prediction.
pub(crate) const fn not_a_prediction(request_id: RequestId) -> Reply {
    Reply { request_id, prediction_id: None, revision: None }
}

/// A JSON value as a body.
pub(crate) fn json(value: &serde_json::Value) -> Vec<u8> {
    value.to_string().into_bytes()
}
