//! The outbox: events are written in the transaction of the change, numbered in commit order, and audit events are
//! chained by hash so that a later change of the log shows.

use crate::error::StoreError;
use crate::params;
use crate::row::Row;
use crate::scope::{Outbox, Scope, Transaction};
use crate::sql::filter::Filter;
use crate::value::Value;
use roadbed_contracts::events::{Actor, Event, EventBody, EventClass, EventHeader, Subject};
use roadbed_core::{EventSeq, Timestamp};

const SELECT_EVENTS: &str = "SELECT seq, at, kind, version, class, team_id, instance_id, subject_kind, subject_id, \
     actor, cause, change_id, body, audit_hash FROM store_events";

impl Transaction<'_> {
    /// Writes an event into this transaction. Its number is final once the transaction has committed.
    ///
    /// # Errors
    /// The body does not serialize, or any error of the statement.
    pub fn emit<B: EventBody>(&mut self, header: &EventHeader, body: &B) -> Result<EventSeq, StoreError> {
        let body = serde_json::to_string(body).map_err(|error| StoreError::Event { detail: error.to_string() })?;
        let at = self.scope.now();
        let mut outbox = load_outbox(self.scope)?;
        outbox.seq += 1;
        let stored = StoredEvent { seq: outbox.seq, at, kind: B::KIND, version: B::VERSION, header, body: &body };
        if B::CLASS == EventClass::Audit {
            outbox.audit_hash = stored.chain_hash(&outbox.audit_hash);
            outbox.audit_seq = outbox.seq;
        }
        stored.insert(self.scope, B::CLASS, &outbox)?;
        self.scope.outbox = Some(outbox);
        self.scope.mark_emitted();
        Ok(EventSeq(outbox.seq))
    }

    /// The last event about a subject, also one of this transaction: what led to the next, where nobody asked for it.
    ///
    /// # Errors
    /// Any error of the statement.
    pub fn last_event_about(&mut self, subject: &Subject) -> Result<Option<EventSeq>, StoreError> {
        let sql = "SELECT MAX(seq) AS seq FROM store_events WHERE subject_kind = ?1 AND subject_id = ?2";
        let found = self.scope.query_rows(sql, params![&subject.kind, &subject.id])?;
        found.first().map_or(Ok(None), |row| row.get("seq"))
    }

    /// Deletes activity events older than `before` that every durable cursor has passed; returns how many.
    /// Audit events stay for ever.
    ///
    /// # Errors
    /// Any error of the statement.
    pub fn delete_activity_events(&mut self, before: Timestamp) -> Result<u64, StoreError> {
        self.scope.execute(
            "DELETE FROM store_events WHERE class = 'activity' AND at < ?1 \
             AND seq <= COALESCE((SELECT MIN(seq) FROM store_cursors), seq)",
            params![before],
        )
    }
}

/// The row of an event that is being written.
struct StoredEvent<'a> {
    seq: i64,
    at: Timestamp,
    kind: &'a str,
    version: u16,
    header: &'a EventHeader,
    body: &'a str,
}

impl StoredEvent<'_> {
    fn insert(&self, scope: &mut Scope, class: EventClass, outbox: &Outbox) -> Result<(), StoreError> {
        let header = self.header;
        let hash = (class == EventClass::Audit).then(|| outbox.audit_hash.to_vec());
        scope.execute(
            "INSERT INTO store_events (seq, at, kind, version, class, team_id, instance_id, subject_kind, subject_id, \
             actor, cause, change_id, body, audit_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            params![
                self.seq,
                self.at,
                self.kind,
                self.version,
                class.as_str(),
                header.team,
                header.instance,
                &header.subject.kind,
                &header.subject.id,
                header.actor.as_str(),
                header.cause,
                header.change.as_deref(),
                self.body,
                hash
            ],
        )?;
        Ok(())
    }

    /// BLAKE3 over the hash before and every field with its length in front, so no two events give the same bytes.
    fn chain_hash(&self, before: &[u8; 32]) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_derive_key("roadbed audit chain 1");
        hasher.update(before);
        let optional = |text: Option<String>| text.map_or_else(|| "-".to_owned(), |text| format!("+{text}"));
        let header = self.header;
        let fields = [
            self.seq.to_string(),
            self.at.as_micros().to_string(),
            self.kind.to_owned(),
            self.version.to_string(),
            optional(header.team.map(|team| team.to_string())),
            optional(header.instance.map(|instance| instance.to_string())),
            header.subject.kind.clone(),
            header.subject.id.clone(),
            header.actor.as_str().to_owned(),
            optional(header.cause.map(|cause| cause.to_string())),
            optional(header.change.clone()),
            self.body.to_owned(),
        ];
        for field in &fields {
            hasher.update(&(field.len() as u64).to_le_bytes());
            hasher.update(field.as_bytes());
        }
        *hasher.finalize().as_bytes()
    }
}

/// The outbox of the running transaction, read once and then kept in memory until the commit.
fn load_outbox(scope: &mut Scope) -> Result<Outbox, StoreError> {
    match scope.outbox {
        Some(outbox) => Ok(outbox),
        None => read_outbox(scope),
    }
}

fn read_outbox(scope: &mut Scope) -> Result<Outbox, StoreError> {
    let rows = scope.query_rows("SELECT seq, audit_seq, audit_hash FROM store_head WHERE id = 1", &[])?;
    let missing = || StoreError::Corrupt { table: "store_head".into(), column: "id".into(), value: "no row".into() };
    let row = rows.first().ok_or_else(missing)?;
    Ok(Outbox { seq: row.get("seq")?, audit_seq: row.get("audit_seq")?, audit_hash: hash_of(row)? })
}

fn hash_of(row: &Row) -> Result<[u8; 32], StoreError> {
    let bytes: Vec<u8> = row.get("audit_hash")?;
    bytes.try_into().map_err(|bytes: Vec<u8>| StoreError::Corrupt {
        table: "store_head".into(),
        column: "audit_hash".into(),
        value: format!("{} bytes", bytes.len()),
    })
}

/// Writes the outbox back before the commit; says where the head is when it moved.
pub(crate) fn save_outbox(scope: &mut Scope) -> Result<Option<EventSeq>, StoreError> {
    let Some(outbox) = scope.outbox.take() else { return Ok(None) };
    scope.execute(
        "UPDATE store_head SET seq = ?1, audit_seq = ?2, audit_hash = ?3 WHERE id = 1",
        params![outbox.seq, outbox.audit_seq, outbox.audit_hash.to_vec()],
    )?;
    Ok(Some(EventSeq(outbox.seq)))
}

/// Number of the last committed event, 0 when there is none.
pub(crate) fn read_head(scope: &mut Scope) -> Result<EventSeq, StoreError> {
    read_outbox(scope).map(|outbox| EventSeq(outbox.seq))
}

/// Events after a place, ascending.
pub(crate) fn read_events(scope: &mut Scope, after: EventSeq, limit: u32) -> Result<Vec<Event>, StoreError> {
    let sql = format!("{SELECT_EVENTS} WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    scope.query_rows(&sql, params![after, limit])?.iter().map(event_of).collect()
}

/// Which events to read backwards; each condition has an index.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventsBackwards {
    /// Kind and id of the subject.
    pub subject: Option<Subject>,
    pub class: Option<EventClass>,
}

/// Events before a place, descending.
pub(crate) fn read_events_before(
    scope: &mut Scope,
    before: EventSeq,
    wanted: &EventsBackwards,
    limit: u32,
) -> Result<Vec<Event>, StoreError> {
    let mut filter =
        Filter::new().and("seq < ?", before).and_optional("class = ?", wanted.class.map(EventClass::as_str));
    if let Some(subject) = &wanted.subject {
        let values = vec![subject.kind.as_str().into(), subject.id.as_str().into()];
        filter = filter.and_all("subject_kind = ? AND subject_id = ?", values);
    }
    let sql = format!("{SELECT_EVENTS} WHERE {} ORDER BY seq DESC LIMIT {limit}", filter.sql(0));
    scope.query_rows(&sql, filter.values())?.iter().map(event_of).collect()
}

/// The first event at or after a moment, or the place behind the last one. Found by halving, because numbers grow with time; a clock
/// that was set back makes it inexact, so that a caller leaves a margin.
pub(crate) fn first_event_since(scope: &mut Scope, moment: Timestamp) -> Result<EventSeq, StoreError> {
    // Numbers have gaps where activity was deleted: a probe looks at the nearest event from its place on.
    let sql = "SELECT seq, at FROM store_events WHERE seq >= ?1 ORDER BY seq LIMIT 1";
    let (mut low, mut high) = (1_i64, read_head(scope)?.0 + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let rows = scope.query_rows(sql, params![middle])?;
        match rows.first() {
            Some(row) if row.get::<Timestamp>("at")? < moment => low = row.get::<i64>("seq")? + 1,
            _ => high = middle,
        }
    }
    Ok(EventSeq(low))
}

fn event_of(row: &Row) -> Result<Event, StoreError> {
    let corrupt = |column: &str, value: &str| StoreError::Corrupt {
        table: "store_events".into(),
        column: column.into(),
        value: value.chars().take(80).collect(),
    };
    let class: String = row.get("class")?;
    let body: String = row.get("body")?;
    Ok(Event {
        seq: row.get("seq")?,
        at: row.get("at")?,
        kind: row.get("kind")?,
        version: row.get("version")?,
        class: match class.as_str() {
            "audit" => EventClass::Audit,
            "activity" => EventClass::Activity,
            other => return Err(corrupt("class", other)),
        },
        header: EventHeader {
            team: row.parse_optional("team_id")?,
            instance: row.parse_optional("instance_id")?,
            subject: Subject { kind: row.get("subject_kind")?, id: row.get("subject_id")? },
            actor: Actor::from_stored(row.get("actor")?),
            cause: row.get("cause")?,
            change: row.get("change_id")?,
        },
        body: serde_json::from_str(&body).map_err(|_| corrupt("body", &body))?,
    })
}

/// How far the audit chain was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditReport {
    /// Audit events checked, all of them.
    pub events: u64,
    /// The last of them, 0 when there is none.
    pub last: EventSeq,
    /// Hash of the last one; keep it elsewhere to notice a chain that was rewritten as a whole.
    pub hash: [u8; 32],
}

const AUDIT_PAGE: u32 = 1000;

/// Recomputes every link of the audit chain.
pub(crate) fn verify_audit(scope: &mut Scope) -> Result<AuditReport, StoreError> {
    let mut report = AuditReport { events: 0, last: EventSeq(0), hash: [0; 32] };
    let sql = format!("{SELECT_EVENTS} WHERE class = 'audit' AND seq > ?1 ORDER BY seq LIMIT ?2");
    loop {
        let rows = scope.query_rows(&sql, params![report.last, AUDIT_PAGE])?;
        for row in &rows {
            verify_link(row, &mut report)?;
        }
        if rows.is_empty() {
            break;
        }
    }
    let head = read_outbox(scope)?;
    if (head.audit_seq, head.audit_hash) != (report.last.0, report.hash) {
        let detail = format!("the head says {} and the last audit event is {}", head.audit_seq, report.last);
        return Err(StoreError::AuditBroken { seq: head.audit_seq, detail });
    }
    Ok(report)
}

fn verify_link(row: &Row, report: &mut AuditReport) -> Result<(), StoreError> {
    let event = event_of(row)?;
    let body: String = row.get("body")?;
    let stored = StoredEvent {
        seq: event.seq.0,
        at: event.at,
        kind: &event.kind,
        version: event.version,
        header: &event.header,
        body: &body,
    };
    let hash = stored.chain_hash(&report.hash);
    if row.get::<Value>("audit_hash")? != Value::Bytes(hash.to_vec()) {
        let detail = "its hash does not follow from its fields and the audit event before".to_owned();
        return Err(StoreError::AuditBroken { seq: event.seq.0, detail });
    }
    *report = AuditReport { events: report.events + 1, last: event.seq, hash };
    Ok(())
}
