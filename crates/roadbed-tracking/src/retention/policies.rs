//! What policies are there, and what each does.

use super::acting::Acting;
use super::model::{DAY_MS, Policy, RetentionChanged, RetentionError, TEAM_SCOPE, Toll, WHOLE_TEAM};
use super::operations::Sweep;
use super::store;
use crate::experiments::{self, Lifecycle};
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs::Former;
use roadbed_capability::extract::IfMatch;
use roadbed_contracts::events::Subject;
use roadbed_core::{TeamId, Timestamp};
use roadbed_store::{Execute, Reader};
use std::collections::HashSet;

/// The store's key of a scope.
pub(super) async fn experiment_of(tracking: &Tracking, call: &Call, scope: &str) -> Result<i64, MlflowError> {
    if scope == TEAM_SCOPE {
        return Ok(WHOLE_TEAM);
    }
    Ok(experiments::find(tracking, call, scope).await?.number)
}

pub(super) async fn of_team(tracking: &Tracking, team: TeamId) -> Result<Vec<Policy>, MlflowError> {
    let read = move |r: &mut Reader<'_>| store::policies(r, Some(team));
    Ok(tracking.context.store.read(read).await?)
}

pub(super) async fn find(tracking: &Tracking, call: &Call, scope: &str) -> Result<Policy, MlflowError> {
    let key = experiment_of(tracking, call, scope).await?;
    let found = of_team(tracking, call.team).await?.into_iter().find(|policy| policy.experiment == key);
    found.ok_or_else(|| RetentionError::Unknown(scope.chars().take(100).collect()).into())
}

/// Days until a run is deleted, and until it is purged.
pub(super) type Days = (Option<i64>, Option<i64>);

pub(super) async fn set(
    tracking: &Tracking,
    call: &Call,
    scope: &str,
    (delete_after_days, purge_after_days): Days,
    seen: IfMatch,
) -> Result<Policy, MlflowError> {
    let experiment = experiment_of(tracking, call, scope).await?;
    let (acting, scope) = (call.clone(), scope.to_owned());
    call.write(tracking, move |tx| {
        let known = store::policies(tx, Some(acting.team))?;
        let version = known.iter().find(|known| known.experiment == experiment).map_or(0, |known| known.version);
        seen.check(version)?;
        let policy = Policy {
            team: acting.team,
            experiment,
            scope: scope.clone(),
            delete_after_days,
            purge_after_days,
            version: version + 1,
            updated_ms: tx.now().as_millis(),
        };
        policy.check()?;
        store::put(tx, &policy)?;
        let body = RetentionChanged { scope: scope.clone(), delete_after_days, purge_after_days };
        tx.emit(&acting.event(Subject::new("retention", &scope)), &body)?;
        Ok(policy)
    })
    .await
}

pub(super) async fn delete(tracking: &Tracking, call: &Call, scope: &str) -> Result<(), MlflowError> {
    let experiment = experiment_of(tracking, call, scope).await?;
    let (acting, scope) = (call.clone(), scope.to_owned());
    call.write(tracking, move |tx| {
        if !store::delete(tx, acting.team, experiment)? {
            return Err(RetentionError::Unknown(scope.chars().take(100).collect()).into());
        }
        let body = RetentionChanged { scope: scope.clone(), delete_after_days: None, purge_after_days: None };
        tx.emit(&acting.event(Subject::new("retention", &scope)), &body)?;
        Ok(())
    })
    .await
}

/// Does what a policy says, or says what it would do: what is deleted, and what is purged.
pub(super) async fn apply(
    tracking: &Tracking,
    policy: &Policy,
    (all, now): (&[Policy], Timestamp),
    acting: &Acting,
) -> Result<(Toll, Toll), MlflowError> {
    let whole_team = policy.experiment == WHOLE_TEAM;
    let others = all.iter().filter(|other| whole_team && other.team == policy.team);
    let without: HashSet<i64> = others.map(|other| other.experiment).collect();
    let before = |days: i64| now.as_millis().saturating_sub(days.saturating_mul(DAY_MS));
    let sweep = |stage, ended_before_ms, deleted_before_ms| {
        let experiment = (!whole_team).then_some(policy.experiment);
        let former = Former { team: policy.team, experiment, stage, ended_before_ms };
        Sweep { former, without: without.clone(), deleted_before_ms }
    };
    let (mut deleted, mut purged) = (Toll::default(), Toll::default());
    if let Some(days) = policy.delete_after_days {
        deleted = sweep(Lifecycle::Active, Some(before(days)), None).delete(tracking, acting).await?;
    }
    if let Some(days) = policy.purge_after_days {
        if !acting.dry_run {
            sweep(Lifecycle::Deleted, None, None).note(tracking, acting).await?;
        }
        purged = sweep(Lifecycle::Deleted, None, Some(before(days))).purge(tracking, acting).await?;
    }
    Ok((deleted, purged))
}
