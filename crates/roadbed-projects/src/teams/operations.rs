use super::model::{DEFAULT_TEAM, Member, MemberChanged, Team, TeamCreated, TeamDeleted, TeamsError, User};
use super::store;
use roadbed_capability::extract::IfMatch;
use roadbed_capability::idempotency::IdempotentCall;
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem, Resource};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::{Name, TeamId};

pub const TEAM_READ: Permission = Permission::new("team:read", Grantee::Viewer);
pub const TEAM_ADMIN: Permission = Permission::new("team:admin", Grantee::Admin);
pub const USER_READ: Permission = Permission::new("user:read", Grantee::PlatformAdmin);
pub const TEAM_CREATE: Permission = Permission::new("team:create", Grantee::PlatformAdmin);

/// Use cases of teams and their members.
#[derive(Clone)]
pub struct Teams {
    context: Context,
}

impl Teams {
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone() }
    }

    /// Teams the caller may read, after the name `after`.
    pub async fn list(&self, caller: &Caller, after: String, limit: u32) -> Result<Vec<Team>, Problem> {
        let scope = caller.scope(TEAM_READ);
        Ok(self.context.store.read(move |r| store::list(r, &scope, &after, limit)).await?)
    }

    /// The team by name, when it is within the caller's reach for the permission.
    pub async fn find(&self, caller: &Caller, permission: Permission, name: &str) -> Result<Team, Problem> {
        let wanted = name.to_owned();
        let team = self.context.store.read(move |r| store::by_name(r, &wanted)).await?;
        let team = team.filter(|team| caller.scope(TEAM_READ).reaches(team.id));
        let team = team.ok_or_else(|| TeamsError::Unknown(name.to_owned()))?;
        caller.require(permission, Resource::Team(team.id))?;
        Ok(team)
    }

    /// Creates a team; the creator becomes its admin when a user.
    pub async fn create(&self, caller: &Caller, name: &str, key: Option<&str>, dry_run: bool) -> Result<Team, Problem> {
        caller.require(TEAM_CREATE, Resource::Platform)?;
        let name: Name = name.parse().map_err(TeamsError::from)?;
        let id = TeamId::from_u128(self.context.ids.next());
        let actor = caller.actor();
        let call = IdempotentCall::new(actor.as_str(), "teams.create", key, &name);
        self.context
            .mutate(dry_run, move |tx| {
                if let Some(first) = call.replay::<TeamId>(tx)? {
                    return store::by_id(tx, first)?.ok_or_else(|| TeamsError::Unknown(name.to_string()).into());
                }
                if store::by_name(tx, name.as_str())?.is_some() {
                    return Err(TeamsError::NameTaken(name.clone()).into());
                }
                let team = store::insert(tx, id, &name)?;
                let header = EventHeader::new(Subject::new("team", &name), actor.clone()).with_team(id);
                tx.emit(&header, &TeamCreated { name: name.clone() })?;
                call.remember(tx, &id)?;
                Ok(team)
            })
            .await
    }

    pub async fn delete(&self, caller: &Caller, name: &str, dry_run: bool) -> Result<(), Problem> {
        let team = self.find(caller, TEAM_CREATE, name).await?;
        if team.name.as_str() == DEFAULT_TEAM {
            return Err(TeamsError::DefaultTeam.into());
        }
        let actor = caller.actor();
        self.context
            .mutate(dry_run, move |tx| {
                let projects = store::count_projects(tx, team.id)?;
                if projects > 0 {
                    return Err(TeamsError::NotEmpty { team: team.name.clone(), projects }.into());
                }
                store::delete(tx, team.id)?;
                let header = EventHeader::new(Subject::new("team", &team.name), actor.clone()).with_team(team.id);
                tx.emit(&header, &TeamDeleted { name: team.name.clone() })?;
                Ok(())
            })
            .await
    }

    pub async fn members(&self, caller: &Caller, team: &str) -> Result<Vec<Member>, Problem> {
        let team = self.find(caller, TEAM_READ, team).await?;
        Ok(self.context.store.read(move |r| store::members(r, team.id)).await?)
    }

    /// Everyone, after the name `after`.
    pub async fn users(&self, caller: &Caller, after: String, limit: u32) -> Result<Vec<User>, Problem> {
        caller.require(USER_READ, Resource::Platform)?;
        Ok(self.context.store.read(move |r| store::users(r, &after, limit)).await?)
    }

    /// Gives a user a role, replacing the one before.
    pub async fn put_member(
        &self,
        caller: &Caller,
        team: &str,
        user: &str,
        role: &str,
        seen: IfMatch,
        dry_run: bool,
    ) -> Result<Member, Problem> {
        let team = self.find(caller, TEAM_ADMIN, team).await?;
        let user: Name = user.parse().map_err(TeamsError::from)?;
        let role = Grantee::parse_role(role).ok_or_else(|| TeamsError::UnknownRole(role.to_owned()))?;
        let actor = caller.actor();
        self.context
            .mutate(dry_run, move |tx| {
                let before = store::members(tx, team.id)?;
                let current = before.iter().find(|member| member.user == user);
                seen.check(current.map_or("none", |member| member.role.as_str()))?;
                if role != Grantee::Admin && is_last_admin(&before, &user) {
                    return Err(TeamsError::LastAdmin(user.clone()).into());
                }
                store::ensure_user(tx, &user, false)?;
                store::put_member(tx, team.id, &user, role)?;
                let header = EventHeader::new(Subject::new("team", &team.name), actor.clone()).with_team(team.id);
                tx.emit(&header, &MemberChanged { user: user.clone(), role: Some(role.as_str().to_owned()) })?;
                let member = store::members(tx, team.id)?.into_iter().find(|member| member.user == user);
                member.ok_or_else(|| TeamsError::UnknownMember(user.clone()).into())
            })
            .await
    }

    pub async fn remove_member(&self, caller: &Caller, team: &str, user: &str, dry_run: bool) -> Result<(), Problem> {
        let team = self.find(caller, TEAM_ADMIN, team).await?;
        let user: Name = user.parse().map_err(TeamsError::from)?;
        let actor = caller.actor();
        self.context
            .mutate(dry_run, move |tx| {
                if is_last_admin(&store::members(tx, team.id)?, &user) {
                    return Err(TeamsError::LastAdmin(user.clone()).into());
                }
                if !store::remove_member(tx, team.id, &user)? {
                    return Err(TeamsError::UnknownMember(user.clone()).into());
                }
                let header = EventHeader::new(Subject::new("team", &team.name), actor.clone()).with_team(team.id);
                tx.emit(&header, &MemberChanged { user: user.clone(), role: None })?;
                Ok(())
            })
            .await
    }
}

fn is_last_admin(members: &[Member], user: &Name) -> bool {
    let mut admins = members.iter().filter(|member| member.role == Grantee::Admin);
    admins.next().is_some_and(|admin| admin.user == *user) && admins.next().is_none()
}
