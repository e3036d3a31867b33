//! Rows of `approvals_rules` and `approvals`.

use super::model::{Approval, Condition, Rule, WHOLE_TEAM};
use roadbed_core::TeamId;
use roadbed_store::{Execute, Query, Reader, Row, StoreError, Transaction, params};

const RULE: &str = "model, alias, conditions, approvers, updated_ms";
const APPROVAL: &str = "number, team_id, model, model_name, version, alias, person, comment, evidence, given_ms, \
                        revoked_ms, revoked_because";

fn rule(row: &Row) -> Result<Rule, StoreError> {
    let text: String = row.get("conditions")?;
    let texts = serde_json::from_str::<Vec<String>>(&text).ok();
    let conditions = texts.and_then(|texts| texts.iter().map(|text| text.parse().ok()).collect());
    let corrupt = || StoreError::Corrupt {
        table: "approvals_rules".to_owned(),
        column: "conditions".to_owned(),
        value: text.chars().take(80).collect(),
    };
    Ok(Rule {
        model: row.get("model")?,
        alias: row.get("alias")?,
        conditions: conditions.ok_or_else(corrupt)?,
        approvers: row.get("approvers")?,
        updated_ms: row.get("updated_ms")?,
    })
}

fn approval(row: &Row) -> Result<Approval, StoreError> {
    Ok(Approval {
        number: row.get("number")?,
        team: row.parse("team_id")?,
        model: row.get("model")?,
        model_name: row.get("model_name")?,
        version: row.get("version")?,
        alias: row.get("alias")?,
        person: row.get("person")?,
        comment: row.get("comment")?,
        evidence: row.get("evidence")?,
        given_ms: row.get("given_ms")?,
        revoked_ms: row.get("revoked_ms")?,
        revoked_because: row.get("revoked_because")?,
    })
}

/// The rules of a model and those of its team, the model's first.
pub(super) fn rules(query: &mut impl Query, team: TeamId, model: i64) -> Result<Vec<Rule>, StoreError> {
    let sql = format!(
        "SELECT {RULE} FROM approvals_rules WHERE team_id = ?1 AND (model = ?2 OR model = ?3) ORDER BY model DESC, alias"
    );
    query.query(&sql, params![team, model, WHOLE_TEAM], rule)
}

/// The rule in force: the model's own, else the team's.
pub(super) fn rule_of(
    query: &mut impl Query,
    team: TeamId,
    model: i64,
    alias: &str,
) -> Result<Option<Rule>, StoreError> {
    Ok(rules(query, team, model)?.into_iter().find(|rule| rule.alias == alias))
}

pub(super) fn put_rule(tx: &mut Transaction<'_>, team: TeamId, new: &Rule) -> Result<(), StoreError> {
    let conditions: Vec<String> = new.conditions.iter().map(Condition::to_string).collect();
    let conditions =
        serde_json::to_string(&conditions).map_err(|error| StoreError::Event { detail: error.to_string() })?;
    let sql = "INSERT INTO approvals_rules (team_id, model, alias, conditions, approvers, updated_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (team_id, model, alias) DO UPDATE SET \
               conditions = excluded.conditions, approvers = excluded.approvers, updated_ms = excluded.updated_ms";
    tx.execute(sql, params![team, new.model, &new.alias, conditions, new.approvers, new.updated_ms])?;
    Ok(())
}

/// Whether there was one.
pub(super) fn delete_rule(tx: &mut Transaction<'_>, team: TeamId, model: i64, alias: &str) -> Result<bool, StoreError> {
    let sql = "DELETE FROM approvals_rules WHERE team_id = ?1 AND model = ?2 AND alias = ?3";
    Ok(tx.execute(sql, params![team, model, alias])? > 0)
}

/// All approvals of a version, in the order given. `model` is the store's key.
///
/// # Errors
/// The store fails.
pub fn of_version(query: &mut impl Query, model: i64, version: i64) -> Result<Vec<Approval>, StoreError> {
    let sql = format!("SELECT {APPROVAL} FROM approvals WHERE model = ?1 AND version = ?2 ORDER BY number");
    query.query(&sql, params![model, version], approval)
}

/// Approvals of the team before a number, newest first.
pub(super) fn of_team(
    reader: &mut Reader<'_>,
    team: TeamId,
    before: i64,
    limit: u32,
) -> Result<Vec<Approval>, StoreError> {
    let sql =
        format!("SELECT {APPROVAL} FROM approvals WHERE team_id = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3");
    reader.query(&sql, params![team, before, limit], approval)
}

/// Approvals in force after a number, oldest first.
pub(super) fn in_force(reader: &mut Reader<'_>, after: i64, limit: u32) -> Result<Vec<Approval>, StoreError> {
    let sql =
        format!("SELECT {APPROVAL} FROM approvals WHERE number > ?1 AND revoked_ms IS NULL ORDER BY number LIMIT ?2");
    reader.query(&sql, params![after, limit], approval)
}

/// Who had agreed, at a moment, that an alias names a version.
///
/// # Errors
/// The store fails.
pub fn approvers_at(
    query: &mut impl Query,
    (model, version): (i64, i64),
    alias: &str,
    at_ms: i64,
) -> Result<Vec<String>, StoreError> {
    let all = of_version(query, model, version)?.into_iter();
    let stood = all.filter(|one| {
        one.alias == alias && one.given_ms <= at_ms && one.revoked_ms.is_none_or(|revoked| revoked > at_ms)
    });
    Ok(stood.map(|one| one.person).collect())
}

/// Gives it a number.
pub(super) fn insert(tx: &mut Transaction<'_>, new: Approval) -> Result<Approval, StoreError> {
    let sql = "SELECT COALESCE((SELECT MAX(number) FROM approvals), 0) + 1 AS number";
    let number: i64 = tx.query_one(sql, &[], |row| row.get("number"))?.unwrap_or(1);
    let sql = "INSERT INTO approvals (number, team_id, model, model_name, version, alias, person, comment, evidence, given_ms) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    tx.execute(
        sql,
        params![
            number,
            new.team,
            new.model,
            &new.model_name,
            new.version,
            &new.alias,
            &new.person,
            &new.comment,
            &new.evidence,
            new.given_ms
        ],
    )?;
    Ok(Approval { number, ..new })
}

/// Whether it was in force.
pub(super) fn revoke(tx: &mut Transaction<'_>, number: i64, because: &str) -> Result<bool, StoreError> {
    let now = tx.now().as_millis();
    let sql = "UPDATE approvals SET revoked_ms = ?2, revoked_because = ?3 WHERE number = ?1 AND revoked_ms IS NULL";
    Ok(tx.execute(sql, params![number, now, because])? > 0)
}

/// Removes the rules and approvals of a model that is deleted: its number may be given again. The event is the caller's, and the audit
/// events keep who approved what.
///
/// # Errors
/// The store fails.
pub fn forget_model(tx: &mut Transaction<'_>, team: TeamId, model: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM approvals WHERE model = ?1", params![model])?;
    tx.execute("DELETE FROM approvals_rules WHERE team_id = ?1 AND model = ?2", params![team, model])?;
    Ok(())
}
