//! # Costs
//! Purpose: what jobs and services cost, who they were for, and what the machines cost while nobody used them.
//!
//! Words: *line* (the cost of one object of one instance), *idle* (capacity nobody used), *unattributed* (usage whose owner is gone).
//! States: none; costs are computed from usage, capacity and the price book each time they are asked for.
//! Reads and writes: reads the records `usage` and `capacity` of the socket; writes nothing.
//! Ports: implements `Prices`, uses `Directory`.
//! Endpoints: `/api/v1/costs`, also over time and for a part by names.
//! Not here: metering (training, serving), prices (prices), budgets.

mod api;
mod operations;
mod plan;
mod series;
mod view;

pub use api::capability;
pub use operations::{COST_READ, Costs};
pub use plan::{Bill, Line, Owner, bill};
pub use series::{Step, series, step_starts};
