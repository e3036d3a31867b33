use crate::bench::{Bench, SAMPLES, THINGS};
use crate::transactions::count;
use crate::values::make;
use roadbed_store::{Lane, Migration, MigrationSet, Query, StoreError, params};

const fn things(migrations: &'static [Migration]) -> MigrationSet {
    MigrationSet { capability: "things", lane: Lane::State, migrations }
}

const EXPAND: Migration = Migration { number: 2, name: "colors", sql: "ALTER TABLE things ADD COLUMN color {TEXT}" };
const CONTRACT: Migration = Migration { number: 2, name: "no_payload", sql: "ALTER TABLE things DROP COLUMN payload" };

pub async fn a_contracted_store_is_refused_with_the_version(bench: Bench) {
    drop(bench.try_open(&[things(&[THINGS, CONTRACT])]).unwrap());
    let refused = bench.try_open(&[things(&[THINGS])]).unwrap_err();
    assert_eq!(refused, StoreError::NewerStore { needed: env!("CARGO_PKG_VERSION").into() });
}

pub async fn an_expanded_store_stays_usable(bench: Bench) {
    drop(bench.try_open(&[things(&[THINGS, EXPAND])]).unwrap());
    let store = bench.try_open(&[things(&[THINGS])]).unwrap();
    make(&store, "a").await;
    assert_eq!(count(&store).await, 1);
}

pub async fn an_edited_migration_is_refused(bench: Bench) {
    drop(bench.try_open(&[things(&[THINGS])]).unwrap());
    const EDITED: Migration = Migration { sql: "CREATE TABLE things (id {TEXT} NOT NULL PRIMARY KEY)", ..THINGS };
    let refused = bench.try_open(&[things(&[EDITED])]).unwrap_err();
    assert_eq!(refused, StoreError::MigrationChanged { capability: "things".into(), number: 1 });
}

pub async fn a_failed_migration_leaves_nothing(bench: Bench) {
    const BROKEN: Migration = Migration {
        number: 2,
        name: "broken",
        sql: "CREATE TABLE other (id {INTEGER}); CREATE INDEX i ON nothing (id)",
    };
    let failed = bench.try_open(&[things(&[THINGS, BROKEN])]).unwrap_err();
    assert!(matches!(&failed, StoreError::MigrationFailed { number: 2, name, .. } if name == "broken"), "{failed:?}");
    const BARE: Migration = Migration { number: 2, name: "bare", sql: "CREATE TABLE other (id INTEGER)" };
    let bare = bench.try_open(&[things(&[THINGS, BARE])]).unwrap_err();
    assert!(bare.to_string().contains("{INTEGER}"), "{bare}");
    let store = bench.try_open(&[things(&[THINGS])]).unwrap();
    assert_eq!(count(&store).await, 0);
}

pub async fn wrong_numbers_are_refused(bench: Bench) {
    const THIRD: Migration = Migration { number: 3, ..SAMPLES };
    let refused = bench.try_open(&[things(&[THINGS, THIRD])]).unwrap_err();
    assert_eq!(refused, StoreError::MigrationOrder { capability: "things".into(), found: 3, expected: 2 });
    let twice = bench.try_open(&[things(&[THINGS]), things(&[THINGS])]).unwrap_err();
    assert_eq!(twice, StoreError::MigrationOrder { capability: "things".into(), found: 1, expected: 2 });
}

pub async fn new_migrations_are_added(bench: Bench) {
    let store = bench.try_open(&[things(&[THINGS])]).unwrap();
    make(&store, "a").await;
    drop(store);
    let store = bench.try_open(&[things(&[THINGS, EXPAND])]).unwrap();
    let read =
        store.read(|r| r.query_one("SELECT color FROM things", params![], |row| row.get::<Option<String>>("color")));
    assert_eq!(read.await, Ok::<_, StoreError>(Some(None)));
}
