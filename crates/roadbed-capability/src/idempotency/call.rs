//! Creates that may be repeated: the first answer is kept in the transaction of the change and given again.

use super::store;
use crate::problem::Problem;
use roadbed_store::Transaction;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One create call, recognised by who calls, what is called and the key sent with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentCall {
    /// Actor, operation and key in one text; `None` when the caller sent no key.
    key: Option<String>,
    /// Digest of the body: the same key with another body is refused.
    body: String,
}

impl IdempotentCall {
    /// `operation` names the create, `body` is what was asked for.
    #[must_use]
    pub fn new(actor: &str, operation: &str, key: Option<&str>, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self {
            key: key.map(|key| format!("{actor}\n{operation}\n{key}")),
            body: blake3::hash(&body).to_hex().to_string(),
        }
    }

    /// The first answer, when this call was made before.
    ///
    /// # Errors
    /// The store fails, or the key was used with another body (409).
    pub fn replay<T: DeserializeOwned>(&self, tx: &mut Transaction<'_>) -> Result<Option<T>, Problem> {
        let Some(key) = &self.key else { return Ok(None) };
        let Some((body, answer)) = store::find(tx, key)? else { return Ok(None) };
        if body != self.body {
            return Err(Problem::conflict(
                "request.idempotency_key_reused",
                "this Idempotency-Key was used before with another body",
            )
            .with_fix("send a new key for a new request"));
        }
        serde_json::from_str(&answer).map(Some).map_err(|error| Problem::internal(&error))
    }

    /// Keeps the answer of the first call.
    ///
    /// # Errors
    /// The store fails or the answer cannot be written as JSON.
    pub fn remember<T: Serialize>(&self, tx: &mut Transaction<'_>, answer: &T) -> Result<(), Problem> {
        let Some(key) = &self.key else { return Ok(()) };
        let answer = serde_json::to_string(answer).map_err(|error| Problem::internal(&error))?;
        Ok(store::insert(tx, key, &self.body, &answer)?)
    }
}
