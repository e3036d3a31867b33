//! Builds snapshots from entries, carrying over what must outlive a change: doors with requests in them, keys seen in a rollout,
//! counters that are being counted on.

use crate::admission::Admission;
use crate::counting::{CellKey, KeyedUnits, Ledger, Reach, UnitBudget};
use crate::entries::EntryTable;
use crate::grants::GrantTable;
use crate::models::RevisionHandle;
use crate::routing::service_route::{ServiceRoute, Split, Target};
use crate::routing::snapshot::Snapshot;
use roadbed_contracts::entries::{EntryBody, RevisionEntry, RouteWeight, ServiceEntry};
use roadbed_core::{RevisionId, ServiceId};
use roadbed_stats::Assignment;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

type Handles = HashMap<RevisionId, Arc<RevisionHandle>>;

/// Makes snapshots.
pub(crate) struct RouteBuilder {
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) budget: Arc<UnitBudget>,
}

/// Revision entries of the table.
pub(crate) fn revisions(table: &EntryTable) -> Vec<Arc<RevisionEntry>> {
    let bodies = table.entries.values().filter_map(|entry| entry.body.as_ref());
    bodies
        .filter_map(|body| match body {
            EntryBody::Revision(revision) => Some(Arc::new(revision.clone())),
            _ => None,
        })
        .collect()
}

impl RouteBuilder {
    /// The snapshot of these entries; `handles` are the live revisions.
    pub(crate) fn build(&self, table: &EntryTable, handles: &Handles, before: &Snapshot) -> Snapshot {
        let known: HashMap<ServiceId, &Arc<ServiceRoute>> =
            before.services.values().map(|route| (route.entry.id, route)).collect();
        let mut by_service: HashMap<ServiceId, Vec<&Arc<RevisionHandle>>> = HashMap::new();
        for handle in handles.values() {
            by_service.entry(handle.entry.service).or_default().push(handle);
        }
        let mut services = HashMap::new();
        let mut grants = Vec::new();
        for entry in table.entries.values() {
            match &entry.body {
                Some(EntryBody::Service(service)) => {
                    let own = by_service.get(&service.id).map_or(&[][..], Vec::as_slice);
                    let route = self.route(service, entry.version, own, known.get(&service.id).copied());
                    services.insert(service.name.clone(), Arc::new(route));
                }
                Some(EntryBody::Grant(grant)) => grants.push(grant),
                _ => {}
            }
        }
        Snapshot { grants: GrantTable::new(grants.into_iter()), services }
    }

    fn route(
        &self,
        service: &ServiceEntry,
        version: i64,
        own: &[&Arc<RevisionHandle>],
        before: Option<&Arc<ServiceRoute>>,
    ) -> ServiceRoute {
        let (concurrency, queue) = (service.limits.concurrency, service.limits.queue);
        let admission = before
            .map(|route| &route.admission)
            .filter(|door| door.has_limits(concurrency, queue))
            .map_or_else(|| Arc::new(Admission::new(concurrency, queue)), Arc::clone);
        let same_rollout = before.filter(|route| route.entry.rollout == service.rollout);
        let units = service.rollout.map(|_| {
            let known = same_rollout.and_then(|route| route.units.clone());
            known.unwrap_or_else(|| Arc::new(KeyedUnits::new(Arc::clone(&self.budget))))
        });
        let fallback = service.lease.as_ref().map(|lease| {
            let silence = Duration::from_secs(lease.silent_seconds.into());
            (silence, self.split(service, version, &lease.fallback, Reach::Fallback, own))
        });
        ServiceRoute {
            version,
            assignment: Assignment::new(service.salt.as_bytes()),
            split: self.split(service, version, &service.routes, Reach::Assigned, own),
            fallback,
            by_number: self.addressed(service, version, own),
            admission,
            units,
            entry: Arc::new(service.clone()),
        }
    }

    fn split(
        &self,
        service: &ServiceEntry,
        version: i64,
        weights: &[RouteWeight],
        reach: Reach,
        own: &[&Arc<RevisionHandle>],
    ) -> Split {
        let mut targets = Vec::with_capacity(weights.len());
        let mut up_to = 0.0;
        // Canary first: see `Split`.
        let canary_first = weights.iter().skip(1).chain(weights.first());
        for (index, weight) in canary_first.enumerate() {
            // The first route takes what the others leave, so rounding never leaves a gap.
            let is_first_route = index + 1 == weights.len();
            up_to = if is_first_route { 1.0 } else { up_to + weight.weight.fraction() };
            let weight_basis_points = weight.weight.basis_points();
            if weight_basis_points == 0 {
                continue;
            }
            match own.iter().find(|handle| handle.entry.id == weight.revision) {
                Some(handle) => {
                    targets.push(self.target(service, version, handle, (reach, weight_basis_points), up_to));
                }
                None => {
                    tracing::error!(service = service.name, revision = %weight.revision, "a routed revision has no entry");
                }
            }
        }
        Split(targets)
    }

    fn addressed(&self, service: &ServiceEntry, version: i64, own: &[&Arc<RevisionHandle>]) -> BTreeMap<i64, Target> {
        own.iter()
            .map(|handle| (handle.entry.number, self.target(service, version, handle, (Reach::Addressed, 0), 0.0)))
            .collect()
    }

    fn target(
        &self,
        service: &ServiceEntry,
        version: i64,
        handle: &Arc<RevisionHandle>,
        (reach, weight_basis_points): (Reach, u16),
        up_to: f64,
    ) -> Target {
        let (service, revision) = (service.id, handle.entry.id);
        let cell = self.ledger.cell(CellKey { service, revision, version, weight_basis_points, reach });
        Target { up_to, handle: Arc::clone(handle), cell }
    }
}
