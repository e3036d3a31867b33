//! Seeded simulations of the whole rule, against the table of the reference simulation.
//!
//! Reference: `simulate` in numpy 2.4.6, 2,000 runs per row. A second per look, Poisson arrivals, one unit per request,
//! guardrail 0 = errors (limit 1 %), guardrail 1 = slow answers (limit 2 %), ramp 10-25-50 %.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::Observation;
use crate::guardrail::{DEFAULT_MARGIN, GuardrailEvidence, LogEvidence, limit_in_force};
use crate::rollout::{Decision, RolloutMoment, RolloutRule};

const RAMP: [f64; 3] = [0.10, 0.25, 0.50];
const LIMITS: [f64; 2] = [0.01, 0.02];

/// Rates of bad units, stable and canary.
type Rates = (f64, f64);

#[derive(Debug, Clone, Copy)]
struct Scenario {
    units_per_second: f64,
    errors: Rates,
    slow: Rates,
    runs: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    Promoted,
    RolledBack,
    Undecided,
}

#[derive(Debug)]
struct Summary {
    promoted: f64,
    promoted_seconds: f64,
    rolled_back: f64,
    rolled_back_seconds: f64,
    hurt: f64,
    /// Runs behind each share.
    runs: f64,
}

fn poisson(random: &mut Pcg64, mean: f64) -> u64 {
    let (mut count, mut product, floor) = (0, random.random::<f64>(), libm::exp(-mean));
    while product > floor {
        count += 1;
        product *= random.random::<f64>();
    }
    count
}

fn binomial(random: &mut Pcg64, units: u64, rate: f64) -> u64 {
    if rate <= 0.0 { 0 } else { (0..units).map(|_| u64::from(random.random::<f64>() < rate)).sum() }
}

fn run(scenario: &Scenario, seed: u64) -> (End, f64, f64) {
    let mut random = Pcg64::seed_from_u64(seed);
    let rule = RolloutRule { decide_by_seconds: 7_200.0, ..RolloutRule::default() };
    let rates = [scenario.errors, scenario.slow];
    let mut evidence = [0, 1].map(|index: usize| {
        let known = 10_000;
        let bad = (0..=known).find(|bad| *bad as f64 >= rates[index].0 * known as f64 - 1e-6).unwrap();
        GuardrailEvidence::new(limit_in_force(LIMITS[index], known, bad).unwrap(), DEFAULT_MARGIN).unwrap()
    });
    let (mut step, mut seconds_in_step, mut units_in_step) = (0, 0.0, 0);
    let (mut hurt, mut units, mut seconds) = (0, 0, 0.0);
    loop {
        let weight = RAMP[step];
        let canary = poisson(&mut random, scenario.units_per_second * weight);
        let stable = poisson(&mut random, scenario.units_per_second * (1.0 - weight));
        units += canary + stable;
        let log_evidence: [LogEvidence; 2] = std::array::from_fn(|index| {
            let canary_bad = binomial(&mut random, canary, rates[index].1);
            let stable_bad = binomial(&mut random, stable, rates[index].0);
            hurt += if index == 0 { canary_bad } else { 0 };
            evidence[index].observe(&Observation::new(canary, canary_bad, stable, stable_bad, weight).unwrap());
            evidence[index].log_evidence()
        });
        seconds += 1.0;
        seconds_in_step += 1.0;
        units_in_step += canary;
        let decision = rule.decide(&RolloutMoment {
            guardrails: &log_evidence,
            log_sample_ratio: 0.0,
            step,
            steps: RAMP.len(),
            seconds_in_step,
            canary_units_in_step: units_in_step,
            seconds_since_start: seconds,
        });
        let end = match decision {
            Decision::Wait(_) => continue,
            Decision::StepUp => {
                (step, seconds_in_step, units_in_step) = (step + 1, 0.0, 0);
                continue;
            }
            Decision::Promote { .. } => End::Promoted,
            Decision::RollBack { .. } => End::RolledBack,
            Decision::AssignmentBroken | Decision::Undecided(_) => End::Undecided,
        };
        return (end, seconds, hurt as f64 / f64::max(units as f64, 1.0));
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn simulate(scenario: &Scenario) -> Summary {
    let ends: Vec<(End, f64, f64)> = (0..scenario.runs).map(|seed| run(scenario, seed)).collect();
    let seconds_of = |end: End| -> Vec<f64> { ends.iter().filter(|run| run.0 == end).map(|run| run.1).collect() };
    let (promoted, rolled_back) = (seconds_of(End::Promoted), seconds_of(End::RolledBack));
    let runs = scenario.runs as f64;
    Summary {
        promoted: promoted.len() as f64 / runs,
        promoted_seconds: median(promoted),
        rolled_back: rolled_back.len() as f64 / runs,
        rolled_back_seconds: median(rolled_back),
        hurt: median(ends.iter().map(|run| run.2).collect()),
        runs,
    }
}

/// A row of the reference table: shares of 2,000 runs and median seconds.
struct Row {
    units_per_second: f64,
    errors: Rates,
    slow: Rates,
    promoted: (f64, f64),
    rolled_back: (f64, f64),
    hurt: Option<f64>,
}

/// A row about errors: (stable, canary), promoted (share, seconds), rolled back (share, seconds), share of units hurt.
fn errors(units_per_second: f64, errors: Rates, promoted: (f64, f64), rolled_back: (f64, f64), hurt: f64) -> Row {
    Row { units_per_second, errors, slow: (0.01, 0.01), promoted, rolled_back, hurt: Some(hurt) }
}

/// A row about slow answers at 50 units/s.
fn slow(slow: Rates, promoted: (f64, f64), rolled_back: (f64, f64)) -> Row {
    Row { units_per_second: 50.0, errors: (0.001, 0.001), slow, promoted, rolled_back, hurt: None }
}

impl Row {
    fn check(&self, runs: u64) {
        let Row { units_per_second, errors, slow, .. } = *self;
        let summary = simulate(&Scenario { units_per_second, errors, slow, runs });
        let case = format!("{units_per_second}/s errors {errors:?} slow {slow:?}: {summary:?}");
        println!("{case}");
        check_share(summary.promoted, self.promoted.0, summary.runs, &case);
        check_share(summary.rolled_back, self.rolled_back.0, summary.runs, &case);
        check_seconds(summary.promoted_seconds, self.promoted, &case);
        check_seconds(summary.rolled_back_seconds, self.rolled_back, &case);
        if let Some(hurt) = self.hurt {
            assert!((summary.hurt - hurt).abs() <= 0.2 * hurt + 0.0002, "{hurt} expected: {case}");
        }
        if errors.0 >= errors.1 && slow.0 >= slow.1 {
            assert!(summary.rolled_back <= 0.05, "false rollbacks: {case}");
        }
    }
}

/// Four standard errors of the difference between two simulated shares, and half a percent.
fn check_share(share: f64, reference: f64, runs: f64, case: &str) {
    let variance = reference * (1.0 - reference) * (1.0 / runs + 1.0 / 2_000.0);
    assert!((share - reference).abs() <= 4.0 * variance.sqrt() + 0.005, "{reference} expected: {case}");
}

/// Medians are compared for the usual end of a row: rare ends are few and far apart in time.
fn check_seconds(seconds: f64, (share, reference): (f64, f64), case: &str) {
    if share >= 0.5 {
        assert!((seconds - reference).abs() <= 0.2 * reference + 1.0, "{reference} s expected: {case}");
    }
}

const NEVER: (f64, f64) = (0.0, f64::NAN);

#[test]
fn clean_releases_at_50_a_second_are_promoted() {
    for row in [
        errors(50.0, (0.0, 0.0), (0.995, 90.0), (0.005, 84.0), 0.0),
        errors(50.0, (0.0005, 0.0005), (0.990, 98.0), (0.010, 118.0), 0.0001),
        errors(50.0, (0.005, 0.005), (0.984, 135.0), (0.016, 76.0), 0.0016),
        errors(50.0, (0.009, 0.009), (0.987, 107.0), (0.014, 63.0), 0.0027),
        errors(50.0, (0.02, 0.02), (0.987, 93.0), (0.014, 61.0), 0.0060),
    ] {
        row.check(400);
    }
}

#[test]
fn clean_releases_at_5_a_second_are_promoted() {
    for row in [
        errors(5.0, (0.0, 0.0), (0.993, 580.0), (0.007, 561.0), 0.0),
        errors(5.0, (0.0005, 0.0005), (0.978, 666.0), (0.009, 810.0), 0.0),
        errors(5.0, (0.005, 0.005), (0.978, 1_110.0), (0.019, 655.0), 0.0018),
        errors(5.0, (0.009, 0.009), (0.986, 838.0), (0.014, 428.0), 0.0032),
        errors(5.0, (0.02, 0.02), (0.987, 668.0), (0.013, 206.0), 0.0069),
    ] {
        row.check(200);
    }
}

#[test]
fn bad_releases_at_50_a_second_are_rolled_back() {
    for row in [
        errors(50.0, (0.001, 0.002), (0.768, 102.0), (0.232, 423.0), 0.0006),
        errors(50.0, (0.001, 0.005), (0.112, 96.0), (0.888, 142.0), 0.0018),
        errors(50.0, (0.001, 0.02), NEVER, (1.0, 40.0), 0.0027),
        errors(50.0, (0.001, 0.05), NEVER, (1.0, 16.0), 0.0054),
        slow((0.01, 0.015), (0.409, 152.0), (0.591, 293.0)),
        slow((0.01, 0.05), NEVER, (1.0, 29.0)),
        slow((0.01, 0.5), NEVER, (1.0, 2.0)),
    ] {
        row.check(400);
    }
}

#[test]
fn bad_releases_at_5_a_second_are_rolled_back() {
    for row in [
        errors(5.0, (0.001, 0.002), (0.809, 717.0), (0.135, 2_781.0), 0.0007),
        errors(5.0, (0.001, 0.005), (0.187, 668.0), (0.813, 1_237.0), 0.0021),
        errors(5.0, (0.001, 0.02), NEVER, (1.0, 339.0), 0.0038),
        errors(5.0, (0.001, 0.05), NEVER, (1.0, 156.0), 0.0053),
    ] {
        row.check(200);
    }
}

/// How often, of 1,000 runs of 1,000 seconds along a ramp at 50 units/s, each process ever reaches `bar`.
/// In the order relative harm, absolute harm, relative fine, absolute fine.
fn ever_reached(rates: Rates, limit: f64, bar: f64) -> [f64; 4] {
    let mut reached = [0.0; 4];
    for seed in 0..1_000 {
        let mut random = Pcg64::seed_from_u64(seed);
        let mut evidence = GuardrailEvidence::new(limit, DEFAULT_MARGIN).unwrap();
        let mut highest = [f64::NEG_INFINITY; 4];
        for second in 0..1_000 {
            let weight = RAMP[std::cmp::min(second / 30, 2)];
            let (canary, stable) = (poisson(&mut random, 50.0 * weight), poisson(&mut random, 50.0 * (1.0 - weight)));
            let (canary_bad, stable_bad) =
                (binomial(&mut random, canary, rates.1), binomial(&mut random, stable, rates.0));
            evidence.observe(&Observation::new(canary, canary_bad, stable, stable_bad, weight).unwrap());
            let now = evidence.log_evidence();
            for (highest, now) in
                highest.iter_mut().zip([now.relative_harm, now.absolute_harm, now.relative_fine, now.absolute_fine])
            {
                *highest = highest.max(now);
            }
        }
        for (reached, highest) in reached.iter_mut().zip(highest) {
            *reached += if highest >= bar { 0.001 } else { 0.0 };
        }
    }
    reached
}

/// Each process at the edge of its null: by Ville's inequality it reaches 1/0.05 in at most 5 % of runs, ever, though
/// looked at every second. The margin over 0.05 is three standard errors of 1,000 runs; measured are 2.3 to 4.5 %.
#[test]
fn no_process_is_wrong_more_often_than_promised() {
    let bar = 20_f64.ln();
    let equal_at_the_limit = ever_reached((0.01, 0.01), 0.01, bar);
    assert!(equal_at_the_limit[0] <= 0.05 + 0.02, "false relative harm: {equal_at_the_limit:?}");
    assert!(equal_at_the_limit[1] <= 0.05 + 0.02, "false absolute harm: {equal_at_the_limit:?}");
    assert!(equal_at_the_limit[3] <= 0.05 + 0.02, "false certification by the limit: {equal_at_the_limit:?}");
    let at_the_margin = ever_reached((0.01, 0.015), 0.015, bar);
    assert!(at_the_margin[2] <= 0.05 + 0.02, "false certification against stable: {at_the_margin:?}");
    assert!(at_the_margin[3] <= 0.05 + 0.02, "false certification by the limit: {at_the_margin:?}");
    println!("equal at the limit {equal_at_the_limit:?}, at the margin {at_the_margin:?}");
}
