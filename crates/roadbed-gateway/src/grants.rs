//! Who may call what. A token is looked up by the BLAKE3 hash of its text, before any name is.

use base64::Engine;
use http::HeaderValue;
use roadbed_contracts::entries::GrantEntry;
use roadbed_core::{Digest, InstanceId, TeamId, Timestamp};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Longest token that is hashed.
const TOKEN_LIMIT_BYTES: usize = 512;

/// What a caller may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    /// `None`: every team.
    team: Option<TeamId>,
    /// `None`: every instance of the team.
    instance: Option<InstanceId>,
}

impl Caller {
    /// Sees everything.
    pub(crate) const EVERYTHING: Self = Self { team: None, instance: None };

    pub(crate) fn may_call(&self, team: TeamId, instance: InstanceId) -> bool {
        self.team.is_none_or(|own| own == team) && self.instance.is_none_or(|own| own == instance)
    }
}

#[derive(Debug, Clone, Copy)]
struct Grant {
    caller: Caller,
    expires_at: Option<Timestamp>,
}

/// Hashes are random already: their first bytes are as good as any hash of them.
#[derive(Default)]
struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk::<8>() {
            self.0 ^= u64::from_le_bytes(*first);
        }
    }

    fn write_usize(&mut self, _length_prefix: usize) {}
}

/// Grants by token hash.
#[derive(Debug, Default)]
pub(crate) struct GrantTable(HashMap<[u8; 32], Grant, BuildHasherDefault<FirstBytes>>);

/// Why a caller is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unknown {
    #[error("a token is needed: send 'Authorization: Bearer TOKEN' ('roadbed env' prints one)")]
    NoToken,
    #[error(
        "the token is not known here: it is wrong or was revoked; 'roadbed login' or 'roadbed create token' gives a new one"
    )]
    WrongToken,
    #[error("the token has expired; 'roadbed login' or 'roadbed create token' gives a new one")]
    Expired,
}

impl GrantTable {
    /// Compiles entries. One whose hash is not a hash is left out: it lets nobody in.
    pub(crate) fn new<'e>(entries: impl Iterator<Item = &'e GrantEntry>) -> Self {
        let mut table = HashMap::default();
        for entry in entries {
            let Ok(hash) = entry.token_hash.parse::<Digest>() else {
                tracing::error!("a grant without a valid token hash is ignored");
                continue;
            };
            let caller = Caller { team: entry.team, instance: entry.instance };
            table.insert(*hash.as_bytes(), Grant { caller, expires_at: entry.expires_at });
        }
        Self(table)
    }

    /// The caller behind an `Authorization` header.
    pub(crate) fn authenticate(
        &self,
        header: Option<&HeaderValue>,
        now: impl FnOnce() -> Timestamp,
    ) -> Result<Caller, Unknown> {
        let header = header.ok_or(Unknown::NoToken)?.as_bytes();
        let grant = match split_scheme(header) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"bearer") => self.find(token),
            Some((scheme, encoded)) if scheme.eq_ignore_ascii_case(b"basic") => {
                password(encoded).and_then(|token| self.find(&token))
            }
            _ => return Err(Unknown::NoToken),
        };
        let grant = grant.ok_or(Unknown::WrongToken)?;
        match grant.expires_at {
            Some(expiry) if expiry <= now() => Err(Unknown::Expired),
            _ => Ok(grant.caller),
        }
    }

    fn find(&self, token: &[u8]) -> Option<&Grant> {
        if token.is_empty() || token.len() > TOKEN_LIMIT_BYTES {
            return None;
        }
        self.0.get(blake3::hash(token).as_bytes())
    }
}

fn split_scheme(header: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = header.iter().position(|byte| *byte == b' ')?;
    Some((&header[..space], header[space..].trim_ascii()))
}

/// The password of Basic credentials; the user name is whatever the tool wants.
fn password(encoded: &[u8]) -> Option<Vec<u8>> {
    if encoded.len() > 2 * TOKEN_LIMIT_BYTES {
        return None;
    }
    let mut text = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let colon = text.iter().position(|byte| *byte == b':')?;
    Some(text.split_off(colon + 1))
}
