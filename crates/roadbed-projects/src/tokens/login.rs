use super::model::{LINK_LIFE, SESSION_LIFE, SessionStarted, TokensError, hash_of, random_secret};
use super::operations::Tokens;
use super::store;
use roadbed_capability::{Caller, Problem};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_core::{Secret, Timestamp};

/// A fresh login link: its secret goes into the fragment of `/login#…`, so it is in no log.
pub struct LoginLink {
    pub secret: Secret,
    pub expires_at: Timestamp,
}

/// A fresh session: the secret goes into the cookie.
pub struct Session {
    pub secret: Secret,
    pub user: String,
}

impl Tokens {
    /// A link for the caller.
    pub async fn link_for(&self, caller: &Caller) -> Result<LoginLink, Problem> {
        if !caller.principal().is_person() {
            return Err(TokensError::MachineIssues.into());
        }
        Ok(self.login_link(caller.principal().name.clone()).await?)
    }

    /// A link for a user by name.
    ///
    /// # Errors
    /// The store fails or there are no random bits.
    pub async fn login_link(&self, user: String) -> Result<LoginLink, TokensError> {
        let secret = random_secret("")?;
        let expires_at = self.context.clock.now().plus(LINK_LIFE);
        let hash = hash_of(secret.expose());
        let written = self.context.store.write(move |tx| {
            tx.without_event("a link that nobody used changed nothing");
            store::insert_link(tx, &hash, &user, expires_at)
        });
        written.await.map_err(TokensError::Store)?;
        Ok(LoginLink { secret, expires_at })
    }

    /// Exchanges the secret of a link for a session, once.
    pub async fn start_session(&self, link: &Secret) -> Result<Session, TokensError> {
        let secret = random_secret("rbs_")?;
        let expires_at = self.context.clock.now().plus(SESSION_LIFE);
        let (link, hash) = (hash_of(link.expose()), hash_of(secret.expose()));
        let user = self.context.store.write(move |tx| -> Result<String, TokensError> {
            let user = store::spend_link(tx, &link)?.ok_or(TokensError::LinkSpent)?;
            store::insert_session(tx, &hash, &user, expires_at)?;
            let header = EventHeader::new(Subject::new("user", &user), Actor::of("user", &user));
            tx.emit(&header, &SessionStarted { user: user.clone() })?;
            Ok(user)
        });
        Ok(Session { secret, user: user.await? })
    }

    /// Ends a session; ending an unknown one is harmless.
    pub async fn end_session(&self, session: &Secret) -> Result<(), TokensError> {
        let hash = hash_of(session.expose());
        let written = self.context.store.write(move |tx| {
            tx.without_event("leaving is not a change");
            store::end_session(tx, &hash)
        });
        written.await.map_err(TokensError::Store)
    }
}
