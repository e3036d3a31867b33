//! Why the store could not do what was asked. One enum for both engines, so callers never see an engine's own codes.

/// Every reason for which a store call fails. Cheap to clone: one failed commit answers up to fifty callers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No space left; the transaction was rolled back and the store works again once there is space.
    #[error("the disk of the store is full and nothing was changed; free some space and try again")]
    Full,
    #[error("the disk of the store failed: {detail}; nothing was changed, check the disk and try again")]
    Disk { detail: String },
    #[error("the store ran out of memory and nothing was changed; give the process more memory or ask for fewer rows")]
    OutOfMemory,
    /// Another process group uses the data directory. `by` names it, such as `process 4711`.
    #[error("the data directory is in use by {by}; stop that one or choose another directory")]
    Locked { by: String },
    /// The store was changed by a later release in a way this one cannot read.
    #[error("the store needs roadbed {needed} or later; install that version or restore an older backup")]
    NewerStore { needed: String },
    #[error(
        "migration {number} of {capability} differs from the one applied to this store; never edit an applied migration, add a new one"
    )]
    MigrationChanged { capability: String, number: u32 },
    #[error("migration {number} ({name}) of {capability} failed: {detail}")]
    MigrationFailed { capability: String, number: u32, name: String, detail: String },
    #[error(
        "the migrations of {capability} must be numbered 1, 2, 3 and so on; found {found} where {expected} belongs"
    )]
    MigrationOrder { capability: String, found: u32, expected: u32 },
    /// A stored value is not what its column should hold.
    #[error("table {table}, column {column}: {value:?} does not parse; restore the row from a backup or correct it")]
    Corrupt { table: String, column: String, value: String },
    #[error("the store's file is damaged: {detail}; restore it from a backup")]
    DamagedFile { detail: String },
    #[error("the statement takes {expected} parameters and got {given}: {sql}")]
    Arity { expected: usize, given: usize, sql: String },
    #[error("the result has no column {column:?}: {sql}")]
    UnknownColumn { column: String, sql: String },
    #[error("expected at most one row and found several: {sql}")]
    TooManyRows { sql: String },
    #[error("parameter {parameter} is not a number (NaN); keep it as a flag column and store null")]
    NotANumber { parameter: usize },
    #[error(
        "parameter {parameter} holds a NUL character, which text cannot carry; refuse it at the edge or store bytes"
    )]
    NulInText { parameter: usize },
    #[error("parameter {parameter} ({value}) does not fit the integer it is stored in")]
    IntegerRange { parameter: usize, value: String },
    /// A unique key exists already. Look before writing: the lane makes that safe.
    #[error("a row with the same key exists already ({constraint}); look for it before writing")]
    Unique { constraint: String },
    #[error("a constraint refused the change: {detail}")]
    Constraint { detail: String },
    #[error("the statement failed: {detail}; statement: {sql}")]
    Statement { detail: String, sql: String },
    #[error("the statement is not portable: {reason}; statement: {sql}")]
    NotPortable { reason: String, sql: String },
    #[error("a statement failed earlier in this transaction, which can only be given up: {earlier}")]
    Poisoned { earlier: String },
    /// Invariant: no state row changes without an event in the same commit. Checked in debug builds.
    #[error("rows changed without an event; emit one or call without_event with the reason; statement: {sql}")]
    ChangedWithoutEvent { sql: String },
    #[error("the lease {name:?} was taken over by another holder; stop this work")]
    LeaseLost { name: String },
    #[error(
        "the cursor of {consumer:?} is at {found}, not at {expected}; another copy of the consumer moved it, read it again"
    )]
    CursorMoved { consumer: String, expected: i64, found: i64 },
    #[error("the closure of a store call panicked and was rolled back: {message}")]
    Panicked { message: String },
    /// The connection broke during the commit; the change may or may not be there.
    #[error("the database connection broke during the commit; look whether the change is there before repeating it")]
    CommitUnknown,
    #[error("the database cannot be reached: {detail}; check that it runs and that the URL is right")]
    Unavailable { detail: String },
    #[error("the database gave the transaction up: {detail}; try again")]
    Interrupted { detail: String },
    #[error("an event does not serialize: {detail}")]
    Event { detail: String },
    #[error("the audit chain breaks at event {seq}: {detail}; the log was changed outside the platform")]
    AuditBroken { seq: i64, detail: String },
    #[error("the dump cannot be used: line {line}: {detail}")]
    Dump { line: u64, detail: String },
    #[error("the target of the restore holds a store already; give an empty directory or database")]
    NotEmpty,
    #[error("SQLite {found} is too old; build with at least {needed}")]
    SqliteTooOld { found: String, needed: &'static str },
    #[error("the store cannot be opened: {detail}")]
    Open { detail: String },
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether the whole group, not only the statement, must be given up and its members tried again alone.
    pub(crate) const fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::Full
                | Self::Disk { .. }
                | Self::OutOfMemory
                | Self::Unavailable { .. }
                | Self::Interrupted { .. }
                | Self::CommitUnknown
        )
    }
}
