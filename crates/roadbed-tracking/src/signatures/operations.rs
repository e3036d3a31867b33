//! What can be done about signatures of versions.

use super::bundle;
use super::check::{Checked, check};
use super::files::FileHashes;
use super::keys;
use super::model::{Frozen, ModelVersionSigned, Signature, SignatureError, SigningKey};
use super::stand::Desk;
use super::statement::{Statement, is_ignored};
use super::store;
use crate::mlflow::{Call, MlflowError, Tracking};
use roadbed_contracts::events::Subject;
use roadbed_core::TeamId;
use roadbed_store::{Execute as _, Reader, Transaction};

/// A signature as it is shown, with what a check of it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Id of the key.
    pub key: String,
    pub key_name: String,
    /// Does the key still sign?
    pub key_is_current: bool,
    pub signed_by: String,
    pub signed_ms: i64,
    pub checked: Checked,
}

/// A version by its number in text.
pub(super) async fn frozen(desk: &Desk, call: &Call, name: &str, number: &str) -> Result<Frozen, SignatureError> {
    let unreadable = |_| MlflowError::invalid(format!("a version is a number, not {number:.100}"));
    let version: i64 = number.parse().map_err(unreadable)?;
    let (team, name, of) = (call.team, name.to_owned(), desk.of);
    let read = move |r: &mut Reader<'_>| (of.read)(r, team, &name, version);
    Ok(desk.tracking.context.store.read(read).await?)
}

async fn stored(
    tracking: &Tracking,
    team: TeamId,
    frozen: &Frozen,
) -> Result<Option<(Signature, SigningKey)>, MlflowError> {
    let (model, version) = (frozen.model, frozen.version);
    let read = move |r: &mut Reader<'_>| {
        let Some(signature) = store::find(r, model, version)? else { return Ok(None) };
        let key = store::find_key(r, team, &signature.key)?;
        Ok::<_, MlflowError>(key.map(|key| (signature, key)))
    };
    tracking.context.store.read(read).await
}

/// The signature of a version and whether it fits; none for one that is not signed. With `read` every byte of its files is read.
///
/// # Errors
/// The store or the blobs fail.
pub async fn find(
    (tracking, hashes): (&Tracking, &FileHashes),
    team: TeamId,
    frozen: &Frozen,
    read: bool,
) -> Result<Option<Shown>, MlflowError> {
    let Some((signature, key)) = stored(tracking, team, frozen).await? else { return Ok(None) };
    let checked = check(hashes, (&signature, &key), frozen, read).await?;
    Ok(Some(shown(signature, key, checked)))
}

fn shown(signature: Signature, key: SigningKey, checked: Checked) -> Shown {
    Shown {
        key: key.id,
        key_name: key.name,
        key_is_current: key.retired_ms.is_none(),
        signed_by: signature.signed_by,
        signed_ms: signature.signed_ms,
        checked,
    }
}

/// The text of a version's `model.sig`.
pub(super) async fn bundle_of(desk: &Desk, call: &Call, frozen: &Frozen) -> Result<String, SignatureError> {
    let unsigned = || SignatureError::Unsigned { name: frozen.name.clone(), version: frozen.version };
    let (signature, _) = stored(&desk.tracking, call.team, frozen).await?.ok_or_else(unsigned)?;
    Ok(signature.bundle)
}

/// Signs the files of a version with the team's key. What is signed with that key already, and fits, stays as it is.
pub(super) async fn sign(desk: &Desk, call: &Call, frozen: &Frozen) -> Result<Shown, SignatureError> {
    let tracking = &desk.tracking;
    let none = || SignatureError::NoFiles { name: frozen.name.clone(), version: frozen.version };
    let digest = frozen.digest.ok_or_else(none)?;
    if frozen.files.iter().all(|file| is_ignored(&file.path)) {
        return Err(none());
    }
    let key = keys::current(tracking, call).await?;
    if let Some((known, by)) = stored(tracking, call.team, frozen).await?.filter(|(known, _)| known.key == key.id) {
        let checked = check(&desk.hashes, (&known, &by), frozen, false).await?;
        if checked.fits() {
            return Ok(shown(known, by, checked));
        }
    }
    let statement = statement(desk, frozen).await?;
    let unwritable = || SignatureError::Cryptography("the statement cannot be written");
    let seals = &tracking.context.seals;
    let bundle = bundle::write(&statement, &key.id, unwritable, |bytes| key.sign(seals, bytes))?;
    let new = Signature {
        model: frozen.model,
        version: frozen.version,
        team: call.team,
        key: key.id.clone(),
        digest,
        bundle,
        signed_by: call.caller.principal().name.clone(),
        signed_ms: 0,
    };
    let signed = write(desk, call, frozen, new).await?;
    let checked = check(&desk.hashes, (&signed, &key), frozen, false).await?;
    Ok(shown(signed, key, checked))
}

async fn statement(desk: &Desk, frozen: &Frozen) -> Result<Statement, SignatureError> {
    let mut files = Vec::with_capacity(frozen.files.len());
    for file in &frozen.files {
        // What was read once may have become unreadable since, and nobody wants a signature of that.
        let digest = desk
            .hashes
            .read(file, true)
            .await?
            .content()
            .ok_or_else(|| SignatureError::Damaged { file: file.path.clone() })?;
        files.push((file.path.clone(), digest));
    }
    Ok(Statement::new(&format!("{}/{}", frozen.name, frozen.version), &files))
}

async fn write(desk: &Desk, call: &Call, frozen: &Frozen, new: Signature) -> Result<Signature, MlflowError> {
    let (acting, name, of) = (call.clone(), frozen.name.clone(), desk.of);
    let write = move |tx: &mut Transaction<'_>| {
        // It may be gone by now, and its name another's.
        let found = (of.find)(tx, acting.team, &name, new.version)?;
        if found.model != new.model || found.digest != Some(new.digest) {
            return Err(MlflowError::missing(format!("{name}/{} was deleted meanwhile", new.version)));
        }
        let signed = Signature { signed_ms: tx.now().as_millis(), ..new.clone() };
        store::put(tx, &signed)?;
        let (model, key) = (name.clone(), signed.key.clone());
        let body = ModelVersionSigned { model, version: signed.version, key, digest: signed.digest };
        tx.emit(&acting.event(Subject::new("model", &name)), &body)?;
        Ok(signed)
    };
    call.write(&desk.tracking, write).await
}
