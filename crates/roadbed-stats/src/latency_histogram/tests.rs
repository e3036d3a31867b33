use proptest::prelude::*;

use super::*;

fn histogram_of(values: &[u64]) -> LatencyHistogram {
    let mut histogram = LatencyHistogram::default();
    for value in values {
        histogram.record(*value);
    }
    histogram
}

#[test]
fn buckets_cover_everything_without_gap() {
    let mut next = 0;
    for bucket in 0..BUCKETS {
        let range = range_of(bucket);
        assert_eq!(range.lowest_microseconds, next);
        assert_eq!(bucket_of(next), bucket);
        let Some(highest) = range.highest_microseconds else {
            assert_eq!(bucket, BUCKETS - 1);
            assert_eq!(bucket_of(u64::MAX), bucket);
            return;
        };
        assert_eq!(bucket_of(highest), bucket);
        next = highest + 1;
    }
    panic!("no last bucket");
}

#[test]
fn twelve_tens_of_seconds_are_still_told() {
    assert_eq!(range_of(BUCKETS - 1).lowest_microseconds, 121_634_816);
    assert!(range_of(bucket_of(120_000_000)).highest_microseconds.is_some());
}

#[test]
fn quantiles_of_a_known_list() {
    let values: Vec<u64> = (1..=1_000).map(|value| value * 100).collect();
    let histogram = histogram_of(&values);
    for (share, truth) in [(0.5, 50_000.0), (0.9, 90_000.0), (0.99, 99_000.0), (1.0, 100_000.0), (0.0, 100.0)] {
        let estimate = histogram.quantile(share).unwrap() as f64;
        assert!((estimate / truth - 1.0).abs() <= 0.03125, "{share}: {estimate}");
    }
    assert_eq!(histogram.quantile(1.5), None);
    assert_eq!(histogram.quantile(f64::NAN), None);
    assert_eq!(LatencyHistogram::default().quantile(0.5), None);
}

#[test]
fn the_frozen_p99_leaves_one_percent_above() {
    let values: Vec<u64> = (0..10_000).map(|value| 1_000 + value * value / 100).collect();
    let histogram = histogram_of(&values);
    let threshold = histogram.quantile_range(0.99).unwrap().highest_microseconds.unwrap();
    let slower = values.iter().filter(|value| **value > threshold).count();
    assert!(slower <= 100, "{slower}");
    let count = histogram.count_above(threshold);
    assert_eq!(count.at_least, count.at_most);
    assert_eq!(count.at_least, u64::try_from(slower).unwrap());
}

#[test]
fn what_is_too_long_is_counted_and_said() {
    let histogram = histogram_of(&[1, u64::MAX]);
    let range = histogram.quantile_range(1.0).unwrap();
    assert_eq!(range, LatencyRange { lowest_microseconds: 121_634_816, highest_microseconds: None });
    assert_eq!(histogram.quantile(1.0), Some(121_634_816));
    assert_eq!(histogram.count_above(200_000_000), CountRange { at_least: 0, at_most: 1 });
    assert_eq!(histogram.count_above(u64::MAX), CountRange { at_least: 0, at_most: 1 });
}

#[test]
fn an_unknown_bucket_is_refused() {
    let error = LatencyHistogram::from_nonzero([(3, 1), (BUCKETS, 1)]).unwrap_err();
    assert_eq!(error.to_string(), "bucket 382 does not exist; buckets go from 0 to 381");
}

fn latencies() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(prop_oneof![0_u64..100, 100_u64..1_000_000, 1_000_000_u64..200_000_000], 1..200)
}

proptest! {
    #[test]
    fn merges_commute_and_equal_recording_together(one in latencies(), other in latencies(), third in latencies()) {
        let all = histogram_of(&[one.clone(), other.clone(), third.clone()].concat());
        let parts = [histogram_of(&one), histogram_of(&other), histogram_of(&third)];
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]] {
            let mut merged = LatencyHistogram::default();
            for index in order {
                merged.merge(&parts[index]);
            }
            prop_assert_eq!(&merged, &all);
        }
        prop_assert_eq!(LatencyHistogram::from_nonzero(all.nonzero()).unwrap(), all);
    }

    #[test]
    fn quantiles_and_counts_keep_their_bounds(mut values in latencies(), share in 0.0_f64..=1.0, threshold in 0_u64..200_000_000) {
        let histogram = histogram_of(&values);
        values.sort_unstable();
        let rank = (1..values.len()).find(|rank| *rank as f64 >= share * values.len() as f64).unwrap_or(values.len());
        let truth = values[rank - 1];
        let range = histogram.quantile_range(share).unwrap();
        prop_assert!(range.lowest_microseconds <= truth);
        if let Some(highest) = range.highest_microseconds {
            prop_assert!(truth <= highest);
            let estimate = histogram.quantile(share).unwrap();
            prop_assert!(estimate.abs_diff(truth) as f64 <= 0.03125 * truth as f64);
        }
        let above = values.iter().filter(|value| **value > threshold).count() as u64;
        let count = histogram.count_above(threshold);
        prop_assert!(count.at_least <= above && above <= count.at_most);
    }
}
