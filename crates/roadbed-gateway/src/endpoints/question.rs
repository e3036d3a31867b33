//! Bodies into questions and answers into bodies, for the protocol a request came in.

use crate::http::{AnswerBody, Dialect, Failure, Reply};
use crate::protocols::inference::{self, AnswerForm};
use crate::protocols::mlflow;
use crate::routing::{ServiceRoute, Target};
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use roadbed_contracts::backend::{InferenceRequest, InferenceResponse};

const HEADER_LENGTH: HeaderName = HeaderName::from_static("inference-header-content-length");

/// How the answer is to be written.
pub(crate) enum Form {
    Mlflow,
    OpenInference(AnswerForm),
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

/// Refuses compressed bodies, which would read as nonsense.
pub(crate) fn check_encoding(headers: &HeaderMap) -> Result<(), Failure> {
    match text(headers, &CONTENT_ENCODING) {
        None | Some("identity") => Ok(()),
        Some(encoding) => Err(Failure::ContentEncoding(encoding.chars().take(40).collect())),
    }
}

/// Reads the body.
pub(crate) fn read(
    dialect: Dialect,
    headers: &HeaderMap,
    body: &[u8],
    target: &Target,
) -> Result<(InferenceRequest, Form), Failure> {
    match dialect {
        Dialect::Mlflow => {
            let content_type = text(headers, &CONTENT_TYPE).unwrap_or_default();
            Ok((mlflow::read(content_type, body, target.handle.signature())?, Form::Mlflow))
        }
        Dialect::OpenInference => {
            let question = inference::read(text(headers, &HEADER_LENGTH), body)?;
            Ok((question.request, Form::OpenInference(question.answer)))
        }
    }
}

/// Writes the answer.
pub(crate) fn write(
    form: &Form,
    route: &ServiceRoute,
    target: &Target,
    response: &InferenceResponse,
) -> Result<Written, Failure> {
    match form {
        Form::Mlflow => Ok(Written { body: mlflow::write(response), header_length: None }),
        Form::OpenInference(form) => {
            let answer = inference::write(form, &route.entry.name, &target.handle.number, response)?;
            Ok(Written { body: answer.body, header_length: answer.header_length })
        }
    }
}

/// A written answer.
pub(crate) struct Written {
    body: Vec<u8>,
    header_length: Option<usize>,
}

impl Written {
    pub(crate) fn into_response(self, reply: Reply) -> Response<AnswerBody> {
        let Some(length) = self.header_length else {
            return reply.with("application/json", self.body);
        };
        let mut response = reply.with("application/octet-stream", self.body);
        response.headers_mut().insert(HEADER_LENGTH, HeaderValue::from(length));
        response
    }
}
