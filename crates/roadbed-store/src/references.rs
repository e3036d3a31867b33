//! Blob references: the only way a digest gets into a row, so that no referenced blob is ever collected.

use crate::error::StoreError;
use crate::params;
use crate::scope::Transaction;
use crate::sql::filter::Filter;
use crate::store::Store;
use roadbed_core::Digest;
use std::collections::HashSet;

/// The row that holds a digest: a kind of the glossary and the row's id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    pub kind: &'static str,
    pub id: String,
}

impl Owner {
    #[must_use]
    pub fn new(kind: &'static str, id: impl std::fmt::Display) -> Self {
        Self { kind, id: id.to_string() }
    }
}

/// Digests asked about in one statement.
const DIGESTS_PER_STATEMENT: usize = 1024;

impl Transaction<'_> {
    /// Keeps a blob from being collected as long as the owner holds it. Doing it twice is once.
    ///
    /// # Errors
    /// Any error of the statement.
    pub fn retain(&mut self, digest: &Digest, owner: &Owner) -> Result<(), StoreError> {
        self.scope.execute(
            "INSERT INTO store_blob_references (digest, owner_kind, owner_id) VALUES (?1, ?2, ?3) \
             ON CONFLICT (digest, owner_kind, owner_id) DO NOTHING",
            params![digest, owner.kind, &owner.id],
        )?;
        Ok(())
    }

    /// Drops every reference of the owner.
    ///
    /// # Errors
    /// Any error of the statement.
    pub fn release(&mut self, owner: &Owner) -> Result<(), StoreError> {
        self.scope.execute(
            "DELETE FROM store_blob_references WHERE owner_kind = ?1 AND owner_id = ?2",
            params![owner.kind, &owner.id],
        )?;
        Ok(())
    }
}

impl Store {
    /// Whether an owner of this kind holds the blob: the one with this id, or any for `None`.
    ///
    /// # Errors
    /// Any [`StoreError`] of the read.
    pub async fn is_held(&self, digest: Digest, kind: &'static str, id: Option<String>) -> Result<bool, StoreError> {
        self.read(move |reader| {
            let filter =
                Filter::new().and("digest = ?", digest).and("owner_kind = ?", kind).and_optional("owner_id = ?", id);
            let sql = format!("SELECT digest FROM store_blob_references WHERE {} LIMIT 1", filter.sql(0));
            Ok(!reader.scope.query_rows(&sql, filter.values())?.is_empty())
        })
        .await
    }

    /// Those of the digests that nobody holds, in the given order. Only blobs that have been unreferenced for a day
    /// may be deleted, since a blob is written before the transaction that retains it.
    ///
    /// # Errors
    /// Any [`StoreError`] of the read.
    pub async fn unreferenced(&self, digests: Vec<Digest>) -> Result<Vec<Digest>, StoreError> {
        self.read(move |reader| {
            let mut held: HashSet<Digest> = HashSet::new();
            for chunk in digests.chunks(DIGESTS_PER_STATEMENT) {
                let filter = Filter::new().in_list("digest", chunk);
                let sql = format!("SELECT DISTINCT digest FROM store_blob_references WHERE {}", filter.sql(0));
                for row in reader.scope.query_rows(&sql, filter.values())? {
                    held.insert(row.get("digest")?);
                }
            }
            Ok(digests.into_iter().filter(|digest| !held.contains(digest)).collect())
        })
        .await
    }
}
