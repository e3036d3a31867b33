//! `POST /v1/traces`: OTLP over HTTP, as MLflow clients and every OpenTelemetry exporter send it.

use crate::mlflow::{Call, Endpoints, MlflowError, Tracking, refusal};
use crate::traces::model::TRACE_WRITE;
use crate::traces::operations;
use crate::traces::otlp::{Encoding, Export, inflate};
use crate::traces::spans::batches;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::extract::RawBody;
use roadbed_capability::{Caller, post};

/// Largest body as it is sent, and unpacked.
const BODY_LIMIT_BYTES: usize = 32 << 20;
const PLAIN_LIMIT_BYTES: usize = 64 << 20;
const EXPERIMENT_HEADER: &str = "x-mlflow-experiment-id";
const RUN_HEADER: &str = "x-mlflow-run-id";
const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

pub(super) fn add(endpoints: Endpoints) -> Endpoints {
    let route = post("/v1/traces", receive).undocumented().body_limit(BODY_LIMIT_BYTES).refuses_as(refusal);
    endpoints.route(route.allow(TRACE_WRITE))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim).filter(|text| !text.is_empty())
}

async fn receive(State(tracking): State<Tracking>, request: Request) -> Response {
    match kept(&tracking, request).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn kept(tracking: &Tracking, request: Request) -> Result<Response, MlflowError> {
    let missing = || MlflowError::internal(&"the route of spans has no guard");
    let caller = request.extensions().get::<Caller>().cloned().ok_or_else(missing)?;
    let headers = request.headers().clone();
    let call = Call::of(tracking, caller, &headers, TRACE_WRITE).await?;
    let kind = header(&headers, "content-type").and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if kind != PROTOBUF && kind != JSON {
        let shown: String = kind.chars().take(60).collect();
        return Err(MlflowError::invalid(format!("Invalid Content-Type: {shown}. Expected: {PROTOBUF} or {JSON}")));
    }
    let experiment_id = header(&headers, EXPERIMENT_HEADER);
    let experiment_id = experiment_id.ok_or_else(|| {
        MlflowError::invalid(format!("name the experiment of the spans in the header {EXPERIMENT_HEADER}, such as 0"))
    })?;
    let encoding = Encoding::parse(header(&headers, "content-encoding"))?;
    let body = RawBody::from_request(request, &()).await?.0;
    let plain = inflate(&body, encoding, PLAIN_LIMIT_BYTES)?;
    let export = if kind == JSON { Export::from_json(&plain)? } else { Export::from_protobuf(&plain)? };
    if export.sources.is_empty() {
        return Err(MlflowError::invalid("Invalid OpenTelemetry format - no spans found"));
    }
    let batches = batches(export).map_err(|detail| MlflowError::internal(&detail))?;
    operations::ingest(tracking, &call, experiment_id, header(&headers, RUN_HEADER), batches).await?;
    // The answer has the form of the request; nothing was left out, which the empty message says.
    let (kind, body) = if kind == JSON { (JSON, "{}") } else { (PROTOBUF, "") };
    Ok((StatusCode::OK, [(header::CONTENT_TYPE, HeaderValue::from_static(kind))], body).into_response())
}
