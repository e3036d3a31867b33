//! Entries by key.

use crate::models::Removal;
use roadbed_contracts::entries::{Entry, EntryBody, EntryFeed};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// All entries this gateway knows, and how far it has read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct EntryTable {
    pub(crate) head: i64,
    pub(crate) epoch: String,
    pub(crate) entries: BTreeMap<String, Entry>,
}

/// What became of a feed.
pub(crate) enum Applied {
    /// Nothing new.
    Unchanged,
    /// The table has changed; these revisions have no entry any more.
    Changed { removals: Vec<Removal> },
    /// Control lost history this gateway has: ask again from 0.
    AskFromStart,
}

impl EntryTable {
    /// Takes the answer to a request for changes after `after`.
    pub(crate) fn apply(&mut self, after: i64, feed: EntryFeed) -> Applied {
        if after > 0 && feed.epoch != self.epoch {
            return Applied::AskFromStart;
        }
        let whole_list = after == 0;
        if !whole_list && feed.entries.is_empty() {
            self.head = self.head.max(feed.head);
            return Applied::Unchanged;
        }
        let mut removals = Vec::new();
        if whole_list {
            let listed: BTreeSet<&str> = feed.entries.iter().map(|entry| entry.key.as_str()).collect();
            let gone = self.entries.values().filter(|entry| !listed.contains(entry.key.as_str()));
            removals.extend(gone.filter_map(|entry| removal(entry, feed.head)));
            self.entries.clear();
        }
        for entry in feed.entries {
            if entry.body.is_some() {
                self.entries.insert(entry.key.clone(), entry);
            } else if let Some(before) = self.entries.remove(&entry.key) {
                removals.extend(removal(&before, entry.version));
            }
        }
        self.head = feed.head;
        self.epoch = feed.epoch;
        Applied::Changed { removals }
    }
}

fn removal(entry: &Entry, version: i64) -> Option<Removal> {
    match &entry.body {
        Some(EntryBody::Revision(revision)) => Some(Removal { version, revision: revision.id }),
        _ => None,
    }
}
