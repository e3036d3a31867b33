//! The arithmetic of a bill, pure: parts plus idle equal the whole, to the micro-unit.

use crate::prices::PriceBook;
use roadbed_contracts::records::{Capacity, Usage};
use roadbed_core::{InstanceId, Micros, TeamId};
use std::collections::BTreeMap;

/// Whose a line is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    pub team: TeamId,
    pub instance: InstanceId,
    /// Kind and name, such as `job/train` or `service/churn`.
    pub object: String,
}

/// The cost of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub owner: Owner,
    pub micros: Micros,
    pub cpu_micros: u64,
    pub memory_kib_millis: u64,
}

/// What a stretch of time cost. `whole = sum of lines + unattributed + idle`, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    pub lines: Vec<Line>,
    /// Usage of owners that no longer exist.
    pub unattributed: Micros,
    pub idle: Micros,
    pub whole: Micros,
}

#[derive(Default)]
struct Sum {
    pico: i128,
    cpu_micros: u64,
    memory_kib_millis: u64,
}

/// Prices usage and capacity. Each line is rounded once. The whole is the capacity's price; where more was used than the machines
/// reported to have (a machine that reports no capacity yet), the whole is what was used and nothing was idle.
#[must_use]
pub fn bill<'a>(
    book: &PriceBook,
    usage: impl IntoIterator<Item = &'a Usage>,
    capacity: impl IntoIterator<Item = &'a Capacity>,
    known: impl Fn(&Usage) -> bool,
) -> Bill {
    let mut sums: BTreeMap<Owner, Sum> = BTreeMap::new();
    let mut unattributed = 0_i128;
    for used in usage {
        if !known(used) {
            unattributed += book.usage(used);
            continue;
        }
        let attribution = &used.attribution;
        let owner =
            Owner { team: attribution.team, instance: attribution.instance, object: attribution.object.clone() };
        let sum = sums.entry(owner).or_default();
        sum.pico += book.usage(used);
        sum.cpu_micros = sum.cpu_micros.saturating_add(used.cpu_micros);
        sum.memory_kib_millis = sum.memory_kib_millis.saturating_add(used.memory_kib_millis);
    }
    let line = |(owner, sum): (Owner, Sum)| Line {
        owner,
        micros: Micros::from_pico_rounded(sum.pico),
        cpu_micros: sum.cpu_micros,
        memory_kib_millis: sum.memory_kib_millis,
    };
    let lines: Vec<Line> = sums.into_iter().map(line).collect();
    let unattributed = Micros::from_pico_rounded(unattributed);
    let used: i64 = lines.iter().map(|line| line.micros.0).sum::<i64>() + unattributed.0;
    let offered = Micros::from_pico_rounded(capacity.into_iter().map(|offered| book.capacity(offered)).sum());
    let whole = Micros(offered.0.max(used));
    Bill { lines, unattributed, idle: Micros(whole.0 - used), whole }
}
