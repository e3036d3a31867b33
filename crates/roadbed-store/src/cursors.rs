//! Durable cursors of event consumers. A consumer moves its cursor in the transaction of its work, so an event is
//! neither lost nor done twice.

use crate::error::StoreError;
use crate::params;
use crate::scope::{Scope, Transaction};
use crate::store::Store;
use roadbed_core::EventSeq;

impl Store {
    /// Where a consumer is; 0 before its first event.
    ///
    /// # Errors
    /// Any [`StoreError`] of the read.
    pub async fn cursor(&self, consumer: &str) -> Result<EventSeq, StoreError> {
        let consumer = consumer.to_owned();
        self.read(move |reader| read_cursor(reader.scope, &consumer)).await
    }
}

impl Transaction<'_> {
    /// Where a consumer is, in this transaction.
    ///
    /// # Errors
    /// Any error of the statement.
    pub fn cursor(&mut self, consumer: &str) -> Result<EventSeq, StoreError> {
        read_cursor(self.scope, consumer)
    }

    /// Moves a consumer from one place to a later one.
    ///
    /// # Errors
    /// [`StoreError::CursorMoved`] when it is not at `from`: another copy of the consumer was faster.
    pub fn advance_cursor(&mut self, consumer: &str, from: EventSeq, to: EventSeq) -> Result<(), StoreError> {
        let found = read_cursor(self.scope, consumer)?;
        if found != from {
            return Err(StoreError::CursorMoved { consumer: consumer.to_owned(), expected: from.0, found: found.0 });
        }
        self.scope.execute(
            "INSERT INTO store_cursors (consumer, seq) VALUES (?1, ?2) ON CONFLICT (consumer) DO UPDATE SET seq = excluded.seq",
            params![consumer, to],
        )?;
        Ok(())
    }
}

fn read_cursor(scope: &mut Scope, consumer: &str) -> Result<EventSeq, StoreError> {
    let rows = scope.query_rows("SELECT seq FROM store_cursors WHERE consumer = ?1", params![consumer])?;
    rows.first().map_or(Ok(EventSeq(0)), |row| row.get("seq"))
}
