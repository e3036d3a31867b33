//! Sends one request to a receiver, within bounds.

use super::address::{self, CheckedNames};
use super::signature::{DELIVERY_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, signature};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use roadbed_core::Secret;
use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// From the look-up of the name to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// Of an answer; the rest is not read.
const ANSWER_BYTES: usize = 4096;
const ERROR_CHARACTERS: usize = 500;

/// What is sent.
#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub url: String,
    pub delivery: String,
    /// Seconds since the epoch.
    pub timestamp: i64,
    pub payload: String,
    pub secret: Option<Secret>,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Of the answer; none when there was no answer.
    pub status: Option<u16>,
    /// Beginning of the answer.
    pub answer: String,
    /// Why it does not count as delivered.
    pub error: Option<String>,
    /// How long the receiver asks to be left alone.
    pub wait: Option<Duration>,
}

impl Outcome {
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self { error: Some(reason.into()), ..Self::default() }
    }
}

/// The only way by which webhooks leave the server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Sender {
    private: bool,
    client: Arc<OnceLock<Result<Client, String>>>,
}

impl Sender {
    /// `private`: whether addresses of this machine and of private networks are called, and plain HTTP is spoken.
    pub(super) fn new(private: bool) -> Self {
        Self { private, client: Arc::default() }
    }

    pub(super) const fn private(&self) -> bool {
        self.private
    }

    /// Sends it once. Redirects are not followed: where they lead to was not checked, and a receiver that moved should be told of.
    pub(super) async fn send(&self, parcel: &Parcel) -> Outcome {
        let client = match self.client.get_or_init(|| client(self.private)) {
            Ok(client) => client,
            Err(error) => return Outcome::failed(error.clone()),
        };
        // Again, since the server's setting may have changed, and numbers in the place of names are never looked up.
        let url = match address::check(&parcel.url, self.private) {
            Ok(url) => url,
            Err(error) => return Outcome::failed(error.to_string()),
        };
        let mut request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(DELIVERY_HEADER, &parcel.delivery)
            .header(TIMESTAMP_HEADER, parcel.timestamp);
        if let Some(secret) = &parcel.secret {
            let Parcel { delivery, timestamp, payload, .. } = parcel;
            request =
                request.header(SIGNATURE_HEADER, signature(secret.expose().as_bytes(), delivery, *timestamp, payload));
        }
        match request.body(parcel.payload.clone()).send().await {
            Ok(response) => outcome(response).await,
            Err(error) => Outcome::failed(reason(&error)),
        }
    }
}

fn client(private: bool) -> Result<Client, String> {
    // The client takes the provider of the process; another part of it may have chosen one before, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .dns_resolver(Arc::new(CheckedNames { private }))
        .https_only(!private)
        .redirect(Policy::none())
        // A proxy would connect to whatever it likes.
        .no_proxy()
        .referer(false)
        .connect_timeout(CONNECT_PATIENCE)
        .timeout(PATIENCE)
        .pool_max_idle_per_host(0)
        .user_agent(concat!("roadbed/", env!("CARGO_PKG_VERSION")))
        .build();
    client.map_err(|error| format!("this server cannot speak HTTPS: {}", reason(&error)))
}

async fn outcome(mut response: Response) -> Outcome {
    let status = response.status();
    let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let mut answer = Vec::new();
    let mut broke_off = None;
    while answer.len() < ANSWER_BYTES {
        match response.chunk().await {
            Ok(Some(chunk)) => answer.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => {
                broke_off = Some(reason(&error));
                break;
            }
        }
    }
    answer.truncate(ANSWER_BYTES);
    let error = match status.as_u16() {
        // It has taken the delivery, however its answer ended.
        200..=299 => None,
        300..=399 => {
            Some("it answered with a redirect, which is not followed: give the webhook the new address".to_owned())
        }
        code => Some(
            broke_off.map_or_else(|| format!("it answered {code}"), |why| format!("it answered {code}, then {why}")),
        ),
    };
    let answer = String::from_utf8_lossy(&answer).replace('\0', "\u{fffd}");
    Outcome { status: Some(status.as_u16()), answer, error, wait: wait.map(Duration::from_secs) }
}

/// The innermost cause, which says most; without the address, which may hold a key.
fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("it did not answer within {} s", PATIENCE.as_secs());
    }
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let is_outermost = cause.downcast_ref::<reqwest::Error>().is_some();
    let text = if is_outermost { "the request could not be sent".to_owned() } else { cause.to_string() };
    text.chars().take(ERROR_CHARACTERS).collect()
}
