//! Requests of clients before MLflow 3: a trace is begun, its spans go into a file, and it is ended.

use super::v3::SEARCH_DEFAULT;
use super::views::OldView;
use crate::mlflow::{Call, MlflowError, Tracking, missing};
use crate::traces::model::State;
use crate::traces::operations::{self, Ending, Search, Told};
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct InfoAnswer {
    trace_info: OldView,
}

#[derive(Debug, Serialize)]
pub(super) struct SearchAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    traces: Vec<OldView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

pub(super) async fn start(tracking: Tracking, call: Call) -> Result<InfoAnswer, MlflowError> {
    let told = Told {
        trace_id: tracking.next_hex(),
        experiment_id: call.fields.text_or_empty("experiment_id")?.to_owned(),
        started_ms: call.fields.integer("timestamp_ms")?.unwrap_or(0),
        duration_ms: None,
        state: State::InProgress,
        client_request_id: None,
        request_preview: None,
        response_preview: None,
        tags: call.fields.pairs("tags")?.into_iter().collect(),
        metadata: call.fields.pairs("request_metadata")?.into_iter().collect(),
        assessments: Vec::new(),
        whole: false,
    };
    let judged = operations::tell(&tracking, &call, told).await?;
    Ok(InfoAnswer { trace_info: judged.trace.into() })
}

pub(super) async fn end(tracking: Tracking, call: Call) -> Result<InfoAnswer, MlflowError> {
    let ending = Ending {
        ended_ms: call.fields.integer("timestamp_ms")?.unwrap_or(0),
        state: call.fields.choice("status", State::CHOICES)?.unwrap_or(State::Unspecified),
        tags: call.fields.pairs("tags")?.into_iter().collect(),
        metadata: call.fields.pairs("request_metadata")?.into_iter().collect(),
    };
    let trace = operations::end(&tracking, &call, call.fields.required("trace_id")?, ending).await?;
    Ok(InfoAnswer { trace_info: trace.into() })
}

pub(super) async fn info(tracking: Tracking, call: Call) -> Result<InfoAnswer, MlflowError> {
    let judged = operations::find(&tracking, &call, call.fields.required("trace_id")?).await?;
    Ok(InfoAnswer { trace_info: judged.trace.into() })
}

pub(super) async fn search(tracking: Tracking, call: Call) -> Result<SearchAnswer, MlflowError> {
    let ids = call.fields.texts("experiment_ids")?;
    if ids.is_empty() {
        return Err(missing("experiment_ids"));
    }
    let wanted = Search {
        experiment_ids: Some(ids),
        filter: call.fields.text_or_empty("filter")?.to_owned(),
        order_by: call.fields.texts("order_by")?,
        limit: call.fields.integer("max_results")?.unwrap_or(SEARCH_DEFAULT),
        token: call.fields.nonempty("page_token")?.map(str::to_owned),
    };
    let found = operations::search(&tracking, &call, wanted).await?;
    Ok(SearchAnswer {
        traces: found.traces.into_iter().map(|judged| judged.trace.into()).collect(),
        next_page_token: found.next.map(|cursor| cursor.to_string()),
    })
}
