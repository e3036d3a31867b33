//! Which program this is.

use roadbed_core::Timestamp;
use serde::Serialize;

/// What the roof knows about the program when it starts.
pub(crate) struct About {
    pub(crate) started_at: Timestamp,
    pub(crate) on_postgres: bool,
    pub(crate) gateway_url: String,
}

/// The program and how it runs.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(super) struct VersionView {
    /// Such as `0.1.0`.
    version: &'static str,
    /// Commit it was built from, where the build knew.
    commit: Option<&'static str>,
    /// Where the portal's files come from: `embedded`, `folder` or `none`.
    ui: &'static str,
    /// RFC 3339.
    started_at: String,
    /// `sqlite` or `postgres`.
    database: &'static str,
    /// Where predictions are asked for.
    gateway_url: String,
}

impl About {
    pub(super) fn view(self, ui: roadbed_portal::State) -> VersionView {
        VersionView {
            version: env!("CARGO_PKG_VERSION"),
            commit: option_env!("ROADBED_COMMIT").filter(|commit| !commit.is_empty()),
            ui: ui.as_str(),
            started_at: self.started_at.to_string(),
            database: if self.on_postgres { "postgres" } else { "sqlite" },
            gateway_url: self.gateway_url,
        }
    }
}
