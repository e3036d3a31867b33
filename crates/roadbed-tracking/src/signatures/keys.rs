//! Pairs of keys: made, sealed, opened for a signature, retired. ECDSA on P-256 with SHA-256 (FIPS 186-5), public halves as
//! SubjectPublicKeyInfo (RFC 5480) in PEM (RFC 7468), private ones as PKCS #8.

use super::files::hex;
use super::model::{CURRENT, FIRST, NAME_LIMIT, SignatureError, SigningKey, SigningKeyMade};
use super::store;
use crate::mlflow::{Call, MlflowError, Tracking};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, UnparsedPublicKey,
};
use roadbed_capability::Seals;
use roadbed_contracts::events::Subject;
use roadbed_core::TeamId;
use roadbed_store::{Reader, Transaction};

/// SubjectPublicKeyInfo of a P-256 key up to the point itself, which has 65 bytes (RFC 5480, 2.1.1).
const BEFORE_POINT: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";
/// Characters of a line of PEM.
const LINE: usize = 64;

fn failed<E>(what: &'static str) -> impl Fn(E) -> SignatureError {
    move |_| SignatureError::Cryptography(what)
}

/// As OpenSSL and `cryptography` write it: bundles name the SHA-256 of exactly this text.
fn pem(point: &[u8]) -> String {
    let base64 = STANDARD.encode([&BEFORE_POINT, point].concat());
    let mut text = format!("{BEGIN}\n");
    for (place, character) in base64.chars().enumerate() {
        if place > 0 && place % LINE == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    text + "\n" + END + "\n"
}

/// The point of a public key; none when it is not one that [`pem`] wrote.
fn point(pem: &str) -> Option<Vec<u8>> {
    let base64: String = pem.trim().strip_prefix(BEGIN)?.strip_suffix(END)?.split_whitespace().collect();
    Some(STANDARD.decode(base64).ok()?.strip_prefix(&BEFORE_POINT)?.to_vec())
}

/// What a sealed key is sealed for: it opens in the row of its own id only.
fn purpose(id: &str) -> String {
    format!("signing-key/{id}")
}

impl SigningKey {
    fn new(seals: &Seals, team: TeamId, name: &str, created_by: &str) -> Result<Self, SignatureError> {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random);
        let private = made.map_err(failed("no key could be made"))?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, private.as_ref(), &random);
        let public_key = pem(pair.map_err(failed("a new key cannot be read"))?.public_key().as_ref());
        let id = hex(digest(&SHA256, public_key.as_bytes()).as_ref());
        let sealed = seals.seal(&purpose(&id), private.as_ref()).map_err(SignatureError::Sealed)?;
        let (name, created_by) = (name.to_owned(), created_by.to_owned());
        Ok(Self { id, team, name, public_key, sealed, created_by, created_ms: 0, retired_ms: None })
    }

    /// A signature in ASN.1 of these bytes.
    pub(super) fn sign(&self, seals: &Seals, bytes: &[u8]) -> Result<Vec<u8>, SignatureError> {
        let random = SystemRandom::new();
        let private = seals.open(&purpose(&self.id), &self.sealed).map_err(SignatureError::Sealed)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &private, &random);
        let signed = pair.map_err(failed("the key cannot be read"))?.sign(&random, bytes);
        Ok(signed.map_err(failed("nothing could be signed"))?.as_ref().to_vec())
    }

    /// Did the private half of this key sign these bytes?
    pub(super) fn is_good(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let point = point(&self.public_key);
        point.is_some_and(|point| {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(bytes, signature).is_ok()
        })
    }
}

/// The keys of the team, newest first.
pub(super) async fn list(tracking: &Tracking, call: &Call) -> Result<Vec<SigningKey>, SignatureError> {
    let team = call.team;
    Ok(tracking.context.store.read(move |r: &mut Reader<'_>| store::keys(r, team)).await?)
}

/// A key by its id, or the one that signs now.
pub(super) async fn find(tracking: &Tracking, call: &Call, wanted: &str) -> Result<SigningKey, SignatureError> {
    let found = list(tracking, call).await?;
    let is_wanted = |key: &SigningKey| if wanted == CURRENT { key.retired_ms.is_none() } else { key.id == wanted };
    let unknown = || SignatureError::UnknownKey(wanted.chars().take(64).collect());
    found.into_iter().find(is_wanted).ok_or_else(unknown)
}

/// The key that signs now, made when the team has none yet.
pub(super) async fn current(tracking: &Tracking, call: &Call) -> Result<SigningKey, SignatureError> {
    let team = call.team;
    let known = tracking.context.store.read(move |r: &mut Reader<'_>| store::current_key(r, team)).await?;
    match known {
        Some(known) => Ok(known),
        None => make(tracking, call, FIRST, |current| current.is_none()).await,
    }
}

/// Makes a new key, which retires the one before it.
pub(super) async fn rotate(tracking: &Tracking, call: &Call, name: &str) -> Result<SigningKey, SignatureError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LIMIT || name.chars().any(char::is_control) {
        return Err(SignatureError::KeyName);
    }
    make(tracking, call, name, |_| true).await
}

/// Two may ask for the first key at the same time: `is_wanted` sees the current key in the transaction, and when it declines, that one is
/// the answer.
async fn make(
    tracking: &Tracking,
    call: &Call,
    name: &str,
    is_wanted: fn(Option<&SigningKey>) -> bool,
) -> Result<SigningKey, SignatureError> {
    let new = SigningKey::new(&tracking.context.seals, call.team, name, &call.caller.principal().name)?;
    let acting = call.clone();
    let write = move |tx: &mut Transaction<'_>| {
        let current = store::current_key(tx, acting.team)?;
        if let Some(current) = current.clone().filter(|current| !is_wanted(Some(current))) {
            tx.without_event("somebody else made the first key at the same time");
            return Ok(current);
        }
        let previous = current.map(|current| current.id);
        store::retire_keys(tx, acting.team)?;
        let made = store::insert_key(tx, new.clone())?;
        let body = SigningKeyMade { key: made.id.clone(), name: made.name.clone(), previous };
        tx.emit(&acting.event(Subject::new("signing_key", &made.id)), &body)?;
        Ok::<_, MlflowError>(made)
    };
    Ok(call.write(tracking, write).await?)
}
