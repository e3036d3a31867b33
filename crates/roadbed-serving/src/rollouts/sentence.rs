//! Verdicts in words.

use super::terms::GuardrailKind;
use super::verdict::GuardrailReport;
use roadbed_stats::eprocess::chance_one_in;
use roadbed_stats::rollout::HarmProcess;

/// `17 s`, `12 min`, `3 h 20 min`.
pub(super) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round();
    let (minutes, hours) = ((whole / 60.0).round(), (whole / 3600.0).floor());
    match () {
        () if whole < 120.0 => format!("{whole:.0} s"),
        () if minutes < 120.0 => format!("{minutes:.0} min"),
        () => format!("{hours:.0} h {:.0} min", (whole - hours * 3600.0) / 60.0),
    }
}

/// A share as people write it: `1 %`, `0.25 %`.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.2}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

fn is_latency(report: &GuardrailReport) -> bool {
    report.name == GuardrailKind::Latency.as_str()
}

/// `4 of 83 requests to revision 3 failed, 1 of 761 to revision 2`.
pub(super) fn counts(report: &GuardrailReport, unit: &str) -> String {
    let verb = if is_latency(report) { "were slow" } else { "failed" };
    let mut arms = report.arms.iter().rev();
    let Some(canary) = arms.next() else { return "nothing was compared".to_owned() };
    let first = format!("{} of {} {unit} to revision {} {verb}", canary.bad, canary.units, canary.revision);
    match arms.next() {
        Some(stable) => format!("{first}, {} of {} to revision {}", stable.bad, stable.units, stable.revision),
        None => first,
    }
}

pub(super) fn rolled_back_for_harm(
    report: &GuardrailReport,
    process: HarmProcess,
    log_e: f64,
    unit: &str,
    seconds: f64,
) -> String {
    let canary = report.arms.last().map_or(0, |arm| arm.revision);
    let if_fine = match process {
        HarmProcess::Relative => format!("if revision {canary} were no worse"),
        HarmProcess::Absolute => {
            let verb = if is_latency(report) { "were slow" } else { "failed" };
            format!("if at most {} of its {unit} {verb}", percent(report.limit))
        }
    };
    format!(
        "Rolled back after {}: {}; the chance to see this {if_fine} is below 1 in {}.",
        duration(seconds),
        counts(report, unit),
        chance_one_in(log_e)
    )
}

/// What happened, after how long, and the counts of the first guardrail.
pub(super) fn with_counts(what: &str, seconds: f64, reports: &[GuardrailReport], unit: &str, rest: &str) -> String {
    let counted: Vec<String> = reports.iter().map(|report| counts(report, unit)).collect();
    let counted = if counted.is_empty() { String::new() } else { format!(": {}", counted.join("; ")) };
    format!("{what} after {}{counted}{rest}.", duration(seconds))
}

pub(super) fn certified(reports: &[GuardrailReport]) -> String {
    let parts: Vec<String> = reports
        .iter()
        .map(|report| match report.certified_by.as_deref() {
            Some("absolute") => format!("{} are shown to be below {}", noun(report), percent(report.limit)),
            _ => format!("{} are shown to be no worse than before", noun(report)),
        })
        .collect();
    format!("; {}", parts.join(", "))
}

fn noun(report: &GuardrailReport) -> &'static str {
    if is_latency(report) { "slow answers" } else { "errors" }
}
