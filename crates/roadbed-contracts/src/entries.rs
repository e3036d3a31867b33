//! Gateway entries: what a data plane needs to know, keyed and versioned. Control lists them, then streams changes; a gateway keeps
//! them on disk, so it starts and serves without control, and acknowledges the version it has applied in its heartbeat.

use crate::records::Record;
use crate::tensor::Signature;
use roadbed_core::{
    Attribution, Digest, InstanceId, Percent, RevisionId, RolloutId, Secret, ServiceId, TeamId, Timestamp,
};
use serde::{Deserialize, Serialize};

/// One entry. `body` is `None` when the key was removed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// `service/<id>`, `revision/<id>`, `grant/<token hash>` or `grant/<token hash>/<team id>`.
    pub key: String,
    /// Version of this change in the feed: grows by at least one with every change of any entry.
    pub version: i64,
    pub body: Option<EntryBody>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EntryBody {
    Service(ServiceEntry),
    Revision(RevisionEntry),
    Grant(GrantEntry),
}

/// A service's public name, its traffic and its limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServiceEntry {
    pub id: ServiceId,
    /// DNS label, unique on the platform.
    pub name: String,
    pub team: TeamId,
    pub instance: InstanceId,
    /// Weights in force; they add up to 100 %. At most one canary (the second entry). Empty until the first revision is ready.
    pub routes: Vec<RouteWeight>,
    /// Salt of the assignment hash: the rollout's id while one runs, else the service's id.
    pub salt: String,
    pub rollout: Option<RolloutId>,
    /// Weights that apply when control has been silent for longer than the lease says.
    pub lease: Option<WeightLease>,
    pub limits: ServiceLimits,
    /// An answer slower than this counts as slow, in microseconds; `None` while no limit is known.
    pub slow_above_micros: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RouteWeight {
    pub revision: RevisionId,
    pub weight: Percent,
}

/// A canary weight is a lease: without news from control for `silent_seconds`, `fallback` applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightLease {
    pub silent_seconds: u32,
    pub fallback: Vec<RouteWeight>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLimits {
    /// Requests in the model at one time.
    pub concurrency: u32,
    /// Requests that may wait; further ones get 429 with Retry-After.
    pub queue: u32,
    pub timeout_ms: u32,
    pub body_bytes: u64,
}

impl Default for ServiceLimits {
    fn default() -> Self {
        Self { concurrency: 64, queue: 256, timeout_ms: 30_000, body_bytes: 16 << 20 }
    }
}

/// One immutable revision: which files to fetch and how to run them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RevisionEntry {
    pub id: RevisionId,
    pub service: ServiceId,
    /// 1, 2, 3 … within the service.
    pub number: i64,
    /// Registered name and version, for answers and logs.
    pub model_name: String,
    pub model_version: String,
    /// Files of the model folder, relative paths, without `..`.
    pub files: Vec<ModelFile>,
    /// Digest over the sorted list of paths and file digests: equal bytes give an equal digest.
    pub model_digest: Digest,
    /// Signature from the MLmodel file; `None` when the model has none.
    pub signature: Option<Signature>,
    pub batching: Option<Batching>,
    /// Python workers for models that no native engine runs.
    pub workers: u32,
    pub attribution: Attribution,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFile {
    pub path: String,
    pub digest: Digest,
    pub bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batching {
    pub max_rows: u32,
    /// 0: take what is queued, never wait.
    pub max_delay_micros: u32,
}

/// Who may call what, flat: compiled by the policy code, so a gateway needs no policy engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEntry {
    /// BLAKE3 of the token's text, hex.
    pub token_hash: String,
    /// `None`: every team (a platform administrator's token).
    pub team: Option<TeamId>,
    /// `None`: every instance of the team.
    pub instance: Option<InstanceId>,
    pub expires_at: Option<Timestamp>,
}

/// Answer to `GET /internal/v1/entries?after=VERSION&wait_seconds=N`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryFeed {
    /// Changes after the asked version, oldest first; the whole list when `after` is 0.
    pub entries: Vec<Entry>,
    /// Version the gateway has reached once it applied `entries`.
    pub head: i64,
    /// Changes when control lost history a gateway may have (restored from a backup): the gateway then asks again from 0.
    pub epoch: String,
}

/// Body of `POST /internal/v1/heartbeat`, each second: what is applied, what is loaded, what was counted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Random per gateway data folder, kept across restarts.
    pub gateway: String,
    /// Version of the feed applied to routing.
    pub applied: i64,
    pub epoch: String,
    pub revisions: Vec<RevisionStatus>,
    /// Counters not yet acknowledged, as states: sending one twice does no harm.
    pub records: Vec<Record>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionStatus {
    pub revision: RevisionId,
    pub state: RevisionLoad,
    /// Why it failed, or the engine that runs it.
    pub detail: String,
    /// Memory the loaded model holds, in bytes; 0 while it is not loaded or the engine does not know.
    #[serde(default)]
    pub memory_bytes: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevisionLoad {
    Loading,
    Ready,
    Failed,
}

/// How a gateway finds and is recognised by control; lies in the gateway's own folder (0600).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GatewayIdentity {
    pub gateway: String,
    pub control_url: String,
    pub token: Secret,
}
