//! Passes: what a session shows the gateway instead of its cookie.

use super::relay::Credentials;
use axum::http::{HeaderMap, HeaderValue, header};
use roadbed_capability::caller::Identity;
use roadbed_capability::{Caller, Problem};
use roadbed_core::{Clock, Secret, Span, Timestamp, TokenId};
use roadbed_projects::tokens::{Kind, TokenRequest, Tokens};
use roadbed_serving::services::SERVICE_PREDICT;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A pass is good this long.
const LIFE: Duration = Duration::from_secs(15 * 60);
/// One that ends sooner is not used any more.
const RESERVE: Duration = Duration::from_secs(60);
/// Gateways have heard of a pass that is older.
const NEW_FOR: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Pass {
    id: TokenId,
    token: Secret,
    made_at: Timestamp,
}

/// Passes by user, in memory: after a restart new ones are made.
pub(super) struct Passes {
    tokens: Arc<Tokens>,
    clock: Arc<dyn Clock>,
    by_user: Mutex<BTreeMap<String, Pass>>,
}

impl Passes {
    pub(super) fn new(tokens: Arc<Tokens>, clock: Arc<dyn Clock>) -> Self {
        Self { tokens, clock, by_user: Mutex::default() }
    }

    /// What to show the gateway: the caller's own token, or a pass where a session asks. Without tokens at all, nothing.
    pub(super) async fn credentials(&self, caller: &Caller, headers: &HeaderMap) -> Result<Credentials, Problem> {
        let Identity::User(user) = &caller.principal().identity else {
            return Ok(Credentials { authorization: headers.get(header::AUTHORIZATION).cloned(), is_new: false });
        };
        let now = self.clock.now();
        let known = self.by_user.lock().unwrap_or_else(PoisonError::into_inner).get(user).cloned();
        let pass = match known {
            Some(pass) if now.since(pass.made_at) < LIFE.saturating_sub(RESERVE) => pass,
            known => self.renew(caller, user, known, now).await?,
        };
        let mut value = HeaderValue::from_str(&format!("Bearer {}", pass.token.expose()))
            .map_err(|error| Problem::internal(&error))?;
        value.set_sensitive(true);
        Ok(Credentials { authorization: Some(value), is_new: now.since(pass.made_at) < NEW_FOR })
    }

    async fn renew(&self, caller: &Caller, user: &str, old: Option<Pass>, now: Timestamp) -> Result<Pass, Problem> {
        if let Some(old) = old {
            // One that somebody revoked by hand is gone already.
            let _ = self.tokens.revoke_token(caller, &old.id.to_string(), false).await;
        }
        let request = TokenRequest {
            name: "try it in the portal".to_owned(),
            actions: Some(vec![SERVICE_PREDICT.name().to_owned()]),
            expires_in: Some(Span(LIFE)),
            kind: Kind::Pass,
            ..TokenRequest::default()
        };
        let (issued, token) = self.tokens.issue(caller, request, false).await?;
        let pass = Pass { id: issued.token.id, token, made_at: now };
        self.by_user.lock().unwrap_or_else(PoisonError::into_inner).insert(user.to_owned(), pass.clone());
        Ok(pass)
    }
}
