//! One run on `/api/v1`: everything about it (`read`), where it comes from and what came of it (`lineage`), what people change
//! (`changes`), and curves logged column by column (`arrays`).

mod arrays;
mod changes;
mod lineage;
mod read;
mod routes;
mod stand;

pub(super) use routes::routes;
