use super::bootstrap::ADMIN_USER;
use super::model::{Kind, LAST_USE_ACCURACY, Token, hash_of};
use super::store;
use crate::teams;
use async_trait::async_trait;
use roadbed_capability::caller::{Authenticator, Credential, Identity, Principal};
use roadbed_capability::guard::{needs_token, unauthorized};
use roadbed_capability::{Grantee, Problem};
use roadbed_core::{Clock, InstanceId, TeamId, Timestamp, TokenId};
use roadbed_store::{Remembered, Store, StoreError};
use std::sync::Arc;

/// How callers without a token are treated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuthenticatorSettings {
    /// Callers without a token are the platform administrator. The server lets only loopback callers get here.
    pub insecure_local: bool,
}

/// The socket's `Authenticator` over tokens, sessions and memberships.
pub struct TokenAuthenticator {
    store: Store,
    clock: Arc<dyn Clock>,
    settings: AuthenticatorSettings,
    /// By the token's hash: nearly every call of a program comes with a token that was seen a moment ago.
    known: Remembered<String, Option<Arc<Found>>>,
}

/// Tokens kept in memory, about a kilobyte each.
const MOST_KNOWN: usize = 4096;

/// A token with what its owner is.
struct Found {
    token: Token,
    platform_admin: bool,
    roles: Vec<(TeamId, Grantee)>,
    /// Team of the instance a machine token is for.
    instance_team: Option<TeamId>,
}

impl TokenAuthenticator {
    #[must_use]
    pub fn new(store: Store, clock: Arc<dyn Clock>, settings: AuthenticatorSettings) -> Self {
        Self { store, clock, settings, known: Remembered::new(MOST_KNOWN) }
    }

    async fn by_token(&self, secret: &str) -> Result<Principal, Problem> {
        let hash = hash_of(secret);
        let wanted = hash.clone();
        let found = self.known.read(&self.store, hash.clone(), move |r| -> Result<Option<Arc<Found>>, StoreError> {
            let Some(token) = store::by_hash(r, &wanted)? else { return Ok(None) };
            let user = token.user.clone().unwrap_or_default();
            let (platform_admin, roles) = teams::store::roles_of(r, &user)?;
            let instance_team = match token.instance {
                Some(instance) => crate::projects::store::instance_by_id(r, instance)?.map(|info| info.team),
                None => None,
            };
            Ok(Some(Arc::new(Found { token, platform_admin, roles, instance_team })))
        });
        let found = found.await?.ok_or_else(|| unauthorized("the token is not known here"))?;
        let now = self.clock.now();
        if found.token.revoked_at.is_some() {
            return Err(unauthorized("the token was revoked"));
        }
        if found.token.expires_at.is_some_and(|at| at <= now) {
            return Err(expired("the token has expired").with_fix("issue a new one with 'roadbed create token'"));
        }
        if self.note_use(&found.token, now).await? {
            self.known.forget(&hash);
        }
        Ok(principal(&found))
    }

    /// Notes that the token is used now, unless that was noted a moment ago; says whether it did.
    async fn note_use(&self, token: &Token, now: Timestamp) -> Result<bool, Problem> {
        let recent = token.last_used_at.is_some_and(|at| now.since(at) < LAST_USE_ACCURACY);
        if recent {
            return Ok(false);
        }
        let id: TokenId = token.id;
        self.store
            .write(move |tx| {
                tx.without_event("last use is a measurement of the token, not a change of it");
                store::used(tx, id)
            })
            .await?;
        Ok(true)
    }

    async fn by_session(&self, secret: &str) -> Result<Principal, Problem> {
        let (hash, now) = (hash_of(secret), self.clock.now());
        let found = self.store.read(move |r| -> Result<_, StoreError> {
            let Some(user) = store::session_user(r, &hash, now)? else { return Ok(None) };
            let (platform_admin, roles) = teams::store::roles_of(r, &user)?;
            Ok(Some((user, platform_admin, roles)))
        });
        let (name, platform_admin, memberships) = found
            .await?
            .ok_or_else(|| expired("the session has ended").with_fix("log in again with 'roadbed open'"))?;
        let identity = Identity::User(name.clone());
        Ok(Principal { identity, name, platform_admin, memberships, instance: None, actions: None, home: None })
    }
}

/// Tells a credential that was good once from one that is missing or wrong.
fn expired(detail: &str) -> Problem {
    Problem { code: "access.expired".to_owned(), ..unauthorized(detail) }
}

fn principal(found: &Found) -> Principal {
    let Found { token, platform_admin, roles, instance_team } = found;
    let (platform_admin, roles) = (*platform_admin, roles.clone());
    let (identity, memberships) = match token.kind {
        Kind::User | Kind::Pass => (Identity::Token(token.id), roles),
        Kind::Gateway => (Identity::Gateway(token.name.clone()), Vec::new()),
        Kind::Workload => {
            let own = instance_team.map(|team| (team, Grantee::Developer)).into_iter().collect();
            match token.workload {
                Some(workload) => (Identity::Workload { workload, job: token.job }, own),
                None => (Identity::Token(token.id), own),
            }
        }
    };
    // A narrowed token never acts for the whole platform.
    let narrowed = token.team.is_some() || !token.kind.is_persons();
    let memberships = match (token.team, platform_admin) {
        (Some(team), true) => vec![(team, Grantee::Admin)],
        (Some(team), false) => memberships.into_iter().filter(|(member_of, _)| *member_of == team).collect(),
        (None, _) => memberships,
    };
    let home: Option<InstanceId> = token.instance;
    Principal {
        identity,
        name: token.user.as_ref().unwrap_or(&token.name).clone(),
        platform_admin: platform_admin && !narrowed,
        memberships,
        instance: token.instance,
        actions: token.actions.as_ref().map(|actions| actions.as_slice().to_vec()),
        home,
    }
}

#[async_trait]
impl Authenticator for TokenAuthenticator {
    async fn authenticate(&self, credential: &Credential) -> Result<Principal, Problem> {
        match credential {
            Credential::Token(secret) => self.by_token(secret.expose()).await,
            Credential::Session(secret) => self.by_session(secret.expose()).await,
            Credential::None if self.settings.insecure_local => Ok(Principal {
                identity: Identity::Local,
                name: ADMIN_USER.to_owned(),
                platform_admin: true,
                memberships: Vec::new(),
                instance: None,
                actions: None,
                home: None,
            }),
            Credential::None => Err(needs_token()),
        }
    }
}
