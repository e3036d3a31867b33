use super::model::{Kind, LINK_LIFE, SESSION_LIFE, SessionStarted, TokensError, hash_of, random_secret};
use super::operations::Tokens;
use super::store;
use roadbed_capability::caller::Credential;
use roadbed_capability::{Caller, Problem};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_core::{Secret, Timestamp};
use roadbed_store::StoreError;

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

    /// A session for the owner of a token. Only a person's token that reaches all its owner does makes one: a session is not narrower
    /// than the person.
    pub async fn start_session_by_token(&self, token: &Secret) -> Result<Session, Problem> {
        let principal = self.context.authenticator.authenticate(&Credential::Token(token.clone())).await;
        let principal = principal.map_err(|problem| problem.with_field("token"))?;
        let hash = hash_of(token.expose());
        let found = self.context.store.read(move |r| -> Result<_, StoreError> { store::by_hash(r, &hash) }).await?;
        let owner = found.filter(|token| token.kind == Kind::User && principal.is_person());
        let owner = owner.ok_or(TokensError::NotAPersons)?;
        if owner.team.is_some() || owner.instance.is_some() || owner.actions.is_some() {
            return Err(TokensError::NarrowToken.into());
        }
        let secret = random_secret("rbs_")?;
        let now = self.context.clock.now();
        // It ends no later than the token would.
        let expires_at = now.plus(SESSION_LIFE).min(owner.expires_at.unwrap_or(Timestamp::from_micros(i64::MAX)));
        let (hash, user) = (hash_of(secret.expose()), owner.user.unwrap_or_default());
        let named = user.clone();
        let written = self.context.store.write(move |tx| -> Result<(), TokensError> {
            store::insert_session(tx, &hash, &named, expires_at)?;
            let header = EventHeader::new(Subject::new("user", &named), Actor::of("user", &named));
            tx.emit(&header, &SessionStarted { user: named.clone() })?;
            Ok(())
        });
        written.await?;
        Ok(Session { secret, user })
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
