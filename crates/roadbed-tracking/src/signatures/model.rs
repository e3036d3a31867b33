//! Signing keys, signatures, their errors and events.

use crate::artifacts::StoredFile;
use crate::mlflow::MlflowError;
use axum::http::StatusCode;
use roadbed_capability::{Grantee, Permission, Problem, SealError};
use roadbed_contracts::events;
use roadbed_core::{Digest, TeamId};
use roadbed_store::{Reader, StoreError, Transaction};

pub(super) const SIGNATURE_READ: Permission = Permission::new("signature:read", Grantee::Viewer);
/// Signing in the name of the team.
pub(super) const SIGNATURE_GIVE: Permission = Permission::new("signature:give", Grantee::Deployer);
/// Making a new key, which retires the one before it.
pub(super) const SIGNATURE_GOVERN: Permission = Permission::new("signature:govern", Grantee::Admin);

/// Characters of a key's name.
pub(super) const NAME_LIMIT: usize = 100;
/// In place of a key's id: the one that signs now.
pub(super) const CURRENT: &str = "current";
/// Name of the key that is made with a team's first signature.
pub(super) const FIRST: &str = "first";

/// A version with its frozen files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The store's key of the model.
    pub model: i64,
    pub name: String,
    pub version: i64,
    /// Over the files; none when they lie outside this server.
    pub digest: Option<Digest>,
    pub files: Vec<StoredFile>,
}

/// How this capability looks versions up, since the registry builds on it.
#[derive(Clone, Copy)]
pub struct OfModels {
    pub read: fn(&mut Reader<'_>, TeamId, &str, i64) -> Result<Frozen, MlflowError>,
    /// As `read`, within a change.
    pub find: fn(&mut Transaction<'_>, TeamId, &str, i64) -> Result<Frozen, MlflowError>,
}

/// A pair of keys of a team. The private half is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SigningKey {
    /// SHA-256 of `public_key`, in hex: what bundles name.
    pub id: String,
    pub team: TeamId,
    /// For people.
    pub name: String,
    /// PEM of a SubjectPublicKeyInfo.
    pub public_key: String,
    /// PKCS #8, sealed for this id.
    pub sealed: String,
    pub created_by: String,
    pub created_ms: i64,
    pub retired_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    /// The store's key of the model.
    pub model: i64,
    pub version: i64,
    pub team: TeamId,
    pub key: String,
    /// Of the version when it was signed.
    pub digest: Digest,
    /// The text of `model.sig`.
    pub bundle: String,
    pub signed_by: String,
    pub signed_ms: i64,
}

/// Why something about signatures cannot be done.
#[derive(Debug, thiserror::Error)]
pub(super) enum SignatureError {
    #[error("{name}/{version} is not signed")]
    Unsigned { name: String, version: i64 },
    #[error("{name}/{version} has no files on this server that could be signed")]
    NoFiles { name: String, version: i64 },
    #[error("there is no signing key {0}")]
    UnknownKey(String),
    #[error("a key's name has 1 to {NAME_LIMIT} characters without control characters")]
    KeyName,
    #[error("the team's signing key cannot be used: {0}")]
    Sealed(SealError),
    #[error("{file} cannot be signed: its content on this server is damaged")]
    Damaged { file: String },
    #[error("the machine's cryptography failed: {0}")]
    Cryptography(&'static str),
    #[error(transparent)]
    Other(#[from] MlflowError),
}

impl SignatureError {
    const fn code(&self) -> &'static str {
        match self {
            Self::Unsigned { .. } => "signatures.unsigned",
            Self::NoFiles { .. } => "signatures.no_files",
            Self::UnknownKey(_) => "signatures.unknown_key",
            Self::KeyName => "signatures.invalid_name",
            Self::Sealed(_) => "signatures.key_sealed",
            Self::Damaged { .. } => "signatures.damaged",
            Self::Cryptography(_) | Self::Other(_) => "internal",
        }
    }

    const fn fix(&self) -> Option<&'static str> {
        match self {
            Self::Unsigned { .. } => Some("sign it: roadbed sign MODEL/VERSION"),
            Self::NoFiles { .. } => Some("register the version from a run of this server"),
            Self::UnknownKey(_) => Some("see them: roadbed list signing-key"),
            Self::Sealed(_) => {
                Some("put the sealing key of then back, or make a new key: roadbed create signing-key NAME")
            }
            Self::Damaged { .. } => Some("log the same content again, or restore it from a backup"),
            Self::KeyName | Self::Cryptography(_) | Self::Other(_) => None,
        }
    }
}

impl From<StoreError> for SignatureError {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<SignatureError> for Problem {
    fn from(error: SignatureError) -> Self {
        let status = match &error {
            SignatureError::Unsigned { .. } | SignatureError::UnknownKey(_) => StatusCode::NOT_FOUND,
            SignatureError::KeyName => StatusCode::BAD_REQUEST,
            SignatureError::NoFiles { .. } | SignatureError::Sealed(_) | SignatureError::Damaged { .. } => {
                StatusCode::CONFLICT
            }
            SignatureError::Cryptography(_) => return Self::internal(&error),
            SignatureError::Other(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let (code, fix, detail) = (error.code(), error.fix(), error.to_string());
        match error {
            SignatureError::Other(error) => error.into(),
            SignatureError::KeyName => Self::new(status, code, detail).with_field("name"),
            _ => {
                let problem = Self::new(status, code, detail);
                match fix {
                    Some(fix) => problem.with_fix(fix),
                    None => problem,
                }
            }
        }
    }
}

events! {
    /// A team has a new signing key; the one before it signs nothing any more.
    SigningKeyMade { key: String, name: String, previous: Option<String> } = Audit;
    /// The files of a version were signed. `digest` is over them.
    ModelVersionSigned { model: String, version: i64, key: String, digest: Digest } = Audit;
}
