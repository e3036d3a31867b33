//! When one version was in production.

use super::model::{AliasMove, Served};
use super::store;
use crate::mlflow::{MlflowError, Tracking};
use roadbed_core::TeamId;
use roadbed_store::Reader;
use std::collections::{BTreeMap, HashSet};

/// Moves of aliases, and things served by a service, that are looked at.
const LOOKED_AT: usize = 10_000;
/// Revisions of the version that are looked at.
const REVISIONS: usize = 1000;

/// A time in which an alias named a version, or a service served it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Of the alias or the service.
    pub name: String,
    /// Milliseconds since the epoch.
    pub from_ms: i64,
    /// None while it lasts.
    pub until_ms: Option<i64>,
    /// Who or what began it, as in events.
    pub by: String,
}

/// Oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Periods {
    pub aliases: Vec<Period>,
    pub services: Vec<Period>,
}

/// When aliases named a version and services served it, since it was registered: what was before belonged to another of its name.
///
/// # Errors
/// The store fails.
pub async fn periods(
    tracking: &Tracking,
    team: TeamId,
    (name, version): (&str, i64),
    registered_ms: i64,
) -> Result<Periods, MlflowError> {
    let name = name.to_owned();
    let read = move |r: &mut Reader<'_>| {
        let moves = store::moves_until(r, team, &name, i64::MAX, LOOKED_AT)?;
        let revisions = store::revisions_of_model(r, team, (&name, Some(version)), REVISIONS)?;
        let mut by_service: BTreeMap<String, (String, HashSet<String>)> = BTreeMap::new();
        for revision in revisions {
            let (_, known) = by_service.entry(revision.service_id).or_insert((revision.service, HashSet::new()));
            known.insert(revision.revision);
        }
        let mut services = Vec::new();
        for (service_id, (service, revisions)) in by_service {
            services.extend(of_service(&service, &revisions, store::served_by(r, &service_id, LOOKED_AT)?));
        }
        Ok::<_, MlflowError>(Periods { aliases: of_aliases(version, moves), services })
    };
    let mut found = tracking.context.store.read(read).await?;
    for periods in [&mut found.aliases, &mut found.services] {
        periods.retain(|period| period.from_ms >= registered_ms);
        periods.sort_by(|a, b| a.from_ms.cmp(&b.from_ms).then_with(|| a.name.cmp(&b.name)));
    }
    Ok(found)
}

/// Ends the last period of a name, if it lasts.
fn end(periods: &mut [Period], is_meant: impl Fn(&Period) -> bool, at_ms: i64) {
    for period in periods.iter_mut().filter(|period| period.until_ms.is_none() && is_meant(period)) {
        period.until_ms = Some(at_ms);
    }
}

fn of_aliases(version: i64, moves: Vec<AliasMove>) -> Vec<Period> {
    let mut found: Vec<Period> = Vec::new();
    for one in moves {
        match one.ended {
            Some(ended) if ended == 0 || ended == version => end(&mut found, |_| true, one.at_ms),
            Some(_) => {}
            None => {
                let lasts = found.iter().any(|period| period.name == one.alias && period.until_ms.is_none());
                if one.version != Some(version) {
                    end(&mut found, |period| period.name == one.alias, one.at_ms);
                } else if !lasts {
                    found.push(Period { name: one.alias, from_ms: one.at_ms, until_ms: None, by: one.actor });
                }
            }
        }
    }
    found
}

fn of_service(service: &str, revisions: &HashSet<String>, served: Vec<Served>) -> Vec<Period> {
    let mut found: Vec<Period> = Vec::new();
    for one in served {
        let lasts = found.last().is_some_and(|period| period.until_ms.is_none());
        if !one.revision.is_some_and(|revision| revisions.contains(&revision)) {
            end(&mut found, |_| true, one.at_ms);
        } else if !lasts {
            found.push(Period { name: service.to_owned(), from_ms: one.at_ms, until_ms: None, by: one.actor });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{AliasMove, HashSet, Served, of_aliases, of_service};
    use roadbed_core::TeamId;

    fn moved(at_ms: i64, alias: &str, version: Option<i64>, ended: Option<i64>) -> AliasMove {
        let (model, alias, actor) = ("churn".to_owned(), alias.to_owned(), "system".to_owned());
        AliasMove { seq: at_ms, team: TeamId::from_u128(1), model, alias, version, ended, actor, at_ms }
    }

    #[test]
    fn an_alias_names_a_version_until_it_moves_on_or_the_version_ends() {
        let moves = vec![
            moved(1, "a", Some(1), None),
            moved(2, "b", Some(1), None),
            moved(3, "a", Some(2), None),
            moved(4, "a", Some(1), None),
            moved(5, "b", None, None),
            moved(6, "", None, Some(2)),
            moved(7, "", None, Some(1)),
        ];
        let told: Vec<_> =
            of_aliases(1, moves).into_iter().map(|period| (period.name, period.from_ms, period.until_ms)).collect();
        let a = |from, until| ("a".to_owned(), from, Some(until));
        assert_eq!(told, [a(1, 3), ("b".to_owned(), 2, Some(5)), a(4, 7)]);
    }

    #[test]
    fn revisions_of_one_version_behind_each_other_are_one_period() {
        let served = |at_ms, revision: Option<&str>| Served {
            seq: at_ms,
            service_id: "s".to_owned(),
            revision: revision.map(str::to_owned),
            actor: "system".to_owned(),
            at_ms,
        };
        let all = vec![served(1, Some("x")), served(2, Some("y")), served(3, Some("z")), served(4, Some("x"))];
        let told = of_service("shop", &HashSet::from(["x".to_owned(), "y".to_owned()]), all);
        let told: Vec<_> = told.into_iter().map(|period| (period.from_ms, period.until_ms)).collect();
        assert_eq!(told, [(1, Some(3)), (4, None)]);
    }
}
