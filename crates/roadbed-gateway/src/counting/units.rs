//! Routing keys as units of a rollout.
//!
//! A key is a unit of an entry version when it is first seen under it, and bad at most once in the whole rollout, for each kind. So bad
//! units never outnumber units of a version, the split of a version's units is its weight (also when the same users return under
//! every step), and one unlucky user is one bad event and not many.
//!
//! Keys are remembered as 64-bit salted hashes, up to a bound over all rollouts of this gateway. A key beyond the bound takes no part:
//! its requests are counted as keyed requests, not as units. The bound does not look at the arm, so it cannot favour one. A restarted
//! gateway has forgotten its keys and sees them for the first time again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

const SHARDS: usize = 32;

/// What was new about a key in one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct KeyedSight {
    pub(crate) first_seen: bool,
    pub(crate) first_error: bool,
    pub(crate) first_slow: bool,
}

/// How many keys may be remembered, over all rollouts.
#[derive(Debug)]
pub(crate) struct UnitBudget {
    left: AtomicUsize,
    pub(crate) refused: AtomicUsize,
}

impl UnitBudget {
    pub(crate) fn new(units: usize) -> Self {
        Self { left: AtomicUsize::new(units), refused: AtomicUsize::new(0) }
    }

    fn take(&self) -> bool {
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        if !taken {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        taken
    }

    pub(crate) fn left(&self) -> usize {
        self.left.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
struct KeyState {
    version: i64,
    had_error: bool,
    had_slow: bool,
}

/// The key is a good hash already.
#[derive(Default)]
struct AlreadyHashed(u64);

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

type KeyStates = HashMap<u64, KeyState, BuildHasherDefault<AlreadyHashed>>;

/// The keys of one rollout.
pub(crate) struct KeyedUnits {
    budget: Arc<UnitBudget>,
    shards: [Mutex<KeyStates>; SHARDS],
}

impl KeyedUnits {
    pub(crate) fn new(budget: Arc<UnitBudget>) -> Self {
        Self { budget, shards: std::array::from_fn(|_| Mutex::default()) }
    }

    /// Notes an answer to a key, given as the hash of the split.
    pub(crate) fn note(&self, key_hash: u64, version: i64, error: bool, slow: bool) -> KeyedSight {
        // The map uses the low bits for its place and the highest for its tags.
        let shard = usize::try_from((key_hash >> 40) % SHARDS as u64).unwrap_or(0);
        let mut states = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        let (state, first_seen) = match states.entry(key_hash) {
            Entry::Occupied(occupied) => {
                let state = occupied.into_mut();
                // A request that was routed before the last change must not count its key into both versions twice.
                let newer = version > state.version;
                state.version = state.version.max(version);
                (state, newer)
            }
            Entry::Vacant(vacant) if self.budget.take() => {
                (vacant.insert(KeyState { version, had_error: false, had_slow: false }), true)
            }
            Entry::Vacant(_) => return KeyedSight::default(),
        };
        let sight =
            KeyedSight { first_seen, first_error: error && !state.had_error, first_slow: slow && !state.had_slow };
        state.had_error |= error;
        state.had_slow |= slow;
        sight
    }
}

impl Drop for KeyedUnits {
    fn drop(&mut self) {
        let keys: usize = self.shards.iter().map(|shard| shard.lock().map_or(0, |states| states.len())).sum();
        self.budget.left.fetch_add(keys, Ordering::Relaxed);
    }
}
