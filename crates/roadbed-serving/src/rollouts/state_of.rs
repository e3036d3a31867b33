//! Where an open rollout stands, for what is below rollouts.

use super::model::{Rollout, RolloutState};
use super::store;
use crate::services::{OpenRollout, OpenState};
use roadbed_core::RolloutId;
use roadbed_store::{Reader, StoreError};

/// `None` when the rollout has ended or is gone.
pub(crate) fn open_rollout_of(r: &mut Reader<'_>, id: RolloutId) -> Result<Option<OpenRollout>, StoreError> {
    let Some(Rollout { state, to, .. }) = store::by_id(r, id)? else { return Ok(None) };
    let state = match state {
        RolloutState::Pending => OpenState::Pending,
        RolloutState::Running(_) => OpenState::Running,
        RolloutState::Paused { held: None, .. } => OpenState::Paused,
        RolloutState::Paused { held: Some(_), .. } => OpenState::Held,
        RolloutState::Ended { .. } => return Ok(None),
    };
    let weight = store::stages(r, id)?.last().map_or(0, |stage| stage.weight.basis_points());
    Ok(Some(OpenRollout { state, to_number: to.number, step_percent: f64::from(weight) / 100.0 }))
}
