//! What can be measured, how it can be summed up and by what it can be parted.

use Kind::{Average, Count, Maximum, Minimum, Percentile, Sum};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::traces) enum View {
    Traces,
    Spans,
    Assessments,
}

impl View {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Traces => "TRACES",
            Self::Spans => "SPANS",
            Self::Assessments => "ASSESSMENTS",
        }
    }

    pub(super) const fn metrics(self) -> &'static [Metric] {
        match self {
            Self::Traces => TRACES,
            Self::Spans => SPANS,
            Self::Assessments => ASSESSMENTS,
        }
    }
}

/// How readings are summed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::traces) enum Kind {
    Count,
    Sum,
    Average,
    Percentile,
    Minimum,
    Maximum,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "COUNT",
            Self::Sum => "SUM",
            Self::Average => "AVG",
            Self::Percentile => "PERCENTILE",
            Self::Minimum => "MIN",
            Self::Maximum => "MAX",
        }
    }
}

/// On the wire: name and protobuf number.
pub(in crate::traces) const AGGREGATIONS: &[(&str, i64, Kind)] = &[
    ("COUNT", 1, Kind::Count),
    ("SUM", 2, Kind::Sum),
    ("AVG", 3, Kind::Average),
    ("PERCENTILE", 4, Kind::Percentile),
    ("MIN", 5, Kind::Minimum),
    ("MAX", 6, Kind::Maximum),
];
pub(in crate::traces) const VIEWS: &[(&str, i64, View)] =
    &[("TRACES", 1, View::Traces), ("SPANS", 2, View::Spans), ("ASSESSMENTS", 3, View::Assessments)];

/// What a number is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::traces) enum Measured {
    Traces,
    Sessions,
    /// Milliseconds.
    TraceLatency,
    /// A key of the trace's token usage.
    Tokens(&'static str),
    Spans,
    /// Milliseconds.
    SpanLatency,
    /// A key of the span's cost.
    Cost(&'static str),
    Assessments,
    /// The number an assessment stands for.
    Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dimension {
    TraceName,
    TraceState,
    SpanName,
    SpanKind,
    SpanStatus,
    Model,
    Provider,
    AssessmentName,
    AssessmentValue,
}

impl Dimension {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::TraceName => "trace_name",
            Self::TraceState => "trace_status",
            Self::SpanName => "span_name",
            Self::SpanKind => "span_type",
            Self::SpanStatus => "span_status",
            Self::Model => "span_model_name",
            Self::Provider => "span_model_provider",
            Self::AssessmentName => "assessment_name",
            Self::AssessmentValue => "assessment_value",
        }
    }
}

/// One metric of a view.
#[derive(Debug)]
pub(super) struct Metric {
    pub name: &'static str,
    pub measured: Measured,
    pub kinds: &'static [Kind],
    pub dimensions: &'static [Dimension],
}

const fn metric(
    name: &'static str,
    measured: Measured,
    kinds: &'static [Kind],
    dimensions: &'static [Dimension],
) -> Metric {
    Metric { name, measured, kinds, dimensions }
}

const COUNTED: &[Kind] = &[Count];
const SPREAD: &[Kind] = &[Average, Maximum, Minimum, Percentile];
const SUMMED: &[Kind] = &[Average, Maximum, Minimum, Percentile, Sum];
const OF_MODEL: &[Dimension] = &[Dimension::Model, Dimension::Provider];
const BY_NAME: &[Dimension] = &[Dimension::TraceName];

const fn tokens(name: &'static str) -> Metric {
    metric(name, Measured::Tokens(name), SUMMED, BY_NAME)
}

const fn cost(name: &'static str) -> Metric {
    metric(name, Measured::Cost(name), SUMMED, OF_MODEL)
}

const TRACES: &[Metric] = &[
    metric("trace_count", Measured::Traces, COUNTED, &[Dimension::TraceName, Dimension::TraceState]),
    metric("session_count", Measured::Sessions, COUNTED, &[]),
    metric("latency", Measured::TraceLatency, SPREAD, BY_NAME),
    tokens("input_tokens"),
    tokens("output_tokens"),
    tokens("total_tokens"),
    tokens("cache_read_input_tokens"),
    tokens("cache_creation_input_tokens"),
];

const SPANS: &[Metric] = &[
    metric(
        "span_count",
        Measured::Spans,
        COUNTED,
        &[Dimension::SpanName, Dimension::SpanKind, Dimension::SpanStatus, Dimension::Model, Dimension::Provider],
    ),
    metric("latency", Measured::SpanLatency, SPREAD, &[Dimension::SpanName, Dimension::SpanStatus]),
    cost("input_cost"),
    cost("output_cost"),
    cost("total_cost"),
];

const ASSESSMENTS: &[Metric] = &[
    metric(
        "assessment_count",
        Measured::Assessments,
        COUNTED,
        &[Dimension::AssessmentName, Dimension::AssessmentValue],
    ),
    metric("assessment_value", Measured::Verdict, SPREAD, &[Dimension::AssessmentName]),
];
