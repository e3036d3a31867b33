use super::model::Project;
use roadbed_capability::Scope;
use roadbed_contracts::ports::InstanceInfo;
use roadbed_core::{InstanceId, Name, ProjectId, TeamId};
use roadbed_store::{Execute, Filter, Query, Row, StoreError, Transaction, params};

const PROJECT: &str = "SELECT p.id, p.team_id, t.name AS team_name, p.name, p.description, p.version, p.created_at
  FROM projects_projects p JOIN teams_teams t ON t.id = p.team_id";

fn project(row: &Row) -> Result<Project, StoreError> {
    Ok(Project {
        id: row.parse("id")?,
        team: row.parse("team_id")?,
        team_name: row.parse("team_name")?,
        name: row.parse("name")?,
        description: row.get("description")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}

const INSTANCE: &str =
    "SELECT i.id, i.project_id, p.name AS project_name, i.team_id, t.name AS team_name, i.target, i.is_primary
  FROM projects_instances i
  JOIN projects_projects p ON p.id = i.project_id
  JOIN teams_teams t ON t.id = i.team_id";

fn instance(row: &Row) -> Result<InstanceInfo, StoreError> {
    Ok(InstanceInfo {
        instance: row.parse("id")?,
        project: row.parse("project_id")?,
        project_name: row.parse("project_name")?,
        team: row.parse("team_id")?,
        team_name: row.parse("team_name")?,
        target: row.parse("target")?,
        primary: row.get("is_primary")?,
    })
}

pub(super) fn by_id(r: &mut impl Query, id: ProjectId) -> Result<Option<Project>, StoreError> {
    r.query_one(&format!("{PROJECT} WHERE p.id = ?1"), params![id], project)
}

/// Projects of this name in every team.
pub(super) fn by_name(r: &mut impl Query, name: &str) -> Result<Vec<Project>, StoreError> {
    r.query(&format!("{PROJECT} WHERE p.name = ?1 ORDER BY t.name"), params![name], project)
}

pub(crate) fn of_team(r: &mut impl Query, team: TeamId, name: &str) -> Result<Option<Project>, StoreError> {
    r.query_one(&format!("{PROJECT} WHERE p.team_id = ?1 AND p.name = ?2"), params![team, name], project)
}

/// Projects within the scope with ids after `after`, oldest first.
pub(super) fn list(
    r: &mut impl Query,
    scope: &Scope,
    team: Option<&str>,
    after: &str,
    limit: u32,
) -> Result<Vec<Project>, StoreError> {
    let filter = scope
        .restrict(Filter::new(), "p.team_id", None)
        .and("p.id > ?", after)
        .and_optional("t.name = ?", team)
        .and_optional("p.id IN (SELECT project_id FROM projects_instances WHERE id = ?)", scope.instance());
    r.query(&format!("{PROJECT} WHERE {} ORDER BY p.id LIMIT {limit}", filter.sql(0)), filter.values(), project)
}

pub(crate) struct NewProject<'a> {
    pub(crate) id: ProjectId,
    pub(crate) instance: InstanceId,
    pub(crate) team: TeamId,
    pub(crate) name: &'a Name,
    pub(crate) description: &'a str,
    pub(crate) target: &'a str,
}

/// Creates the project with its one target.
pub(crate) fn insert(tx: &mut Transaction<'_>, new: &NewProject<'_>) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO projects_projects (id, team_id, name, description, version, created_at)
               VALUES (?1, ?2, ?3, ?4, 1, ?5)";
    tx.execute(sql, params![new.id, new.team, new.name.as_str(), new.description, now])?;
    let sql = "INSERT INTO projects_instances (id, project_id, team_id, target, is_primary, created_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    tx.execute(sql, params![new.instance, new.id, new.team, new.target, true, now])?;
    Ok(())
}

pub(super) fn describe(tx: &mut Transaction<'_>, id: ProjectId, description: &str) -> Result<(), StoreError> {
    let sql = "UPDATE projects_projects SET description = ?2, version = version + 1 WHERE id = ?1";
    tx.execute(sql, params![id, description])?;
    Ok(())
}

pub(super) fn delete(tx: &mut Transaction<'_>, id: ProjectId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM projects_instances WHERE project_id = ?1", params![id])?;
    tx.execute("DELETE FROM projects_projects WHERE id = ?1", params![id])?;
    Ok(())
}

pub(crate) fn instance_by_id(r: &mut impl Query, id: InstanceId) -> Result<Option<InstanceInfo>, StoreError> {
    r.query_one(&format!("{INSTANCE} WHERE i.id = ?1"), params![id], instance)
}

/// The instance in the named target, or in the primary one.
pub(crate) fn instance_by_names(
    r: &mut impl Query,
    team: TeamId,
    project: &str,
    target: Option<&str>,
) -> Result<Option<InstanceInfo>, StoreError> {
    let of_project = format!("{INSTANCE} WHERE i.team_id = ?1 AND p.name = ?2");
    match target {
        Some(target) => {
            r.query_one(&format!("{of_project} AND i.target = ?3"), params![team, project, target], instance)
        }
        None => r.query_one(&format!("{of_project} AND i.is_primary"), params![team, project], instance),
    }
}

pub(super) fn instances(r: &mut impl Query, team: Option<TeamId>) -> Result<Vec<InstanceInfo>, StoreError> {
    match team {
        Some(team) => r.query(&format!("{INSTANCE} WHERE i.team_id = ?1 ORDER BY i.id"), params![team], instance),
        None => r.query(&format!("{INSTANCE} ORDER BY i.id"), params![], instance),
    }
}
