//! How a bill looks on the wire.

use super::operations::NamedBill;
use super::plan::Owner;
use super::series::Step;
use roadbed_core::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Spenders named in the series; the rest of each step is together.
const NAMED_SPENDERS: usize = 50;
/// Name of that rest.
const OTHERS: &str = "others";

/// What a stretch of time cost: `whole = sum of lines + unattributed + idle`, in micro-units of the currency.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CostView {
    /// ISO 4217.
    currency: String,
    from: String,
    to: String,
    /// `object`, `project` or `team`.
    group_by: String,
    lines: Vec<LineView>,
    /// Usage of owners that no longer exist. Zero unless you look at the whole platform.
    unattributed_micros: i64,
    /// Capacity nobody used. Zero unless you look at the whole platform.
    idle_micros: i64,
    whole_micros: i64,
    /// The same over time, oldest first; empty without `step`. The steps add up to the whole, each part to its sum above.
    series: Vec<StepView>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LineView {
    team: String,
    /// Absent when grouped by team.
    project: Option<String>,
    /// Kind and name, such as `job/train` or `service/churn`; absent when grouped by project or team.
    object: Option<String>,
    micros: i64,
    /// CPU time, in microseconds.
    cpu_micros: u64,
    /// Memory over time, in KiB-milliseconds.
    memory_kib_millis: u64,
}

/// One step of time: `whole = sum of by + unattributed + idle`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StepView {
    /// Its start; RFC 3339.
    at: String,
    whole_micros: i64,
    idle_micros: i64,
    unattributed_micros: i64,
    /// The 50 largest spenders of the whole stretch by name and the `others` together; who spent nothing in this step is left out.
    by: Vec<SpenderView>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SpenderView {
    /// The object, project or team, as grouped.
    name: String,
    team: Option<String>,
    project: Option<String>,
    micros: i64,
}

/// By what lines are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grouping {
    Object,
    Project,
    Team,
}

impl Grouping {
    pub(super) const ALL: [Self; 3] = [Self::Object, Self::Project, Self::Team];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Project => "project",
            Self::Team => "team",
        }
    }
}

/// Whose a line of the answer is, by names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Spender {
    team: String,
    project: Option<String>,
    object: Option<String>,
}

impl Spender {
    fn name(&self) -> String {
        self.object.as_ref().or(self.project.as_ref()).unwrap_or(&self.team).clone()
    }
}

fn spender(named: &NamedBill, owner: &Owner, grouping: Grouping) -> Spender {
    let info = named.names.get(&owner.instance);
    let project = info.map(|info| info.project_name.to_string()).unwrap_or_default();
    Spender {
        team: info.map(|info| info.team_name.to_string()).unwrap_or_default(),
        project: (grouping != Grouping::Team).then_some(project),
        object: (grouping == Grouping::Object).then(|| owner.object.clone()),
    }
}

pub(super) fn view(named: &NamedBill, (from, to): (Timestamp, Timestamp), grouping: Grouping) -> CostView {
    let bill = &named.bill;
    let spenders: Vec<Spender> = bill.lines.iter().map(|line| spender(named, &line.owner, grouping)).collect();
    let mut lines: BTreeMap<&Spender, LineView> = BTreeMap::new();
    for (line, spender) in bill.lines.iter().zip(&spenders) {
        let sum = lines.entry(spender).or_insert_with(|| LineView {
            team: spender.team.clone(),
            project: spender.project.clone(),
            object: spender.object.clone(),
            micros: 0,
            cpu_micros: 0,
            memory_kib_millis: 0,
        });
        sum.micros += line.micros.0;
        sum.cpu_micros = sum.cpu_micros.saturating_add(line.cpu_micros);
        sum.memory_kib_millis = sum.memory_kib_millis.saturating_add(line.memory_kib_millis);
    }
    let series = series(named, &spenders, &lines);
    CostView {
        currency: named.book.currency.to_string(),
        from: from.to_string(),
        to: to.to_string(),
        group_by: grouping.as_str().to_owned(),
        lines: lines.into_values().collect(),
        unattributed_micros: bill.unattributed.0,
        idle_micros: bill.idle.0,
        whole_micros: bill.whole.0,
        series,
    }
}

fn series(named: &NamedBill, spenders: &[Spender], lines: &BTreeMap<&Spender, LineView>) -> Vec<StepView> {
    let places: BTreeMap<&Owner, &Spender> = named.bill.lines.iter().map(|line| &line.owner).zip(spenders).collect();
    let mut largest: Vec<(&Spender, i64)> = lines.iter().map(|(spender, line)| (*spender, line.micros)).collect();
    largest.sort_by_key(|(_, micros)| std::cmp::Reverse(*micros));
    let shown: BTreeSet<&Spender> = largest.into_iter().take(NAMED_SPENDERS).map(|(spender, _)| spender).collect();
    let step = |step: &Step| {
        let mut by: BTreeMap<Option<&Spender>, i64> = BTreeMap::new();
        for (owner, micros) in &step.lines {
            let spender = places.get(owner).and_then(|spender| shown.get(spender)).copied();
            *by.entry(spender).or_default() += micros.0;
        }
        StepView {
            at: step.at.to_string(),
            whole_micros: by.values().sum::<i64>() + step.unattributed.0 + step.idle.0,
            idle_micros: step.idle.0,
            unattributed_micros: step.unattributed.0,
            by: by.into_iter().map(spender_view).collect(),
        }
    };
    named.steps.iter().map(step).collect()
}

fn spender_view((spender, micros): (Option<&Spender>, i64)) -> SpenderView {
    SpenderView {
        name: spender.map_or_else(|| OTHERS.to_owned(), Spender::name),
        team: spender.map(|spender| spender.team.clone()),
        project: spender.and_then(|spender| spender.project.clone()),
        micros,
    }
}
