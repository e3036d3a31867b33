//! Invariant: records commute. Random arrivals, moves of the clock and roll-ups, against a plain map.

use super::{Answers, Bench, DAY, HOUR, START, answer, answers, at, bench, postgres_bench};
use crate::records::{Grouping, Series};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_oneof, proptest};
use roadbed_contracts::records::Record;
use std::collections::BTreeMap;

const SERIES: [&str; 2] = ["a", "b"];
const SOURCES: [&str; 2] = ["g1", "g2"];

/// What is to be known in the end, per series and hour.
type Aggregates = BTreeMap<(String, i64), Answers>;

fn aggregates<'a>(records: impl Iterator<Item = &'a Record>) -> Aggregates {
    let mut sums = Aggregates::new();
    for record in records {
        let value: Answers = serde_json::from_value(record.value.clone()).expect("answers");
        let bucket = record.bucket.as_micros() / 1_000_000;
        let sum = sums.entry((record.series.clone(), bucket - bucket % HOUR)).or_default();
        sum.count += value.count;
        sum.slowest = sum.slowest.max(value.slowest);
    }
    sums
}

impl Bench {
    async fn aggregates(&self) -> Aggregates {
        let grouping = Grouping::SeriesAndSteps(3600);
        let folded =
            self.records.fold::<Answers>(Series::All, at(0), at(START + 90 * DAY), grouping).await.expect("folded");
        folded
            .into_iter()
            .map(|folded| ((folded.series, folded.bucket.as_micros() / 1_000_000), folded.value))
            .collect()
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(work)
}

/// A record of a few keys, so that they often meet. The value follows from key and revision, as a sender's does.
fn record() -> impl Strategy<Value = Record> {
    let bucket = prop_oneof![0_i64..12, 355_i64..362];
    (0..2_usize, 0..2_usize, bucket, 1..4_i64).prop_map(|(series, source, bucket, revision)| {
        let count = 1 + u64::try_from(revision * 7 + bucket).unwrap_or(0);
        answer(SERIES[series], START + bucket * 10, SOURCES[source], revision, count, count % 5)
    })
}

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<Record>),
    RollUp,
    /// Moves the clock forward, in seconds.
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(record(), 1..12).prop_map(Step::Append),
        3 => Just(Step::RollUp),
        2 => prop_oneof![10_i64..HOUR, HOUR..2 * DAY].prop_map(Step::Wait),
    ]
}

/// The rules in their plainest form.
#[derive(Default)]
struct Model(BTreeMap<(String, i64, String), Record>);

impl Model {
    fn append(&mut self, batch: &[Record], now: i64) {
        let settled = answers().settled_before(now * 1_000_000);
        let mut newest = Self::default();
        for record in batch {
            newest.put(record, false);
        }
        for record in newest.0.values() {
            self.put(record, record.bucket.as_micros() < settled);
        }
    }

    fn put(&mut self, record: &Record, settled: bool) {
        let key = (record.series.clone(), record.bucket.as_micros(), record.source.clone());
        match self.0.get(&key) {
            Some(known) if settled || known.revision >= record.revision => {}
            _ => drop(self.0.insert(key, record.clone())),
        }
    }
}

/// Roll-ups at any moments change no aggregate: the store agrees with a model that has none.
async fn check_against_model(bench: Bench, steps: Vec<Step>) {
    let (mut model, mut now) = (Model::default(), START + HOUR);
    bench.clock.set(now);
    for step in steps {
        match step {
            Step::Append(batch) => {
                bench.records.append(&batch).await.expect("appended");
                model.append(&batch, now);
            }
            Step::RollUp => drop(bench.records.roll_up().await.expect("rolled up")),
            // The arrivals stay within what is kept.
            Step::Wait(seconds) => {
                now = (now + seconds).min(START + 39 * DAY);
                bench.clock.set(now);
            }
        }
        assert_eq!(bench.aggregates().await, aggregates(model.0.values()));
    }
}

/// A set of records, and each of them twice in any order.
fn shuffled() -> impl Strategy<Value = (Vec<Record>, Vec<Record>)> {
    prop::collection::vec(record(), 1..40).prop_flat_map(|records| {
        let twice: Vec<Record> = records.iter().chain(&records).cloned().collect();
        (Just(records), Just(twice).prop_shuffle())
    })
}

/// Sizes of batches and the pauses after them.
fn batches() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((1..9_usize, 0..HOUR / 4), 80)
}

/// Any shuffle, duplicate and re-send within the settling time gives what the newest revisions give.
async fn check_any_order(bench: Bench, records: Vec<Record>, arrivals: Vec<Record>, batches: Vec<(usize, i64)>) {
    let mut newest = Model::default();
    newest.append(&records, START + HOUR);
    let (mut rest, mut now) = (arrivals.as_slice(), START + HOUR);
    for (size, pause) in batches {
        now = (now + pause).min(START + DAY);
        bench.clock.set(now);
        let (batch, after) = rest.split_at(size.min(rest.len()));
        bench.records.append(batch).await.expect("appended");
        bench.records.roll_up().await.expect("rolled up");
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    bench.records.append(rest).await.expect("appended");
    for age in [DAY, 2 * DAY, 4 * DAY] {
        assert_eq!(bench.aggregates().await, aggregates(newest.0.values()));
        bench.clock.set(START + HOUR + age);
        bench.records.roll_up().await.expect("rolled up");
        // Late duplicates change nothing either.
        bench.records.append(&records).await.expect("appended");
    }
    assert_eq!(bench.aggregates().await, aggregates(newest.0.values()));
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn a_roll_up_is_never_seen(steps in prop::collection::vec(step(), 1..24)) {
        run(check_against_model(bench(), steps));
    }

    #[test]
    fn any_order_of_arrival_gives_equal_aggregates((records, arrivals) in shuffled(), batches in batches()) {
        run(check_any_order(bench(), records, arrivals, batches));
    }
}

proptest! {
    #![proptest_config(cases(6))]

    #[test]
    fn a_roll_up_is_never_seen_on_postgres(steps in prop::collection::vec(step(), 1..24)) {
        if let Some(bench) = postgres_bench() {
            run(check_against_model(bench, steps));
        }
    }

    #[test]
    fn any_order_of_arrival_gives_equal_aggregates_on_postgres((records, arrivals) in shuffled(), batches in batches()) {
        if let Some(bench) = postgres_bench() {
            run(check_any_order(bench, records, arrivals, batches));
        }
    }
}
