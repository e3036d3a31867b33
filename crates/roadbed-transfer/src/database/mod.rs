//! MLflow's database, SQLite or PostgreSQL, read without changing it: `store` asks, `source` puts together.

mod engine;
mod left_out;
mod source;
mod store;

pub(crate) use source::DatabaseSource;
