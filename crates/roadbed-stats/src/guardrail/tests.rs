use proptest::prelude::*;

use super::*;

fn evidence_of(limit: f64, counts: &[(u64, u64, u64, u64, f64)]) -> GuardrailEvidence {
    let mut evidence = GuardrailEvidence::new(limit, DEFAULT_MARGIN).unwrap();
    for (canary, canary_bad, stable, stable_bad, weight) in counts {
        evidence.observe(&Observation::new(*canary, *canary_bad, *stable, *stable_bad, *weight).unwrap());
    }
    evidence
}

fn close(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-9 * right.abs().max(1.0), "{left} is not {right}");
}

fn assert_evidence(limit: f64, counts: &[(u64, u64, u64, u64, f64)], expected: [f64; 5]) {
    let log_e = evidence_of(limit, counts).log_evidence();
    close(log_e.relative_harm, expected[0]);
    close(log_e.absolute_harm, expected[1]);
    close(log_e.relative_fine, expected[2]);
    close(log_e.absolute_fine, expected[3]);
    close(log_e.stable_absolute_harm, expected[4]);
}

/// Expected values: the reference simulation's formulas in numpy 2.4.6, over the same counts.
#[test]
fn evidence_matches_the_reference() {
    assert_evidence(
        0.01,
        &[(150, 1, 1350, 6, 0.1), (500, 2, 1500, 9, 0.25), (1200, 4, 1200, 8, 0.5)],
        [-2.201259480445, -15.245084705385, 1.292882739807, 3.703839531173, -26.327509093841],
    );
    assert_evidence(
        0.01,
        &[(83, 4, 761, 1, 0.1)],
        [4.922090278703, 2.355748386971, -2.557939888097, -2.495392545692, -8.408949180354],
    );
    assert_evidence(
        0.2,
        &[(300, 36, 300, 33, 0.5)],
        [-1.603359274586, -52.381062988232, -0.422514584278, 5.282607850123, -55.323550747267],
    );
    assert_evidence(0.01, &[(500, 0, 500, 0, 0.5)], [0.0, -6.462446783374, 0.0, 4.028336579186, -6.462446783374]);
}

#[test]
fn the_limit_follows_a_service_that_is_already_bad() {
    assert_eq!(limit_in_force(0.01, 0, 0).unwrap(), 0.01);
    assert_eq!(limit_in_force(0.01, 999, 900).unwrap(), 0.01, "too few units to know");
    assert_eq!(limit_in_force(0.01, 1_000, 2).unwrap(), 0.01, "better than the limit");
    assert_eq!(limit_in_force(0.01, 1_000, 20).unwrap(), 0.04);
    assert_eq!(limit_in_force(0.01, 1_000, 700).unwrap(), HIGHEST_LIMIT);
    assert!(limit_in_force(0.0, 0, 0).is_err());
    assert!(limit_in_force(1.0, 0, 0).is_err());
    assert!(limit_in_force(f64::NAN, 0, 0).is_err());
    assert!(matches!(limit_in_force(0.01, 10, 11), Err(StatsError::MoreBadThanUnits { .. })));
}

#[test]
fn evidence_survives_being_kept() {
    let evidence = evidence_of(0.01, &[(83, 4, 761, 1, 0.1), (500, 2, 1500, 9, 0.25)]);
    assert_eq!(GuardrailEvidence::from_parts(&evidence.parts()).unwrap(), evidence);
    let broken = GuardrailParts { relative_fine: [f64::INFINITY; 5], ..evidence.parts() };
    assert!(matches!(GuardrailEvidence::from_parts(&broken), Err(StatsError::StateNotFinite { .. })));
    let broken = GuardrailParts { limit: 0.0, ..evidence.parts() };
    assert!(GuardrailEvidence::from_parts(&broken).is_err());
}

#[test]
fn a_key_that_turns_bad_counts_as_if_it_had_been_bad() {
    let mut turned = evidence_of(0.01, &[(100, 0, 900, 0, 0.1)]);
    turned.observe(&Observation::turned_bad(3, 2, 0.1).unwrap());
    let (turned, at_once) = (turned.log_evidence(), evidence_of(0.01, &[(100, 3, 900, 2, 0.1)]).log_evidence());
    close(turned.relative_harm, at_once.relative_harm);
    close(turned.relative_fine, at_once.relative_fine);
    close(turned.absolute_harm, at_once.absolute_harm);
    close(turned.absolute_fine, at_once.absolute_fine);
    assert!(Observation::turned_bad(1, 0, 0.0).is_err());
}

#[test]
fn impossible_counts_are_refused_with_the_fix() {
    let error = Observation::new(3, 4, 10, 0, 0.1).unwrap_err();
    assert_eq!(error.to_string(), "4 bad of 3 units on canary; count each unit at most once as bad");
    assert!(Observation::new(1, 0, 1, 2, 0.1).is_err());
    assert!(matches!(Observation::new(1, 0, 10, 0, 0.0), Err(StatsError::UnitsWithoutWeight { arm: "canary", .. })));
    assert!(matches!(Observation::new(10, 0, 1, 0, 1.0), Err(StatsError::UnitsWithoutWeight { arm: "stable", .. })));
    for weight in [-0.1, 1.1, f64::NAN] {
        assert!(matches!(Observation::new(1, 0, 1, 0, weight), Err(StatsError::OutOfRange { .. })));
    }
    assert!(GuardrailEvidence::new(0.01, 0.0).is_err());
    assert!(GuardrailEvidence::new(0.01, f64::NAN).is_err());
}

type Counts = (u64, u64, u64, u64, f64);

fn counts() -> impl Strategy<Value = Counts> {
    (0_u64..2_000, 0_u64..50, 0_u64..2_000, 0_u64..50, prop::sample::select(vec![0.1, 0.25, 0.5])).prop_map(
        |(canary, canary_bad, stable, stable_bad, weight)| {
            (canary + canary_bad, canary_bad, stable + stable_bad, stable_bad, weight)
        },
    )
}

proptest! {
    /// Counters arrive in any order and in any batches; the verdict may not depend on it.
    #[test]
    fn evidence_does_not_depend_on_order_or_batches(batches in prop::collection::vec(counts(), 1..20)) {
        let forward = evidence_of(0.01, &batches).log_evidence();
        let reversed: Vec<Counts> = batches.iter().rev().copied().collect();
        let mut totals: Vec<Counts> = Vec::new();
        for batch in &batches {
            match totals.iter_mut().find(|total| total.4 == batch.4) {
                Some(total) => {
                    *total = (total.0 + batch.0, total.1 + batch.1, total.2 + batch.2, total.3 + batch.3, total.4);
                }
                None => totals.push(*batch),
            }
        }
        for other in [evidence_of(0.01, &reversed).log_evidence(), evidence_of(0.01, &totals).log_evidence()] {
            close(other.relative_harm, forward.relative_harm);
            close(other.absolute_harm, forward.absolute_harm);
            close(other.relative_fine, forward.relative_fine);
            close(other.absolute_fine, forward.absolute_fine);
            close(other.stable_absolute_harm, forward.stable_absolute_harm);
        }
    }
}
