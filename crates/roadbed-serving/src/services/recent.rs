//! Answers of the last minutes, by service: one fold of the records, however many services are asked about.

use super::health::{RECENT_MINUTES, RecentAnswers};
use super::operations::Services;
use roadbed_capability::Problem;
use roadbed_capability::records::{Grouping, Series};
use roadbed_contracts::records::TrafficCounters;
use roadbed_core::ServiceId;
use std::collections::BTreeMap;
use std::time::Duration;

impl Services {
    /// Services without answers are not in it.
    pub(super) async fn recent(&self, services: &[ServiceId]) -> Result<BTreeMap<ServiceId, RecentAnswers>, Problem> {
        let series = match services {
            [] => return Ok(BTreeMap::new()),
            [one] => Series::Prefix(format!("{one}/")),
            _ => Series::All,
        };
        let now = self.context.clock.now();
        let from = now.minus(Duration::from_secs(u64::from(RECENT_MINUTES) * 60));
        // A gateway's clock may be a little ahead.
        let to = now.plus(Duration::from_secs(60));
        let folded = self.context.records.fold::<TrafficCounters>(series, from, to, Grouping::Series).await?;
        let mut recent: BTreeMap<ServiceId, RecentAnswers> = BTreeMap::new();
        for part in folded {
            let Some(service) = part.series.split('/').next().and_then(|id| id.parse().ok()) else { continue };
            let sum = recent.entry(service).or_default();
            sum.requests = sum.requests.saturating_add(part.value.requests);
            sum.errors = sum.errors.saturating_add(part.value.errors);
        }
        Ok(recent)
    }
}
