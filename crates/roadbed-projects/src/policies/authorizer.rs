use cedar_policy::{
    Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request, RestrictedExpression,
};
use roadbed_capability::caller::{Authorizer, Identity, Principal, Resource};
use roadbed_capability::{Grantee, Permission};
use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

const BUILT_IN: &str = include_str!("access.cedar");

/// The policy text does not parse.
#[derive(Debug, thiserror::Error)]
#[error("the access policies are not valid Cedar: {0}")]
pub struct InvalidPolicies(String);

/// Callers whose answers are kept; then all are let go.
const MOST_CALLERS: usize = 1000;

/// Answers about one caller, by permission and resource.
type Answers = HashMap<(Permission, Resource), bool>;

/// Cedar behind the socket's `Authorizer`. An error in evaluation denies.
///
/// An answer follows from the question alone, since the policies never change while a process runs: so what was answered once is kept.
pub struct CedarAuthorizer {
    policies: PolicySet,
    engine: cedar_policy::Authorizer,
    types: Types,
    answered: Mutex<HashMap<Principal, Answers>>,
}

struct Types {
    action: EntityTypeName,
    person: EntityTypeName,
    gateway: EntityTypeName,
    workload: EntityTypeName,
    thing: EntityTypeName,
}

fn invalid(error: impl std::fmt::Display) -> InvalidPolicies {
    InvalidPolicies(error.to_string())
}

impl CedarAuthorizer {
    /// The built-in policies.
    ///
    /// # Errors
    /// The policy text does not parse.
    pub fn new() -> Result<Self, InvalidPolicies> {
        let of = |name: &str| EntityTypeName::from_str(name).map_err(invalid);
        Ok(Self {
            policies: PolicySet::from_str(BUILT_IN).map_err(invalid)?,
            engine: cedar_policy::Authorizer::new(),
            types: Types {
                action: of("Action")?,
                person: of("Person")?,
                gateway: of("Gateway")?,
                workload: of("Workload")?,
                thing: of("Thing")?,
            },
            answered: Mutex::default(),
        })
    }

    fn question(
        &self,
        principal: &Principal,
        permission: Permission,
        resource: Resource,
    ) -> Result<(Request, Entities), InvalidPolicies> {
        let action = self.uid(&self.types.action, permission.name());
        let caller = self.caller(principal)?;
        let thing = self.thing(resource)?;
        let noun = permission.name().split(':').next().unwrap_or_default();
        let context = Context::from_pairs([
            ("permission".to_owned(), RestrictedExpression::new_string(permission.name().to_owned())),
            ("noun".to_owned(), RestrictedExpression::new_string(format!("{noun}:*"))),
        ])
        .map_err(invalid)?;
        let request = Request::new(caller.uid(), action.clone(), thing.uid(), context, None).map_err(invalid)?;
        let mut entities = self.actions(action, permission.grantee());
        entities.extend([caller, thing]);
        Ok((request, Entities::from_entities(entities, None).map_err(invalid)?))
    }

    fn uid(&self, kind: &EntityTypeName, id: &str) -> EntityUid {
        EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
    }

    /// The action in the group of its role; everything of the ladder is also in the platform administrators' group.
    fn actions(&self, action: EntityUid, grantee: Grantee) -> Vec<Entity> {
        let group = self.uid(&self.types.action, grantee.as_str());
        let administrators = self.uid(&self.types.action, Grantee::PlatformAdmin.as_str());
        let in_ladder = grantee < Grantee::PlatformAdmin;
        let above = if in_ladder { HashSet::from([administrators.clone()]) } else { HashSet::new() };
        let mut entities =
            vec![Entity::new_no_attrs(action, HashSet::from([group.clone()])), Entity::new_no_attrs(group, above)];
        if in_ladder {
            entities.push(Entity::new_no_attrs(administrators, HashSet::new()));
        }
        entities
    }

    fn caller(&self, principal: &Principal) -> Result<Entity, InvalidPolicies> {
        let (kind, id) = match &principal.identity {
            Identity::Gateway(name) => (&self.types.gateway, name.clone()),
            Identity::Workload { workload, .. } => (&self.types.workload, workload.to_string()),
            Identity::Token(token) => (&self.types.person, token.to_string()),
            Identity::User(name) => (&self.types.person, name.clone()),
            Identity::Local => (&self.types.person, "local".to_owned()),
        };
        let text = |value: String| RestrictedExpression::new_string(value);
        let teams_at_least = |role: Grantee| {
            let held = principal.memberships.iter().filter(move |(_, held)| *held >= role);
            RestrictedExpression::new_set(held.map(|(team, _)| text(team.to_string())))
        };
        let mut attributes = HashMap::from([
            ("platform_admin".to_owned(), RestrictedExpression::new_bool(principal.platform_admin)),
            ("viewer_of".to_owned(), teams_at_least(Grantee::Viewer)),
            ("developer_of".to_owned(), teams_at_least(Grantee::Developer)),
            ("deployer_of".to_owned(), teams_at_least(Grantee::Deployer)),
            ("admin_of".to_owned(), teams_at_least(Grantee::Admin)),
        ]);
        if let Some(instance) = principal.instance {
            attributes.insert("instance".to_owned(), text(instance.to_string()));
        }
        if let Some(actions) = &principal.actions {
            attributes.insert("actions".to_owned(), RestrictedExpression::new_set(actions.iter().cloned().map(text)));
        }
        Entity::new(self.uid(kind, &id), attributes, HashSet::new()).map_err(invalid)
    }

    fn thing(&self, resource: Resource) -> Result<Entity, InvalidPolicies> {
        let text = |value: String| RestrictedExpression::new_string(value);
        let mut attributes = HashMap::new();
        let id = match resource {
            Resource::Platform => "platform".to_owned(),
            Resource::Team(team) => {
                attributes.insert("team".to_owned(), text(team.to_string()));
                format!("team/{team}")
            }
            Resource::Instance(team, instance) => {
                attributes.insert("team".to_owned(), text(team.to_string()));
                attributes.insert("instance".to_owned(), text(instance.to_string()));
                format!("instance/{instance}")
            }
        };
        Entity::new(self.uid(&self.types.thing, &id), attributes, HashSet::new()).map_err(invalid)
    }

    fn evaluate(&self, principal: &Principal, permission: Permission, resource: Resource) -> bool {
        match self.question(principal, permission, resource) {
            Ok((request, entities)) => {
                self.engine.is_authorized(&request, &self.policies, &entities).decision() == Decision::Allow
            }
            Err(error) => {
                tracing::error!(%error, "access denied because the question could not be asked: {error}");
                false
            }
        }
    }
}

impl Authorizer for CedarAuthorizer {
    fn permits(&self, principal: &Principal, permission: Permission, resource: Resource) -> bool {
        let answered = || self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let question = (permission, resource);
        if let Some(answer) = answered().get(principal).and_then(|answers| answers.get(&question)) {
            return *answer;
        }
        let answer = self.evaluate(principal, permission, resource);
        let mut kept = answered();
        if kept.len() >= MOST_CALLERS && !kept.contains_key(principal) {
            kept.clear();
        }
        kept.entry(principal.clone()).or_default().insert(question, answer);
        answer
    }
}
