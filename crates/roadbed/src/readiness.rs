//! What `/readyz` asks before it says 200.

use crate::request::ControlRequest;
use crate::server_file;
use async_trait::async_trait;
use roadbed_capability::platform::Readiness;
use roadbed_serving::GatewayLiveness;
use std::collections::BTreeMap;

/// Whether every role answers.
pub(crate) struct Roles {
    pub(crate) gateways: GatewayLiveness,
    pub(crate) request: ControlRequest,
}

#[async_trait]
impl Readiness for Roles {
    async fn roles(&self) -> BTreeMap<String, String> {
        let mut roles = BTreeMap::from([("control".to_owned(), String::new())]);
        let gateway = if self.gateways.any_live() { "" } else { "no gateway has reported yet" };
        roles.insert("gateway".to_owned(), gateway.to_owned());
        if self.request.launched && !server_file::path(&self.request.data).exists() {
            roles.insert("launcher".to_owned(), "server.json is not written yet".to_owned());
        }
        roles
    }
}
