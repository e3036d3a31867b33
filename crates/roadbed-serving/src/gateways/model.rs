use roadbed_contracts::entries::{RevisionLoad, RevisionStatus};
use roadbed_core::{Clock, RevisionId, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A gateway that was silent for longer does not count.
const LIVE_FOR: Duration = Duration::from_secs(5);
/// Gateways that were silent this long are forgotten.
const REMEMBERED_FOR: Duration = Duration::from_secs(3600);

/// What a gateway said last.
#[derive(Debug, Clone, PartialEq)]
pub struct GatewaySeen {
    pub name: String,
    pub heard_at: Timestamp,
    /// Version of the feed applied to routing.
    pub applied: i64,
    pub revisions: BTreeMap<RevisionId, RevisionStatus>,
}

/// How the live gateways stand to one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// Nobody is there to load it.
    NoGateway,
    /// At least one gateway is not done; the text is what it says.
    Loading(String),
    /// Every live gateway can predict.
    Ready,
    /// A gateway says that it will never load; with its reason.
    Failed(String),
}

/// What all gateways said last, in memory. Cheap to clone.
#[derive(Clone)]
pub struct GatewayLiveness {
    clock: Arc<dyn Clock>,
    seen: Arc<Mutex<BTreeMap<String, GatewaySeen>>>,
}

impl GatewayLiveness {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, seen: Arc::default() }
    }

    pub(super) fn note(&self, gateway: GatewaySeen) {
        let oldest = gateway.heard_at.minus(REMEMBERED_FOR);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, other| other.heard_at >= oldest);
        seen.insert(gateway.name.clone(), gateway);
    }

    /// Every gateway heard of in the last hour, by name.
    #[must_use]
    pub fn all(&self) -> Vec<GatewaySeen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Whether a gateway said something in the last 5 seconds.
    #[must_use]
    pub fn is_live(&self, gateway: &GatewaySeen) -> bool {
        self.clock.now().since(gateway.heard_at) <= LIVE_FOR
    }

    #[must_use]
    pub fn live(&self) -> Vec<GatewaySeen> {
        self.all().into_iter().filter(|gateway| self.is_live(gateway)).collect()
    }

    /// Whether at least one gateway sent a heartbeat in the last 5 seconds.
    #[must_use]
    pub fn any_live(&self) -> bool {
        !self.live().is_empty()
    }

    /// Whether every live gateway has applied the version; `false` without any.
    #[must_use]
    pub fn have_applied(&self, version: i64) -> bool {
        let live = self.live();
        !live.is_empty() && live.iter().all(|gateway| gateway.applied >= version)
    }

    /// How the live gateways stand to a revision.
    #[must_use]
    pub fn readiness(&self, revision: RevisionId) -> Readiness {
        let live = self.live();
        if live.is_empty() {
            return Readiness::NoGateway;
        }
        let mut waiting = None;
        for gateway in live {
            match gateway.revisions.get(&revision) {
                Some(status) if status.state == RevisionLoad::Failed => {
                    return Readiness::Failed(status.detail.clone());
                }
                Some(status) if status.state == RevisionLoad::Ready => {}
                Some(status) => waiting = Some(status.detail.clone()),
                None => waiting = Some("the gateway has not heard of it yet".to_owned()),
            }
        }
        waiting.map_or(Readiness::Ready, Readiness::Loading)
    }
}
