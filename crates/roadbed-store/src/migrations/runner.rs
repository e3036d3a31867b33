//! Applies what is missing, in one transaction per database.

use super::{Lane, Migration, MigrationSet, STORE_SETS};
use crate::error::StoreError;
use crate::params;
use crate::session::Session;
use crate::sql::tokens::{statements, tokenize};
use roadbed_core::Timestamp;
use std::collections::HashMap;

const RELEASE: &str = env!("CARGO_PKG_VERSION");

const CREATE_LEDGER: &str = "CREATE TABLE IF NOT EXISTS store_migrations (\
     lane {TEXT} NOT NULL, capability {TEXT} NOT NULL, number {INTEGER} NOT NULL, name {TEXT} NOT NULL, \
     checksum {TEXT} NOT NULL, contracts {BOOLEAN} NOT NULL, release_version {TEXT} NOT NULL, \
     applied_at {INTEGER} NOT NULL, PRIMARY KEY (lane, capability, number))";

/// A migration found in a store.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Applied {
    pub(crate) lane: String,
    pub(crate) capability: String,
    pub(crate) number: u32,
    pub(crate) checksum: String,
    pub(crate) contracts: bool,
    pub(crate) release: String,
}

impl Lane {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Records => "records",
        }
    }
}

impl Migration {
    fn checksum(&self) -> String {
        blake3::hash(self.sql.as_bytes()).to_hex().to_string()
    }

    fn contracts(&self) -> bool {
        self.name.starts_with("contract") || tokenize(self.sql).iter().any(|token| token.is_any(&["DROP", "RENAME"]))
    }
}

/// The numbering of every set, before anything is opened. One capability has one set per lane.
pub(crate) fn validate(sets: &[MigrationSet]) -> Result<(), StoreError> {
    let mut newest: HashMap<(&str, Lane), u32> = HashMap::new();
    for set in sets {
        let newest = newest.entry((set.capability, set.lane)).or_default();
        for migration in set.migrations {
            if migration.number != *newest + 1 {
                let (capability, found) = (set.capability.to_owned(), migration.number);
                return Err(StoreError::MigrationOrder { capability, found, expected: *newest + 1 });
            }
            *newest = migration.number;
        }
    }
    Ok(())
}

/// Everything applied so far.
pub(crate) fn read_ledger(session: &mut dyn Session) -> Result<Vec<Applied>, StoreError> {
    let mut applied = Vec::new();
    session.stream(
        "SELECT lane, capability, number, checksum, contracts, release_version FROM store_migrations \
         ORDER BY lane, capability, number",
        &[],
        &mut |row| {
            applied.push(Applied {
                lane: row.get("lane")?,
                capability: row.get("capability")?,
                number: row.get("number")?,
                checksum: row.get("checksum")?,
                contracts: row.get("contracts")?,
                release: row.get("release_version")?,
            });
            Ok(())
        },
    )?;
    Ok(applied)
}

/// Whether this release knows every migration of a dump; it needs them all to make the tables.
pub(crate) fn check_known(sets: &[MigrationSet], applied: &[Applied]) -> Result<(), StoreError> {
    let all = || STORE_SETS.iter().chain(sets);
    for old in applied {
        let set = all().find(|set| old.lane == set.lane.as_str() && old.capability == set.capability);
        let known = set.and_then(|set| set.migrations.iter().find(|migration| migration.number == old.number));
        match known {
            None => return Err(StoreError::NewerStore { needed: old.release.clone() }),
            Some(migration) if migration.checksum() != old.checksum => {
                return Err(StoreError::MigrationChanged { capability: old.capability.clone(), number: old.number });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Applies the missing migrations that `wanted` asks for. The caller has begun a transaction and commits it.
pub(crate) fn run(
    session: &mut dyn Session,
    sets: &[&MigrationSet],
    now: Timestamp,
    wanted: &dyn Fn(&MigrationSet, &Migration) -> bool,
) -> Result<(), StoreError> {
    session.execute(CREATE_LEDGER, &[])?;
    let applied = read_ledger(session)?;
    for set in sets {
        let known = applied.iter().filter(|old| old.lane == set.lane.as_str() && old.capability == set.capability);
        check_newer(set, known.clone())?;
        for migration in set.migrations {
            match known.clone().find(|old| old.number == migration.number) {
                Some(old) if old.checksum != migration.checksum() => {
                    let (capability, number) = (set.capability.to_owned(), migration.number);
                    return Err(StoreError::MigrationChanged { capability, number });
                }
                Some(_) => {}
                None if wanted(set, migration) => apply(session, set, migration, now)?,
                None => {}
            }
        }
    }
    Ok(())
}

fn check_newer<'a>(set: &MigrationSet, known: impl Iterator<Item = &'a Applied>) -> Result<(), StoreError> {
    let newest = set.migrations.last().map_or(0, |migration| migration.number);
    for old in known.filter(|old| old.number > newest) {
        if old.contracts {
            return Err(StoreError::NewerStore { needed: old.release.clone() });
        }
        tracing::warn!(
            capability = set.capability,
            number = old.number,
            release = old.release,
            "a later release expanded this store; it stays usable"
        );
    }
    Ok(())
}

fn apply(
    session: &mut dyn Session,
    set: &MigrationSet,
    migration: &Migration,
    now: Timestamp,
) -> Result<(), StoreError> {
    for statement in statements(migration.sql) {
        session.execute(statement, &[]).map_err(|error| match error {
            fatal if fatal.is_fatal() => fatal,
            error => StoreError::MigrationFailed {
                capability: set.capability.to_owned(),
                number: migration.number,
                name: migration.name.to_owned(),
                detail: error.to_string(),
            },
        })?;
    }
    session.execute(
        "INSERT INTO store_migrations (lane, capability, number, name, checksum, contracts, release_version, applied_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            set.lane.as_str(),
            set.capability,
            migration.number,
            migration.name,
            migration.checksum(),
            migration.contracts(),
            RELEASE,
            now
        ],
    )?;
    Ok(())
}
