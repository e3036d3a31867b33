//! Records on a real store: what is taken, what is read, and that no order of arrival and no roll-up changes an aggregate.

use super::{Grouping, MIGRATIONS, RecordKind, Records, RecordsError, Refusal, Series, StoredRecord};
use roadbed_contracts::records::{Record, RecordValue};
use roadbed_core::{Clock, Secret, Timestamp};
use roadbed_store::{Durability, Store, StoreConfig, StoreLocation};
use roadbed_testkit::PostgresServer;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Runs each of the named functions on SQLite and, where its server is installed, on PostgreSQL.
macro_rules! on_both_engines {
    ($($name:ident;)+) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $name() {
                    super::$name($crate::records::tests::bench()).await;
                }
            )+
        }
        mod on_postgres {
            $(
                #[tokio::test]
                async fn $name() {
                    if let Some(bench) = $crate::records::tests::postgres_bench() {
                        super::$name(bench).await;
                    }
                }
            )+
        }
    };
}

mod commute;
mod pure;
mod upkeep;

/// Answers and the slowest of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Answers {
    count: u64,
    slowest: u64,
}

impl RecordValue for Answers {
    const KIND: &'static str = "answers";
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Beats {
    count: u64,
}

impl RecordValue for Beats {
    const KIND: &'static str = "beats";
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// 2026-11-22T00:00:00Z, in seconds.
const START: i64 = 1_795_305_600;

#[derive(Debug)]
struct TestClock(AtomicI64);

impl TestClock {
    fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        at(self.0.load(Ordering::SeqCst))
    }
}

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

const fn days(count: u64) -> Duration {
    Duration::from_secs(count * 86_400)
}

/// 10 s buckets, in minutes after a day, in hours after three days, kept 40 days.
fn answers() -> RecordKind {
    let merge = |sum: &mut Answers, more: Answers| {
        sum.count += more.count;
        sum.slowest = sum.slowest.max(more.slowest);
    };
    RecordKind::new(10, days(40), merge).roll_up(60, days(1)).roll_up(3600, days(3))
}

/// Buckets of a minute, never rolled up, kept 10 days.
fn beats() -> RecordKind {
    RecordKind::new(60, days(10), |sum: &mut Beats, more: Beats| sum.count += more.count)
}

/// Records on a store of their own.
struct Bench {
    records: Records,
    clock: Arc<TestClock>,
    location: StoreLocation,
    _directory: Option<tempfile::TempDir>,
}

fn bench() -> Bench {
    let directory = tempfile::tempdir().expect("a temporary folder");
    let location = StoreLocation::Sqlite { directory: directory.path().to_owned() };
    Bench { _directory: Some(directory), ..bench_at(location, Arc::new(TestClock(AtomicI64::new(START)))) }
}

/// `None` where no PostgreSQL is installed.
fn postgres_bench() -> Option<Bench> {
    static SCHEMAS: AtomicI64 = AtomicI64::new(0);
    let server = PostgresServer::shared()?;
    let schema = Some(format!("records_{}", SCHEMAS.fetch_add(1, Ordering::SeqCst)));
    let location = StoreLocation::Postgres { url: Secret::new(server.url()), schema };
    Some(bench_at(location, Arc::new(TestClock(AtomicI64::new(START)))))
}

fn bench_at(location: StoreLocation, clock: Arc<TestClock>) -> Bench {
    let config = StoreConfig { location: location.clone(), durability: Durability::Off, clock: clock.clone() };
    let store = Store::open(config, &[MIGRATIONS]).expect("a store");
    let records = Records::new(store, clock.clone(), vec![answers(), beats()]).expect("valid kinds");
    Bench { records, clock, location, _directory: None }
}

fn answer(series: &str, bucket: i64, source: &str, revision: i64, count: u64, slowest: u64) -> Record {
    Record {
        kind: "answers".into(),
        series: series.into(),
        bucket: at(bucket),
        source: source.into(),
        revision,
        value: json!({"count": count, "slowest": slowest}),
    }
}

fn beat(bucket: i64) -> Record {
    let (kind, series, source) = ("beats".into(), "gateway".into(), "g".into());
    Record { kind, series, bucket: at(bucket), source, revision: 1, value: json!({"count": 1}) }
}

impl Bench {
    async fn total(&self, series: Series) -> Answers {
        let folded = self.records.fold::<Answers>(series, at(0), at(START + 400 * DAY), Grouping::Total).await;
        folded.expect("folded").pop().map(|folded| folded.value).unwrap_or_default()
    }

    async fn all(&self) -> Vec<StoredRecord> {
        self.records.read("answers", Series::All, at(0), at(START + 400 * DAY)).await.expect("read")
    }
}

async fn the_higher_revision_wins_whichever_comes_first(bench: Bench) {
    let first =
        [answer("a", START, "g1", 2, 20, 5), answer("a", START, "g1", 3, 30, 4), answer("a", START, "g1", 1, 10, 9)];
    bench.records.append(&first).await.expect("appended");
    bench.records.append(&[answer("a", START, "g1", 2, 20, 5)]).await.expect("appended");
    assert_eq!(bench.total(Series::All).await, Answers { count: 30, slowest: 4 });
    bench
        .records
        .append(&[answer("a", START, "g1", 9, 90, 1), answer("a", START, "g2", 1, 5, 7)])
        .await
        .expect("appended");
    assert_eq!(bench.total(Series::All).await, Answers { count: 95, slowest: 7 });
}

async fn a_bad_record_is_refused_with_its_reason_and_nothing_is_stored(bench: Bench) {
    let good = answer("a", START, "g", 1, 1, 1);
    let with = |change: &dyn Fn(&mut Record)| {
        let mut record = good.clone();
        change(&mut record);
        record
    };
    let cases = [
        (with(&|record| record.kind = "answer".into()), "no capability declares records of the kind \"answer\""),
        (
            with(&|record| record.series = String::new()),
            "the series must have 1 to 512 bytes and no control characters; it has 0 bytes",
        ),
        (
            with(&|record| record.source = "s".repeat(129)),
            "the source must have 1 to 128 bytes and no control characters; it has 129 bytes",
        ),
        (
            with(&|record| record.source = "a\0b".into()),
            "the source must have 1 to 128 bytes and no control characters; it has 3 bytes",
        ),
        (
            with(&|record| record.bucket = at(START + 3)),
            "the bucket of a answers record must be a multiple of 10 seconds since 1970",
        ),
        (
            with(&|record| record.bucket = at(START + 2 * DAY)),
            "the bucket lies more than a day in the future; correct the clock of the sender",
        ),
        (with(&|record| record.value = json!({"count": 1})), "the value is no answers record: missing field `slowest`"),
        (
            with(&|record| record.value = json!("x".repeat(70_000))),
            "the value has 70002 bytes; at most 65536 are stored",
        ),
    ];
    for (record, expected) in cases {
        assert_eq!(bench.records.check(&record).expect_err("refused").to_string(), expected);
        let error = bench.records.append(&[good.clone(), record]).await.expect_err("refused");
        assert!(
            matches!(&error, RecordsError::Refused { index: 1, refusal } if refusal.to_string() == expected),
            "{error}"
        );
    }
    assert_eq!(bench.all().await, []);
    assert!(matches!(bench.records.check(&with(&|r| r.kind = "x".into())), Err(Refusal::UnknownKind { .. })));
    let unknown = bench.records.read("answer", Series::All, at(0), at(START)).await;
    assert!(matches!(unknown, Err(RecordsError::UnknownKind { .. })));
}

async fn reads_select_series_and_time_over_the_edge_of_a_month(bench: Bench) {
    // 2026-12-01T00:00:00Z
    let december = START + 9 * DAY;
    bench.clock.set(december + 30);
    let mut records = Vec::new();
    for series in ["s1/r1/1", "s1/r2/7", "s10/r1/1", "s2/r1/1", "S1/r1/1", "s1"] {
        records.extend((-2..2).map(|bucket| answer(series, december + bucket * 10, "g", 1, 1, 1)));
    }
    bench.records.append(&records).await.expect("appended");
    let read = async |series: Series, from: i64, to: i64| {
        let found = bench.records.read("answers", series, at(december + from), at(december + to)).await.expect("read");
        found.into_iter().map(|stored| (stored.record.series, stored.record.bucket)).collect::<Vec<_>>()
    };
    assert_eq!(read(Series::All, -100, 100).await.len(), 24);
    assert_eq!(read(Series::All, -10, 10).await.len(), 12);
    assert_eq!(
        read(Series::one("s1/r1/1"), -10, 10).await,
        [("s1/r1/1".to_owned(), at(december - 10)), ("s1/r1/1".to_owned(), at(december))]
    );
    let of_s1: Vec<String> =
        read(Series::Prefix("s1/".into()), 0, 10).await.into_iter().map(|(series, _)| series).collect();
    assert_eq!(of_s1, ["s1/r1/1", "s1/r2/7"]);
    assert_eq!(read(Series::Prefix("s1".into()), 0, 10).await.len(), 4);
    assert_eq!(read(Series::Prefix(String::new()), 0, 10).await.len(), 6);
    assert_eq!(read(Series::Exactly(vec!["s2/r1/1".into(), "S1/r1/1".into(), "none".into()]), 0, 10).await.len(), 2);
    assert_eq!(read(Series::Exactly(Vec::new()), 0, 10).await, []);
    assert_eq!(read(Series::All, 10, 10).await, []);
}

async fn folds_merge_by_series_and_by_step(bench: Bench) {
    let records: Vec<Record> = (0..12)
        .flat_map(|bucket| {
            ["a", "b"].map(|series| answer(series, START + bucket * 10, "g1", 1, 1, u64::try_from(bucket).unwrap_or(0)))
        })
        .chain([answer("a", START, "g2", 1, 100, 50)])
        .collect();
    bench.clock.set(START + HOUR);
    bench.records.append(&records).await.expect("appended");
    let fold = async |grouping| {
        let folded =
            bench.records.fold::<Answers>(Series::All, at(START), at(START + HOUR), grouping).await.expect("folded");
        folded
            .into_iter()
            .map(|folded| {
                (folded.series, folded.bucket.as_micros() / 1_000_000 - START, folded.value.count, folded.value.slowest)
            })
            .collect::<Vec<_>>()
    };
    let row = |series: &str, bucket, count, slowest| (series.to_owned(), bucket, count, slowest);
    assert_eq!(fold(Grouping::Total).await, [row("", 0, 124, 50)]);
    assert_eq!(fold(Grouping::Series).await, [row("a", 0, 112, 50), row("b", 0, 12, 11)]);
    assert_eq!(fold(Grouping::Steps(60)).await, [row("", 0, 112, 50), row("", 60, 12, 11)]);
    assert_eq!(
        fold(Grouping::SeriesAndSteps(60)).await,
        [row("a", 0, 106, 50), row("a", 60, 6, 11), row("b", 0, 6, 5), row("b", 60, 6, 11)]
    );
}

async fn a_long_batch_is_stored_whole(bench: Bench) {
    bench.clock.set(START + DAY);
    let records: Vec<Record> = (0..5000).map(|bucket| answer("a", START + bucket * 10, "g", 1, 1, 1)).collect();
    let appended = bench.records.append(&records).await.expect("appended");
    assert_eq!((appended.accepted, appended.expired), (5000, 0));
    assert_eq!(bench.total(Series::one("a")).await.count, 5000);
}

#[test]
fn a_declaration_that_makes_no_sense_is_refused() {
    let bench = bench();
    let kind = |seconds| RecordKind::new(seconds, days(40), |sum: &mut Beats, more: Beats| sum.count += more.count);
    let cases = [
        (vec![kind(7)], "every window must divide an hour"),
        (vec![kind(0)], "every window must divide an hour"),
        (vec![kind(10).roll_up(45, days(1))], "every window must be a multiple of the finer one before it"),
        (vec![kind(60).roll_up(60, days(1))], "every window must be a multiple of the finer one before it"),
        (vec![kind(10).roll_up(60, days(2)).roll_up(3600, days(1))], "records be kept longer than that"),
        (vec![kind(10).roll_up(60, days(41))], "records be kept longer than that"),
        (vec![kind(10), kind(60)], "two capabilities declare it"),
    ];
    for (kinds, expected) in cases {
        let error = Records::new(bench.records.store.clone(), bench.clock.clone(), kinds).err().expect("refused");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let usual: Vec<u32> = kind(10).usual_roll_up().levels().collect();
    assert_eq!(usual, [10, 60, 3600]);
}

on_both_engines! {
    the_higher_revision_wins_whichever_comes_first;
    a_bad_record_is_refused_with_its_reason_and_nothing_is_stored;
    reads_select_series_and_time_over_the_edge_of_a_month;
    folds_merge_by_series_and_by_step;
    a_long_batch_is_stored_whole;
}
