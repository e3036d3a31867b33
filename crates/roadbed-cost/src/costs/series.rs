//! A bill over time, pure: the steps of each line add up to the line, those of idle to idle, to the micro-unit.

use super::plan::{Bill, Owner};
use crate::prices::PriceBook;
use roadbed_contracts::records::{Capacity, Usage};
use roadbed_core::{Micros, Timestamp};
use std::collections::BTreeMap;

/// What one step of time cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub at: Timestamp,
    /// In the order of the bill's lines; lines that cost nothing in this step are left out.
    pub lines: Vec<(Owner, Micros)>,
    pub unattributed: Micros,
    pub idle: Micros,
}

/// Beginnings of the steps that a stretch touches, aligned to multiples of `width_micros` since 1970 (UTC hours and days).
#[must_use]
pub fn step_starts(from: Timestamp, to: Timestamp, width_micros: i64) -> Vec<Timestamp> {
    let first = from.as_micros().div_euclid(width_micros) * width_micros;
    let width = usize::try_from(width_micros).unwrap_or(usize::MAX);
    (first..to.as_micros()).step_by(width).map(Timestamp::from_micros).collect()
}

/// Shares out amounts over the steps so that they add up to `total`: each step gets the rounded sum up to its end without the rounded
/// sum before it, so that no rounding error is kept or lost.
fn share_out(total: i64, parts: &[i128]) -> Vec<i64> {
    let whole: i128 = parts.iter().sum();
    if whole == 0 {
        // An amount that is all rounding: the last step takes it, so that nothing is lost.
        let mut shares = vec![0; parts.len()];
        shares.last_mut().into_iter().for_each(|last| *last = total);
        return shares;
    }
    let (mut sum, mut given) = (0_i128, 0_i64);
    let share = |part: &i128| {
        sum += part;
        // Half up, on integers; prices and amounts are not negative.
        let up_to = i64::try_from((2 * sum * i128::from(total) + whole) / (2 * whole)).unwrap_or(total);
        let step = up_to - given;
        given = up_to;
        step
    };
    parts.iter().map(share).collect()
}

/// Cuts a bill into steps. `usage` and `capacity` are what the bill was made of, with the time of each record.
#[must_use]
pub fn series(
    book: &PriceBook,
    usage: &[(Timestamp, Usage)],
    capacity: &[(Timestamp, Capacity)],
    starts: &[Timestamp],
    (bill, known): (&Bill, impl Fn(&Usage) -> bool),
) -> Vec<Step> {
    let place = |at: Timestamp| starts.partition_point(|start| *start <= at).saturating_sub(1);
    let nothing = || vec![0_i128; starts.len()];
    let mut lines: BTreeMap<Owner, Vec<i128>> = BTreeMap::new();
    let (mut unattributed, mut used, mut offered) = (nothing(), nothing(), nothing());
    if starts.is_empty() {
        return Vec::new();
    }
    for (at, record) in usage {
        let (step, pico) = (place(*at), book.usage(record));
        used[step] += pico;
        if known(record) {
            let attribution = &record.attribution;
            let owner =
                Owner { team: attribution.team, instance: attribution.instance, object: attribution.object.clone() };
            lines.entry(owner).or_insert_with(nothing)[step] += pico;
        } else {
            unattributed[step] += pico;
        }
    }
    for (at, record) in capacity {
        offered[place(*at)] += book.capacity(record);
    }
    let idle: Vec<i128> = offered.iter().zip(&used).map(|(offered, used)| (offered - used).max(0)).collect();
    let unattributed = share_out(bill.unattributed.0, &unattributed);
    let idle = share_out(bill.idle.0, &idle);
    let shared: Vec<(&Owner, Vec<i64>)> = bill
        .lines
        .iter()
        .map(|line| {
            let parts = lines.get(&line.owner).map_or_else(nothing, Clone::clone);
            (&line.owner, share_out(line.micros.0, &parts))
        })
        .collect();
    let step = |(number, at): (usize, &Timestamp)| Step {
        at: *at,
        lines: shared
            .iter()
            .filter(|(_, parts)| parts[number] != 0)
            .map(|(owner, parts)| ((*owner).clone(), Micros(parts[number])))
            .collect(),
        unattributed: Micros(unattributed[number]),
        idle: Micros(idle[number]),
    };
    starts.iter().enumerate().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::{share_out, step_starts};
    use proptest::prelude::{Strategy as _, any, prop, proptest};
    use roadbed_core::Timestamp;

    const HOUR: i64 = 3_600_000_000;

    #[test]
    fn steps_begin_at_whole_hours_and_cover_the_stretch() {
        let starts = step_starts(Timestamp::from_micros(HOUR + 5), Timestamp::from_micros(3 * HOUR), HOUR);
        let hours: Vec<i64> = starts.iter().map(|at| at.as_micros() / HOUR).collect();
        assert_eq!(hours, [1, 2]);
    }

    #[test]
    fn nothing_is_lost_and_nothing_stays_nothing() {
        assert_eq!(share_out(0, &[0, 0]), [0, 0]);
        assert_eq!(share_out(2, &[0, 0]), [0, 2]);
        assert_eq!(share_out(10, &[1, 1, 1]), [3, 4, 3]);
    }

    proptest! {
        #[test]
        fn shares_add_up_and_follow_the_parts(
            total in 0_i64..1_000_000_000_000,
            parts in prop::collection::vec(any::<u32>().prop_map(i128::from), 1..50),
        ) {
            let shares = share_out(total, &parts);
            let whole: i128 = parts.iter().sum();
            assert_eq!(shares.iter().sum::<i64>(), total);
            assert!(shares.iter().all(|share| *share >= 0));
            for (share, part) in shares.iter().zip(&parts) {
                if whole > 0 {
                    let exact = *part as f64 * total as f64 / whole as f64;
                    assert!((*share as f64 - exact).abs() <= 1.0 + exact * 1e-9);
                }
            }
        }
    }
}
