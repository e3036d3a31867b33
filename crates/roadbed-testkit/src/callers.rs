//! Callers by token, with the ladder of roles in plain code.

use async_trait::async_trait;
use roadbed_capability::caller::{Authenticator, Authorizer, Credential, Identity, Principal, Resource};
use roadbed_capability::guard::unauthorized;
use roadbed_capability::{Grantee, Permission, Problem};
use roadbed_core::{TeamId, TokenId};
use std::collections::HashMap;
use std::sync::Mutex;

/// Tokens and whom they stand for.
#[derive(Default)]
pub struct Callers(Mutex<HashMap<String, Principal>>);

impl Callers {
    /// `token` stands for this principal from now on.
    pub fn add(&self, token: &str, principal: Principal) {
        self.0.lock().unwrap().insert(token.to_owned(), principal);
    }
}

#[async_trait]
impl Authenticator for Callers {
    async fn authenticate(&self, credential: &Credential) -> Result<Principal, Problem> {
        let Credential::Token(secret) = credential else { return Err(unauthorized("this needs a token")) };
        let known = self.0.lock().unwrap().get(secret.expose()).cloned();
        known.ok_or_else(|| unauthorized("the token is not known here"))
    }
}

/// A person with roles in teams.
#[must_use]
pub fn principal(name: &str, memberships: &[(TeamId, Grantee)]) -> Principal {
    let number = name.bytes().fold(0_u128, |sum, byte| sum * 31 + u128::from(byte));
    Principal {
        identity: Identity::Token(TokenId::from_u128(number)),
        name: name.to_owned(),
        platform_admin: false,
        memberships: memberships.to_vec(),
        instance: None,
        actions: None,
        home: None,
    }
}

/// The rules of access without a policy engine; the room `projects` tests the real ones.
#[derive(Debug, Default, Clone, Copy)]
pub struct LadderAuthorizer;

impl Authorizer for LadderAuthorizer {
    fn permits(&self, principal: &Principal, permission: Permission, resource: Resource) -> bool {
        let wanted = permission.grantee();
        match (wanted, &principal.identity) {
            (Grantee::Gateway, identity) => matches!(identity, Identity::Gateway(_)),
            (Grantee::Supervisor, identity) => matches!(identity, Identity::Workload { .. }),
            (Grantee::Machine, identity) => matches!(identity, Identity::Gateway(_) | Identity::Workload { .. }),
            _ if principal.platform_admin => true,
            (Grantee::PlatformAdmin, _) => false,
            _ => {
                let (team, instance) = match resource {
                    Resource::Platform => return false,
                    Resource::Team(team) => (team, None),
                    Resource::Instance(team, instance) => (team, Some(instance)),
                };
                let has_role = principal.memberships.iter().any(|(of, role)| *of == team && *role >= wanted);
                has_role && principal.instance.is_none_or(|only| instance == Some(only))
            }
        }
    }
}
