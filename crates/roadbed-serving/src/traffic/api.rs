use super::operations::Traffic;
use super::range::{Range, TrafficError};
use super::views::{ServiceTraffic, TrafficList, TrafficView};
use crate::services::{SERVICE_READ, Services};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Page, PathOf, Query};
use roadbed_capability::{Caller, Capability, Problem, Routes, get};
use roadbed_core::{Span, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

const DEFAULT_WINDOW: &str = "15m";
const SHORTEST_WINDOW: Duration = Duration::from_secs(60);
const LONGEST_WINDOW: Duration = Duration::from_secs(6 * 3600);
/// Buckets of a spark.
const SPARK_BUCKETS: i64 = 60;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TrafficQuery {
    /// RFC 3339; an hour before `to` when absent. What is older than 60 days is not kept.
    #[serde(default)]
    pub from: Option<String>,
    /// RFC 3339, excluded; now when absent.
    #[serde(default)]
    pub to: Option<String>,
    /// Seconds of a bucket, 1 to 86400, for at most 2,000 buckets; when absent, so that there are at most 300. It is raised to the width
    /// that is still kept: 10 s after 6 hours, 1 min after 2 days, 1 h after 30 days.
    #[serde(default)]
    pub step: Option<u32>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SummaryQuery {
    /// Length of time up to now, `1m` to `6h`; `15m` when absent.
    #[serde(default)]
    pub window: Option<String>,
    /// 1 to 1000; 100 when absent.
    #[serde(default)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Traffic of services.
#[must_use]
pub fn capability(services: &Services) -> Capability {
    let routes = Routes::new(Traffic { services: services.clone() })
        .add(
            get("/api/v1/services/{service}/traffic", of_service)
                .summary("Show requests, errors and latency of a service over time")
                .query::<TrafficQuery>()
                .answers::<TrafficView>(StatusCode::OK)
                .allow(SERVICE_READ),
        )
        .add(
            get("/api/v1/traffic", of_all)
                .summary("Show requests, errors and latency of all services now")
                .query::<SummaryQuery>()
                .answers::<TrafficList>(StatusCode::OK)
                .allow(SERVICE_READ),
        );
    Capability::new("traffic").routes(routes)
}

fn moment(field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, TrafficError> {
    text.map(|text| text.parse().map_err(|source| TrafficError::Time { field, source })).transpose()
}

async fn of_service(
    State(traffic): State<Traffic>,
    caller: Caller,
    PathOf(name): PathOf<String>,
    Query(query): Query<TrafficQuery>,
) -> Result<Json<TrafficView>, Problem> {
    let (from, to) = (moment("from", query.from.as_deref())?, moment("to", query.to.as_deref())?);
    let range = Range::new(traffic.services.context.clock.now(), from, to, query.step)?;
    let found = traffic.of_service(&caller, &name, range).await?;
    Ok(Json(TrafficView::new(&found.service, &range, &found.series, &found.numbers)))
}

fn window(text: Option<&str>) -> Result<Duration, TrafficError> {
    let text = text.unwrap_or(DEFAULT_WINDOW);
    let span = text.parse::<Span>().ok().map(|span| span.0);
    span.filter(|span| (SHORTEST_WINDOW..=LONGEST_WINDOW).contains(span))
        .ok_or_else(|| TrafficError::Window(text.chars().take(40).collect()))
}

async fn of_all(
    State(traffic): State<Traffic>,
    caller: Caller,
    Query(query): Query<SummaryQuery>,
) -> Result<Json<TrafficList>, Problem> {
    let limit = Page { limit: query.limit, cursor: None }.limit()?;
    let range = Range::last(traffic.services.context.clock.now(), window(query.window.as_deref())?, SPARK_BUCKETS);
    let found = traffic.of_all(&caller, query.cursor.unwrap_or_default(), limit, range).await?;
    let is_full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| is_full).map(|(service, _)| service.name.to_string());
    let items = found.iter().map(|(service, series)| ServiceTraffic::new(service, &range, series.as_ref())).collect();
    Ok(Json(TrafficList {
        from: range.from.to_string(),
        to: range.to.to_string(),
        step_seconds: range.step_seconds,
        at: range.starts(),
        items,
        next_cursor,
    }))
}
