//! What a capability plugs into the platform.

use crate::controller::{Controller, Reactor};
use crate::manifest::ManifestSection;
use crate::route::{BoundRoute, Routes};
use std::sync::Arc;

/// One capability, collected by its room's `lib.rs` and served by the roof.
pub struct Capability {
    pub name: &'static str,
    pub routes: Vec<BoundRoute>,
    pub controllers: Vec<Arc<dyn Controller>>,
    pub reactors: Vec<Arc<dyn Reactor>>,
    pub sections: Vec<Arc<dyn ManifestSection>>,
}

impl Capability {
    /// `name` is the plural noun of its folder, tables and URLs.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, routes: Vec::new(), controllers: Vec::new(), reactors: Vec::new(), sections: Vec::new() }
    }

    #[must_use]
    pub fn routes<S: Clone + Send + Sync + 'static>(mut self, routes: Routes<S>) -> Self {
        self.routes.extend(routes.bind());
        self
    }

    #[must_use]
    pub fn controller(mut self, controller: Arc<dyn Controller>) -> Self {
        self.controllers.push(controller);
        self
    }

    #[must_use]
    pub fn reactor(mut self, reactor: Arc<dyn Reactor>) -> Self {
        self.reactors.push(reactor);
        self
    }

    #[must_use]
    pub fn section(mut self, section: Arc<dyn ManifestSection>) -> Self {
        self.sections.push(section);
        self
    }
}
