//! The adapter to MLflow's REST protocol, shared by all capabilities of this room: how requests are read, how answers and errors are
//! written, which addresses a route has, and which team a call is for.
//!
//! Source of the protocol: MLflow 3.17.2, `mlflow/protos/*.proto` (field names, enums) and the behaviour of its server.
//! Differences from `/api/v1`: unknown fields are ignored, 64-bit integers are numbers or strings, errors are
//! `{error_code, message}`, answers are indented by two spaces and leave out what is not set.

mod call;
mod endpoints;
mod error;
mod fields;
mod literals;
mod measure;
mod moment;
pub mod names;
mod pair;
mod paths;
mod team;
mod version;

pub use call::{Call, decoded};
pub use endpoints::{Empty, Endpoints, refusal};
pub use error::{ErrorCode, MlflowError};
pub use fields::{Fields, missing};
pub use measure::Measure;
pub use moment::rfc3339;
pub use pair::PairView;
pub(crate) use paths::{mlflow_paths, mlflow_v2_paths, mlflow_v3_paths};
pub use team::{TEAM_HEADER, Tracking, WORKSPACE_HEADER};
pub use version::version_of;

#[cfg(test)]
mod tests;
