use super::model::{Actions, Kind, Token, TokenIssued, TokenRevoked, TokensError, hash_of, random_secret};
use super::store;
use crate::projects::{PROJECT_READ, Projects};
use crate::teams::{self, TEAM_READ, Teams};
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem};
use roadbed_contracts::entries::GrantEntry;
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::{InstanceId, InvalidName, Name, Secret, Span, TeamId, TokenId};
use roadbed_store::{Query, StoreError};

pub const TOKEN_READ: Permission = Permission::new("token:read", Grantee::Viewer);
pub const TOKEN_WRITE: Permission = Permission::new("token:write", Grantee::Viewer);

/// Use cases of tokens.
#[derive(Clone)]
pub struct Tokens {
    pub(super) context: Context,
    teams: Teams,
    projects: Projects,
}

/// What a new token shall be. Everything absent leaves it as wide as its owner.
#[derive(Debug, Clone, Default)]
pub struct TokenRequest {
    pub name: String,
    /// Owner; the caller when absent.
    pub user: Option<String>,
    pub team: Option<String>,
    pub project: Option<String>,
    pub actions: Option<Vec<String>>,
    pub expires_in: Option<Span>,
    /// [`Kind::User`] or [`Kind::Pass`].
    pub kind: Kind,
}

/// A token with the names of what it is limited to.
pub struct NamedToken {
    pub token: Token,
    pub team_name: Option<String>,
    pub project_name: Option<String>,
}

fn named(r: &mut impl Query, token: Token) -> Result<NamedToken, StoreError> {
    let team = match token.team {
        Some(team) => teams::store::by_id(r, team)?,
        None => None,
    };
    let project = match token.instance {
        Some(instance) => crate::projects::store::instance_by_id(r, instance)?,
        None => None,
    };
    let team_name = team.map(|team| team.name.to_string());
    let team_name = team_name.or_else(|| project.as_ref().map(|info| info.team_name.to_string()));
    Ok(NamedToken { token, team_name, project_name: project.map(|info| info.project_name.to_string()) })
}

/// Where a token is limited to.
struct Limits {
    team: Option<TeamId>,
    instance: Option<InstanceId>,
}

impl Tokens {
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone(), teams: Teams::new(context), projects: Projects::new(context) }
    }

    /// The caller's own tokens; a platform administrator sees everyone's.
    pub async fn list(&self, caller: &Caller, after: String, limit: u32) -> Result<Vec<NamedToken>, Problem> {
        let principal = caller.principal();
        let user = (!principal.platform_admin).then(|| principal.name.clone());
        let found = self.context.store.read(move |r| -> Result<_, StoreError> {
            let tokens = store::list(r, user.as_deref(), &after, limit)?;
            tokens.into_iter().map(|token| named(r, token)).collect()
        });
        Ok(found.await?)
    }

    /// Issues a token never wider than its owner and, unless the caller is a platform administrator, never for others.
    pub async fn issue(
        &self,
        caller: &Caller,
        request: TokenRequest,
        dry_run: bool,
    ) -> Result<(NamedToken, Secret), Problem> {
        let owner = self.owner(caller, &request).await?;
        let limits = self.limits(caller, &request).await?;
        check_name(&request.name)?;
        let actions = narrowest(caller.principal().actions.as_ref(), request.actions)?;
        let (now, secret) = (self.context.clock.now(), random_secret("rb_")?);
        let token = Token {
            id: TokenId::from_u128(self.context.ids.next()),
            name: request.name,
            kind: request.kind,
            user: Some(owner),
            team: limits.team,
            instance: limits.instance.or(caller.principal().instance),
            actions,
            workload: None,
            job: None,
            created_at: now,
            expires_at: request.expires_in.map(|span| now.plus(span.0)),
            last_used_at: None,
            revoked_at: None,
        };
        let (actor, hash) = (caller.actor(), hash_of(secret.expose()));
        self.context
            .mutate(dry_run, move |tx| {
                store::insert(tx, &token, &hash)?;
                let mut header = EventHeader::new(Subject::new("token", token.id), actor.clone());
                header.team = token.team;
                tx.emit(
                    &header,
                    &TokenIssued { token: token.id, name: token.name.clone(), kind: token.kind.as_str().into() },
                )?;
                Ok(named(tx, token.clone())?)
            })
            .await
            .map(|issued| (issued, secret))
    }

    async fn owner(&self, caller: &Caller, request: &TokenRequest) -> Result<String, Problem> {
        let principal = caller.principal();
        if !principal.is_person() {
            return Err(TokensError::MachineIssues.into());
        }
        let Some(user) = request.user.as_ref().filter(|user| **user != principal.name) else {
            return Ok(principal.name.clone());
        };
        if !principal.platform_admin {
            return Err(TokensError::OtherUser.into());
        }
        let name: Name = user.parse().map_err(|error: InvalidName| {
            Problem::bad_request("tokens.unknown_user", error.to_string()).with_field("user")
        })?;
        let wanted = name.clone();
        let exists = self.context.store.read(move |r| teams::store::user_exists(r, wanted.as_str())).await?;
        if exists { Ok(name.to_string()) } else { Err(TokensError::UnknownUser(name).into()) }
    }

    async fn limits(&self, caller: &Caller, request: &TokenRequest) -> Result<Limits, Problem> {
        if let Some(project) = &request.project {
            let found = self.projects.find(caller, PROJECT_READ, project, request.team.as_deref()).await;
            let project = found.map_err(|problem| at_field(problem, "project"))?;
            let (team, name) = (project.team, project.name);
            let instance = self
                .context
                .store
                .read(move |r| crate::projects::store::instance_by_names(r, team, name.as_str(), None))
                .await?;
            return Ok(Limits { team: Some(team), instance: instance.map(|info| info.instance) });
        }
        match &request.team {
            Some(team) => {
                let found = self.teams.find(caller, TEAM_READ, team).await;
                Ok(Limits { team: Some(found.map_err(|problem| at_field(problem, "team"))?.id), instance: None })
            }
            None => Ok(Limits { team: None, instance: None }),
        }
    }

    /// Revokes the caller's own token; a platform administrator anyone's.
    pub async fn revoke_token(&self, caller: &Caller, id: &str, dry_run: bool) -> Result<(), Problem> {
        let unknown = || TokensError::Unknown(id.to_owned());
        let token: TokenId = id.parse().map_err(|_| unknown())?;
        let found = self.context.store.read(move |r| store::by_id(r, token)).await?;
        let principal = caller.principal();
        let within = found.is_some_and(|found| {
            found.revoked_at.is_none()
                && (principal.platform_admin
                    || (found.kind.is_persons() && found.user.as_ref() == Some(&principal.name)))
        });
        if !within {
            return Err(unknown().into());
        }
        let actor = caller.actor();
        self.context
            .mutate(dry_run, move |tx| {
                store::revoke(tx, token)?;
                let header = EventHeader::new(Subject::new("token", token), actor.clone());
                tx.emit(&header, &TokenRevoked { token })?;
                Ok(())
            })
            .await
    }

    /// What gateways need to know to let callers predict: one flat grant per token and team.
    ///
    /// # Errors
    /// The store fails.
    pub async fn grants(&self) -> Result<Vec<GrantEntry>, StoreError> {
        let now = self.context.clock.now();
        self.context
            .store
            .read(move |r| {
                let mut grants = Vec::new();
                for (hash, token) in store::live_with_hash(r, now)? {
                    let (platform_admin, roles) = match &token.user {
                        Some(user) => teams::store::roles_of(r, user)?,
                        None => (false, Vec::new()),
                    };
                    grants.extend(grants_of(&hash, &token, platform_admin, &roles));
                }
                Ok(grants)
            })
            .await
    }
}

/// Predicting needs no more than reading, so every member of a team may call its services.
fn grants_of(hash: &str, token: &Token, platform_admin: bool, roles: &[(TeamId, Grantee)]) -> Vec<GrantEntry> {
    let may_predict = token.actions.as_ref().is_none_or(|actions| {
        actions.as_slice().iter().any(|action| matches!(action.as_str(), "service:predict" | "service:*"))
    });
    if !may_predict || token.kind == Kind::Gateway {
        return Vec::new();
    }
    let grant = |team: Option<TeamId>| GrantEntry {
        token_hash: hash.to_owned(),
        team,
        instance: token.instance,
        expires_at: token.expires_at,
    };
    match (token.team, platform_admin || token.kind == Kind::Workload) {
        (team, true) => vec![grant(team)],
        (Some(team), false) => roles.iter().filter(|(of, _)| *of == team).map(|(of, _)| grant(Some(*of))).collect(),
        (None, false) => roles.iter().map(|(of, _)| grant(Some(*of))).collect(),
    }
}

/// Says which field named what is not there.
fn at_field(mut problem: Problem, field: &str) -> Problem {
    problem.field.get_or_insert_with(|| field.to_owned());
    problem
}

fn check_name(name: &str) -> Result<(), TokensError> {
    let length = name.chars().count();
    if (1..=100).contains(&length) && !name.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(TokensError::InvalidName)
    }
}

/// A token issued with a narrowed token is at least as narrow.
fn narrowest(own: Option<&Vec<String>>, asked: Option<Vec<String>>) -> Result<Option<Actions>, Problem> {
    let covered = |own: &[String], action: &String| {
        let noun = action.split(':').next().unwrap_or_default();
        own.contains(action) || own.contains(&format!("{noun}:*"))
    };
    match (own, asked) {
        (None, None) => Ok(None),
        (Some(own), None) => Ok(Some(Actions::new(own.clone())?)),
        (Some(own), Some(asked)) if !asked.iter().all(|action| covered(own, action)) => {
            Err(Problem::forbidden("a token issues no token wider than itself").with_field("actions"))
        }
        (_, Some(asked)) => Ok(Some(Actions::new(asked)?)),
    }
}
