//! How much two filters go together: the normalized pointwise mutual information of their traces (Bouma 2009), plain and smoothed with
//! half a trace in each cell (Jeffreys).

use super::searching::{experiments_of, piece, piece_size};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::traces::plan::Plan;
use std::collections::HashSet;
use std::sync::Arc;

/// Counts of traces and what they mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::traces) struct Correlation {
    /// NaN when it is not defined.
    pub npmi: f64,
    pub npmi_smoothed: f64,
    pub first: usize,
    pub second: usize,
    pub joint: usize,
    pub total: usize,
}

pub(in crate::traces) async fn correlate(
    tracking: &Tracking,
    call: &Call,
    experiment_ids: &[String],
    (base, first, second): (&str, &str, &str),
) -> Result<Correlation, MlflowError> {
    let experiments = experiments_of(tracking, call, Some(experiment_ids)).await?;
    let both = |filter: &str| if base.is_empty() { filter.to_owned() } else { format!("{base} AND {filter}") };
    let first = ids(tracking, &experiments, &both(first)).await?;
    let second = ids(tracking, &experiments, &both(second)).await?;
    let total = ids(tracking, &experiments, base).await?.len();
    let joint = first.intersection(&second).count();
    Ok(Correlation::of(first.len(), second.len(), joint, total))
}

async fn ids(tracking: &Tracking, experiments: &[i64], filter: &str) -> Result<HashSet<String>, MlflowError> {
    let plan = Arc::new(Plan::parse(filter, &[])?);
    let scope = plan.scope(experiments.to_vec());
    let (mut all, mut after) = (HashSet::new(), None);
    loop {
        let (found, last) = piece(tracking, &plan, &scope, after, piece_size(&plan)).await?;
        all.extend(found.into_iter().map(|stored| stored.trace.trace_id));
        if last.is_none() {
            return Ok(all);
        }
        after = last;
    }
}

impl Correlation {
    #[expect(clippy::cast_precision_loss, reason = "counts of traces are far below 2^53")]
    pub(in crate::traces) fn of(first: usize, second: usize, joint: usize, total: usize) -> Self {
        let cells = [
            Some(joint),
            first.checked_sub(joint),
            second.checked_sub(joint),
            (total + joint).checked_sub(first + second),
        ];
        let counts = Self { npmi: f64::NAN, npmi_smoothed: f64::NAN, first, second, joint, total };
        let [Some(both), Some(one), Some(other), Some(neither)] = cells else { return counts };
        if total == 0 || first == 0 || second == 0 {
            return counts;
        }
        let cells = [both as f64, one as f64, other as f64, neither as f64];
        let npmi = if joint == 0 { -1.0 } else { npmi(cells, 0.0) };
        Self { npmi, npmi_smoothed: self::npmi(cells, 0.5), ..counts }
    }
}

fn npmi([both, one, other, neither]: [f64; 4], prior: f64) -> f64 {
    if one + other + neither == 0.0 {
        return 1.0;
    }
    let joint = both + prior;
    let (first, second) = (joint + one + prior, joint + other + prior);
    let total = first + other + neither + 2.0 * prior;
    let mutual = (joint.ln() + total.ln()) - (first.ln() + second.ln());
    (mutual / (total.ln() - joint.ln())).clamp(-1.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::Correlation;

    /// Values of `calculate_npmi_from_counts` of mlflow 3.17.2.
    #[test]
    fn correlations_are_those_of_the_reference() {
        for (first, second, joint, total, plain, smoothed) in REFERENCE {
            let found = Correlation::of(*first, *second, *joint, *total);
            assert!((found.npmi - plain).abs() < 1e-12 || (found.npmi.is_nan() && plain.is_nan()), "{found:?}");
            let near = (found.npmi_smoothed - smoothed).abs() < 1e-12;
            assert!(near || (found.npmi_smoothed.is_nan() && smoothed.is_nan()), "{found:?}");
        }
    }

    const REFERENCE: &[(usize, usize, usize, usize, f64, f64)] = &[
        (20, 15, 10, 100, 0.5228787452803378, 0.5098689991831412),
        (50, 50, 0, 100, -1.0, -0.7393262350746991),
        (10, 10, 10, 10, 1.0, 1.0),
        (0, 5, 0, 10, f64::NAN, f64::NAN),
        (3, 4, 2, 9, 0.269577289690815, 0.21493841461898158),
        (100, 1, 1, 1000, 0.33333333333333326, 0.3085580833452693),
    ];
}
