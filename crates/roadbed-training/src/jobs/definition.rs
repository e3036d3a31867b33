//! A job as a manifest or a submit describes it: what `run` starts, with defaults that a submit may override.

use super::command::{CommandError, Parameters, argv, check_parameters};
use roadbed_contracts::workload::Resources;
use roadbed_core::{ByteSize, CpuMillis, Span};
use serde::{Deserialize, Serialize};

/// Largest number of retries.
pub(super) const RETRIES_MAX: u32 = 100;
/// Largest number of GPUs.
pub(super) const GPUS_MAX: u32 = 64;

/// One job of a manifest. Stored as its canonical JSON: what is left out has its default, units are normalized.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobDefinition {
    /// Program and arguments, `{{name}}` for parameters.
    pub run: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub shell: bool,
    #[serde(default, skip_serializing_if = "Parameters::is_empty")]
    pub parameters: Parameters,
    #[serde(default, skip_serializing_if = "ResourceRequest::is_empty")]
    pub resources: ResourceRequest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Span>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u32,
    /// Patterns of ignored files that travel with the code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<String>,
    /// Patterns of files to keep after the end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<String>,
}

/// Resources as far as somebody named them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceRequest {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<CpuMillis>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<ByteSize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gpu: Option<u32>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl ResourceRequest {
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.cpu.is_none() && self.memory.is_none() && self.gpu.is_none()
    }

    /// `self` where it names something, else `under`.
    #[must_use]
    pub const fn over(self, under: Self) -> Self {
        Self {
            cpu: if self.cpu.is_some() { self.cpu } else { under.cpu },
            memory: if self.memory.is_some() { self.memory } else { under.memory },
            gpu: if self.gpu.is_some() { self.gpu } else { under.gpu },
        }
    }

    /// With the platform's defaults for what nobody named.
    #[must_use]
    pub fn granted(self) -> Resources {
        let defaults = Resources::default();
        Resources {
            cpu: self.cpu.unwrap_or(defaults.cpu),
            memory: self.memory.unwrap_or(defaults.memory),
            gpu: self.gpu.unwrap_or(defaults.gpu),
        }
    }
}

impl JobDefinition {
    /// Whether the command works with the default parameters.
    ///
    /// # Errors
    /// Why not.
    pub fn check_command(&self) -> Result<(), CommandError> {
        check_parameters(&self.parameters)?;
        argv(&self.run, self.shell, &self.parameters).map(|_| ())
    }
}
