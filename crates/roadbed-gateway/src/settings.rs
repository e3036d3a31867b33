//! What can be set about a gateway; every bound is here.

use std::path::PathBuf;
use std::time::Duration;

/// Settings of one gateway process.
#[derive(Debug, Clone)]
pub struct GatewaySettings {
    /// The gateway's own folder: entries, model files, counters not yet acknowledged.
    pub folder: PathBuf,
    /// Host names besides the loopback ones that requests may carry, without port.
    pub allowed_hosts: Vec<String>,
    /// Callers on loopback with a loopback Host header need no token. Refused with a listener beyond loopback.
    pub insecure_local: bool,
    /// Connections at one time; further ones wait in the kernel.
    pub max_connections: usize,
    /// Time a client has for the head of a request, which is also the longest idle time of a kept connection.
    pub header_timeout: Duration,
    /// Time a client has for the body of a request.
    pub body_timeout: Duration,
    /// Time after which a client that does not take its answer is cut.
    pub write_timeout: Duration,
    /// Time requests in flight have to finish when the gateway stops.
    pub drain_timeout: Duration,
    /// Bytes of request bodies in memory at one time, over all services.
    pub body_memory_bytes: usize,
    /// How often counters are closed and sent to control, and how often it hears from this gateway.
    pub heartbeat_interval: Duration,
    /// How long control may hold a request for news of entries.
    pub poll_wait_seconds: u32,
    /// Time one exchange with control may take, besides that wait.
    pub control_timeout: Duration,
    /// First wait after a failed exchange with control or a failed load; doubles up to 30 times itself.
    pub retry_delay: Duration,
    /// Bytes of counters kept while control is away, on disk and in memory each.
    pub spool_bytes: usize,
    /// Bytes of model files kept that no entry needs any more.
    pub model_cache_bytes: u64,
    /// Models fetched and loaded at one time.
    pub load_concurrency: usize,
    /// Routing keys remembered at one time, over all rollouts (about 40 bytes each); keys beyond take no part in the analysis.
    pub keyed_units: usize,
}

impl GatewaySettings {
    /// Default settings with this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            allowed_hosts: Vec::new(),
            insecure_local: false,
            max_connections: 8192,
            header_timeout: Duration::from_secs(60),
            body_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(30),
            body_memory_bytes: 512 << 20,
            heartbeat_interval: Duration::from_secs(1),
            poll_wait_seconds: 20,
            control_timeout: Duration::from_secs(10),
            retry_delay: Duration::from_secs(1),
            spool_bytes: 16 << 20,
            model_cache_bytes: 4 << 30,
            load_concurrency: 2,
            keyed_units: 1_000_000,
        }
    }
}
