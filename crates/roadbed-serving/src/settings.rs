use crate::gateways::GrantsSource;
use roadbed_contracts::ports::{Directory, Jobs, Registry};
use std::sync::Arc;

/// What other rooms answer.
#[derive(Clone)]
pub struct UsedPorts {
    pub directory: Arc<dyn Directory>,
    pub registry: Arc<dyn Registry>,
    /// For batch predictions and gates of pipelines, which come later.
    pub jobs: Arc<dyn Jobs>,
    pub grants: GrantsSource,
}

/// What the room is told about the server it runs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServingSettings {
    /// Where callers reach the gateway, such as `http://127.0.0.1:7071`.
    pub gateway_url: String,
}
