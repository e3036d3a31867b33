//! Rows of `webhooks` and `webhooks_deliveries`.

use super::kinds::Kind;
use super::model::{Delivery, DeliveryState, Health, Webhook};
use super::plan::Next;
use super::sender::Outcome;
use roadbed_core::TeamId;
use roadbed_store::{Execute, Filter, Query, Reader, Row, StoreError, Transaction, params};

const WEBHOOK: &str = "webhook_id, team_id, name, description, url, events, secret, enabled, since_seq, version, created_ms, \
                       updated_ms, created_by, failures, failing_since_ms, failing_told, delivered_ms, last_error";
const DELIVERY: &str = "number, delivery_id, webhook_id, seq, event, payload, state, attempts, next_ms, created_ms, queued_ms, last_ms, \
                        status, error, answer";

fn webhook(row: &Row) -> Result<Webhook, StoreError> {
    let text: String = row.get("events")?;
    Ok(Webhook {
        id: row.get("webhook_id")?,
        team: row.parse("team_id")?,
        name: row.get("name")?,
        description: row.get("description")?,
        url: row.get("url")?,
        // An event that this version does not know is left out: it cannot happen here.
        kinds: text.split(' ').filter_map(Kind::named).collect(),
        secret: row.get("secret")?,
        enabled: row.get::<i64>("enabled")? != 0,
        since_seq: row.get("since_seq")?,
        version: row.get("version")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
        created_by: row.get("created_by")?,
        health: Health {
            failures: row.get("failures")?,
            failing_since_ms: row.get("failing_since_ms")?,
            told: row.get::<i64>("failing_told")? != 0,
            delivered_ms: row.get("delivered_ms")?,
            last_error: row.get("last_error")?,
        },
    })
}

fn delivery(row: &Row) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        number: row.get("number")?,
        id: row.get("delivery_id")?,
        webhook: row.get("webhook_id")?,
        seq: row.get("seq")?,
        event: row.get("event")?,
        payload: row.get("payload")?,
        state: row.parse("state")?,
        attempts: row.get("attempts")?,
        next_ms: row.get("next_ms")?,
        created_ms: row.get("created_ms")?,
        queued_ms: row.get("queued_ms")?,
        last_ms: row.get("last_ms")?,
        status: row.get("status")?,
        error: row.get("error")?,
        answer: row.get("answer")?,
    })
}

fn events(webhook: &Webhook) -> String {
    webhook.kinds.iter().map(|kind| kind.name).collect::<Vec<_>>().join(" ")
}

/// All of a team, oldest first; there are few.
pub(super) fn of_team(query: &mut impl Query, team: TeamId) -> Result<Vec<Webhook>, StoreError> {
    let sql = format!("SELECT {WEBHOOK} FROM webhooks WHERE team_id = ?1 ORDER BY created_ms, webhook_id");
    query.query(&sql, params![team], webhook)
}

/// Those that events may have to be delivered to.
pub(super) fn enabled(query: &mut impl Query) -> Result<Vec<Webhook>, StoreError> {
    let sql = format!("SELECT {WEBHOOK} FROM webhooks WHERE enabled = 1 ORDER BY created_ms, webhook_id");
    query.query(&sql, &[], webhook)
}

pub(super) fn by_id(query: &mut impl Query, id: &str) -> Result<Option<Webhook>, StoreError> {
    let sql = format!("SELECT {WEBHOOK} FROM webhooks WHERE webhook_id = ?1");
    query.query_one(&sql, params![id], webhook)
}

pub(super) fn insert(tx: &mut Transaction<'_>, new: &Webhook) -> Result<(), StoreError> {
    let sql = "INSERT INTO webhooks (webhook_id, team_id, name, description, url, events, secret, enabled, since_seq, version, \
               created_ms, updated_ms, created_by, failures, failing_told) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 0, 0)";
    tx.execute(
        sql,
        params![
            &new.id,
            new.team,
            &new.name,
            &new.description,
            &new.url,
            events(new),
            new.secret.as_deref(),
            i64::from(new.enabled),
            new.since_seq,
            new.version,
            new.created_ms,
            new.updated_ms,
            &new.created_by
        ],
    )?;
    Ok(())
}

/// Writes what people change; how deliveries went stays.
pub(super) fn update(tx: &mut Transaction<'_>, changed: &Webhook) -> Result<(), StoreError> {
    let sql = "UPDATE webhooks SET name = ?2, description = ?3, url = ?4, events = ?5, secret = ?6, enabled = ?7, version = ?8, \
               updated_ms = ?9 WHERE webhook_id = ?1";
    let Webhook { id, name, description, url, secret, enabled, version, updated_ms, .. } = changed;
    let (events, enabled) = (events(changed), i64::from(*enabled));
    tx.execute(sql, params![id, name, description, url, events, secret.as_deref(), enabled, *version, *updated_ms])?;
    Ok(())
}

pub(super) fn update_health(tx: &mut Transaction<'_>, id: &str, health: &Health) -> Result<(), StoreError> {
    let sql = "UPDATE webhooks SET failures = ?2, failing_since_ms = ?3, failing_told = ?4, delivered_ms = ?5, last_error = ?6 \
               WHERE webhook_id = ?1";
    let Health { failures, failing_since_ms, told, delivered_ms, last_error } = health;
    let told = i64::from(*told);
    tx.execute(sql, params![id, *failures, *failing_since_ms, told, *delivered_ms, last_error.as_deref()])?;
    Ok(())
}

/// With its deliveries.
pub(super) fn delete(tx: &mut Transaction<'_>, id: &str) -> Result<(), StoreError> {
    tx.execute("DELETE FROM webhooks_deliveries WHERE webhook_id = ?1", params![id])?;
    tx.execute("DELETE FROM webhooks WHERE webhook_id = ?1", params![id])?;
    Ok(())
}

/// Puts a delivery into the outbox; one of the same event to the same webhook is there already. Whether it was new.
pub(super) fn queue(tx: &mut Transaction<'_>, new: &Delivery) -> Result<bool, StoreError> {
    let sql = "SELECT COALESCE((SELECT MAX(number) FROM webhooks_deliveries), 0) + 1 AS number";
    let number: i64 = tx.query_one(sql, &[], |row| row.get("number"))?.unwrap_or(1);
    let sql = "INSERT INTO webhooks_deliveries (number, delivery_id, webhook_id, seq, event, payload, state, attempts, next_ms, \
               created_ms, queued_ms, answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?9, '') \
               ON CONFLICT (webhook_id, seq, event) DO NOTHING";
    let Delivery { id, webhook, seq, event, payload, state, next_ms, created_ms, .. } = new;
    let values = params![number, id, webhook, *seq, event, payload, state.as_str(), *next_ms, *created_ms];
    Ok(tx.execute(sql, values)? > 0)
}

/// Deliveries whose time has come, to webhooks that are on, in the order of events.
pub(super) fn due(reader: &mut Reader<'_>, now_ms: i64, limit: u32) -> Result<Vec<Delivery>, StoreError> {
    let columns = DELIVERY.split(", ").map(|column| format!("d.{column}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "SELECT {columns} FROM webhooks_deliveries AS d JOIN webhooks AS w ON w.webhook_id = d.webhook_id \
         WHERE d.state = 'waiting' AND d.next_ms <= ?1 AND w.enabled = 1 ORDER BY d.seq, d.number LIMIT ?2"
    );
    reader.query(&sql, params![now_ms, limit], delivery)
}

/// Of one webhook, before a number, newest first.
pub(super) fn deliveries(
    reader: &mut Reader<'_>,
    webhook: &str,
    (state, before): (Option<DeliveryState>, i64),
    limit: u32,
) -> Result<Vec<Delivery>, StoreError> {
    let filter = Filter::new()
        .and("webhook_id = ?", webhook)
        .and("number < ?", before)
        .and_optional("state = ?", state.map(DeliveryState::as_str));
    let sql = format!(
        "SELECT {DELIVERY} FROM webhooks_deliveries WHERE {} ORDER BY number DESC LIMIT {limit}",
        filter.sql(0)
    );
    reader.query(&sql, filter.values(), delivery)
}

/// How many of a webhook wait.
pub(super) fn waiting(query: &mut impl Query, webhook: &str) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) AS waiting FROM webhooks_deliveries WHERE webhook_id = ?1 AND state = 'waiting'";
    Ok(query.query_one(sql, params![webhook], |row| row.get("waiting"))?.unwrap_or(0))
}

pub(super) fn find_delivery(query: &mut impl Query, webhook: &str, id: &str) -> Result<Option<Delivery>, StoreError> {
    let sql = format!("SELECT {DELIVERY} FROM webhooks_deliveries WHERE webhook_id = ?1 AND delivery_id = ?2");
    query.query_one(&sql, params![webhook, id], delivery)
}

/// Notes how an attempt went. One that waits no more (its webhook was deleted, say) stays as it is.
pub(super) fn note_attempt(
    tx: &mut Transaction<'_>,
    delivery: &Delivery,
    outcome: &Outcome,
    next: Next,
) -> Result<(), StoreError> {
    let now = tx.now().as_millis();
    let sql = "UPDATE webhooks_deliveries SET state = ?2, next_ms = ?3, attempts = ?4, last_ms = ?5, status = ?6, error = ?7, \
               answer = ?8 WHERE number = ?1 AND state = 'waiting'";
    let status = outcome.status.map(i64::from);
    let (state, attempts) = (next.state.as_str(), delivery.attempts + 1);
    let (error, answer) = (outcome.error.as_deref(), &outcome.answer);
    tx.execute(sql, params![delivery.number, state, next.next_ms, attempts, now, status, error, answer])?;
    Ok(())
}

/// What waits for a receiver that cannot be reached waits at least until then.
pub(super) fn defer(tx: &mut Transaction<'_>, webhook: &str, until_ms: i64) -> Result<(), StoreError> {
    let sql =
        "UPDATE webhooks_deliveries SET next_ms = ?2 WHERE webhook_id = ?1 AND state = 'waiting' AND next_ms < ?2";
    tx.execute(sql, params![webhook, until_ms])?;
    Ok(())
}

/// Sends it again from the start.
pub(super) fn requeue(tx: &mut Transaction<'_>, number: i64) -> Result<(), StoreError> {
    let now = tx.now().as_millis();
    let sql = "UPDATE webhooks_deliveries SET state = 'waiting', attempts = 0, next_ms = ?2, queued_ms = ?2 WHERE number = ?1";
    tx.execute(sql, params![number, now])?;
    Ok(())
}

/// Is there one from before a moment?
pub(super) fn is_older(reader: &mut Reader<'_>, before_ms: i64) -> Result<bool, StoreError> {
    let sql = "SELECT number FROM webhooks_deliveries WHERE created_ms < ?1 LIMIT 1";
    Ok(reader.query_one(sql, params![before_ms], |row| row.get::<i64>("number"))?.is_some())
}

/// Removes those from before a moment.
pub(super) fn forget(tx: &mut Transaction<'_>, before_ms: i64) -> Result<(), StoreError> {
    tx.execute("DELETE FROM webhooks_deliveries WHERE created_ms < ?1", params![before_ms])?;
    Ok(())
}
