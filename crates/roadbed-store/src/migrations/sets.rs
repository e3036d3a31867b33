//! What a capability hands over.

/// Where a table lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Everything with events: `state.db`, or the ordered lane of PostgreSQL.
    State,
    /// Records, run metrics, params and tags: `records.db`, or the append lane.
    Records,
}

/// The migrations of one capability in one lane.
#[derive(Debug, Clone, Copy)]
pub struct MigrationSet {
    pub capability: &'static str,
    pub lane: Lane,
    /// Numbered 1, 2, 3 and so on.
    pub migrations: &'static [Migration],
}

/// One step of a schema: portable statements separated by `;`, with the types `{INTEGER}` (64 bits), `{REAL}`, `{TEXT}`,
/// `{BYTES}` and `{BOOLEAN}`; `{CLUSTERED}` behind a table whose rows are read by ranges of its key. Never edited once released.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    pub number: u32,
    pub name: &'static str,
    pub sql: &'static str,
}

/// The store's own tables.
pub(crate) const STORE_SETS: [MigrationSet; 1] = [MigrationSet {
    capability: "store",
    lane: Lane::State,
    migrations: &[Migration { number: 1, name: "store", sql: include_str!("state_0001.sql") }],
}];
