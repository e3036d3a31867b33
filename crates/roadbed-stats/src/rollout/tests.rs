use super::*;

/// Two guardrails: harm bar ln 80 = 4.382, half of it 2.191, certification ln 20 = 2.996.
const FINE: LogEvidence = LogEvidence {
    relative_harm: -1.0,
    absolute_harm: -3.0,
    relative_fine: 1.0,
    absolute_fine: 3.1,
    stable_absolute_harm: -3.0,
};

fn moment(guardrails: &[LogEvidence]) -> RolloutMoment<'_> {
    RolloutMoment {
        guardrails,
        log_sample_ratio: 0.0,
        step: 2,
        steps: 3,
        seconds_in_step: 30.0,
        canary_units_in_step: 100,
        seconds_since_start: 90.0,
    }
}

fn decide(moment: &RolloutMoment<'_>) -> Decision {
    RolloutRule::default().decide(moment)
}

#[test]
fn bars_follow_the_number_of_guardrails() {
    let bars = RolloutRule::default().bars(2);
    assert!((bars.harm - 80_f64.ln()).abs() < 1e-12);
    assert!((bars.suspicion - 80_f64.ln() / 2.0).abs() < 1e-12);
    assert!((bars.certify - 20_f64.ln()).abs() < 1e-12);
}

#[test]
fn a_certified_release_is_promoted_at_the_last_step_only() {
    let guardrails = [FINE, LogEvidence { relative_fine: 4.0, ..FINE }];
    let last = moment(&guardrails);
    let certified_by = vec![Certification::Absolute, Certification::Relative];
    assert_eq!(decide(&last), Decision::Promote { certified_by });
    assert_eq!(decide(&RolloutMoment { step: 1, ..last }), Decision::StepUp);
}

#[test]
fn a_step_up_needs_no_certification_but_time_and_units() {
    let guardrails = [LogEvidence::default(); 2];
    let first = RolloutMoment { step: 0, ..moment(&guardrails) };
    assert_eq!(decide(&first), Decision::StepUp);
    let early = RolloutMoment { seconds_in_step: 29.0, ..first };
    assert_eq!(decide(&early), Decision::Wait(WaitReason::MinimumTime { remaining_seconds: 1.0 }));
    let few = RolloutMoment { canary_units_in_step: 99, ..first };
    assert_eq!(decide(&few), Decision::Wait(WaitReason::MinimumUnits { missing_units: 1 }));
}

#[test]
fn half_a_bar_of_harm_stops_the_ramp() {
    let process = HarmProcess::Relative;
    let guardrails = [FINE, LogEvidence { relative_harm: 2.2, ..FINE }];
    let first = RolloutMoment { step: 0, ..moment(&guardrails) };
    assert_eq!(decide(&first), Decision::Wait(WaitReason::Suspicion { guardrail: 1, process }));
    let process = HarmProcess::Absolute;
    let guardrails = [LogEvidence { absolute_harm: 2.2, ..FINE }, FINE];
    assert_eq!(decide(&moment(&guardrails)), Decision::Wait(WaitReason::Suspicion { guardrail: 0, process }));
    let guardrails = [LogEvidence { relative_harm: 2.1, absolute_harm: 2.1, ..FINE }, FINE];
    assert_eq!(decide(&RolloutMoment { step: 0, ..moment(&guardrails) }), Decision::StepUp);
}

#[test]
fn harm_rolls_back_at_once() {
    let guardrails = [FINE, LogEvidence { relative_harm: 4.4, ..FINE }];
    let at_once = RolloutMoment { step: 0, seconds_in_step: 1.0, canary_units_in_step: 3, ..moment(&guardrails) };
    let expected = Decision::RollBack { guardrail: 1, process: HarmProcess::Relative, log_e: 4.4 };
    assert_eq!(decide(&at_once), expected);
    let below = [FINE, LogEvidence { relative_harm: 4.3, ..FINE }];
    assert!(matches!(decide(&RolloutMoment { guardrails: &below, ..at_once }), Decision::Wait(_)));
}

#[test]
fn harm_at_exactly_the_bar_counts() {
    let harm = RolloutRule::default().bars(1).harm;
    let guardrails = [LogEvidence { relative_harm: harm, ..FINE }];
    assert!(matches!(decide(&moment(&guardrails)), Decision::RollBack { .. }));
}

#[test]
fn the_strongest_harm_is_named() {
    let guardrails =
        [LogEvidence { relative_harm: 5.0, ..FINE }, LogEvidence { relative_harm: 6.0, absolute_harm: 9.0, ..FINE }];
    let expected = Decision::RollBack { guardrail: 1, process: HarmProcess::Absolute, log_e: 9.0 };
    assert_eq!(decide(&moment(&guardrails)), expected);
}

#[test]
fn an_outage_of_both_revisions_is_not_the_canarys_fault() {
    let outage = LogEvidence { absolute_harm: 40.0, stable_absolute_harm: 30.0, ..FINE };
    let waits = Decision::Wait(WaitReason::Suspicion { guardrail: 0, process: HarmProcess::Absolute });
    assert_eq!(decide(&moment(&[outage, FINE])), waits);
    let worse_too = LogEvidence { relative_harm: 5.0, ..outage };
    let expected = Decision::RollBack { guardrail: 0, process: HarmProcess::Relative, log_e: 5.0 };
    assert_eq!(decide(&moment(&[worse_too, FINE])), expected);
    let elsewhere = LogEvidence { stable_absolute_harm: 30.0, ..FINE };
    let canary_only = LogEvidence { absolute_harm: 5.0, ..FINE };
    assert!(matches!(decide(&moment(&[elsewhere, canary_only])), Decision::RollBack { guardrail: 1, .. }));
}

#[test]
fn promotion_needs_every_guardrail() {
    let uncertified = LogEvidence { absolute_fine: 2.9, ..FINE };
    let waits = Decision::Wait(WaitReason::NotCertified { guardrail: 1 });
    assert_eq!(decide(&moment(&[FINE, uncertified])), waits);
    let worse = LogEvidence { relative_harm: 0.1, ..FINE };
    assert_eq!(decide(&moment(&[worse, FINE])), Decision::Wait(WaitReason::WorseThanStable { guardrail: 0 }));
    let even = LogEvidence { relative_harm: 0.0, ..FINE };
    assert!(matches!(decide(&moment(&[even, FINE])), Decision::Promote { .. }));
}

#[test]
fn no_data_and_no_guardrail_never_promote() {
    let waits = Decision::Wait(WaitReason::NotCertified { guardrail: 0 });
    assert_eq!(decide(&moment(&[LogEvidence::default(); 2])), waits);
    assert_eq!(decide(&moment(&[])), Decision::Wait(WaitReason::NoGuardrails));
    let nothing = [LogEvidence::default()];
    let silent = RolloutMoment { canary_units_in_step: 0, ..moment(&nothing) };
    assert_eq!(decide(&silent), Decision::Wait(WaitReason::MinimumUnits { missing_units: 100 }));
}

#[test]
fn a_broken_assignment_comes_before_everything() {
    let guardrails = [LogEvidence { relative_harm: 50.0, ..FINE }];
    let broken = RolloutMoment { log_sample_ratio: 6.91, ..moment(&guardrails) };
    assert_eq!(decide(&broken), Decision::AssignmentBroken);
    let sound = RolloutMoment { log_sample_ratio: 6.90, ..moment(&guardrails) };
    assert!(matches!(decide(&sound), Decision::RollBack { .. }));
}

#[test]
fn time_over_gives_the_policy_unless_there_is_a_verdict() {
    let open = [LogEvidence::default(); 2];
    for undecided in [UndecidedPolicy::Hold, UndecidedPolicy::Promote, UndecidedPolicy::RollBack] {
        let rule = RolloutRule { undecided, ..RolloutRule::default() };
        let late = |guardrails| RolloutMoment { seconds_since_start: 3_600.0, ..moment(guardrails) };
        assert_eq!(rule.decide(&late(&open)), Decision::Undecided(undecided));
        assert_eq!(rule.decide(&RolloutMoment { step: 0, ..late(&open) }), Decision::Undecided(undecided));
        assert!(matches!(rule.decide(&late(&[FINE, FINE])), Decision::Promote { .. }));
        let harmed = [FINE, LogEvidence { absolute_harm: 8.0, ..FINE }];
        assert!(matches!(rule.decide(&late(&harmed)), Decision::RollBack { .. }));
    }
}

#[test]
fn rules_and_ramps_that_cannot_work_are_refused() {
    let rule = RolloutRule::default();
    assert!(rule.checked().is_ok());
    for alpha in [0.0, 1.0, -0.1, f64::NAN] {
        assert!(RolloutRule { alpha, ..rule }.checked().is_err());
    }
    assert!(RolloutRule { minimum_step_seconds: -1.0, ..rule }.checked().is_err());
    assert!(RolloutRule { minimum_step_seconds: f64::NAN, ..rule }.checked().is_err());
    assert!(RolloutRule { minimum_step_seconds: 0.0, ..rule }.checked().is_ok());
    assert!(RolloutRule { decide_by_seconds: 0.0, ..rule }.checked().is_err());
    assert!(check_ramp(&[0.05, 0.25, 0.5]).is_ok());
    assert!(check_ramp(&[1.0]).is_ok());
    assert!(matches!(check_ramp(&[]), Err(StatsError::WrongLength { .. })));
    assert!(matches!(check_ramp(&[0.1, 0.1]), Err(StatsError::StepsNotRising { step: 1, .. })));
    assert!(matches!(check_ramp(&[0.0, 0.1]), Err(StatsError::StepsNotRising { step: 0, .. })));
    assert!(matches!(check_ramp(&[0.1, 1.5]), Err(StatsError::OutOfRange { .. })));
    assert!(check_ramp(&[f64::NAN]).is_err());
}
