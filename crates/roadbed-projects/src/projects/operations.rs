use super::model::{
    DEFAULT_PROJECT, DEFAULT_TARGET, DESCRIPTION_LIMIT, Project, ProjectChanged, ProjectCreated, ProjectDeleted,
    ProjectsError,
};
use super::store::{self, NewProject};
use crate::teams::{DEFAULT_TEAM, Teams};
use roadbed_capability::extract::IfMatch;
use roadbed_capability::idempotency::IdempotentCall;
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem, Resource};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_core::{InstanceId, Name, ProjectId};

pub const PROJECT_READ: Permission = Permission::new("project:read", Grantee::Viewer);
pub const PROJECT_WRITE: Permission = Permission::new("project:write", Grantee::Developer);

/// Use cases of projects.
#[derive(Clone)]
pub struct Projects {
    context: Context,
    teams: Teams,
}

/// What a create asks for.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ProjectRequest {
    pub name: String,
    /// The caller's own team, else `default`, when absent.
    pub team: Option<String>,
    pub description: String,
}

impl Projects {
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self { context: context.clone(), teams: Teams::new(context) }
    }

    /// Projects the caller may read with ids after `after`, oldest first.
    pub async fn list(
        &self,
        caller: &Caller,
        team: Option<String>,
        after: String,
        limit: u32,
    ) -> Result<Vec<Project>, Problem> {
        let scope = caller.scope(PROJECT_READ);
        Ok(self.context.store.read(move |r| store::list(r, &scope, team.as_deref(), &after, limit)).await?)
    }

    /// The project by name within the caller's reach; `team` settles which one when several teams have it.
    pub async fn find(
        &self,
        caller: &Caller,
        permission: Permission,
        name: &str,
        team: Option<&str>,
    ) -> Result<Project, Problem> {
        let wanted = name.to_owned();
        let found = self.context.store.read(move |r| store::by_name(r, &wanted)).await?;
        let scope = caller.scope(PROJECT_READ);
        let mut reachable: Vec<Project> = found
            .into_iter()
            .filter(|project| scope.reaches(project.team) && team.is_none_or(|team| team == project.team_name.as_str()))
            .collect();
        if reachable.len() > 1 {
            let teams = reachable.iter().map(|project| project.team_name.to_string()).collect();
            return Err(ProjectsError::Ambiguous { name: name.to_owned(), teams }.into());
        }
        let project = reachable.pop().ok_or_else(|| ProjectsError::Unknown(name.to_owned()))?;
        let resource = self.resource(caller, &project).await?;
        caller.require(permission, resource)?;
        Ok(project)
    }

    /// Every target of the project.
    pub(crate) async fn instances_of(&self, project: &Project) -> Result<Vec<InstanceId>, Problem> {
        let (team, id) = (project.team, project.id);
        let all = self.context.store.read(move |r| store::instances(r, Some(team))).await?;
        Ok(all.into_iter().filter(|info| info.project == id).map(|info| info.instance).collect())
    }

    /// A token limited to an instance acts on that instance of the project, when it is one.
    async fn resource(&self, caller: &Caller, project: &Project) -> Result<Resource, Problem> {
        let Some(limited) = caller.principal().instance else { return Ok(Resource::Team(project.team)) };
        let info = self.context.store.read(move |r| store::instance_by_id(r, limited)).await?;
        match info {
            Some(info) if info.project == project.id => Ok(Resource::Instance(project.team, limited)),
            _ => Err(ProjectsError::Unknown(project.name.to_string()).into()),
        }
    }

    pub async fn create(
        &self,
        caller: &Caller,
        request: ProjectRequest,
        key: Option<&str>,
        dry_run: bool,
    ) -> Result<Project, Problem> {
        let name: Name = request.name.parse().map_err(ProjectsError::from)?;
        check_description(&request.description)?;
        let team = self.teams.find(caller, PROJECT_WRITE, request.team.as_deref().unwrap_or(DEFAULT_TEAM)).await?;
        let (id, instance) =
            (ProjectId::from_u128(self.context.ids.next()), InstanceId::from_u128(self.context.ids.next()));
        let actor = caller.actor();
        let call = IdempotentCall::new(actor.as_str(), "projects.create", key, &request);
        self.context
            .mutate(dry_run, move |tx| {
                let id = match call.replay::<ProjectId>(tx)? {
                    Some(first) => first,
                    None => {
                        if store::of_team(tx, team.id, name.as_str())?.is_some() {
                            return Err(ProjectsError::NameTaken { team: team.name.clone(), name: name.clone() }.into());
                        }
                        let (description, target) = (request.description.as_str(), DEFAULT_TARGET);
                        store::insert(
                            tx,
                            &NewProject { id, instance, team: team.id, name: &name, description, target },
                        )?;
                        let header = EventHeader::new(Subject::new("project", &name), actor.clone());
                        let header = header.with_team(team.id).with_instance(instance);
                        tx.emit(&header, &ProjectCreated { project: id, name: name.clone() })?;
                        call.remember(tx, &id)?;
                        id
                    }
                };
                store::by_id(tx, id)?.ok_or_else(|| ProjectsError::Unknown(name.to_string()).into())
            })
            .await
    }

    pub async fn describe(
        &self,
        caller: &Caller,
        project: &Project,
        description: String,
        seen: IfMatch,
        dry_run: bool,
    ) -> Result<Project, Problem> {
        check_description(&description)?;
        let (id, actor) = (project.id, caller.actor());
        self.context
            .mutate(dry_run, move |tx| {
                let current = store::by_id(tx, id)?.ok_or_else(|| ProjectsError::Unknown(id.to_string()))?;
                seen.check(current.version)?;
                store::describe(tx, id, &description)?;
                let header =
                    EventHeader::new(Subject::new("project", &current.name), actor.clone()).with_team(current.team);
                tx.emit(&header, &ProjectChanged { project: id, description: description.clone() })?;
                store::by_id(tx, id)?.ok_or_else(|| ProjectsError::Unknown(id.to_string()).into())
            })
            .await
    }

    pub async fn delete(&self, caller: &Caller, project: Project, dry_run: bool) -> Result<(), Problem> {
        if project.name.as_str() == DEFAULT_PROJECT && project.team_name.as_str() == DEFAULT_TEAM {
            return Err(ProjectsError::DefaultProject.into());
        }
        let actor = caller.actor();
        self.context
            .mutate(dry_run, move |tx| {
                store::delete(tx, project.id)?;
                let header =
                    EventHeader::new(Subject::new("project", &project.name), actor.clone()).with_team(project.team);
                tx.emit(&header, &ProjectDeleted { project: project.id, name: project.name.clone() })?;
                Ok(())
            })
            .await
    }
}

fn check_description(text: &str) -> Result<(), ProjectsError> {
    let length = text.chars().count();
    if length > DESCRIPTION_LIMIT { Err(ProjectsError::DescriptionTooLong(length)) } else { Ok(()) }
}
