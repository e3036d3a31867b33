use super::*;
use crate::guardrail::DEFAULT_MARGIN;

/// The two guardrails of the reference simulation: errors at 0.1 %, slow answers at 1 %.
const GUARDRAILS: [ForecastGuardrail; 2] =
    [ForecastGuardrail { stable_rate: 0.001, limit: 0.01 }, ForecastGuardrail { stable_rate: 0.01, limit: 0.02 }];

fn input(units_per_second: f64) -> ForecastInput<'static> {
    ForecastInput {
        rule: RolloutRule::default(),
        weights: &[0.1, 0.25, 0.5],
        margin: DEFAULT_MARGIN,
        units_per_second,
        guardrails: &GUARDRAILS,
    }
}

fn assert_within(seconds: Option<f64>, low: f64, high: f64) {
    let seconds = seconds.unwrap();
    assert!((low..=high).contains(&seconds), "{seconds} is not within {low} to {high}");
}

/// The medians of the simulation are 102 s, 142 s and 40 s at 50 units/s; 670 s, 1,297 s and 335 s at 5.
#[test]
fn forecasts_come_close_to_simulated_medians() {
    let forecast_50 = forecast(&input(50.0)).unwrap();
    println!("{forecast_50:?}");
    assert_within(forecast_50.clean.promoted_seconds(), 90.0, 130.0);
    assert_within(forecast_50.guardrails[0].five_times.unwrap().rolled_back_seconds(), 100.0, 190.0);
    assert_within(forecast_50.guardrails[0].limit_breaking.rolled_back_seconds(), 30.0, 50.0);
    assert_within(forecast_50.guardrails[1].five_times.unwrap().rolled_back_seconds(), 25.0, 40.0);
    let forecast_5 = forecast(&input(5.0)).unwrap();
    println!("{forecast_5:?}");
    assert_within(forecast_5.clean.promoted_seconds(), 500.0, 900.0);
    assert_within(forecast_5.guardrails[0].five_times.unwrap().rolled_back_seconds(), 900.0, 1_700.0);
    assert_within(forecast_5.guardrails[0].limit_breaking.rolled_back_seconds(), 250.0, 420.0);
    assert_eq!(forecast_50.better_first_step, None);
}

#[test]
fn few_requests_are_hurt_before_a_limit_breaker_is_caught() {
    for units_per_second in [5.0, 50.0, 500.0] {
        let Prospect::RolledBack { hurt_share, .. } =
            forecast(&input(units_per_second)).unwrap().guardrails[0].limit_breaking
        else {
            panic!("not caught at {units_per_second} units/s");
        };
        assert!(hurt_share < 0.01, "{units_per_second}: {hurt_share}");
    }
}

#[test]
fn little_traffic_gets_a_larger_first_step() {
    let slow = ForecastInput { weights: &[0.01, 0.1, 0.5], ..input(0.8) };
    let forecast_slow = forecast(&slow).unwrap();
    let now = forecast_slow.clean.promoted_seconds().unwrap();
    let better = forecast_slow.better_first_step.unwrap();
    println!("{forecast_slow:?}");
    assert!(now > slow.rule.decide_by_seconds);
    assert!(better.promoted_seconds < now);
    assert!(better.weight > 0.01 && better.weight <= 0.5);
}

#[test]
fn no_traffic_and_no_known_rate_are_said_and_not_guessed() {
    let silent = forecast(&input(0.0)).unwrap();
    assert_eq!(silent.clean, Prospect::Open);
    assert_eq!(silent.better_first_step, None);
    let clean = [ForecastGuardrail { stable_rate: 0.0, limit: 0.01 }];
    let forecast_clean = forecast(&ForecastInput { guardrails: &clean, ..input(50.0) }).unwrap();
    assert_eq!(forecast_clean.guardrails[0].twice, None);
    assert_eq!(forecast_clean.guardrails[0].five_times, None);
    assert_within(forecast_clean.clean.promoted_seconds(), 90.0, 92.0);
    assert_within(forecast_clean.guardrails[0].limit_breaking.rolled_back_seconds(), 10.0, 60.0);
    let unguarded = forecast(&ForecastInput { guardrails: &[], ..input(50.0) }).unwrap();
    assert_eq!(unguarded.clean, Prospect::Open);
}

#[test]
fn plans_that_cannot_work_are_refused() {
    assert!(forecast(&input(-1.0)).is_err());
    assert!(forecast(&input(f64::NAN)).is_err());
    assert!(forecast(&input(f64::INFINITY)).is_err());
    assert!(forecast(&ForecastInput { weights: &[0.5, 0.1], ..input(5.0) }).is_err());
    assert!(forecast(&ForecastInput { margin: 0.0, ..input(5.0) }).is_err());
    let impossible = [ForecastGuardrail { stable_rate: 1.2, limit: 0.01 }];
    assert!(forecast(&ForecastInput { guardrails: &impossible, ..input(5.0) }).is_err());
}
