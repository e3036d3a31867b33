use super::model::View;
use roadbed_capability::Scope;
use roadbed_core::ViewId;
use roadbed_store::{Execute, Filter, Query, Row, StoreError, Transaction, params};

const VIEW: &str = "SELECT v.id, v.team_id, t.name AS team_name, v.owner, v.page, v.name, v.query, v.shared, v.version,
  v.created_at, v.updated_at FROM views_views v JOIN teams_teams t ON t.id = v.team_id";

fn view(row: &Row) -> Result<View, StoreError> {
    Ok(View {
        id: row.parse("id")?,
        team: row.parse("team_id")?,
        team_name: row.parse("team_name")?,
        owner: row.get("owner")?,
        page: row.get("page")?,
        name: row.get("name")?,
        query: row.get("query")?,
        shared: row.get("shared")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// Which views to list.
#[derive(Debug, Clone, Default)]
pub(super) struct ViewFilter {
    /// Their own and the shared ones are seen.
    pub(super) person: String,
    pub(super) page: Option<String>,
    /// Name of the team.
    pub(super) team: Option<String>,
    /// Id of the last one of the page before.
    pub(super) after: String,
}

/// Views within the scope that the person may see, oldest first.
pub(super) fn list(
    r: &mut impl Query,
    scope: &Scope,
    wanted: &ViewFilter,
    limit: u32,
) -> Result<Vec<View>, StoreError> {
    let own = Filter::new().and("v.owner = ?", wanted.person.as_str());
    let shared = Filter::new().and("v.shared = ?", true);
    let filter = scope
        .restrict(Filter::new(), "v.team_id", None)
        .and_any([own, shared])
        .and_optional("v.page = ?", wanted.page.as_deref())
        .and_optional("t.name = ?", wanted.team.as_deref())
        .and("v.id > ?", wanted.after.as_str());
    r.query(&format!("{VIEW} WHERE {} ORDER BY v.id LIMIT {limit}", filter.sql(0)), filter.values(), view)
}

pub(super) fn by_id(r: &mut impl Query, id: ViewId) -> Result<Option<View>, StoreError> {
    r.query_one(&format!("{VIEW} WHERE v.id = ?1"), params![id], view)
}

/// The person's view of this page and name.
pub(super) fn by_name(r: &mut impl Query, owner: &str, page: &str, name: &str) -> Result<Option<View>, StoreError> {
    let sql = format!("{VIEW} WHERE v.owner = ?1 AND v.page = ?2 AND v.name = ?3");
    r.query_one(&sql, params![owner, page, name], view)
}

pub(super) fn count_of(r: &mut impl Query, owner: &str) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS views FROM views_views WHERE owner = ?1";
    Ok(r.query_one(sql, params![owner], |row| row.get("views"))?.unwrap_or(0))
}

/// Writes a new view or what changed of one.
pub(super) fn put(tx: &mut Transaction<'_>, view: &View) -> Result<(), StoreError> {
    let sql = "INSERT INTO views_views (id, team_id, owner, page, name, query, shared, version, created_at, updated_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, query = excluded.query, shared = excluded.shared,
        version = excluded.version, updated_at = excluded.updated_at";
    tx.execute(
        sql,
        params![
            view.id,
            view.team,
            view.owner.as_str(),
            view.page.as_str(),
            view.name.as_str(),
            view.query.as_str(),
            view.shared,
            view.version,
            view.created_at,
            view.updated_at
        ],
    )?;
    Ok(())
}

pub(super) fn delete(tx: &mut Transaction<'_>, id: ViewId) -> Result<(), StoreError> {
    tx.execute("DELETE FROM views_views WHERE id = ?1", params![id])?;
    Ok(())
}
