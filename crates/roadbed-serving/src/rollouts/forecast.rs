//! What a rollout will need, before it starts.

use super::terms::Terms;
use roadbed_core::Percent;
use roadbed_stats::StatsError;
use roadbed_stats::forecast::{Forecast, ForecastGuardrail, ForecastInput, Prospect, forecast};
use schemars::JsonSchema;
use serde::Serialize;

/// What to expect at the traffic of the last hour.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct ForecastView {
    /// Requests per second of the service while there was traffic.
    pub units_per_second: f64,
    /// A release as good as the revision in charge.
    pub clean: ProspectView,
    pub guardrails: Vec<GuardrailForecastView>,
    /// A larger first step that certifies a clean release in time.
    pub better_first_step: Option<BetterStepView>,
    /// For people.
    pub sentence: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct GuardrailForecastView {
    pub name: String,
    /// Share of bad answers that is accepted.
    pub limit: f64,
    /// Share of the revision in charge.
    pub stable_rate: f64,
    /// Releases twice and five times as bad, when the revision in charge is bad at all.
    pub twice: Option<ProspectView>,
    pub five_times: Option<ProspectView>,
    /// A release at twice the limit.
    pub limit_breaking: ProspectView,
}

/// The expected end.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct ProspectView {
    /// `promoted`, `rolled_back` or `open` (neither within 30 days).
    pub outcome: String,
    pub minutes: Option<f64>,
    /// Share of all requests that get a bad answer from the new revision until it is rolled back.
    pub hurt_share: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct BetterStepView {
    pub weight_percent: f64,
    pub promoted_minutes: f64,
}

impl From<Prospect> for ProspectView {
    fn from(prospect: Prospect) -> Self {
        let minutes = |seconds: f64| Some((seconds / 6.0).round() / 10.0);
        match prospect {
            Prospect::Promoted { seconds } => {
                Self { outcome: "promoted".into(), minutes: minutes(seconds), hurt_share: None }
            }
            Prospect::RolledBack { seconds, hurt_share } => {
                Self { outcome: "rolled_back".into(), minutes: minutes(seconds), hurt_share: Some(hurt_share) }
            }
            Prospect::Open => Self { outcome: "open".into(), minutes: None, hurt_share: None },
        }
    }
}

/// The forecast of these terms; their baseline must be known.
///
/// # Errors
/// Terms that no statistic can be computed from.
pub(super) fn forecast_terms(terms: &Terms) -> Result<ForecastView, StatsError> {
    let guardrails = terms.guardrails()?;
    let known: Vec<ForecastGuardrail> = guardrails
        .iter()
        .map(|guardrail| ForecastGuardrail { stable_rate: guardrail.stable_rate, limit: guardrail.limit })
        .collect();
    let weights: Vec<f64> = terms.steps.iter().copied().map(Percent::fraction).collect();
    let units_per_second = terms.baseline.as_ref().map_or(0.0, |baseline| baseline.units_per_second);
    let rule = terms.rule(terms.decide_by_seconds);
    let input = ForecastInput { rule, weights: &weights, margin: terms.margin, units_per_second, guardrails: &known };
    let Forecast { clean, guardrails: each, better_first_step } = forecast(&input)?;
    let sentence = sentence(units_per_second, clean);
    Ok(ForecastView {
        units_per_second,
        clean: clean.into(),
        guardrails: guardrails
            .iter()
            .zip(each)
            .map(|(guardrail, forecast)| GuardrailForecastView {
                name: guardrail.kind.as_str().to_owned(),
                limit: guardrail.limit,
                stable_rate: guardrail.stable_rate,
                twice: forecast.twice.map(ProspectView::from),
                five_times: forecast.five_times.map(ProspectView::from),
                limit_breaking: forecast.limit_breaking.into(),
            })
            .collect(),
        better_first_step: better_first_step.map(|better| BetterStepView {
            weight_percent: better.weight * 100.0,
            promoted_minutes: (better.promoted_seconds / 6.0).round() / 10.0,
        }),
        sentence,
    })
}

fn sentence(units_per_second: f64, clean: Prospect) -> String {
    match clean {
        _ if units_per_second <= 0.0 => {
            "The service had no traffic in the last hour; a rollout waits for requests.".to_owned()
        }
        Prospect::Promoted { seconds } => {
            format!(
                "At {units_per_second:.1} requests/s a good release is promoted in about {}.",
                super::sentence::duration(seconds)
            )
        }
        _ => format!("At {units_per_second:.1} requests/s a good release is not certified within 30 days."),
    }
}
