use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use super::*;

fn close(left: f64, right: f64, tolerance: f64) {
    assert!((left - right).abs() < tolerance, "{left} is not {right}");
}

fn log_e_of(counts: &[(u64, u64, f64)]) -> f64 {
    let mut test = SampleRatio::default();
    for (canary, stable, weight) in counts {
        test.observe(*canary, *stable, *weight).unwrap();
    }
    test.log_e()
}

/// The same grid in numpy 2.4.6.
#[test]
fn the_ramp_test_matches_the_reference() {
    close(log_e_of(&[(160, 1340, 0.1), (520, 1480, 0.25), (1230, 1170, 0.5)]), -0.496187062466, 1e-9);
    close(log_e_of(&[(100, 1400, 0.1), (400, 1600, 0.25)]), 19.733794032160, 1e-9);
    close(log_e_of(&[(0, 103, 0.1)]), 7.124108702139, 1e-9);
}

/// The p-values of savvi 0.3.1, also by scipy 1.17.1 (`betaln`).
#[test]
fn the_closed_form_matches_the_reference() {
    let p_value = |counts: &[u64], weights: &[f64]| multinomial_p_value(counts, weights, 100.0).unwrap();
    close(p_value(&[5200, 4800], &[0.5, 0.5]), 0.003647864279, 1e-12);
    close(p_value(&[30, 120], &[0.1, 0.9]), 0.026076648995, 1e-12);
    close(p_value(&[10, 110], &[0.1, 0.9]), 1.0, 1e-12);
    let log_e = multinomial_log_e(&[10, 110], &[0.1, 0.9], DEFAULT_CONCENTRATION).unwrap();
    close(libm::exp(log_e), 0.7772803832, 1e-10);
    close(multinomial_log_e(&[0, 0, 0], &[0.2, 0.3, 0.5], 100.0).unwrap(), 0.0, 1e-9);
}

#[test]
fn arms_that_make_no_sense_are_refused() {
    for (counts, weights) in [
        (vec![1, 2], vec![0.5, 0.4]),
        (vec![1], vec![1.0]),
        (vec![1, 2, 3], vec![0.5, 0.5]),
        (vec![1, 2], vec![0.0, 1.0]),
        (vec![1, 2], vec![f64::NAN, 0.5]),
    ] {
        assert!(multinomial_log_e(&counts, &weights, 100.0).is_err(), "{counts:?} {weights:?}");
    }
    assert!(multinomial_log_e(&[1, 2], &[0.5, 0.5], 0.0).is_err());
    let mut test = SampleRatio::default();
    assert!(matches!(test.observe(1, 10, 0.0), Err(StatsError::UnitsWithoutWeight { .. })));
    assert!(test.observe(1, 10, 1.5).is_err());
    assert!(SampleRatio::from_parts([f64::NAN; 16]).is_err());
}

#[test]
fn a_canary_without_traffic_is_noticed() {
    assert!(log_e_of(&[(0, 103, 0.1)]) >= LOG_BROKEN_AT);
    assert!(log_e_of(&[(0, 20, 0.1)]) < LOG_BROKEN_AT);
}

/// A ramp of 3 × 4,000 units; `lost` is the share of the canary's units that go missing.
fn ends_broken(seed: u64, lost: f64) -> bool {
    let mut random = Pcg64::seed_from_u64(seed);
    let mut test = SampleRatio::default();
    [0.1, 0.25, 0.5].into_iter().any(|weight| {
        (0..80).any(|_| {
            let (mut canary, mut stable) = (0, 0);
            for _ in 0..50 {
                match random.random_bool(weight) {
                    true => canary += u64::from(!random.random_bool(lost)),
                    false => stable += 1,
                }
            }
            test.observe(canary, stable, weight).unwrap();
            test.is_broken()
        })
    })
}

#[test]
fn a_sound_split_is_never_called_broken_and_a_leaking_one_is() {
    let broken = |lost: f64| (0..400).filter(|seed| ends_broken(*seed, lost)).count();
    assert!(broken(0.0) <= 2, "1 in 1,000 at most, at any of 240 looks");
    assert!(broken(0.2) >= 396);
}

#[test]
fn the_state_survives_being_kept() {
    let mut test = SampleRatio::default();
    test.observe(130, 1200, 0.1).unwrap();
    assert_eq!(SampleRatio::from_parts(test.parts()).unwrap(), test);
    assert!((LOG_BROKEN_AT - BROKEN_AT.ln()).abs() < 1e-15);
}
