//! Who a piece of work is for. Fixed when a workload is created and carried into every usage record:
//! what is not attributed at the source can never be priced.

use crate::id::{EventSeq, InstanceId, TeamId};
use serde::{Deserialize, Serialize};

/// The owner and the reason of a workload.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Attribution {
    pub team: TeamId,
    pub instance: InstanceId,
    /// Kind and name of the object the work is for, such as `job/train` or `service/churn`.
    pub object: String,
    /// The change that brought the work to production, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline_run: Option<String>,
    /// The event that led here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<EventSeq>,
}
