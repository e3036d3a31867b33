//! What requests, the link to control and the background work share.

use crate::counting::{Ledger, Spool, UnitBudget};
use crate::http::{BodyBudget, HostList, PredictionIds};
use crate::models::Library;
use crate::moment::{Clocks, ControlSilence};
use crate::routing::Snapshot;
use crate::settings::GatewaySettings;
use arc_swap::ArcSwap;
use roadbed_contracts::backend::Backend;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The state of a running gateway.
pub(crate) struct DataPlane {
    pub(crate) settings: GatewaySettings,
    pub(crate) clocks: Clocks,
    pub(crate) hosts: HostList,
    pub(crate) ids: PredictionIds,
    pub(crate) snapshot: ArcSwap<Snapshot>,
    pub(crate) silence: ControlSilence,
    pub(crate) bodies: BodyBudget,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) units: Arc<UnitBudget>,
    pub(crate) library: Arc<Library>,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) spool: Mutex<Spool>,
    /// Set when the gateway has been told to stop.
    pub(crate) draining: AtomicBool,
    /// Requests without a valid token.
    pub(crate) unauthenticated: AtomicU64,
}

impl DataPlane {
    pub(crate) fn spool(&self) -> MutexGuard<'_, Spool> {
        self.spool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
