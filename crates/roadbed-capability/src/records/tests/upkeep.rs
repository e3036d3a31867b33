//! Roll-up and retention.

use super::{Answers, Bench, DAY, HOUR, START, answer, at, beat, bench_at, postgres_bench};
use crate::records::{RollUpReport, Series};
use roadbed_contracts::records::Record;

/// One answer every ten seconds of an hour.
fn hour_of_answers(start: i64) -> Vec<Record> {
    (0..360).map(|bucket| answer("a", start + bucket * 10, "g", 1, 1, 1)).collect()
}

impl Bench {
    async fn widths(&self) -> Vec<(u32, usize)> {
        let all = self.all().await;
        let count = |seconds| all.iter().filter(|stored| stored.bucket_seconds == seconds).count();
        [10, 60, 3600].map(|seconds| (seconds, count(seconds))).into_iter().filter(|(_, rows)| *rows > 0).collect()
    }

    async fn roll_up(&self) -> RollUpReport {
        self.records.roll_up().await.expect("rolled up")
    }
}

async fn records_get_coarser_with_age_and_keep_their_sum(bench: Bench) {
    bench.clock.set(START + HOUR);
    bench.records.append(&hour_of_answers(START)).await.expect("appended");
    assert_eq!(bench.roll_up().await, RollUpReport::default());
    let steps = [
        // Half of the hour is a day old.
        (START + DAY + HOUR / 2, vec![(10, 180), (60, 30)]),
        (START + DAY + HOUR, vec![(60, 60)]),
        // An hour becomes one row when its last minute is three days old, not before.
        (START + 3 * DAY + HOUR - 1, vec![(60, 60)]),
        (START + 3 * DAY + HOUR, vec![(3600, 1)]),
    ];
    for (now, widths) in steps {
        bench.clock.set(now);
        bench.roll_up().await;
        assert_eq!(bench.widths().await, widths);
        assert_eq!(bench.roll_up().await, RollUpReport::default(), "a second pass finds nothing");
        assert_eq!(bench.total(Series::All).await, Answers { count: 360, slowest: 1 });
    }
}

async fn a_long_pause_goes_to_hours_at_once(bench: Bench) {
    bench.clock.set(START + HOUR);
    bench.records.append(&hour_of_answers(START)).await.expect("appended");
    bench.clock.set(START + 20 * DAY);
    assert_eq!(bench.roll_up().await, RollUpReport { windows: 1, rows: 360, more: false });
    assert_eq!(bench.widths().await, [(3600, 1)]);
}

async fn late_records_count_once_and_copies_never_twice(bench: Bench) {
    bench.clock.set(START + HOUR);
    let mut sent = hour_of_answers(START);
    let late: Vec<Record> = sent.split_off(300);
    bench.records.append(&sent).await.expect("appended");
    for age in [2 * DAY, 5 * DAY] {
        bench.clock.set(START + age);
        bench.roll_up().await;
        // Everything again, as after an outage: with higher revisions, and one value that was changed too late.
        let mut again: Vec<Record> = sent.iter().cloned().map(|record| Record { revision: 7, ..record }).collect();
        again.push(answer("a", START, "g", 8, 1000, 1000));
        bench.records.append(&again).await.expect("appended");
        assert_eq!(bench.total(Series::All).await, Answers { count: 300, slowest: 1 });
        bench.roll_up().await;
        assert_eq!(bench.total(Series::All).await, Answers { count: 300, slowest: 1 });
    }
    let report = bench.records.append(&late).await.expect("appended");
    assert_eq!(report.accepted, 60);
    assert_eq!(bench.total(Series::All).await.count, 360);
    bench.roll_up().await;
    assert_eq!(bench.widths().await, [(3600, 1)]);
    assert_eq!(bench.total(Series::All).await.count, 360);
    bench.records.append(&late).await.expect("appended");
    assert_eq!(bench.total(Series::All).await.count, 360);
    // A copy inside a range stays a copy, also when the row that covers it starts before the range.
    let half = bench.records.read("answers", Series::All, at(START + HOUR / 2), at(START + HOUR)).await.expect("read");
    assert_eq!(half, []);
}

async fn a_clock_that_jumped_back_counts_nothing_twice(bench: Bench) {
    bench.clock.set(START + HOUR);
    bench.records.append(&hour_of_answers(START)).await.expect("appended");
    bench.clock.set(START + 5 * DAY);
    bench.roll_up().await;
    // Now the hour counts as minutes again, and copies arrive.
    bench.clock.set(START + DAY + 2 * HOUR);
    bench.records.append(&hour_of_answers(START)).await.expect("appended");
    bench.roll_up().await;
    assert_eq!(bench.total(Series::All).await.count, 360);
    bench.clock.set(START + 6 * DAY);
    bench.roll_up().await;
    assert_eq!(bench.total(Series::All).await.count, 360);
    assert_eq!(bench.widths().await, [(3600, 1)]);
}

async fn appends_and_roll_ups_at_the_same_time_lose_nothing(bench: Bench) {
    bench.clock.set(START + 5 * DAY);
    let records = hour_of_answers(START);
    let send = async {
        for chunk in records.chunks(20) {
            bench.records.append(chunk).await.expect("appended");
        }
    };
    let roll = async {
        for _ in 0..20 {
            bench.roll_up().await;
        }
    };
    let roll_too = async {
        for _ in 0..20 {
            bench.roll_up().await;
        }
    };
    tokio::join!(send, roll, roll_too);
    bench.roll_up().await;
    assert_eq!(bench.total(Series::All).await.count, 360);
    assert_eq!(bench.widths().await, [(3600, 1)]);
}

#[tokio::test]
async fn two_servers_on_one_database_lose_nothing() {
    let Some(first) = postgres_bench() else { return };
    let second = bench_at(first.location.clone(), first.clock.clone());
    first.clock.set(START + 5 * DAY);
    let records = hour_of_answers(START);
    // Both make the month's table, write every record, and merge the same windows, at the same time.
    let work = async |bench: &Bench| {
        for chunk in records.chunks(40) {
            bench.records.append(chunk).await.expect("appended");
            bench.roll_up().await;
        }
    };
    tokio::join!(work(&first), work(&second));
    assert_eq!(first.total(Series::All).await.count, 360);
    assert_eq!(second.widths().await, [(3600, 1)]);
}

async fn retention_deletes_by_kind_and_drops_months(bench: Bench) {
    bench.clock.set(START + HOUR);
    bench.records.append(&hour_of_answers(START)).await.expect("appended");
    bench.records.append(&[beat(START), beat(START + 60)]).await.expect("appended");
    let beats =
        async || bench.records.read("beats", Series::All, at(0), at(START + 90 * DAY)).await.expect("read").len();

    bench.clock.set(START + 10 * DAY + 60);
    assert_eq!(beats().await, 1, "a read ends at what is kept, also before the rows are deleted");
    let report = bench.records.expire().await.expect("expired");
    assert_eq!((report.months_dropped, report.rows_deleted), (0, 1));
    assert_eq!(bench.records.expire().await.expect("expired"), crate::records::ExpiryReport::default());
    assert_eq!((beats().await, bench.total(Series::All).await.count), (1, 360));

    bench.clock.set(START + 41 * DAY);
    let expired = bench.records.append(&hour_of_answers(START)).await.expect("appended");
    assert_eq!((expired.accepted, expired.expired), (0, 360));
    assert_eq!(bench.records.expire().await.expect("expired").rows_deleted, 361);
    assert_eq!(bench.all().await, []);

    // December begins nine days after the start; its last record of November expires 40 days later, and a day of grace passes.
    bench.records.append(&[answer("a", START + 41 * DAY, "g", 1, 1, 1)]).await.expect("appended");
    bench.clock.set(START + (9 + 40 + 1) * DAY);
    assert_eq!(bench.records.expire().await.expect("expired").months_dropped, 1);
    assert_eq!(bench.all().await.len(), 1);
}

on_both_engines! {
    records_get_coarser_with_age_and_keep_their_sum;
    a_long_pause_goes_to_hours_at_once;
    late_records_count_once_and_copies_never_twice;
    a_clock_that_jumped_back_counts_nothing_twice;
    appends_and_roll_ups_at_the_same_time_lose_nothing;
    retention_deletes_by_kind_and_drops_months;
}
