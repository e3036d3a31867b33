//! Sums facts up by group. The answer has the first groups in order, so the last one goes when there are too many: it cannot come back
//! among the first. What is held besides are distinct values, of which there is a limit.

use super::catalog::Kind;
use super::fact::{Fact, Reading};
use super::question::{Aggregation, Question};
use crate::mlflow::MlflowError;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Most distinct values of percentiles and sessions in all groups.
const MOST_HELD: usize = 1 << 20;
/// The name of the dimension of time.
const TIME_BUCKET: &str = "time_bucket";

/// Where a bucket of time begins, and the dimensions.
type Key = (Option<i64>, Vec<String>);

/// A sum with its rounding errors (Neumaier 1974), as SQLite keeps it.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    fn add(&mut self, value: f64) {
        let sum = self.sum + value;
        self.lost += if self.sum.abs() > value.abs() { (self.sum - sum) + value } else { (value - sum) + self.sum };
        self.sum = sum;
    }

    fn get(self) -> f64 {
        self.sum + self.lost
    }
}

#[derive(Debug, Default)]
struct Tally {
    count: u64,
    sum: Sum,
    least: f64,
    most: f64,
    /// How often each value came, by its bits.
    values: HashMap<u64, u64>,
    sessions: HashSet<[u8; 16]>,
}

impl Tally {
    fn held(&self) -> usize {
        self.values.len() + self.sessions.len()
    }

    fn add(&mut self, reading: Reading, keeps_values: bool) {
        let value = match reading {
            Reading::One => 1.0,
            Reading::Number(value) => value,
            Reading::Session(id) => {
                self.sessions.insert(id);
                1.0
            }
        };
        (self.least, self.most) = match self.count {
            0 => (value, value),
            _ => (self.least.min(value), self.most.max(value)),
        };
        self.count += 1;
        self.sum.add(value);
        if keeps_values {
            *self.values.entry(value.to_bits()).or_default() += 1;
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn number(&self, aggregation: &Aggregation) -> f64 {
        match aggregation.kind {
            Kind::Count if self.sessions.is_empty() => self.count as f64,
            Kind::Count => self.sessions.len() as f64,
            Kind::Sum => self.sum.get(),
            Kind::Average => self.sum.get() / self.count as f64,
            Kind::Minimum => self.least,
            Kind::Maximum => self.most,
            Kind::Percentile => self.percentile(aggregation.percentile),
        }
    }

    /// Between the two nearest values, in proportion (Hyndman and Fan's method 7).
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index is neither")]
    fn percentile(&self, percentile: f64) -> f64 {
        let mut values: Vec<(f64, u64)> =
            self.values.iter().map(|(bits, count)| (f64::from_bits(*bits), *count)).collect();
        values.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let at = |index: u64| {
            let mut passed = 0;
            let found = values.iter().find(|(_, count)| {
                passed += count;
                passed > index
            });
            found.or(values.last()).map_or(0.0, |(value, _)| *value)
        };
        let index = percentile / 100.0 * self.count.saturating_sub(1) as f64;
        let (below, share) = (index as u64, index.fract());
        let (lower, upper) = (at(below), at(below + 1));
        lower + share * (upper - lower)
    }
}

/// One group of the answer.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) struct Point {
    pub dimensions: BTreeMap<&'static str, String>,
    pub values: BTreeMap<String, f64>,
}

/// Groups in their order.
#[derive(Debug)]
pub(in crate::traces) struct Groups {
    groups: BTreeMap<Key, Tally>,
    held: usize,
    bucket_ms: Option<i64>,
    limit: usize,
    keeps_values: bool,
}

impl Groups {
    pub(in crate::traces) fn new(question: &Question) -> Self {
        Self {
            groups: BTreeMap::new(),
            held: 0,
            bucket_ms: question.bucket_ms,
            limit: question.limit,
            keeps_values: question.aggregations.iter().any(|one| one.kind == Kind::Percentile),
        }
    }

    /// # Errors
    /// There are more distinct values than are held.
    pub(in crate::traces) fn add(&mut self, fact: Fact) -> Result<(), MlflowError> {
        let bucket = self.bucket_ms.map(|bucket| fact.at_ms.div_euclid(bucket).saturating_mul(bucket));
        let key = (bucket, fact.dimensions);
        let is_full = self.groups.len() >= self.limit;
        if is_full && self.groups.last_key_value().is_none_or(|(last, _)| *last < key) {
            return Ok(());
        }
        let tally = self.groups.entry(key).or_default();
        let before = tally.held();
        tally.add(fact.reading, self.keeps_values);
        self.held += tally.held() - before;
        while self.groups.len() > self.limit {
            self.held -= self.groups.pop_last().map_or(0, |(_, tally)| tally.held());
        }
        if self.held > MOST_HELD {
            return Err(MlflowError::invalid(format!(
                "the metric has more than {MOST_HELD} distinct values: ask for a shorter time or for fewer traces"
            )));
        }
        Ok(())
    }

    pub(in crate::traces) fn points(mut self, question: &Question) -> Vec<Point> {
        let is_one = question.bucket_ms.is_none() && question.dimensions.is_empty() && self.limit > 0;
        if is_one && question.aggregations.iter().any(|one| one.kind == Kind::Count) {
            // A count of nothing is 0; everything else of nothing is nothing.
            self.groups.entry((None, Vec::new())).or_default();
        }
        let point = |((bucket, names), tally): (Key, Tally)| {
            let names = question.dimensions.iter().map(|one| one.as_str()).zip(names);
            let bucket = bucket.map(|start| (TIME_BUCKET, moment(start)));
            let numbers = question.aggregations.iter();
            let numbers = numbers.filter(|one| tally.count > 0 || one.kind == Kind::Count);
            Point {
                dimensions: bucket.into_iter().chain(names).collect(),
                values: numbers.map(|one| (one.label(), tally.number(one))).collect(),
            }
        };
        self.groups.into_iter().map(point).collect()
    }
}

/// A whole second as Python's `isoformat` writes it.
fn moment(milliseconds: i64) -> String {
    let text = crate::mlflow::rfc3339(milliseconds);
    let whole = text.split(['.', 'Z']).next().unwrap_or_default();
    format!("{whole}+00:00")
}
