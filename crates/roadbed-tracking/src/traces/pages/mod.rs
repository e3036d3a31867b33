//! `/api/v1/traces`, for the command line and the portal.

mod item;
mod routes;
mod waterfall;

pub(super) use routes::routes;

#[cfg(test)]
mod tests;
