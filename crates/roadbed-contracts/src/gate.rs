//! Gates: anyone who may object to an action before it happens (quota, money, error budget, policy, approval).
//! Plan, apply, submit and release ask the same gates.

use async_trait::async_trait;
use roadbed_core::{InstanceId, TeamId};
use serde::{Deserialize, Serialize};

/// What somebody is about to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// Permission-like verb such as `job:submit` or `service:release`.
    pub action: String,
    pub team: TeamId,
    pub instance: InstanceId,
    /// Name of the object acted on.
    pub object: String,
    /// What the action asks for, in the shape its capability documents.
    pub detail: serde_json::Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Shown, does not stop the action.
    Note,
    Warning,
    /// Stops the action (exit code 6 on the command line).
    Refused,
}

/// What a gate has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub severity: Severity,
    /// Stable code such as `budgets.exhausted`.
    pub code: String,
    pub detail: String,
    /// What would lift the finding.
    pub fix: Option<String>,
}

#[async_trait]
pub trait Gate: Send + Sync + 'static {
    /// Name for messages.
    fn name(&self) -> &'static str;

    /// Findings about the intent; an error of the gate itself is a refusal with its reason.
    async fn check(&self, intent: &Intent) -> Vec<Finding>;
}
