//! # Signatures
//!
//! **Purpose.** Whoever gets the files of a version, by whatever way, can tell that they are the ones the team signed, with the OpenSSF's
//! tool and without asking this server.
//!
//! **Words.** A *signature* is a Sigstore bundle (`model.sig`) over the SHA-256 digests of all files of a version, as `model-signing` 1.x
//! writes and checks it. A *signing key* is a pair of a team; its id is the SHA-256 of its public half in PEM, which a bundle names.
//!
//! **States.** A key: current → retired, when a newer one is made. It signs nothing any more; what it signed is checked with it for ever.
//! A version: unsigned → signed, and signed anew with a newer key.
//!
//! **How.** DSSE envelope (`secure-systems-lab/dsse` 1.0) around an in-toto statement v1 with the predicate
//! `https://model_signing/signature/v1.0`; ECDSA on P-256 with SHA-256. Files the tool never looks at (`.git…`) are left out, and that is
//! told. Digests are made by streaming, two files at a time for the whole server, and remembered by content.
//!
//! **Reads and writes** (state lane). Tables `signatures_keys` (the private half sealed, see `roadbed-seal`) and `signatures`. Events
//! (audit): `SigningKeyMade`, `ModelVersionSigned`.
//!
//! **Permissions.** `signature:read`, `signature:give` (deployer), `signature:govern` (admin: make a new key). The first key of a team is
//! made with its first signature.
//!
//! **Endpoints.** `/api/v1/models/{model}/versions/{version}/signature[/bundle]`, `/api/v1/signing-keys[/{key}[/pem]]`.
//!
//! **Not here.** Whether a version may serve: `approvals`. Trust in a key: that is given where it is kept, outside this server.

mod api;
mod bundle;
mod check;
mod files;
mod keys;
mod keys_api;
mod model;
mod operations;
mod stand;
mod statement;
mod store;

pub use api::capability;
pub use check::Checked;
pub use files::{FileHashes, Sha256};
pub use model::{Frozen, ModelVersionSigned, OfModels, SigningKeyMade};
pub use operations::{Shown, find};
pub use store::{forget_model, forget_version};

use roadbed_store::{Lane, Migration, MigrationSet};

pub const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "signatures",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "signatures", sql: include_str!("migrations/0001_signatures.sql") }],
}];

#[cfg(test)]
mod tests;
