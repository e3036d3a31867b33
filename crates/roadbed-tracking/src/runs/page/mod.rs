//! One run on `/api/v1`: everything about it (`read`), where it comes from and what came of it (`lineage`), and what people change
//! (`changes`).

mod changes;
mod lineage;
mod read;
mod routes;
mod stand;

pub(super) use routes::routes;
