use crate::bench::{Bench, SAMPLES, SETS, THINGS, ThingMade, header};
use crate::transactions::count;
use crate::values::make;
use roadbed_core::{Digest, EventSeq};
use roadbed_store::{DumpReport, Execute, Lane, Migration, MigrationSet, Owner, Query, Store, StoreError, params};
use std::io::{Cursor, Write};
use std::sync::{Arc, Mutex};

/// A place in memory that a dump is written to.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn dump(store: &Store) -> (Vec<u8>, DumpReport) {
    let buffer = Buffer::default();
    let report = store.dump(buffer.clone()).await.unwrap();
    let bytes = buffer.0.lock().unwrap().clone();
    (bytes, report)
}

/// Rows of every kind in both lanes, a child before its parent, and a table made at run time.
async fn fill(store: &Store) {
    make(store, "z").await;
    store
        .write(|tx| {
            tx.execute(
                "INSERT INTO things (id, size, ratio, label, payload, live, parent_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params!["a", -5, 0.1, "größe\n\"x\"", vec![0_u8, 9, 255], false, "z"],
            )?;
            tx.execute("UPDATE things SET ratio = ?1 WHERE id = ?2", params![f64::NEG_INFINITY, "z"])?;
            tx.retain(&Digest::from_bytes([3; 32]), &Owner::new("thing", "a"))?;
            tx.emit(&header("a"), &ThingMade { size: -5 })
        })
        .await
        .unwrap();
    store
        .append(|append| {
            for step in 0..1200_i32 {
                append.execute("INSERT INTO samples VALUES (?1, ?2, ?3)", params![1, step, f64::from(step) / 3.0])?;
            }
            append.execute(
                "CREATE TABLE samples_2026_11 (bucket {INTEGER} NOT NULL, note {TEXT}, PRIMARY KEY (bucket))",
                params![],
            )?;
            append.execute("CREATE INDEX samples_2026_11_by_note ON samples_2026_11 (note, bucket)", params![])?;
            append.execute("INSERT INTO samples_2026_11 VALUES (?1, ?2)", params![7, None::<&str>])
        })
        .await
        .unwrap();
}

/// Invariant: SQLite → PostgreSQL → SQLite gives equal counts and hashes. Run from both sides; without PostgreSQL it
/// goes from SQLite to SQLite.
pub async fn there_and_back(bench: Bench) {
    let store = bench.open();
    fill(&store).await;
    let (bytes, report) = dump(&store).await;
    let middle = if bench.is_postgres() { Some(Bench::sqlite()) } else { Bench::postgres() };
    let middle = middle.unwrap_or_else(Bench::sqlite);
    let there = Store::restore(middle.config(), SETS, Cursor::new(bytes)).unwrap();
    let (there_bytes, there_report) = dump(&there).await;
    assert_eq!(there_report, report);
    let end = bench.sibling();
    let back = Store::restore(end.config(), SETS, Cursor::new(there_bytes)).unwrap();
    let (_, back_report) = dump(&back).await;
    assert_eq!(back_report, report);
    assert!(report.tables.iter().any(|table| table.table == "samples_2026_11" && table.rows == 1));
    // The copy is a store like any other.
    assert_eq!(back.verify_audit().await.unwrap().events, 2);
    make(&back, "new").await;
    assert_eq!(*back.head().borrow(), EventSeq(3));
    assert_eq!(count(&back).await, 3);
    let orphan = "INSERT INTO things (id, size, live, parent_id) VALUES (?1, ?2, ?3, ?4)";
    let orphaned = back.write(move |tx| tx.execute(orphan, params!["b", 1, true, "nobody"])).await;
    assert!(matches!(orphaned, Err(StoreError::Constraint { .. })), "foreign keys hold again: {orphaned:?}");
}

pub async fn a_damaged_dump_is_refused(bench: Bench) {
    let store = bench.open();
    fill(&store).await;
    let (bytes, _) = dump(&store).await;
    let text = String::from_utf8(bytes).unwrap();
    let target = bench.sibling();
    let restore = |text: String| Store::restore(target.config(), SETS, Cursor::new(text.into_bytes())).map(drop);
    let cut = restore(text[..text.len() / 2].to_owned()).unwrap_err();
    assert!(matches!(cut, StoreError::Dump { .. }), "{cut:?}");
    let changed = restore(text.replace("[\"a\",-5,", "[\"a\",-6,")).unwrap_err();
    assert!(matches!(&changed, StoreError::Dump { detail, .. } if detail.contains("things")), "{changed:?}");
    let orphaned = restore(text.replace("false,\"z\"]", "false,\"y\"]")).unwrap_err();
    assert!(matches!(orphaned, StoreError::Dump { .. } | StoreError::Constraint { .. }), "{orphaned:?}");
    let other = restore("{\"hello\":1}\n".to_owned()).unwrap_err();
    assert!(matches!(other, StoreError::Dump { line: 1, .. }), "{other:?}");
    restore(text).unwrap();
}

pub async fn a_used_target_is_refused(bench: Bench) {
    let store = bench.open();
    fill(&store).await;
    let (bytes, report) = dump(&store).await;
    drop(store);
    let refused = Store::restore(bench.config(), SETS, Cursor::new(bytes)).unwrap_err();
    assert_eq!(refused, StoreError::NotEmpty);
    assert_eq!(dump(&bench.open()).await.1, report, "and left as it was");
}

pub async fn a_later_migration_runs_after_the_restore(bench: Bench) {
    const FILL: Migration = Migration {
        number: 2,
        name: "colors",
        sql: "ALTER TABLE things ADD COLUMN color {TEXT}; UPDATE things SET color = 'red' WHERE size < 0",
    };
    let store = bench.open();
    fill(&store).await;
    let (bytes, _) = dump(&store).await;
    let newer = [
        MigrationSet { capability: "things", lane: Lane::State, migrations: &[THINGS, FILL] },
        MigrationSet { capability: "samples", lane: Lane::Records, migrations: &[SAMPLES] },
    ];
    let target = bench.sibling();
    let restored = Store::restore(target.config(), &newer, Cursor::new(bytes)).unwrap();
    let sql = "SELECT id FROM things WHERE color = 'red'";
    let read = restored.read(move |r| r.query(sql, params![], |row| row.get::<String>("id"))).await;
    assert_eq!(read, Ok::<_, StoreError>(vec!["a".to_owned()]));
    let (bytes, _) = dump(&restored).await;
    let refused = Store::restore(bench.sibling().config(), SETS, Cursor::new(bytes)).unwrap_err();
    assert_eq!(refused, StoreError::NewerStore { needed: env!("CARGO_PKG_VERSION").into() });
}
