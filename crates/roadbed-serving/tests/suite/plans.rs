//! The plan alone: against numbers computed apart, and through whole seeded rollouts.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use roadbed_core::{InstanceId, Name, Percent, RevisionId, RolloutId, ServiceId, TeamId, Timestamp};
use roadbed_serving::gateways::Readiness;
use roadbed_serving::rollouts::{
    Arm, ArmCounts, Baseline, Decision, Moment, Outcome, Rollout, RolloutState, Stage, StageCounts, StageKind, Step,
    Terms, decide, evidence,
};
use roadbed_serving::services::RolloutSettings;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn rollout(baseline: Baseline) -> Rollout {
    let mut terms = Terms::new(&RolloutSettings::default(), None, None);
    terms.baseline = Some(baseline);
    Rollout {
        id: RolloutId::from_u128(1),
        service: ServiceId::from_u128(2),
        service_name: "churn".parse::<Name>().unwrap(),
        team: TeamId::from_u128(3),
        instance: InstanceId::from_u128(4),
        from: Some(Arm { revision: RevisionId::from_u128(5), number: 2 }),
        to: Arm { revision: RevisionId::from_u128(6), number: 3 },
        model: "churn/3".into(),
        terms,
        state: RolloutState::Pending.begun(at(0), 3_600_000_000).unwrap(),
        progress: None,
        actor: "token:1".into(),
        version: 1,
        created_at: at(0),
    }
}

fn stage(number: i64, kind: StageKind, step: usize, weight: Percent, started_at: Timestamp) -> Stage {
    Stage { number, kind, step, weight, entry_version: number + 1, started_at, paused_micros: 0 }
}

fn counts(stage: &Stage, stable: (u64, u64), canary: (u64, u64)) -> StageCounts {
    let arm = |(units, errors)| ArmCounts { units, errors, slow: 0, keys: 0 };
    StageCounts {
        stage: stage.number,
        entry_version: stage.entry_version,
        weight_basis_points: stage.weight.basis_points(),
        tested: stage.kind == StageKind::Step,
        stable: arm(stable),
        canary: arm(canary),
    }
}

const TENTH: Percent = Percent::from_basis_points(1000).unwrap();

/// `ln(mean(exp(x)))` of the log-likelihood ratios, written out apart from the crate of statistics.
fn mixture(logs: &[f64]) -> f64 {
    let top = logs.iter().copied().fold(f64::MIN, f64::max);
    top + (logs.iter().map(|log| (log - top).exp()).sum::<f64>() / f64::from(u32::try_from(logs.len()).unwrap())).ln()
}

#[test]
fn evidence_is_that_of_the_formulas_and_leaves_the_warm_up_out() {
    let rollout = rollout(Baseline::default());
    let warm_up = stage(0, StageKind::WarmUp, 0, TENTH, at(0));
    let step = stage(1, StageKind::Step, 0, TENTH, at(3));
    let seen = [counts(&warm_up, (180, 9), (20, 20)), counts(&step, (761, 1), (83, 4))];
    let found = evidence(&rollout, &seen).unwrap();
    let weight = 0.1_f64;
    let relative: Vec<f64> = [1.25, 1.5, 2.0, 3.0, 5.0, 8.0, 12.0]
        .map(|odds: f64| {
            let total = weight * odds + 1.0 - weight;
            4.0 * (odds / total).ln() + (1.0 / total).ln()
        })
        .to_vec();
    assert!((found.reports[0].log_e.relative_harm - mixture(&relative)).abs() < 1e-9, "{:?}", found.reports);
    let absolute: Vec<f64> =
        [0.02, 0.04, 0.08, 0.2].map(|rate: f64| 4.0 * (rate / 0.01).ln() + 79.0 * ((1.0 - rate) / 0.99).ln()).to_vec();
    assert!((found.reports[0].log_e.absolute_harm - mixture(&absolute)).abs() < 1e-9);
    assert_eq!(found.reports.len(), 1, "latency is not watched while nothing is known of it");
    assert_eq!((found.reports[0].arms[0].units, found.reports[0].arms[1].bad), (761, 4));
}

#[test]
fn proven_harm_is_said_in_a_sentence() {
    let rollout = rollout(Baseline::default());
    let step = stage(1, StageKind::Step, 0, TENTH, at(0));
    let seen = [counts(&step, (761, 1), (83, 6))];
    let stages = [step];
    let moment = Moment { rollout: &rollout, stages: &stages, counts: &seen, readiness: Readiness::Ready, now: at(17) };
    let Step::End { outcome: Outcome::RolledBack, verdict } = decide(&moment).unwrap() else {
        panic!("{:?}", decide(&moment))
    };
    assert!(
        verdict.sentence.starts_with(
            "Rolled back after 17 s: 6 of 83 requests to revision 3 failed, 1 of 761 to revision 2; the chance"
        ),
        "{}",
        verdict.sentence
    );
    assert!(verdict.sentence.contains("is below 1 in "), "{}", verdict.sentence);
}

#[test]
fn units_with_a_key_and_without_one_add_up() {
    use roadbed_contracts::records::{KeyedCounters, TrafficCounters};
    let keyed = KeyedCounters { units: 10, errors: 2, slow: 0, requests: 60, request_errors: 8, request_slow: 0 };
    let counters = TrafficCounters { requests: 100, errors: 9, keyed, ..TrafficCounters::default() };
    let arm = ArmCounts::from(&counters);
    assert_eq!((arm.units, arm.errors, arm.keys), (10 + 40, 2 + 1, 10));
}

#[test]
fn no_data_waits_and_never_decides() {
    let rollout = rollout(Baseline::default());
    let step = stage(1, StageKind::Step, 2, TENTH, at(0));
    let (seen, stages) = ([counts(&step, (0, 0), (0, 0))], [step]);
    let moment = |now| Moment { rollout: &rollout, stages: &stages, counts: &seen, readiness: Readiness::Ready, now };
    assert!(matches!(decide(&moment(at(3_000))).unwrap(), Step::Wait(_)));
    let Step::Hold(verdict) = decide(&moment(at(3_601))).unwrap() else { panic!("held after decide_by") };
    assert_eq!(verdict.decision, Decision::Held);
}

#[test]
fn a_split_that_does_not_follow_its_weights_is_no_verdict() {
    let rollout = rollout(Baseline::default());
    let step = stage(1, StageKind::Step, 0, TENTH, at(0));
    let (seen, stages) = ([counts(&step, (500, 0), (500, 0))], [step]);
    let moment = Moment { rollout: &rollout, stages: &stages, counts: &seen, readiness: Readiness::Ready, now: at(20) };
    let Step::End { outcome: Outcome::RolledBack, verdict } = decide(&moment).unwrap() else { panic!() };
    assert_eq!(verdict.decision, Decision::Invalid);
}

#[test]
fn what_was_bad_before_may_be_as_bad_afterwards() {
    let known = Baseline { units: 10_000, errors: 500, ..Baseline::default() };
    let limit = rollout(known).terms.guardrails().unwrap()[0].limit;
    assert!((limit - 0.1).abs() < 1e-12, "twice the known rate: {limit}");
}

/// A whole rollout through the plan at 50 requests a second.
fn run(seed: u64, rates: (f64, f64)) -> (Outcome, i64) {
    let mut random = Pcg64::seed_from_u64(seed);
    let known = Baseline { units: 10_000, errors: 10, slow: 100, slow_above_micros: Some(1), units_per_second: 50.0 };
    let rollout = rollout(known);
    let mut stages = vec![stage(0, StageKind::WarmUp, 0, TENTH, at(0))];
    let mut seen = vec![counts(&stages[0], (0, 0), (0, 0))];
    for second in 1..7_200 {
        let last = seen.last_mut().unwrap();
        let weight = f64::from(last.weight_basis_points) / 10_000.0;
        for _ in 0..50 {
            let (arm, rate) =
                if random.random::<f64>() < weight { (&mut last.canary, rates.1) } else { (&mut last.stable, rates.0) };
            arm.units += 1;
            arm.errors += u64::from(random.random::<f64>() < rate);
            arm.slow += u64::from(random.random::<f64>() < 0.01);
        }
        let now = at(second);
        let moment = Moment { rollout: &rollout, stages: &stages, counts: &seen, readiness: Readiness::Ready, now };
        match decide(&moment).unwrap() {
            Step::Wait(_) | Step::Begin => {}
            Step::Enter { kind, step, weight } => {
                let next = stage(i64::try_from(stages.len()).unwrap(), kind, step, weight, now);
                seen.push(counts(&next, (0, 0), (0, 0)));
                stages.push(next);
            }
            Step::Hold(verdict) => panic!("seed {seed}: {}", verdict.sentence),
            Step::End { outcome, .. } => return (outcome, second),
        }
    }
    panic!("seed {seed}: no end")
}

#[test]
fn clean_releases_are_promoted_and_broken_ones_rolled_back() {
    const RUNS: u64 = 40;
    let clean: Vec<_> = (0..RUNS).map(|seed| run(seed, (0.001, 0.001))).collect();
    let promoted = clean.iter().filter(|(outcome, _)| *outcome == Outcome::Promoted).count();
    assert!(promoted >= 38, "{promoted} of {RUNS} clean releases");
    assert!(clean.iter().all(|(_, seconds)| *seconds >= 90), "three steps of 30 s each");
    let broken: Vec<_> = (0..RUNS).map(|seed| run(seed, (0.001, 0.05))).collect();
    assert!(broken.iter().all(|(outcome, _)| *outcome == Outcome::RolledBack));
    let mut seconds: Vec<i64> = broken.iter().map(|(_, seconds)| *seconds).collect();
    seconds.sort_unstable();
    assert!((8..=40).contains(&seconds[seconds.len() / 2]), "median {seconds:?}");
}
