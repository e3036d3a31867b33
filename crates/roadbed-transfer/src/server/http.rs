//! Calls to the server: bounded, patient with one that is busy, and never with the token on a redirect.

use crate::agent::agent_for;
use crate::error::TransferError;
use crate::source::FileContent;
use serde_json::Value;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Request, Response, StatusCode};

const ANSWER_PATIENCE: Duration = Duration::from_secs(120);
const ANSWER_LIMIT_BYTES: u64 = 256 << 20;
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Http {
    agent: Agent,
    base: String,
    headers: Vec<(&'static str, String)>,
}

impl Http {
    pub(super) fn new(base: &str, token: Option<&str>, team: Option<&str>) -> Self {
        let token = token.map(|token| ("authorization", format!("Bearer {token}")));
        let team = team.map(|team| ("x-roadbed-team", team.to_owned()));
        let headers = token.into_iter().chain(team).collect();
        Self { agent: agent_for(base, ANSWER_PATIENCE), base: base.trim_end_matches('/').to_owned(), headers }
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    fn failed(&self, path: &str, detail: impl std::fmt::Display) -> TransferError {
        let path = path.split('?').next().unwrap_or(path);
        TransferError::Http { url: format!("{}{path}", self.base), detail: detail.to_string() }
    }

    /// Asks until the server has time; what it refuses for good is an answer.
    fn ask(&self, path: &str, body: Option<&Value>) -> Result<Response<ureq::Body>, TransferError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let mut request = Request::builder().uri(format!("{}{path}", self.base));
            for (name, value) in &self.headers {
                request = request.header(*name, value);
            }
            let answer = match body {
                None => self.agent.run(request.body(()).map_err(|error| self.failed(path, error))?),
                Some(body) => {
                    let request = request.method("POST").header("content-type", "application/json");
                    self.agent.run(request.body(body.to_string()).map_err(|error| self.failed(path, error))?)
                }
            };
            let is_last = tries == TRIES;
            match answer {
                Ok(answer) if is_last || !is_busy(answer.status()) => return Ok(answer),
                Err(error) if is_last => return Err(self.failed(path, error)),
                _ => std::thread::sleep(PAUSE * 2_u32.pow(tries)),
            }
        }
    }

    fn json(&self, path: &str, answer: Response<ureq::Body>) -> Result<Value, TransferError> {
        let status = answer.status();
        let limit = if status.is_success() { ANSWER_LIMIT_BYTES } else { 1 << 20 };
        let bytes = answer.into_body().with_config().limit(limit).read_to_vec();
        let bytes = bytes.map_err(|error| self.failed(path, error))?;
        let read: Result<Value, _> = serde_json::from_slice(&bytes);
        if status.is_success() {
            return read.map_err(|_| self.failed(path, "the answer is not JSON"));
        }
        let said =
            read.ok().and_then(|value| value["message"].as_str().or(value["detail"].as_str()).map(str::to_owned));
        Err(self.failed(path, format!("{status}: {}", said.unwrap_or_default())))
    }

    pub(super) fn get(&self, path: &str) -> Result<Value, TransferError> {
        let answer = self.ask(path, None)?;
        self.json(path, answer)
    }

    /// None for what is not there.
    pub(super) fn find(&self, path: &str) -> Result<Option<Value>, TransferError> {
        let answer = self.ask(path, None)?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        self.json(path, answer).map(Some)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value, TransferError> {
        let answer = self.ask(path, Some(body))?;
        self.json(path, answer)
    }

    pub(super) fn open(&self, path: &str) -> Result<FileContent, TransferError> {
        let answer = self.ask(path, None)?;
        if !answer.status().is_success() {
            return Err(self.failed(path, answer.status()));
        }
        let length = answer.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
        // What is sent compressed is not as long as what is read.
        let bytes = length.filter(|_| !answer.headers().contains_key("content-encoding"));
        Ok(FileContent { reader: Box::new(answer.into_body().into_reader()), bytes })
    }
}

fn is_busy(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}
