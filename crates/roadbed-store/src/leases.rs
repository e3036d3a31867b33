//! Leases: one holder of a name at a time, with an epoch that grows at every change of hands. The epoch is compared in
//! the lane, so a holder that was away too long cannot write after it was replaced.
//!
//! Time is the database's where several processes share it, and the process's clock on SQLite.

use crate::error::StoreError;
use crate::params;
use crate::scope::{Scope, Transaction};
use crate::store::Store;
use roadbed_core::Timestamp;
use std::time::Duration;

/// A held lease. Keep it; [`Transaction::check_lease`] needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub name: String,
    pub holder: String,
    /// Grows by one whenever a free or expired lease is taken.
    pub epoch: i64,
    /// When others may take it, in the time of the database.
    pub expires_at: Timestamp,
}

impl Store {
    /// Takes the lease when it is free or expired, with the next epoch, or extends it with the same epoch while this
    /// holder has it; `None` while another one has it. A holder's name must be new at every start of a process.
    ///
    /// # Errors
    /// Any [`StoreError`] of the write.
    pub async fn acquire_lease(&self, name: &str, holder: &str, ttl: Duration) -> Result<Option<Lease>, StoreError> {
        let (name, holder) = (name.to_owned(), holder.to_owned());
        self.write(move |tx| acquire(tx.scope, &name, &holder, ttl)).await
    }

    /// Extends a lease from now.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another holder has taken it over.
    pub async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Lease, StoreError> {
        let lease = lease.clone();
        self.write(move |tx| {
            let expires_at = database_now(tx.scope)?.plus(ttl);
            let changed = tx.scope.execute(
                "UPDATE store_leases SET expires_at = ?1 WHERE name = ?2 AND holder = ?3 AND epoch = ?4",
                params![expires_at, &lease.name, &lease.holder, lease.epoch],
            )?;
            if changed == 0 { Err(lost(&lease)) } else { Ok(Lease { expires_at, ..lease.clone() }) }
        })
        .await
    }

    /// Gives a lease back so that another holder need not wait. A lease that was taken over stays with its new holder.
    ///
    /// # Errors
    /// Any [`StoreError`] of the write.
    pub async fn release_lease(&self, lease: &Lease) -> Result<(), StoreError> {
        let lease = lease.clone();
        // The row stays, for its epoch.
        self.write(move |tx| {
            tx.scope.execute(
                "UPDATE store_leases SET expires_at = 0 WHERE name = ?1 AND holder = ?2 AND epoch = ?3",
                params![&lease.name, &lease.holder, lease.epoch],
            )?;
            Ok(())
        })
        .await
    }
}

impl Transaction<'_> {
    /// Ends the transaction with an error unless the lease is still the newest of its name.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when another holder has taken it over.
    pub fn check_lease(&mut self, lease: &Lease) -> Result<(), StoreError> {
        let rows = self.scope.query_rows(
            "SELECT epoch FROM store_leases WHERE name = ?1 AND holder = ?2 AND epoch = ?3",
            params![&lease.name, &lease.holder, lease.epoch],
        )?;
        if rows.is_empty() { Err(lost(lease)) } else { Ok(()) }
    }
}

fn lost(lease: &Lease) -> StoreError {
    StoreError::LeaseLost { name: lease.name.clone() }
}

fn database_now(scope: &mut Scope) -> Result<Timestamp, StoreError> {
    Ok(scope.session.database_now()?.unwrap_or_else(|| scope.now()))
}

fn acquire(scope: &mut Scope, name: &str, holder: &str, ttl: Duration) -> Result<Option<Lease>, StoreError> {
    let now = database_now(scope)?;
    let rows = scope.query_rows("SELECT holder, epoch, expires_at FROM store_leases WHERE name = ?1", params![name])?;
    let mut epoch = 1;
    if let Some(row) = rows.first() {
        let held_by: String = row.get("holder")?;
        let held = row.get::<Timestamp>("expires_at")? > now;
        if held && held_by != holder {
            return Ok(None);
        }
        epoch = row.get::<i64>("epoch")? + i64::from(!held);
    }
    let expires_at = now.plus(ttl);
    scope.execute(
        "INSERT INTO store_leases (name, holder, epoch, expires_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, epoch = excluded.epoch, expires_at = excluded.expires_at",
        params![name, holder, epoch, expires_at],
    )?;
    Ok(Some(Lease { name: name.to_owned(), holder: holder.to_owned(), epoch, expires_at }))
}
