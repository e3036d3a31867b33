use super::model::{Member, Team, User};
use roadbed_capability::{Grantee, Scope};
use roadbed_core::{Name, TeamId};
use roadbed_store::{Execute, Filter, Query, Row, StoreError, Transaction, params};

fn team(row: &Row) -> Result<Team, StoreError> {
    Ok(Team {
        id: row.parse("id")?,
        name: row.parse("name")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}

fn member(row: &Row) -> Result<Member, StoreError> {
    Ok(Member {
        user: row.parse("user_name")?,
        role: row.parse("role")?,
        platform_admin: row.get("platform_admin")?,
        created_at: row.get("created_at")?,
    })
}

const TEAM: &str = "SELECT id, name, version, created_at FROM teams_teams";

pub(crate) fn by_name(r: &mut impl Query, name: &str) -> Result<Option<Team>, StoreError> {
    r.query_one(&format!("{TEAM} WHERE name = ?1"), params![name], team)
}

pub(crate) fn by_id(r: &mut impl Query, id: TeamId) -> Result<Option<Team>, StoreError> {
    r.query_one(&format!("{TEAM} WHERE id = ?1"), params![id], team)
}

/// Teams within the scope after the name `after`, by name.
pub(crate) fn list(r: &mut impl Query, scope: &Scope, after: &str, limit: u32) -> Result<Vec<Team>, StoreError> {
    let filter = scope.restrict(Filter::new(), "id", None).and("name > ?", after);
    let sql = format!("{TEAM} WHERE {} ORDER BY name LIMIT {limit}", filter.sql(0));
    r.query(&sql, filter.values(), team)
}

pub(crate) fn insert(tx: &mut Transaction<'_>, id: TeamId, name: &Name) -> Result<Team, StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO teams_teams (id, name, version, created_at) VALUES (?1, ?2, 1, ?3)";
    tx.execute(sql, params![id, name.as_str(), now])?;
    Ok(Team { id, name: name.clone(), version: 1, created_at: now })
}

/// Projects the team owns.
pub(super) fn count_projects(r: &mut impl Query, team: TeamId) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS projects FROM projects_projects WHERE team_id = ?1";
    Ok(r.query_one(sql, params![team], |row| row.get("projects"))?.unwrap_or(0))
}

pub(super) fn delete(tx: &mut Transaction<'_>, id: TeamId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM teams_members WHERE team_id = ?1", params![id])?;
    tx.execute("DELETE FROM teams_teams WHERE id = ?1", params![id])?;
    Ok(())
}

pub(super) fn members(r: &mut impl Query, id: TeamId) -> Result<Vec<Member>, StoreError> {
    let sql = "SELECT m.user_name, m.role, u.platform_admin, m.created_at
      FROM teams_members m JOIN teams_users u ON u.name = m.user_name WHERE m.team_id = ?1 ORDER BY m.user_name";
    r.query(sql, params![id], member)
}

/// Adds a person by name when new; an existing one keeps what it is.
pub(crate) fn ensure_user(tx: &mut Transaction<'_>, name: &Name, platform_admin: bool) -> Result<(), StoreError> {
    let now = tx.now();
    let sql =
        "INSERT INTO teams_users (name, platform_admin, created_at) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING";
    tx.execute(sql, params![name.as_str(), platform_admin, now])?;
    Ok(())
}

pub(crate) fn put_member(tx: &mut Transaction<'_>, id: TeamId, user: &Name, role: Grantee) -> Result<(), StoreError> {
    let now = tx.now();
    let sql = "INSERT INTO teams_members (team_id, user_name, role, created_at) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (team_id, user_name) DO UPDATE SET role = excluded.role";
    tx.execute(sql, params![id, user.as_str(), role.as_str(), now])?;
    Ok(())
}

/// True when the user was a member.
pub(super) fn remove_member(tx: &mut Transaction<'_>, id: TeamId, user: &Name) -> Result<bool, StoreError> {
    let sql = "DELETE FROM teams_members WHERE team_id = ?1 AND user_name = ?2";
    Ok(tx.execute(sql, params![id, user.as_str()])? > 0)
}

/// Whether the user is a platform administrator, and the user's roles.
pub(crate) fn roles_of(r: &mut impl Query, user: &str) -> Result<(bool, Vec<(TeamId, Grantee)>), StoreError> {
    let sql = "SELECT platform_admin FROM teams_users WHERE name = ?1";
    let platform_admin = r.query_one(sql, params![user], |row| row.get("platform_admin"))?.unwrap_or(false);
    let sql = "SELECT team_id, role FROM teams_members WHERE user_name = ?1 ORDER BY team_id";
    let roles = r.query(sql, params![user], |row| Ok((row.parse("team_id")?, row.parse("role")?)))?;
    Ok((platform_admin, roles))
}

/// People after the name `after`, by name, with their roles.
pub(super) fn users(r: &mut impl Query, after: &str, limit: u32) -> Result<Vec<User>, StoreError> {
    let sql =
        format!("SELECT name, platform_admin, created_at FROM teams_users WHERE name > ?1 ORDER BY name LIMIT {limit}");
    let mut users = r.query(&sql, params![after], |row| {
        let (name, platform_admin) = (row.parse("name")?, row.get("platform_admin")?);
        Ok(User { name, platform_admin, roles: Vec::new(), created_at: row.get("created_at")? })
    })?;
    let (Some(first), Some(last)) = (users.first(), users.last()) else { return Ok(users) };
    let sql =
        "SELECT m.user_name, t.name AS team_name, m.role FROM teams_members m JOIN teams_teams t ON t.id = m.team_id
      WHERE m.user_name >= ?1 AND m.user_name <= ?2 ORDER BY m.user_name, t.name";
    let roles = r.query(sql, params![first.name.as_str(), last.name.as_str()], |row| {
        Ok((row.parse::<Name>("user_name")?, row.parse::<Name>("team_name")?, row.parse::<Grantee>("role")?))
    })?;
    for (user, team, role) in roles {
        if let Ok(found) = users.binary_search_by(|other| other.name.as_str().cmp(user.as_str())) {
            users[found].roles.push((team, role));
        }
    }
    Ok(users)
}

pub(crate) fn user_exists(r: &mut impl Query, user: &str) -> Result<bool, StoreError> {
    let sql = "SELECT name FROM teams_users WHERE name = ?1";
    Ok(r.query_one(sql, params![user], |row| row.get::<String>("name"))?.is_some())
}
