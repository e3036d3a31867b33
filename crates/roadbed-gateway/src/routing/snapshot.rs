//! Everything a request needs to know, as of one version of the entries.

use crate::grants::{Caller, GrantTable};
use crate::routing::ServiceRoute;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Default)]
pub(crate) struct Snapshot {
    pub(crate) grants: GrantTable,
    pub(crate) services: HashMap<String, Arc<ServiceRoute>>,
}

impl Snapshot {
    /// The service of this name, if the caller may know of it.
    pub(crate) fn service(&self, name: &str, caller: &Caller) -> Option<&Arc<ServiceRoute>> {
        self.services.get(name).filter(|route| caller.may_call(route.entry.team, route.entry.instance))
    }
}
