use crate::bench::{Bench, INSERT_THING, ThingMade, header};
use roadbed_core::JobId;
use roadbed_store::{Execute, Query, StoreError, params};

pub async fn every_kind_comes_back(bench: Bench) {
    let store = bench.open();
    let id = JobId::from_u128(7);
    store
        .write(move |tx| {
            tx.execute(
                "INSERT INTO things (id, size, ratio, label, payload, live, parent_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, NULL)",
                params![id, i64::MIN, f64::INFINITY, "größe 'x' ?1 {TEXT}", vec![0_u8, 255], true],
            )?;
            tx.emit(&header("a"), &ThingMade { size: 1 })
        })
        .await
        .unwrap();
    let row = store.read(|r| r.query_one("SELECT * FROM things", params![], |row| Ok(row.clone()))).await;
    let row = row.map_err(|error: StoreError| error).unwrap().unwrap();
    assert_eq!(row.parse::<JobId>("id").unwrap(), id);
    assert_eq!(row.get::<i64>("size").unwrap(), i64::MIN);
    assert_eq!(row.get::<f64>("ratio").unwrap(), f64::INFINITY);
    assert_eq!(row.get::<String>("label").unwrap(), "größe 'x' ?1 {TEXT}");
    assert_eq!(row.get::<Vec<u8>>("payload").unwrap(), [0, 255]);
    assert!(row.get::<bool>("live").unwrap());
    assert_eq!(row.parse_optional::<JobId>("parent_id").unwrap(), None);
    assert!(matches!(row.get::<i64>("nothing"), Err(StoreError::UnknownColumn { .. })));
}

pub async fn nan_and_nul_and_large_numbers_are_refused(bench: Bench) {
    let store = bench.open();
    let nan = store.append(|tx| tx.execute("INSERT INTO samples VALUES (?1, ?2, ?3)", params![1, 1, f64::NAN])).await;
    assert_eq!(nan, Err(StoreError::NotANumber { parameter: 3 }));
    let nul = store.write(|tx| tx.execute(INSERT_THING, params!["a\0b", 1, true])).await;
    assert_eq!(nul, Err(StoreError::NulInText { parameter: 1 }));
    let large = store.write(|tx| tx.execute(INSERT_THING, params!["a", u64::MAX, true])).await;
    assert_eq!(large, Err(StoreError::IntegerRange { parameter: 2, value: u64::MAX.to_string() }));
}

pub async fn wrong_number_of_parameters_is_refused(bench: Bench) {
    let store = bench.open();
    let few = store.write(|tx| tx.execute(INSERT_THING, params!["a", 1])).await;
    assert!(matches!(few, Err(StoreError::Arity { expected: 3, given: 2, .. })), "{few:?}");
    let bare = store.write(|tx| tx.execute("DELETE FROM things WHERE id = ?", params!["a"])).await;
    assert!(matches!(bare, Err(StoreError::NotPortable { .. })), "{bare:?}");
    let control = store.write(|tx| tx.execute("COMMIT", params![])).await;
    assert!(matches!(control, Err(StoreError::NotPortable { .. })), "{control:?}");
}

pub async fn a_value_that_does_not_parse_names_its_place(bench: Bench) {
    let store = bench.open();
    make(&store, "not an id").await;
    let read = store
        .read(|r| r.query_one("SELECT id FROM things WHERE size = ?1", params![1], |row| row.parse::<JobId>("id")))
        .await;
    let expected = StoreError::Corrupt { table: "things".into(), column: "id".into(), value: "not an id".into() };
    assert_eq!(read, Err(expected));
}

pub async fn two_rows_where_one_is_expected(bench: Bench) {
    let store = bench.open();
    make(&store, "a").await;
    make(&store, "b").await;
    let read = store.read(|r| r.query_one("SELECT id FROM things", params![], |row| row.get::<String>("id"))).await;
    assert!(matches!(read, Err(StoreError::TooManyRows { .. })), "{read:?}");
}

/// One live thing of size 1 and its event.
pub async fn make(store: &roadbed_store::Store, id: &str) {
    let id = id.to_owned();
    store
        .write(move |tx| {
            tx.execute(INSERT_THING, params![&id, 1, true])?;
            tx.emit(&header(&id), &ThingMade { size: 1 })
        })
        .await
        .unwrap();
}
