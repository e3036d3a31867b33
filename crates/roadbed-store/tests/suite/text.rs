use crate::bench::{Bench, ThingMade, header};
use roadbed_store::{Case, Execute, Filter, Order, Query, Store, StoreError, Value, escape_like, params};

/// Things with a label and a size each.
async fn things(store: &Store, things: &'static [(&'static str, Option<&'static str>, i64)]) {
    store
        .write(move |tx| {
            for (id, label, size) in things {
                tx.execute(
                    "INSERT INTO things (id, label, size, live) VALUES (?1, ?2, ?3, ?4)",
                    params![*id, *label, *size, *size > 1],
                )?;
            }
            tx.emit(&header("many"), &ThingMade { size: 0 })
        })
        .await
        .unwrap();
}

async fn ids(store: &Store, filter: Filter) -> Vec<String> {
    let sql = format!("SELECT id FROM things WHERE size > ?1 AND {}{}", filter.sql(1), filter.order_sql());
    let read = store.read(move |r| r.query(&sql, &filter.values_after(params![0]), |row| row.get::<String>("id")));
    read.await.map_err(|error: StoreError| error).unwrap()
}

pub async fn like_tells_case_apart_when_asked(bench: Bench) {
    let store = bench.open();
    things(&store, &[("a", Some("Churn"), 1), ("b", Some("churn"), 1), ("c", Some("100%"), 1), ("d", Some("100x"), 1)])
        .await;
    let like = |pattern: &str, case| Filter::new().like("label", pattern, case).order_by("id", Order::Ascending);
    assert_eq!(ids(&store, like("Ch%", Case::Sensitive)).await, ["a"]);
    assert_eq!(ids(&store, like("CH%", Case::Insensitive)).await, ["a", "b"]);
    assert_eq!(ids(&store, like(&escape_like("100%"), Case::Sensitive)).await, ["c"]);
    assert_eq!(ids(&store, like("100_", Case::Sensitive)).await, ["c", "d"]);
}

pub async fn nulls_come_first_ascending_and_last_descending(bench: Bench) {
    let store = bench.open();
    things(&store, &[("a", Some("x"), 1), ("b", None, 1), ("c", Some("y"), 1)]).await;
    let by = |order| Filter::new().order_by("label", order);
    assert_eq!(ids(&store, by(Order::Ascending)).await, ["b", "a", "c"]);
    assert_eq!(ids(&store, by(Order::Descending)).await, ["c", "a", "b"]);
    let last = "SELECT id FROM things ORDER BY label NULLS LAST, id DESC LIMIT ?1";
    let read = store.read(move |r| r.query(last, params![2], |row| row.get::<String>("id"))).await;
    assert_eq!(read.map_err(|error: StoreError| error).unwrap(), ["a", "c"]);
}

pub async fn sums_are_integers(bench: Bench) {
    let store = bench.open();
    things(&store, &[("a", None, 4_294_967_295), ("b", None, 4_294_967_295)]).await;
    let cast =
        "SELECT CAST(SUM(size) AS {INTEGER}) AS total, CAST(AVG(size) AS {REAL}) AS mean FROM things WHERE live = TRUE";
    let row = store.read(move |r| r.query_one(cast, params![], |row| Ok((row.get("total")?, row.get("mean")?)))).await;
    let expected = (2 * i64::from(u32::MAX), f64::from(u32::MAX));
    assert_eq!(row.map_err(|error: StoreError| error).unwrap(), Some(expected));
    let bare = store
        .read(|r| r.query("SELECT SUM(size) AS total FROM things", params![], |row| row.get::<i64>("total")))
        .await;
    assert!(matches!(bare, Err(StoreError::NotPortable { .. })), "{bare:?}");
}

pub async fn text_sorts_by_bytes(bench: Bench) {
    let store = bench.open();
    things(&store, &[("a", None, 1), ("B", None, 1), ("é", None, 1), ("_", None, 1)]).await;
    assert_eq!(ids(&store, Filter::new().order_by("id", Order::Ascending)).await, ["B", "_", "a", "é"]);
    let above = Filter::new().and("id > ?", "Z").order_by("id", Order::Ascending);
    assert_eq!(ids(&store, above).await, ["_", "a", "é"]);
}

pub async fn filters_build_conditions(bench: Bench) {
    let store = bench.open();
    things(&store, &[("a", Some("x"), 1), ("b", None, 2), ("c", Some("z"), 3)]).await;
    let sorted = |filter: Filter| filter.order_by("id", Order::Ascending);
    assert_eq!(ids(&store, sorted(Filter::new())).await, ["a", "b", "c"]);
    assert_eq!(ids(&store, sorted(Filter::new().in_list("id", ["c", "a", "nobody"]))).await, ["a", "c"]);
    assert!(ids(&store, Filter::new().in_list("id", Vec::<String>::new())).await.is_empty());
    assert_eq!(
        ids(&store, sorted(Filter::new().and_all("size BETWEEN ? AND ?", vec![2.into(), 3.into()]))).await,
        ["b", "c"]
    );
    let any = Filter::new().and_any([Filter::new().and("label = ?", "x"), Filter::new().and("size = ?", 3)]);
    assert_eq!(ids(&store, sorted(any.and("live = ?", true))).await, ["c"]);
    assert_eq!(ids(&store, sorted(Filter::new().and_optional("label = ?", None::<&str>))).await.len(), 3);
}

pub async fn many_rows_meet_their_own_keys(bench: Bench) {
    let store = bench.open();
    let upsert = "INSERT INTO samples (series, step, value) VALUES {rows} ON CONFLICT (series, step) \
                  DO UPDATE SET value = samples.value + excluded.value";
    let rows = 700_i64;
    let values: Vec<Value> =
        (0..rows).flat_map(|row| [Value::from(row % 300), Value::from(0), Value::from(1.0)]).collect();
    let changed = store.append(move |tx| tx.execute_rows(upsert, 3, &[0, 1], &values)).await;
    assert_eq!(changed.map_err(|error: StoreError| error).unwrap(), 700);
    let sums = "SELECT COUNT(*) AS series, CAST(SUM(value) AS {INTEGER}) AS rows FROM samples";
    let read =
        store.read_records(move |r| r.query_one(sums, params![], |row| Ok((row.get("series")?, row.get("rows")?))));
    assert_eq!(read.await.map_err(|error: StoreError| error).unwrap(), Some((300_i64, rows)));
    let odd = store.append(move |tx| tx.execute_rows(upsert, 3, &[0, 1], params![1, 2])).await;
    assert!(matches!(odd, Err(StoreError::Arity { .. })), "{odd:?}");
}

pub async fn returning_gives_rows(bench: Bench) {
    let store = bench.open();
    let sql = "INSERT INTO things (id, size, live) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET size = things.size + 1 RETURNING size";
    let write = store.write(move |tx| {
        let first = tx.query_one(sql, params!["a", 5, false], |row| row.get::<i64>("size"))?;
        let second = tx.query_one(sql, params!["a", 5, false], |row| row.get::<i64>("size"))?;
        tx.emit(&header("a"), &ThingMade { size: 5 })?;
        Ok::<_, StoreError>((first, second))
    });
    assert_eq!(write.await.unwrap(), (Some(5), Some(6)));
}
