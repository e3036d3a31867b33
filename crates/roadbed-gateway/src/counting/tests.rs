use crate::counting::{CellKey, KeyedUnits, Ledger, Outcome, Reach, Sample, Spool, UnitBudget, merge_counters};
use roadbed_contracts::records::{Record, TrafficCounters};
use roadbed_core::{RevisionId, ServiceId, Timestamp};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

fn key() -> CellKey {
    CellKey {
        service: ServiceId::from_u128(1),
        revision: RevisionId::from_u128(2),
        version: 3,
        weight_basis_points: 500,
        reach: Reach::Assigned,
    }
}

fn sample(latency_micros: u64) -> Sample {
    Sample {
        outcome: Outcome::Answered,
        rows: 2,
        latency_micros,
        slow: false,
        compute_micros: latency_micros,
        keyed: None,
    }
}

#[test]
fn buckets_go_forward_even_when_the_clock_goes_back() {
    let ledger = Ledger::new("gateway-1-a".into(), Duration::from_secs(1));
    let cell = ledger.cell(key());
    let mut buckets = HashSet::new();
    for (count, now) in [10_500_000, 10_900_000, 3_000_000, 11_000_001, 60_000_000].into_iter().enumerate() {
        for _ in 0..=count {
            cell.count(&sample(5));
        }
        let records = ledger.close_bucket(Timestamp::from_micros(now));
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].value["requests"], count + 1);
        assert_eq!(records[0].bucket.as_micros() % 1_000_000, 0);
        assert!(buckets.insert(records[0].bucket), "a key is used once");
    }
    assert!(ledger.close_bucket(Timestamp::from_micros(61_000_000)).is_empty(), "no counts, no record");
    assert_eq!(ledger.totals().values().next().unwrap().requests, 15);
}

#[test]
fn counts_of_a_cell_nobody_holds_are_not_lost() {
    let ledger = Ledger::new("gateway-1-a".into(), Duration::from_secs(1));
    let cell = ledger.cell(key());
    cell.count(&sample(5));
    assert!(Arc::ptr_eq(&cell, &ledger.cell(key())));
    drop(cell);
    assert_eq!(ledger.close_bucket(Timestamp::from_micros(1_000_000)).len(), 1);
    assert_eq!(ledger.cell(key()).take(), None);
}

#[test]
fn threads_count_into_one_sum() {
    let ledger = Ledger::new("gateway-1-a".into(), Duration::from_secs(1));
    let cell = ledger.cell(key());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..1000).for_each(|latency| cell.count(&sample(latency))));
        }
    });
    let counters = cell.take().unwrap();
    assert_eq!((counters.requests, counters.rows, counters.weight_basis_points), (8000, 16_000, 500));
    assert_eq!(counters.latency.values().sum::<u64>(), 8000);
}

#[test]
fn keys_beyond_the_bound_take_no_part() {
    let budget = Arc::new(UnitBudget::new(100));
    let units = KeyedUnits::new(Arc::clone(&budget));
    let mix = |key: u64| key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let seen = (0..200).filter(|key| units.note(mix(*key), 1, true, false).first_seen).count();
    assert_eq!((seen, budget.left()), (100, 0));
    assert!(!units.note(mix(0), 1, true, false).first_error, "bad once");
    assert!(units.note(mix(0), 2, true, false).first_seen, "seen again under the next version");
    assert!(!units.note(mix(0), 1, true, false).first_seen, "a late request of the old version is no new unit");
    drop(units);
    assert_eq!(budget.left(), 100);
}

fn record(second: i64, requests: u64) -> Record {
    let counters = TrafficCounters { requests, latency: [(3, requests)].into(), ..TrafficCounters::default() };
    Record {
        kind: "traffic".into(),
        series: "a/b/1".into(),
        bucket: Timestamp::from_micros(second * 1_000_000),
        source: "gateway-1-a".into(),
        revision: 1,
        value: serde_json::to_value(counters).unwrap(),
    }
}

fn total(spool: &Spool) -> TrafficCounters {
    let mut sum = TrafficCounters::default();
    for record in spool.records() {
        merge_counters(&mut sum, &serde_json::from_value(record.value.clone()).unwrap());
    }
    sum
}

#[test]
fn a_full_spool_gets_coarser_and_loses_nothing_it_can_keep() {
    let mut spool = Spool::new(20_000);
    spool.push((0..10).map(|second| record(second, 1)).collect());
    let sent = spool.next_batch(usize::MAX);
    assert_eq!(sent.len(), 10);
    for second in 10..20_000 {
        spool.push(vec![record(second, 1)]);
        assert!(spool.state().bytes <= 20_000);
    }
    assert_eq!(total(&spool).requests, 20_000);
    assert_eq!(total(&spool).latency[&3], 20_000);
    assert_eq!(spool.state().dropped, 0);
    let keys: HashSet<_> = spool.records().map(|record| record.bucket).collect();
    assert_eq!(keys.len(), spool.state().records, "no key twice");
    let untouched: Vec<_> = spool.records().take(10).map(|record| record.value["requests"].clone()).collect();
    assert_eq!(untouched, vec![serde_json::json!(1); 10], "what may have arrived is left alone");
    spool.acknowledge(&sent);
    assert_eq!(total(&spool).requests, 19_990);
}

#[test]
fn a_spool_that_cannot_shrink_gives_up_the_oldest_and_says_so() {
    let mut spool = Spool::new(2_000);
    spool.restore((0..100).map(|second| record(second, 1)).collect());
    assert!(spool.state().bytes <= 2_000);
    assert_eq!(spool.state().dropped + spool.state().records as u64, 100);
    let kept = spool.records().next().unwrap().bucket;
    assert_eq!(kept.as_micros(), i64::try_from(spool.state().dropped).unwrap() * 1_000_000);
}

#[test]
fn batches_are_sent_again_with_a_higher_revision_until_acknowledged() {
    let mut spool = Spool::new(1 << 20);
    spool.push((0..100).map(|second| record(second, 1)).collect());
    let first = spool.next_batch(2_000);
    assert!(first.len() < 100);
    let again = spool.next_batch(2_000);
    assert_eq!(first.len(), again.len());
    assert!(again[0].revision > first[0].revision);
    spool.acknowledge(&again);
    let next = spool.next_batch(usize::MAX);
    assert_eq!(next[0].bucket.as_micros(), i64::try_from(again.len()).unwrap() * 1_000_000);
    spool.acknowledge(&next);
    assert_eq!((spool.state().records, spool.state().bytes), (0, 0));
}
