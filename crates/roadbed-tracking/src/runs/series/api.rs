//! `POST /api/v1/runs/series`.

use super::grid::{Numbers, SeriesX};
use super::operations::{self, Line, MOST_SERIES, Wanted};
use crate::mlflow::{Call, Tracking};
use crate::runs::model::RUN_READ;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use roadbed_capability::extract::Body;
use roadbed_capability::{Caller, Problem, Routes, post};
use serde::{Deserialize, Serialize, Serializer};
use std::collections::HashSet;

const MOST_RUNS: usize = 1000;
const MOST_KEYS: usize = 50;

/// Which curves are wanted.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct RunSeriesQuery {
    /// Ids of 1 to 1000 runs.
    runs: Vec<String>,
    /// 1 to 50 metrics.
    keys: Vec<String>,
    /// How many parts the x axis may have, 10 to 1000; 500 when absent. Many series get fewer, so that the answer stays small.
    #[serde(default)]
    buckets: Option<usize>,
    /// What x is; the step when absent.
    #[serde(default)]
    x: SeriesX,
    /// First x wanted, a step or seconds; the first point of all when absent.
    #[serde(default)]
    from: Option<f64>,
    /// Last x wanted, a step or seconds; the last point of all when absent.
    #[serde(default)]
    to: Option<f64>,
}

/// Curves over one x axis that all share. Bucket `i` reaches over `(to - from) / buckets` and its middle is
/// `from + (i + 0.5) * (to - from) / buckets`.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RunSeriesAnswer {
    x: SeriesX,
    /// A step, or seconds (since 1970, or since the run's start).
    from: f64,
    /// As `from`. For steps one behind the last, as a step is 1 wide.
    to: f64,
    buckets: usize,
    /// By run and key as asked; what has no points is left out.
    series: Vec<RunSeries>,
}

/// The curve of one metric of one run. Lists have one place per bucket that holds points; empty buckets are left out.
#[derive(Debug, Serialize, schemars::JsonSchema)]
struct RunSeries {
    run: String,
    key: String,
    /// Points that were logged within the axis.
    points: usize,
    /// Number of the bucket, from 0, growing.
    bucket: Vec<usize>,
    /// Exact places of the points; only when each bucket holds one.
    #[serde(skip_serializing_if = "Option::is_none")]
    x: Option<Vec<f64>>,
    /// Smallest number of the bucket, null when all are NaN. Left out, with `max`, when no bucket holds two different numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Option<f64>>>")]
    min: Option<Vec<Option<Sample>>>,
    /// Largest number of the bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<Option<f64>>>")]
    max: Option<Vec<Option<Sample>>>,
    /// The bucket's number with the largest x, null when all are NaN.
    #[schemars(with = "Vec<Option<f64>>")]
    last: Vec<Option<Sample>>,
    /// How many of the points are NaN.
    nan: usize,
}

/// A number as exact as a chart needs it: seven digits.
#[derive(Debug, Clone, Copy)]
struct Sample(f64);

impl Serialize for Sample {
    #[expect(clippy::cast_possible_truncation, reason = "that digits get lost is the point")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const EXACT: f64 = 1e7;
        if self.0.fract() == 0.0 && self.0.abs() < EXACT {
            return serializer.serialize_i64(self.0 as i64);
        }
        let short = self.0 as f32;
        if short.is_normal() { serializer.serialize_f32(short) } else { serializer.serialize_f64(self.0) }
    }
}

fn written(values: Numbers) -> Vec<Option<Sample>> {
    values.into_iter().map(|value| value.map(Sample)).collect()
}

impl From<Line> for RunSeries {
    fn from((run, key, sampled): Line) -> Self {
        let (min, max) = sampled.range.map(|(min, max)| (written(min), written(max))).unzip();
        let (points, bucket, x, nan) = (sampled.points, sampled.bucket, sampled.x, sampled.nan);
        Self { run, key, points, bucket, x, min, max, last: written(sampled.last), nan }
    }
}

pub(in crate::runs) fn add(routes: Routes<Tracking>) -> Routes<Tracking> {
    routes.add(
        post("/api/v1/runs/series", sample)
            .without_rehearsal()
            .summary("Sample how metrics of runs went")
            .body::<RunSeriesQuery>()
            .answers::<RunSeriesAnswer>(StatusCode::OK)
            .allow(RUN_READ),
    )
}

fn refused(field: &str, detail: impl Into<String>) -> Problem {
    Problem::bad_request("request.body", detail).with_field(field)
}

fn once_each(list: Vec<String>, field: &str, most: usize) -> Result<Vec<String>, Problem> {
    if list.is_empty() || list.len() > most {
        return Err(refused(field, format!("{field} has {} entries; write 1 to {most}", list.len())));
    }
    let mut seen = HashSet::new();
    Ok(list.into_iter().filter(|entry| seen.insert(entry.clone())).collect())
}

fn wanted(query: RunSeriesQuery) -> Result<Wanted, Problem> {
    let buckets = query.buckets.unwrap_or(500);
    if !(10..=1000).contains(&buckets) {
        return Err(refused("buckets", format!("buckets is {buckets}; write 10 to 1000")));
    }
    if let (Some(from), Some(to)) = (query.from, query.to)
        && from >= to
    {
        return Err(refused("to", format!("to is {to}; write more than from, which is {from}")));
    }
    Ok(Wanted {
        runs: once_each(query.runs, "runs", MOST_RUNS)?,
        keys: once_each(query.keys, "keys", MOST_KEYS)?,
        buckets,
        x: query.x,
        from: query.from,
        to: query.to,
    })
}

async fn sample(
    State(tracking): State<Tracking>,
    caller: Caller,
    headers: HeaderMap,
    Body(query): Body<RunSeriesQuery>,
) -> Result<Json<RunSeriesAnswer>, Problem> {
    let call = Call::of(&tracking, caller, &headers, RUN_READ).await?;
    let wanted = wanted(query)?;
    let x = wanted.x;
    let Some((grid, lines)) = operations::sample(&tracking, &call, wanted).await? else {
        let detail = format!("these runs have more than {MOST_SERIES} series of these keys; name fewer keys or runs");
        return Err(refused("keys", detail));
    };
    let series = lines.into_iter().map(RunSeries::from).collect();
    Ok(Json(RunSeriesAnswer { x, from: grid.from, to: grid.to, buckets: grid.buckets, series }))
}
