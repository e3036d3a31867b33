use roadbed_capability::manifest::Manifest;
use roadbed_core::InstanceId;
use roadbed_store::{Execute, Query, StoreError, Transaction, params};

/// Digest of the manifest applied last.
pub(super) fn applied_digest(r: &mut impl Query, instance: InstanceId) -> Result<Option<String>, StoreError> {
    let sql = "SELECT digest FROM manifests_applied WHERE instance_id = ?1";
    r.query_one(sql, params![instance], |row| row.get("digest"))
}

pub(super) fn put_applied(
    tx: &mut Transaction<'_>,
    instance: InstanceId,
    manifest: &Manifest,
    actor: &str,
) -> Result<(), StoreError> {
    let now = tx.now();
    let sql =
        "INSERT INTO manifests_applied (instance_id, digest, document, applied_at, actor) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (instance_id) DO UPDATE SET digest = excluded.digest, document = excluded.document,
                 applied_at = excluded.applied_at, actor = excluded.actor";
    tx.execute(sql, params![instance, manifest.digest, manifest.to_json().to_string(), now, actor])?;
    Ok(())
}
