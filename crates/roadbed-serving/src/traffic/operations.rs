use super::range::Range;
use super::series::{Part, ServiceSeries};
use crate::services::{SERVICE_READ, Service, Services, store};
use roadbed_capability::records::{Grouping, Series};
use roadbed_capability::{Caller, Problem};
use roadbed_contracts::records::TrafficCounters;
use roadbed_core::{RevisionId, ServiceId};
use std::collections::BTreeMap;

/// Use cases of traffic. Cheap to clone.
#[derive(Clone)]
pub(super) struct Traffic {
    pub(super) services: Services,
}

/// Traffic of one service.
pub(super) struct OfService {
    pub(super) service: Service,
    pub(super) series: ServiceSeries,
    /// Numbers of its revisions.
    pub(super) numbers: BTreeMap<RevisionId, i64>,
}

impl Traffic {
    pub(super) async fn of_service(&self, caller: &Caller, name: &str, range: Range) -> Result<OfService, Problem> {
        let service = self.services.find(caller, SERVICE_READ, name).await?;
        let mut found = self.fold(Series::Prefix(format!("{}/", service.id)), range).await?;
        let id = service.id;
        let numbers = self.services.context.store.read(move |r| store::numbers(r, id)).await?;
        let series = found.remove(&id).unwrap_or_default();
        Ok(OfService { service, series, numbers })
    }

    /// Services within reach after a name, with the traffic of those that had any: one fold, however many services there are.
    pub(super) async fn of_all(
        &self,
        caller: &Caller,
        after: String,
        limit: u32,
        range: Range,
    ) -> Result<Vec<(Service, Option<ServiceSeries>)>, Problem> {
        let scope = caller.scope(SERVICE_READ);
        let services = self.services.context.store.read(move |r| store::list(r, &scope, &after, limit)).await?;
        let series = match services.as_slice() {
            [] => return Ok(Vec::new()),
            [only] => Series::Prefix(format!("{}/", only.id)),
            _ => Series::All,
        };
        let mut found = self.fold(series, range).await?;
        let with_traffic = |service: Service| {
            let series = found.remove(&service.id);
            (service, series)
        };
        Ok(services.into_iter().map(with_traffic).collect())
    }

    async fn fold(&self, series: Series, range: Range) -> Result<BTreeMap<ServiceId, ServiceSeries>, Problem> {
        let records = &self.services.context.records;
        let grouping = Grouping::SeriesAndSteps(range.step_seconds);
        let folded = records.fold::<TrafficCounters>(series, range.from, range.to, grouping).await?;
        let mut by_service: BTreeMap<ServiceId, ServiceSeries> = BTreeMap::new();
        for part in folded.into_iter().filter_map(|part| Part::new(&part.series, part.bucket, part.value)) {
            by_service.entry(part.service).or_default().add(&range, &part);
        }
        Ok(by_service)
    }
}
