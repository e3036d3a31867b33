//! Who may call what. A token is looked up by the BLAKE3 hash of its text, before any name is.

use base64::Engine;
use http::HeaderValue;
use roadbed_contracts::entries::GrantEntry;
use roadbed_core::{Digest, InstanceId, TeamId, Timestamp};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

/// Longest token that is hashed.
const TOKEN_LIMIT_BYTES: usize = 512;

/// One team (and instance) a token reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reach {
    /// `None`: every team.
    team: Option<TeamId>,
    /// `None`: every instance of the team.
    instance: Option<InstanceId>,
    expires_at: Option<Timestamp>,
}

/// What a caller may see.
#[derive(Debug, Clone)]
pub(crate) enum Caller {
    /// A caller on loopback who needs no token.
    Everything,
    /// The owner of a token: one grant for each team.
    Reaching(Arc<[Reach]>),
}

impl Caller {
    pub(crate) fn may_call(&self, team: TeamId, instance: InstanceId) -> bool {
        match self {
            Self::Everything => true,
            Self::Reaching(reaches) => reaches.iter().any(|reach| {
                reach.team.is_none_or(|own| own == team) && reach.instance.is_none_or(|own| own == instance)
            }),
        }
    }
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

/// Grants by token hash; a token of somebody in several teams has several.
#[derive(Debug, Default)]
pub(crate) struct GrantTable(HashMap<[u8; 32], Arc<[Reach]>, BuildHasherDefault<FirstBytes>>);

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
        let mut table: HashMap<[u8; 32], Vec<Reach>, BuildHasherDefault<FirstBytes>> = HashMap::default();
        for entry in entries {
            let Ok(hash) = entry.token_hash.parse::<Digest>() else {
                tracing::error!("a grant without a valid token hash is ignored");
                continue;
            };
            let reach = Reach { team: entry.team, instance: entry.instance, expires_at: entry.expires_at };
            table.entry(*hash.as_bytes()).or_default().push(reach);
        }
        Self(table.into_iter().map(|(hash, reaches)| (hash, reaches.into())).collect())
    }

    /// The caller behind an `Authorization` header.
    pub(crate) fn authenticate(
        &self,
        header: Option<&HeaderValue>,
        now: impl FnOnce() -> Timestamp,
    ) -> Result<Caller, Unknown> {
        let header = header.ok_or(Unknown::NoToken)?.as_bytes();
        let found = match split_scheme(header) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case(b"bearer") => self.find(token),
            Some((scheme, encoded)) if scheme.eq_ignore_ascii_case(b"basic") => {
                password(encoded).and_then(|token| self.find(&token))
            }
            _ => return Err(Unknown::NoToken),
        };
        let reaches = found.ok_or(Unknown::WrongToken)?;
        if reaches.iter().all(|reach| reach.expires_at.is_none()) {
            return Ok(Caller::Reaching(reaches.clone()));
        }
        let now = now();
        let live: Arc<[Reach]> =
            reaches.iter().copied().filter(|reach| reach.expires_at.is_none_or(|expiry| expiry > now)).collect();
        if live.is_empty() { Err(Unknown::Expired) } else { Ok(Caller::Reaching(live)) }
    }

    fn find(&self, token: &[u8]) -> Option<&Arc<[Reach]>> {
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
