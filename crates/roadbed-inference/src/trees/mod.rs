//! Own evaluator of boosted and bagged trees: XGBoost (JSON, UBJSON) and LightGBM (text, also inside a skops file).
//!
//! `document`/`ubj` read files, `xgboost`/`lightgbm`/`skops` understand them and give parsed trees, `forest` lays trees out and walks them,
//! `transform` turns sums into answers, `model` is what a request meets.

mod document;
mod ensemble;
mod forest;
mod layout;
mod lightgbm;
mod linear;
mod linked;
mod model;
mod npy;
mod objective;
mod parsed;
mod perfect;
mod skops;
mod transform;
mod ubj;
mod walk;
mod xgboost;

#[cfg(test)]
mod tests;

pub use model::TreeModel;
