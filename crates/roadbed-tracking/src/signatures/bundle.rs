//! The form of `model.sig`: a Sigstore bundle with a DSSE envelope, signed with a key instead of a certificate.
//! Sources: `sigstore/protobuf-specs` bundle v0.3 as JSON, DSSE 1.0 (`protocol.md`), `model_signing` 1.1.1
//! `_signing/sign_ec_key.py` and `sign_sigstore_pb.py`.

use super::statement::Statement;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// Media type of a bundle.
pub(super) const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bundle {
    media_type: String,
    verification_material: Material,
    dsse_envelope: Envelope,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Material {
    public_key: KeyHint,
    /// None: the team's server is no transparency log. Clients want the list.
    tlog_entries: Vec<serde_json::Value>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeyHint {
    /// SHA-256 of the public key in PEM, in hex.
    hint: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    payload: String,
    payload_type: String,
    signatures: Vec<EnvelopeSignature>,
}

#[derive(Debug, Serialize, Deserialize)]
struct EnvelopeSignature {
    sig: String,
    keyid: String,
}

/// What is signed of a payload: its type and length stand before it, so that it cannot be taken for something of another type.
fn authenticated(payload: &[u8]) -> Vec<u8> {
    let before = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
    [before.as_bytes(), payload].concat()
}

/// The text of `model.sig`. `sign` makes an ECDSA signature in ASN.1 of the bytes it is given.
///
/// # Errors
/// Those of `sign`, and `unwritable` when there is no JSON of it.
pub(super) fn write<E>(
    statement: &Statement,
    key: &str,
    unwritable: impl Fn() -> E,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<String, E> {
    let payload = serde_json::to_vec(statement).map_err(|_| unwritable())?;
    let signature = sign(&authenticated(&payload))?;
    let bundle = Bundle {
        media_type: MEDIA_TYPE.to_owned(),
        verification_material: Material { public_key: KeyHint { hint: key.to_owned() }, tlog_entries: Vec::new() },
        dsse_envelope: Envelope {
            payload: STANDARD.encode(payload),
            payload_type: PAYLOAD_TYPE.to_owned(),
            signatures: vec![EnvelopeSignature { sig: STANDARD.encode(signature), keyid: String::new() }],
        },
    };
    serde_json::to_string(&bundle).map_err(|_| unwritable())
}

/// The statement of a bundle whose signature `is_good` (bytes that were signed, signature); none when it is not, or is no bundle of ours.
pub(super) fn read(text: &str, is_good: impl Fn(&[u8], &[u8]) -> bool) -> Option<Statement> {
    let bundle: Bundle = serde_json::from_str(text).ok()?;
    let payload = STANDARD.decode(bundle.dsse_envelope.payload).ok()?;
    let signature = STANDARD.decode(&bundle.dsse_envelope.signatures.first()?.sig).ok()?;
    if bundle.dsse_envelope.payload_type != PAYLOAD_TYPE || !is_good(&authenticated(&payload), &signature) {
        return None;
    }
    serde_json::from_slice(&payload).ok()
}
