//! Months and covered buckets.

use crate::records::covered::Covered;
use crate::records::month::Month;
use proptest::prelude::{any, prop, proptest};
use roadbed_core::Timestamp;
use std::collections::BTreeSet;

#[test]
fn months_follow_the_calendar() {
    let cases = [
        ("1970-01-01T00:00:00Z", "records_197001"),
        ("2024-02-29T23:59:59.999999Z", "records_202402"),
        ("2024-03-01T00:00:00Z", "records_202403"),
        ("2026-12-31T23:59:59Z", "records_202612"),
        ("2027-01-01T00:00:00Z", "records_202701"),
        ("2100-02-28T12:00:00Z", "records_210002"),
        ("2100-03-01T00:00:00Z", "records_210003"),
    ];
    for (moment, table) in cases {
        let moment: Timestamp = moment.parse().expect("a time");
        let month = Month::of(moment);
        assert_eq!(month.table(), table);
        assert_eq!(Month::from_number(month.number()), Some(month));
        assert!(month.start_micros() <= moment.as_micros() && moment.as_micros() < month.end_micros());
    }
    assert_eq!(Month::from_number(202_613), None);
    assert_eq!(Month::from_number(0), None);
}

#[test]
fn covered_buckets_read_as_ranges() {
    let mut covered = Covered::default();
    for number in [7, 0, 2, 1, 9, 3600, 10] {
        covered.insert(number);
    }
    assert_eq!(covered.to_string(), "0-2,7,9-10,3600");
    covered.insert(8);
    assert_eq!(covered.to_string(), "0-2,7-10,3600");
    assert!("3-1".parse::<Covered>().is_err() && "x".parse::<Covered>().is_err());
}

proptest! {
    #[test]
    fn the_month_of_any_day_holds_it(day in 0_i64..2_900_000) {
        let moment = day * 86_400_000_000;
        let month = Month::of(Timestamp::from_micros(moment));
        assert!(month.start_micros() <= moment && moment < month.end_micros());
        let days = (month.end_micros() - month.start_micros()) / 86_400_000_000;
        assert!((28..=31).contains(&days));
    }

    #[test]
    fn covered_buckets_are_a_set(
        numbers in prop::collection::vec(0_u32..40, 0..30), more in prop::collection::vec(0_u32..40, 0..6), offset in 0_u32..10, probe in any::<u32>(),
    ) {
        let set_of = |numbers: &[u32]| numbers.iter().fold(Covered::default(), |mut covered, number| {
            covered.insert(*number);
            covered
        });
        let (mut covered, added) = (set_of(&numbers), set_of(&more));
        let mut model: BTreeSet<u32> = numbers.iter().copied().collect();
        assert_eq!(covered.overlaps(&added, offset), more.iter().any(|number| model.contains(&(number + offset))));
        covered.insert_all(&added, offset);
        model.extend(more.iter().map(|number| number + offset));
        let probe = probe % 60;
        assert_eq!(covered.contains(probe), model.contains(&probe));
        assert_eq!(covered.to_string().parse::<Covered>().expect("reads back"), covered);
        assert_eq!(covered, set_of(&model.into_iter().collect::<Vec<_>>()));
    }
}
