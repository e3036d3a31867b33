//! Jobs through HTTP on the real router, with a real engine, real supervisors and real processes.

mod access;
mod again;
mod controlling;
mod living;
mod logs;
mod manifests;
mod metered;
mod restarting;
mod world;
