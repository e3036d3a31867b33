use super::plan::{Bill, Owner, bill};
use super::series::{Step, series};
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
    /// Empty when no steps were asked for.
    pub(super) steps: Vec<Step>,
    pub(super) names: HashMap<InstanceId, InstanceInfo>,
}

/// Which part of the bill is wanted, by names; everything within reach when all are absent.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub(super) team: Option<String>,
    pub(super) project: Option<String>,
    /// Kind and name, such as `service/churn`.
    pub(super) object: Option<String>,
}

impl Part {
    fn is_whole(&self) -> bool {
        self.team.is_none() && self.project.is_none() && self.object.is_none()
    }

    fn holds(&self, owner: &Owner, names: &HashMap<InstanceId, InstanceInfo>) -> bool {
        let info = names.get(&owner.instance);
        let is = |wanted: &Option<String>, name: Option<String>| wanted.is_none() || *wanted == name;
        is(&self.team, info.map(|info| info.team_name.to_string()))
            && is(&self.project, info.map(|info| info.project_name.to_string()))
            && self.object.as_ref().is_none_or(|object| *object == owner.object)
    }
}

impl Costs {
    #[must_use]
    pub fn new(context: &Context, directory: Arc<dyn Directory>) -> Self {
        Self { context: context.clone(), books: PriceBooks::new(context), directory }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.context.clock.now()
    }

    /// What the stretch cost, within the caller's scope and the wanted part. Idle, unattributed and the whole are the platform's, so they
    /// are for those who reach and ask for all of it; for others the whole is the sum of their own lines. `starts` cut it into steps.
    pub(super) async fn bill(
        &self,
        caller: &Caller,
        (from, to): (Timestamp, Timestamp),
        part: &Part,
        starts: &[Timestamp],
    ) -> Result<NamedBill, Problem> {
        let book = self.books.book().await?;
        let usage: Vec<(Timestamp, Usage)> = self.timed(Series::All, from, to).await?;
        let capacity: Vec<(Timestamp, Capacity)> = self.timed(Series::All, from, to).await?;
        let instances = self.directory.instances(None).await?;
        let names: HashMap<InstanceId, InstanceInfo> =
            instances.into_iter().map(|info| (info.instance, info)).collect();
        let known = |used: &Usage| names.contains_key(&used.attribution.instance);
        let (amounts, offers) = (usage.iter().map(|(_, used)| used), capacity.iter().map(|(_, offered)| offered));
        let mut bill = bill(&book, amounts, offers, known);
        let scope = caller.scope(COST_READ);
        if scope != roadbed_capability::Scope::platform() || !part.is_whole() {
            let within = |owner: &Owner| scope.reaches_instance(owner.team, owner.instance);
            bill.lines.retain(|line| within(&line.owner) && part.holds(&line.owner, &names));
            (bill.idle, bill.unattributed) = (Micros(0), Micros(0));
            bill.whole = Micros(bill.lines.iter().map(|line| line.micros.0).sum());
        }
        let steps = series(&book, &usage, &capacity, starts, (&bill, known));
        Ok(NamedBill { book, bill, steps, names })
    }

    /// Values with the time of their record.
    async fn timed<V: RecordValue + DeserializeOwned>(
        &self,
        series: Series,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<(Timestamp, V)>, Problem> {
        let records = self.context.records.read(V::KIND, series, from, to).await;
        let records = records.map_err(|error| Problem::internal(&error))?;
        let timed =
            records.into_iter().map(|stored| Ok((stored.record.bucket, serde_json::from_value(stored.record.value)?)));
        timed.collect::<Result<_, serde_json::Error>>().map_err(|error| Problem::internal(&error))
    }

    async fn cost_of(&self, workload: WorkloadId, book: &PriceBook) -> Result<ObjectCost, Problem> {
        let series = Series::one(workload.to_string());
        let usage: Vec<(Timestamp, Usage)> =
            self.timed(series, Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX)).await?;
        let pico = usage.iter().map(|(_, used)| book.usage(used)).sum();
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
