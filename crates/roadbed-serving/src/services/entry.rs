//! What gateways are told about a service and its revisions.

use super::model::Service;
use roadbed_contracts::entries::{RevisionEntry, RouteWeight, ServiceEntry, WeightLease};
use roadbed_contracts::ports::ResolvedModel;
use roadbed_core::{Attribution, Percent, RevisionId, RolloutId};

/// A canary's weight holds this long without news from control.
const LEASE_SECONDS: u32 = 600;

/// Where the traffic of a service goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Traffic {
    /// Nowhere yet.
    None,
    All(RevisionId),
    Canary {
        stable: RevisionId,
        canary: RevisionId,
        weight: Percent,
        rollout: RolloutId,
        /// An answer slower than this is slow.
        slow_above_micros: Option<u64>,
    },
}

/// The entry of a service with this traffic.
#[must_use]
pub fn service_entry(service: &Service, traffic: &Traffic) -> ServiceEntry {
    let whole = |revision| RouteWeight { revision, weight: Percent::WHOLE };
    let (routes, rollout, lease, slow_above_micros) = match *traffic {
        Traffic::None => (Vec::new(), None, None, None),
        Traffic::All(revision) => (vec![whole(revision)], None, None, None),
        Traffic::Canary { stable, canary, weight, rollout, slow_above_micros } => {
            let rest = Percent::WHOLE.basis_points().saturating_sub(weight.basis_points());
            let rest = Percent::from_basis_points(rest).unwrap_or(Percent::ZERO);
            let routes = vec![RouteWeight { revision: stable, weight: rest }, RouteWeight { revision: canary, weight }];
            let lease = WeightLease { silent_seconds: LEASE_SECONDS, fallback: vec![whole(stable)] };
            (routes, Some(rollout), Some(lease), slow_above_micros)
        }
    };
    ServiceEntry {
        id: service.id,
        name: service.name.to_string(),
        team: service.team,
        instance: service.instance,
        routes,
        salt: rollout.map_or_else(|| service.id.to_string(), |rollout| rollout.to_string()),
        rollout,
        lease,
        limits: service.settings.limits(),
        slow_above_micros,
    }
}

/// The entry of a new revision of a model.
#[must_use]
pub fn revision_entry(service: &Service, id: RevisionId, number: i64, model: &ResolvedModel) -> RevisionEntry {
    RevisionEntry {
        id,
        service: service.id,
        number,
        model_name: model.name.to_string(),
        model_version: model.version.to_string(),
        files: model.files.clone(),
        model_digest: model.digest,
        // The engine reads it from the MLmodel file when it loads the folder.
        signature: None,
        batching: service.settings.batching(),
        workers: service.settings.workers(),
        attribution: Attribution {
            team: service.team,
            instance: service.instance,
            object: service.object(),
            change: None,
            pipeline_run: None,
            cause: None,
        },
    }
}
