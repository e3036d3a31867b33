//! One service: which revision takes which unit.

use crate::admission::Admission;
use crate::counting::{KeyedUnits, TrafficCell};
use crate::models::RevisionHandle;
use roadbed_contracts::entries::ServiceEntry;
use roadbed_stats::Assignment;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A revision with the counters of one way to reach it.
#[derive(Clone)]
pub(crate) struct Target {
    /// Where its part of [0, 1) ends (see [`Split`]).
    pub(crate) up_to: f64,
    pub(crate) handle: Arc<RevisionHandle>,
    pub(crate) cell: Arc<TrafficCell>,
}

/// Targets laid out on [0, 1): the canary (the second route) takes the front, so that the units below its weight are its own at
/// every higher weight, and the first route takes what is left. Units of a route without a known revision fall to the next part;
/// behind the last there is nobody.
#[derive(Clone, Default)]
pub(crate) struct Split(pub(super) Vec<Target>);

impl Split {
    fn choose(&self, fraction: f64) -> Option<&Target> {
        self.0.iter().find(|target| fraction < target.up_to)
    }
}

/// What the split hashes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Unit<'a> {
    /// The caller's routing key: a user, an account.
    Key(&'a [u8]),
    /// No key: the request itself.
    Request(&'a [u8]),
}

/// The revision that answers a request.
pub(crate) struct Choice<'r> {
    pub(crate) target: &'r Target,
    /// Hash of the routing key, when there is one and a rollout counts keys.
    pub(crate) key_hash: Option<u64>,
}

pub(crate) struct ServiceRoute {
    pub(crate) entry: Arc<ServiceEntry>,
    /// Version of the service entry.
    pub(crate) version: i64,
    pub(crate) assignment: Assignment,
    pub(crate) split: Split,
    /// Silence of control after which the other split applies, and that split.
    pub(crate) fallback: Option<(Duration, Split)>,
    /// Every revision of the service by its number, for callers that name one.
    pub(crate) by_number: BTreeMap<i64, Target>,
    pub(crate) admission: Arc<Admission>,
    /// Present while a rollout runs.
    pub(crate) units: Option<Arc<KeyedUnits>>,
}

impl ServiceRoute {
    /// The revision that takes this unit; `None` when no revision takes traffic. `silence` is asked only when there is a lease.
    pub(crate) fn choose(&self, unit: Unit<'_>, silence: impl FnOnce() -> Duration) -> Option<Choice<'_>> {
        let (Unit::Key(bytes) | Unit::Request(bytes)) = unit;
        let split = match &self.fallback {
            Some((limit, fallback)) if silence() > *limit => fallback,
            _ => &self.split,
        };
        let is_key = matches!(unit, Unit::Key(_));
        let needs_hash = is_key || split.0.len() > 1;
        let fraction = if needs_hash { self.assignment.fraction(bytes) } else { 0.0 };
        let target = split.choose(fraction)?;
        Some(Choice { target, key_hash: is_key.then(|| self.assignment.hash(bytes)) })
    }

    /// The target of the first route: the one in charge.
    pub(crate) fn stable(&self) -> Option<&Target> {
        self.split.0.last()
    }

    /// The revision of this number; counted apart, because the split did not choose it.
    pub(crate) fn addressed(&self, number: i64) -> Option<&Target> {
        self.by_number.get(&number)
    }

    /// Time a request may take.
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_millis(self.entry.limits.timeout_ms.into())
    }

    /// Whether an answer that took this long is slow.
    pub(crate) fn is_slow(&self, latency_micros: u64) -> bool {
        self.entry.slow_above_micros.is_some_and(|limit| latency_micros > limit)
    }
}
