//! Records: many small measurements. A record is a state and not a delta: the key (kind, series, bucket, source) holds one value,
//! a higher revision replaces a lower one, so re-sending, reordering and duplicates do no harm.

use roadbed_core::{Attribution, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A declared kind of record with its value type.
pub trait RecordValue: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Lower case, plural or mass noun: `traffic`, `usage`.
    const KIND: &'static str;
}

/// One record as it travels and is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub kind: String,
    /// What is measured, such as a revision id or a workload id.
    pub series: String,
    /// Start of the time bucket; the kind decides its length.
    pub bucket: Timestamp,
    /// Who measured: a gateway or supervisor, unique per process start, so two writers never share a key.
    pub source: String,
    /// Grows with each re-send of the same key.
    pub revision: i64,
    pub value: serde_json::Value,
}

/// Answers of one revision under one entry version, in one bucket of one second, from one gateway.
/// Kind `traffic`; the series is `<service id>/<revision id>/<entry version>`.
/// The source ends in `:fallback` for answers under the weights of a lease that had run out (weight as in the lease), and in `:addressed`
/// for answers to callers who named the revision (weight 0, no evidence for a rollout): the split of a version is in the others.
/// A bucket that waited long for control may hold up to an hour of counts, from its start on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TrafficCounters {
    /// Weight of the revision under this entry version, in hundredths of a percent.
    pub weight_basis_points: u16,
    /// Answers, good and bad, without the refused ones.
    pub requests: u64,
    pub rows: u64,
    /// Answers with a 5xx status, time-outs and model exceptions.
    pub errors: u64,
    /// Answers refused before the model saw them (4xx, 429, 503 of admission): no evidence about the model.
    pub refused: u64,
    /// Answers slower than the limit of the service entry in force.
    pub slow: u64,
    /// Units with a routing key: first sight of a key under this entry version, and its first bad event of each kind in this rollout.
    pub keyed: KeyedCounters,
    /// Latency of answers: bucket index of the platform's histogram → count.
    pub latency: BTreeMap<u16, u64>,
    /// Time requests spent in the model, in microseconds; what inline inference is charged by.
    #[serde(default)]
    pub compute_micros: u64,
}

/// Counts per routing key instead of per request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct KeyedCounters {
    /// Keys first seen under this entry version in this bucket, so that bad ones never outnumber them and their split is the version's weight,
    /// also when the same users come back under every step.
    pub units: u64,
    /// Keys whose first error of the rollout fell in this bucket.
    pub errors: u64,
    /// Keys whose first slow answer of the rollout fell in this bucket.
    pub slow: u64,
    /// Requests that carried a key; analysis per request leaves them out.
    pub requests: u64,
    pub request_errors: u64,
    pub request_slow: u64,
}

impl RecordValue for TrafficCounters {
    const KIND: &'static str = "traffic";
}

/// What a workload used between two moments. Kind `usage`; the series is the workload id, the bucket the minute.
/// Quantities are integers: CPU in microseconds, memory in KiB-milliseconds (byte-milliseconds would overflow in a long job).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    pub attribution: Attribution,
    pub from: Timestamp,
    pub to: Timestamp,
    /// CPU time consumed.
    pub cpu_micros: u64,
    /// Resident memory integrated over time.
    pub memory_kib_millis: u64,
    /// Largest resident memory seen, in bytes.
    pub memory_peak_bytes: u64,
    /// CPUs the workload was granted (reserved) over the same time, in milli-CPU.
    pub granted_cpu_millis: u32,
    /// Memory the workload was granted, in bytes.
    pub granted_memory_bytes: u64,
}

impl RecordValue for Usage {
    const KIND: &'static str = "usage";
}

/// What one machine had to offer in one minute, so that idle capacity has a price too. Kind `capacity`;
/// the series is the machine's name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Capacity {
    pub from: Timestamp,
    pub to: Timestamp,
    pub cpu_millis: u32,
    pub memory_bytes: u64,
}

impl RecordValue for Capacity {
    const KIND: &'static str = "capacity";
}
