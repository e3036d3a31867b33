//! `/metrics`: the Prometheus text format. Counts are as of the last tick, at most a heartbeat old.

use crate::grants::Caller;
use crate::models::LoadPhase;
use crate::plane::DataPlane;
use roadbed_contracts::records::TrafficCounters;
use roadbed_stats::latency_histogram::LatencyHistogram;
use std::collections::HashMap;
use std::fmt::{Display, Write};
use std::sync::atomic::Ordering;

/// Upper edges shown, in microseconds.
const EDGES_MICROS: [u64; 16] = [
    250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000,
    10_000_000, 30_000_000,
];

/// Lines of one scrape.
#[derive(Default)]
struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    fn line(&mut self, line: impl Display) {
        // Writing into a String cannot fail.
        writeln!(self.0, "{line}").ok();
    }

    fn single(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.family(name, kind, help);
        self.line(format_args!("{name} {value}"));
    }
}

/// The page, with the services this caller may see.
pub(crate) fn measurements(plane: &DataPlane, caller: &Caller) -> Vec<u8> {
    let mut page = Page::default();
    traffic(plane, caller, &mut page);
    let loaded = plane.library.live().iter().filter(|handle| matches!(handle.phase(), LoadPhase::Ready(_))).count();
    page.single("roadbed_gateway_loaded_models", "gauge", "Revisions that can answer.", loaded);
    let memory: u64 =
        plane.library.live().iter().filter_map(|handle| handle.model()).map(|model| model.memory_bytes).sum();
    page.single(
        "roadbed_gateway_model_memory_bytes",
        "gauge",
        "Memory of loaded models, as the engines know it.",
        memory,
    );
    let silence = plane.silence.silence(plane.clocks.monotonic.elapsed()).as_secs_f64();
    let help = "Seconds since control last answered.";
    page.single("roadbed_gateway_control_silence_seconds", "gauge", help, format_args!("{silence:.3}"));
    let spool = plane.spool().state();
    page.single(
        "roadbed_gateway_spool_records",
        "gauge",
        "Counter records control has not acknowledged.",
        spool.records,
    );
    page.single("roadbed_gateway_spool_bytes", "gauge", "Bytes of those records.", spool.bytes);
    let help = "Counter records given up because the spool was full.";
    page.single("roadbed_gateway_spool_dropped_records_total", "counter", help, spool.dropped);
    page.single("roadbed_gateway_body_bytes", "gauge", "Bytes of request bodies in memory.", plane.bodies.used());
    let help = "Routing keys that can still be remembered.";
    page.single("roadbed_gateway_keyed_units_left", "gauge", help, plane.units.left());
    let help = "Requests whose routing key found no room and took no part in the analysis.";
    let refused = plane.units.refused.load(Ordering::Relaxed);
    page.single("roadbed_gateway_keyed_units_refused_total", "counter", help, refused);
    let help = "Requests without a valid token.";
    let unauthenticated = plane.unauthenticated.load(Ordering::Relaxed);
    page.single("roadbed_gateway_unauthenticated_requests_total", "counter", help, unauthenticated);
    page.0.into_bytes()
}

fn traffic(plane: &DataPlane, caller: &Caller, page: &mut Page) {
    let snapshot = plane.snapshot.load();
    let mut names = HashMap::new();
    for route in snapshot.services.values() {
        if !caller.may_call(route.entry.team, route.entry.instance) {
            continue;
        }
        for (number, target) in &route.by_number {
            names.insert(target.handle.entry.id, (route.entry.name.as_str(), *number));
        }
    }
    let totals = plane.ledger.totals();
    let rows: Vec<(String, &TrafficCounters)> = totals
        .iter()
        .filter_map(|((_, revision), counters)| {
            let (service, number) = names.get(revision)?;
            Some((format!("service=\"{service}\",revision=\"{number}\""), counters))
        })
        .collect();
    type Field = fn(&TrafficCounters) -> u64;
    let families: [(&str, &str, Field); 5] = [
        ("roadbed_gateway_requests_total", "Answers of a revision, good or bad.", |counters| counters.requests),
        ("roadbed_gateway_rows_total", "Rows in those requests.", |counters| counters.rows),
        ("roadbed_gateway_errors_total", "Answers with a 5xx status or none in time.", |counters| counters.errors),
        ("roadbed_gateway_refused_total", "Requests refused before the model saw them.", |counters| counters.refused),
        ("roadbed_gateway_slow_total", "Answers slower than the service's limit.", |counters| counters.slow),
    ];
    for (name, help, field) in families {
        page.family(name, "counter", help);
        for (labels, counters) in &rows {
            page.line(format_args!("{name}{{{labels}}} {}", field(counters)));
        }
    }
    latency(page, &rows);
}

fn latency(page: &mut Page, rows: &[(String, &TrafficCounters)]) {
    let name = "roadbed_gateway_latency_seconds";
    page.family(name, "histogram", "Time from the whole request to the answer.");
    for (labels, counters) in rows {
        let pairs = counters.latency.iter().map(|(bucket, count)| (usize::from(*bucket), *count));
        let Ok(histogram) = LatencyHistogram::from_nonzero(pairs) else { continue };
        let count = histogram.count();
        for edge in EDGES_MICROS {
            // The platform's buckets are finer than these; one that an edge cuts counts as above it.
            let within = count - histogram.count_above(edge).at_most;
            let seconds = edge as f64 / 1e6;
            page.line(format_args!("{name}_bucket{{{labels},le=\"{seconds}\"}} {within}"));
        }
        page.line(format_args!("{name}_bucket{{{labels},le=\"+Inf\"}} {count}"));
        page.line(format_args!("{name}_count{{{labels}}} {count}"));
        // The sum is known to the width of a bucket, 6 %.
        let sum: f64 = mean_sum(&histogram);
        page.line(format_args!("{name}_sum{{{labels}}} {sum:.6}"));
    }
}

/// Sum of the latencies in seconds, from the middles of their buckets.
fn mean_sum(histogram: &LatencyHistogram) -> f64 {
    let single = |bucket| LatencyHistogram::from_nonzero([(bucket, 1)]).ok()?.quantile(0.5);
    histogram.nonzero().map(|(bucket, count)| single(bucket).unwrap_or(0) as f64 * count as f64 / 1e6).sum()
}
