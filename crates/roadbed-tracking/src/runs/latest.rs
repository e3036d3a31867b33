//! The latest metrics and the parameters of a run, for what is decided by them or tells them.

use super::store as rows;
use roadbed_core::TeamId;
use roadbed_store::{Store, StoreError};
use std::collections::BTreeMap;

/// Latest value per metric; nothing for a run that is not there.
///
/// # Errors
/// The store fails.
pub async fn latest_metrics(store: &Store, team: TeamId, run_id: &str) -> Result<BTreeMap<String, f64>, StoreError> {
    let wanted = run_id.to_owned();
    let Some(run) = store.read(move |r| rows::by_run_id(r, team, &wanted)).await? else { return Ok(BTreeMap::new()) };
    let details = store.read_records(move |r| rows::details(r, &[run.number])).await?;
    let metrics = details.into_values().flat_map(|details| details.metrics);
    Ok(metrics.map(|point| (point.key, point.value.get())).collect())
}

/// Value per parameter; nothing for a run that is not there.
///
/// # Errors
/// The store fails.
pub async fn parameters(store: &Store, team: TeamId, run_id: &str) -> Result<BTreeMap<String, String>, StoreError> {
    let wanted = run_id.to_owned();
    let Some(run) = store.read(move |r| rows::by_run_id(r, team, &wanted)).await? else { return Ok(BTreeMap::new()) };
    Ok(store.read_records(move |r| rows::params(r, run.number)).await?.into_iter().collect())
}
