use super::plan::{Bill, bill};
use crate::prices::{PriceBook, PriceBooks};
use async_trait::async_trait;
use roadbed_capability::records::Series;
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem};
use roadbed_contracts::ports::{Directory, InstanceInfo, ObjectCost, PortError, Prices};
use roadbed_contracts::records::{Capacity, RecordValue, Usage};
use roadbed_core::{InstanceId, Micros, Timestamp, WorkloadId};
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::Arc;

pub const COST_READ: Permission = Permission::new("cost:read", Grantee::Viewer);

/// Use cases of costs.
#[derive(Clone)]
pub struct Costs {
    context: Context,
    books: PriceBooks,
    directory: Arc<dyn Directory>,
}

/// A bill with the names around it.
pub(super) struct NamedBill {
    pub(super) book: PriceBook,
    pub(super) bill: Bill,
    pub(super) names: HashMap<InstanceId, InstanceInfo>,
}

impl Costs {
    #[must_use]
    pub fn new(context: &Context, directory: Arc<dyn Directory>) -> Self {
        Self { context: context.clone(), books: PriceBooks::new(context), directory }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.context.clock.now()
    }

    /// What the stretch cost, within the caller's scope. Idle, unattributed and the whole are the platform's, so they are for those
    /// who reach all of it; for others the whole is the sum of their own lines.
    pub(super) async fn bill(&self, caller: &Caller, from: Timestamp, to: Timestamp) -> Result<NamedBill, Problem> {
        let book = self.books.book().await?;
        let usage: Vec<Usage> = self.values(Series::All, from, to).await?;
        let capacity: Vec<Capacity> = self.values(Series::All, from, to).await?;
        let instances = self.directory.instances(None).await?;
        let names: HashMap<InstanceId, InstanceInfo> =
            instances.into_iter().map(|info| (info.instance, info)).collect();
        let mut bill = bill(&book, &usage, &capacity, |used| names.contains_key(&used.attribution.instance));
        let scope = caller.scope(COST_READ);
        if scope != roadbed_capability::Scope::platform() {
            bill.lines.retain(|line| scope.reaches_instance(line.owner.team, line.owner.instance));
            (bill.idle, bill.unattributed) = (Micros(0), Micros(0));
            bill.whole = Micros(bill.lines.iter().map(|line| line.micros.0).sum());
        }
        Ok(NamedBill { book, bill, names })
    }

    async fn values<V: RecordValue + DeserializeOwned>(
        &self,
        series: Series,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<V>, Problem> {
        let records = self.context.records.read(V::KIND, series, from, to).await;
        let records = records.map_err(|error| Problem::internal(&error))?;
        let values = records.into_iter().map(|record| serde_json::from_value(record.record.value));
        values.collect::<Result<_, _>>().map_err(|error| Problem::internal(&error))
    }

    async fn cost_of(&self, workload: WorkloadId, book: &PriceBook) -> Result<ObjectCost, Problem> {
        let series = Series::one(workload.to_string());
        let usage: Vec<Usage> =
            self.values(series, Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX)).await?;
        let pico = usage.iter().map(|used| book.usage(used)).sum();
        Ok(ObjectCost { micros: Micros::from_pico_rounded(pico), currency: book.currency })
    }
}

#[async_trait]
impl Prices for Costs {
    async fn cost_of_workloads(&self, workloads: &[WorkloadId]) -> Result<Vec<ObjectCost>, PortError> {
        let failed = |error: &dyn std::fmt::Display| PortError::Failed(format!("the cost is not known: {error}"));
        let book = self.books.book().await.map_err(|error| failed(&error))?;
        let mut costs = Vec::with_capacity(workloads.len());
        for workload in workloads {
            costs.push(self.cost_of(*workload, &book).await.map_err(|problem| failed(&problem.detail))?);
        }
        Ok(costs)
    }
}
