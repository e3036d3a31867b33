//! # Workspaces
//!
//! **Purpose.** Teams, as MLflow clients see them: a workspace is a team, chosen per call by the header `x-mlflow-workspace`.
//!
//! **Words.** A workspace has the name of its team and nothing else; artifacts lie where the team's artifacts lie.
//!
//! **Reads and writes.** Nothing: teams are asked of the port `Directory`.
//!
//! **Endpoints.** `/api/3.0/mlflow/workspaces[/{name}]` GET, those within the caller's reach. Making, changing and deleting one answers 501:
//! that is done with `roadbed create team` and its neighbours.
//!
//! **Not here.** Which team a call is for: `mlflow::team`. Teams themselves: another room.

mod api;

pub use api::capability;

#[cfg(test)]
mod tests;
