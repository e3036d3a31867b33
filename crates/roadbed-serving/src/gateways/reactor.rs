//! The reactor `gateway-grants`: who may call what, told to gateways as soon as a token or a membership changes.

use super::operations::Gateways;
use async_trait::async_trait;
use roadbed_capability::{ControllerError, Reactor};
use roadbed_contracts::entries::GrantEntry;
use roadbed_contracts::events::Event;
use roadbed_store::{Lease, StoreError};
use std::pin::Pin;
use std::sync::Arc;

/// Asks projects for every grant there is now.
pub type GrantsSource =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Vec<GrantEntry>, StoreError>> + Send>> + Send + Sync>;

/// Kinds of subjects whose events may change grants.
const SUBJECTS: [&str; 4] = ["token", "team", "user", "project"];

/// Projects grants into the feed.
pub struct GrantsReactor {
    gateways: Gateways,
    grants: GrantsSource,
}

impl GrantsReactor {
    #[must_use]
    pub const fn new(gateways: Gateways, grants: GrantsSource) -> Self {
        Self { gateways, grants }
    }

    async fn project(&self) -> Result<(), ControllerError> {
        let grants = (self.grants)().await?;
        Ok(self.gateways.put_grants(grants).await?)
    }
}

#[async_trait]
impl Reactor for GrantsReactor {
    fn name(&self) -> &'static str {
        "gateway-grants"
    }

    async fn start(&self) -> Result<(), ControllerError> {
        self.project().await
    }

    async fn react(&self, _lease: &Lease, events: &[Event]) -> Result<(), ControllerError> {
        if events.iter().any(|event| SUBJECTS.contains(&event.header.subject.kind.as_str())) {
            self.project().await?;
        }
        Ok(())
    }
}
