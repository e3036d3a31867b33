//! Wire types (`mlflow/protos/service.proto`: TraceInfoV3, TraceInfo, Trace).

use crate::mlflow::{PairView, names};
use crate::traces::assessment::Judged;
use crate::traces::model::{State, Trace};
use crate::traces::moment::Moment;
use crate::traces::operations::WithSpans;
use crate::traces::spans::{Content, SpanView};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Most characters of metadata, and of tags, in answers.
const METADATA_SHOWN: usize = 250;
const TAG_SHOWN: usize = 4096;

#[derive(Debug, Serialize)]
struct ExperimentView {
    experiment_id: String,
}

#[derive(Debug, Serialize)]
struct LocationView {
    #[serde(rename = "type")]
    kind: &'static str,
    mlflow_experiment: ExperimentView,
}

/// `TraceInfoV3`.
#[derive(Debug, Serialize)]
pub(super) struct InfoView {
    trace_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_request_id: Option<String>,
    trace_location: LocationView,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_preview: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_preview: Option<String>,
    request_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_duration: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    trace_metadata: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assessments: Vec<serde_json::Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
}

fn shortened(pairs: BTreeMap<String, String>, limit: usize) -> BTreeMap<String, String> {
    pairs.into_iter().map(|(key, value)| (key, names::truncated(value, limit))).collect()
}

impl From<Judged> for InfoView {
    fn from(judged: Judged) -> Self {
        let trace = judged.trace;
        Self {
            assessments: judged.assessments.iter().map(|said| said.view(&trace.trace_id)).collect(),
            client_request_id: trace.client_request_id,
            trace_location: LocationView {
                kind: "MLFLOW_EXPERIMENT",
                mlflow_experiment: ExperimentView { experiment_id: trace.experiment_id.to_string() },
            },
            request_preview: trace.request_preview,
            response_preview: trace.response_preview,
            request_time: Moment::text(trace.started_ms),
            execution_duration: trace.duration_ms.map(Moment::duration_text),
            state: Some(trace.state).filter(|state| *state != State::Unspecified).map(State::as_str),
            trace_metadata: shortened(trace.metadata, METADATA_SHOWN),
            tags: shortened(trace.tags, TAG_SHOWN),
            trace_id: trace.trace_id,
        }
    }
}

/// `Trace`, without spans.
#[derive(Debug, Serialize)]
pub(super) struct TraceView {
    pub trace_info: InfoView,
}

/// `Trace`, with its spans.
#[derive(Debug, Serialize)]
pub(super) struct FullView {
    trace_info: InfoView,
    spans: SpanList,
}

#[derive(Debug)]
struct SpanList(Vec<Content>);

impl Serialize for SpanList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(SpanView))
    }
}

impl From<WithSpans> for FullView {
    fn from(full: WithSpans) -> Self {
        Self { trace_info: full.judged.into(), spans: SpanList(full.spans) }
    }
}

/// `TraceInfo` of old clients.
#[derive(Debug, Serialize)]
pub(super) struct OldView {
    request_id: String,
    experiment_id: String,
    timestamp_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_time_ms: Option<i64>,
    status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    request_metadata: Vec<PairView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<PairView>,
}

impl From<Trace> for OldView {
    fn from(trace: Trace) -> Self {
        Self {
            request_id: trace.trace_id,
            experiment_id: trace.experiment_id.to_string(),
            timestamp_ms: trace.started_ms,
            execution_time_ms: trace.duration_ms,
            status: match trace.state {
                State::Unspecified => "TRACE_STATUS_UNSPECIFIED",
                state => state.as_str(),
            },
            request_metadata: PairView::list(shortened(trace.metadata, METADATA_SHOWN)),
            tags: PairView::list(shortened(trace.tags, TAG_SHOWN)),
        }
    }
}
