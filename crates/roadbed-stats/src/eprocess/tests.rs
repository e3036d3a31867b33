use super::*;

fn close(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-9, "{left} is not {right}");
}

/// From the reference simulation's formulas in numpy 2.4.6 over (canary units, bad, stable units, bad, weight).
const RAMP: [(u64, u64, u64, u64, f64); 3] = [(150, 1, 1350, 6, 0.1), (500, 2, 1500, 9, 0.25), (1200, 4, 1200, 8, 0.5)];

#[test]
fn relative_harm_along_a_ramp_matches_the_reference() {
    let mut process = MixtureEProcess::<7>::default();
    for (canary, canary_bad, stable, stable_bad, weight) in RAMP {
        let observation = Observation::new(canary, canary_bad, stable, stable_bad, weight).unwrap();
        process.observe_relative_harm(&observation);
    }
    let expected = [
        -0.691110696791,
        -1.476611400420,
        -3.135301356465,
        -6.363847232790,
        -11.897206719487,
        -18.334845755455,
        -24.800155227214,
    ];
    for (part, expected) in process.parts().into_iter().zip(expected) {
        close(part, expected);
    }
    close(process.log_e(), -2.201259480445);
}

#[test]
fn no_bad_unit_tells_a_relative_process_nothing() {
    let mut process = MixtureEProcess::<7>::default();
    process.observe_relative_harm(&Observation::new(500, 0, 500, 0, 0.5).unwrap());
    assert_eq!(process.log_e(), 0.0);
}

#[test]
fn a_weight_of_all_or_nothing_tells_a_relative_process_nothing() {
    for observation in [Observation::new(500, 40, 0, 0, 1.0).unwrap(), Observation::new(0, 0, 500, 40, 0.0).unwrap()] {
        let (mut harm, mut fine) = (MixtureEProcess::<7>::default(), MixtureEProcess::<5>::default());
        harm.observe_relative_harm(&observation);
        fine.observe_relative_fine(0.5, &observation);
        assert_eq!((harm.log_e(), fine.log_e()), (0.0, 0.0));
    }
}

#[test]
fn log_mean_exp_holds_where_exp_does_not() {
    close(log_mean_exp(&[1000.0, 1000.0]), 1000.0);
    close(log_mean_exp(&[-1000.0, -1000.0 + libm::log(3.0)]), -1000.0 + libm::log(2.0));
    close(log_mean_exp(&[0.0, -1e300]), -libm::log(2.0));
    assert_eq!(log_mean_exp(&[]), 0.0);
}

#[test]
fn alternatives_of_harm_stay_above_any_limit() {
    for limit in [0.001, 0.01, 0.3, 0.5, 0.85, 0.9, 0.95] {
        let mut all_good = MixtureEProcess::<4>::default();
        all_good.observe_rate(&RateAlternatives::harm(limit), 0.0, 100.0);
        assert!(all_good.log_e() < 0.0, "good answers are not harm at limit {limit}");
        let mut all_bad = MixtureEProcess::<4>::default();
        all_bad.observe_rate(&RateAlternatives::harm(limit), 100.0, 0.0);
        assert!(all_bad.log_e() > 0.0, "bad answers are harm at limit {limit}");
    }
}

#[test]
fn a_state_that_is_not_finite_is_refused() {
    let error = MixtureEProcess::from_parts([0.0, f64::NAN]).unwrap_err();
    assert!(matches!(error, StatsError::StateNotFinite { index: 1, .. }));
    assert!(error.to_string().contains("rebuild it from the counts"));
}

#[test]
fn chances_read_well_and_never_overstate() {
    for (e_value, sentence) in
        [(0.2, 1), (1.0, 1), (7.9, 7), (80.0, 80), (99.9, 99), (137.2, 130), (437.0, 430), (99_999.0, 99_000)]
    {
        assert_eq!(chance_one_in(libm::log(e_value) + 1e-12), sentence, "{e_value}");
    }
    assert_eq!(chance_one_in(700.0), 990_000_000);
    assert_eq!(chance_one_in(-700.0), 1);
}
