//! What was read of the state lane and holds until the next event.

use crate::error::StoreError;
use crate::scope::Reader;
use crate::store::Store;
use roadbed_core::EventSeq;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Answers of one kind of read, by what was asked. A change of state comes with an event, so an answer holds as long as the head stands
/// still; then all are let go. Where other processes write too (PostgreSQL) the head is heard of late, so every read goes to the database.
///
/// Not for what changes without an event.
#[derive(Debug)]
pub struct Remembered<K, V> {
    most: usize,
    kept: Mutex<Kept<K, V>>,
}

#[derive(Debug)]
struct Kept<K, V> {
    head: EventSeq,
    values: HashMap<K, V>,
}

impl<K: Eq + Hash, V: Clone + Send + 'static> Remembered<K, V> {
    /// Keeps at most this many answers.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, kept: Mutex::new(Kept { head: EventSeq(0), values: HashMap::new() }) }
    }

    /// The answer to `key`: the one that is kept, or what `work` reads.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn read<E, F>(&self, store: &Store, key: K, work: F) -> Result<V, E>
    where
        F: FnOnce(&mut Reader<'_>) -> Result<V, E> + Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        if !store.hears_every_commit() {
            return store.read(work).await;
        }
        // Before the read: what is committed meanwhile moves the head on, and the answer is let go.
        let head = *store.head().borrow();
        if let Some(value) = self.get(head, &key) {
            return Ok(value);
        }
        let value = store.read(work).await?;
        self.keep(head, key, value.clone());
        Ok(value)
    }

    /// Lets one answer go, after a change without an event.
    pub fn forget(&self, key: &K) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).values.remove(key);
    }

    fn get(&self, head: EventSeq, key: &K) -> Option<V> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.head == head { kept.values.get(key).cloned() } else { None }
    }

    fn keep(&self, head: EventSeq, key: K, value: V) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.head < head || kept.values.len() >= self.most {
            kept.values.clear();
            kept.head = kept.head.max(head);
        }
        if kept.head == head {
            kept.values.insert(key, value);
        }
    }
}
