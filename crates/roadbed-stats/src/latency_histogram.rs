//! Latency histogram with fixed buckets: merged by adding, so any order, shuffle or grouping gives the same quantiles.
//!
//! **Buckets.** Microseconds below 16 are exact. Above, each power of two is cut into 16 equal parts, so a bucket is at most
//! 1/16 of its lower edge wide, and its middle is off by at most **3.1 %** of any value in it. The regular buckets end at
//! 121,634,815 µs, above 120 s; one more takes everything longer.
//!
//! An empty histogram has 382 counters. Send it as [`LatencyHistogram::nonzero`], which is short.

#[cfg(test)]
mod tests;

use crate::StatsError;

/// Parts of a power of two, as a power of two.
const PART_BITS: u32 = 4;
const PARTS: u64 = 1 << PART_BITS;
/// Regular buckets; the one with 120 s is the last of them.
const REGULAR_BUCKETS: usize = 381;
/// All buckets, with the one for everything longer.
pub const BUCKETS: usize = REGULAR_BUCKETS + 1;

/// Counts of latencies, in whole microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatencyHistogram {
    counts: Box<[u64; BUCKETS]>,
}

/// The edges of the bucket a value fell into, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatencyRange {
    pub lowest_microseconds: u64,
    /// `None` in the last bucket: longer than the histogram can tell.
    pub highest_microseconds: Option<u64>,
}

/// How many values are above a threshold: exact unless the threshold lies inside a bucket that has counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountRange {
    pub at_least: u64,
    pub at_most: u64,
}

impl Default for LatencyHistogram {
    fn default() -> Self {
        Self { counts: Box::new([0; BUCKETS]) }
    }
}

impl LatencyHistogram {
    /// A histogram from (bucket, count) pairs as [`LatencyHistogram::nonzero`] gives them; counts of a bucket named
    /// twice are added.
    ///
    /// # Errors
    /// A bucket that does not exist.
    pub fn from_nonzero(pairs: impl IntoIterator<Item = (usize, u64)>) -> Result<Self, StatsError> {
        let mut histogram = Self::default();
        for (bucket, count) in pairs {
            let slot =
                histogram.counts.get_mut(bucket).ok_or(StatsError::UnknownBucket { bucket, buckets: BUCKETS })?;
            *slot = slot.saturating_add(count);
        }
        Ok(histogram)
    }

    /// The buckets with counts, in order, to keep or to send.
    pub fn nonzero(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.counts.iter().copied().enumerate().filter(|(_, count)| *count > 0)
    }

    /// Counts one value.
    pub fn record(&mut self, microseconds: u64) {
        let slot = &mut self.counts[bucket_of(microseconds)];
        *slot = slot.saturating_add(1);
    }

    /// Adds all counts of another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts.iter()) {
            *count = count.saturating_add(*more);
        }
    }

    /// Values counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The quantile in microseconds, within 3.1 % of the value at that rank; `None` without values. In the last bucket it
    /// is that bucket's lower edge (121.6 s): the true value is at least that.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let range = self.quantile_range(share)?;
        Some(match range.highest_microseconds {
            Some(highest) => u64::midpoint(range.lowest_microseconds, highest),
            None => range.lowest_microseconds,
        })
    }

    /// The bucket of the value at rank `ceil(share × count)` (at least 1), the nearest-rank quantile; `None` without
    /// values or for a share outside 0 to 1.
    ///
    /// To freeze the old revision's p99 as a guardrail, take the *upper* edge: then at most 1 % of its answers were slower.
    #[must_use]
    pub fn quantile_range(&self, share: f64) -> Option<LatencyRange> {
        let count = self.count();
        if count == 0 || !(0.0..=1.0).contains(&share) {
            return None;
        }
        let rank = (share * count as f64).ceil().max(1.0);
        let mut seen = 0_u64;
        let bucket = self.counts.iter().position(|count| {
            seen = seen.saturating_add(*count);
            seen as f64 >= rank
        });
        bucket.map(range_of)
    }

    /// How many values are longer than `microseconds`.
    #[must_use]
    pub fn count_above(&self, microseconds: u64) -> CountRange {
        let bucket = bucket_of(microseconds);
        let at_least = self.counts[bucket + 1..].iter().fold(0, |sum: u64, count| sum.saturating_add(*count));
        let inside = if range_of(bucket).highest_microseconds == Some(microseconds) { 0 } else { self.counts[bucket] };
        CountRange { at_least, at_most: at_least.saturating_add(inside) }
    }
}

fn bucket_of(microseconds: u64) -> usize {
    if microseconds < PARTS {
        return usize::try_from(microseconds).unwrap_or(REGULAR_BUCKETS);
    }
    let shift = microseconds.ilog2() - PART_BITS;
    let bucket = u64::from(shift) * PARTS + (microseconds >> shift);
    usize::try_from(bucket).unwrap_or(REGULAR_BUCKETS).min(REGULAR_BUCKETS)
}

fn range_of(bucket: usize) -> LatencyRange {
    let lowest_microseconds = lower_edge(bucket);
    let highest_microseconds = (bucket < REGULAR_BUCKETS).then(|| lower_edge(bucket + 1) - 1);
    LatencyRange { lowest_microseconds, highest_microseconds }
}

fn lower_edge(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < PARTS {
        return bucket;
    }
    let (shift, part) = (bucket / PARTS - 1, bucket % PARTS);
    (PARTS + part) << shift
}
