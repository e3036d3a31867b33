use super::connection::{Access, open};

fn pragma(connection: &rusqlite::Connection, name: &str) -> String {
    let as_text = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0).map(|value| format!("{value:?}"));
    connection.pragma_query_value(None, name, as_text).unwrap()
}

/// A killed process does not show whether the disk was waited for; the settings do.
#[test]
fn a_durable_connection_waits_for_the_disk() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.db");
    let durable = open(&file, Access::Write { durable: true }).unwrap();
    assert_eq!(pragma(&durable, "synchronous"), "Integer(2)");
    assert_eq!(pragma(&durable, "journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma(&durable, "foreign_keys"), "Integer(1)");
    assert_eq!(pragma(&durable, "mmap_size"), "Integer(0)");
    let fast = open(&file, Access::Write { durable: false }).unwrap();
    assert_eq!(pragma(&fast, "synchronous"), "Integer(0)");
    let reader = open(&file, Access::Read).unwrap();
    assert!(reader.execute_batch("CREATE TABLE t (a)").is_err());
}
