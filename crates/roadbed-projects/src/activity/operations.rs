use super::filter::{ActivityFilter, ProjectFilter};
use super::store::Names;
use crate::projects::{PROJECT_READ, Projects};
use crate::teams::{TEAM_READ, Teams};
use roadbed_capability::events::{EVENT_READ, is_within};
use roadbed_capability::{Caller, Context, Problem};
use roadbed_contracts::events::{Event, EventClass, Subject};
use roadbed_core::{EventSeq, Timestamp};
use roadbed_store::{EventsBackwards, StoreError};
use std::time::Duration;

/// Rows per read, so that no read keeps others waiting.
const BATCH: u32 = 500;
/// Rows looked at for one request; a filter that matches little goes on from there with the cursor.
const LOOKED_AT_MOST: usize = 20_000;
/// Clocks are set back now and then: around a moment one looks a little further.
const CLOCK_MARGIN: Duration = Duration::from_secs(300);

/// Use cases of the activity.
#[derive(Clone)]
pub(super) struct Activity {
    context: Context,
    teams: Teams,
    projects: Projects,
}

/// What a request asks for, as it was written.
pub(super) struct Request {
    pub(super) filter: ActivityFilter,
    pub(super) class: Option<EventClass>,
    pub(super) team: Option<String>,
    pub(super) project: Option<String>,
    /// Events before this one.
    pub(super) before: Option<EventSeq>,
    pub(super) limit: usize,
}

/// Events with the names around them.
pub(super) struct Found {
    pub(super) events: Vec<Event>,
    pub(super) names: Names,
    /// Everything from here on was looked at.
    pub(super) scanned_to: EventSeq,
    /// There is nothing before that.
    pub(super) is_complete: bool,
}

impl Activity {
    pub(super) fn new(context: &Context) -> Self {
        Self { context: context.clone(), teams: Teams::new(context), projects: Projects::new(context) }
    }

    pub(super) async fn find(&self, caller: &Caller, request: Request) -> Result<Found, Problem> {
        let scope = caller.scope(EVENT_READ);
        let (class, before, limit) = (request.class, request.before, request.limit);
        let filter = self.resolved(caller, request).await?;
        let mut place = self.start(before, filter.to).await?;
        let subject = filter.subject_kind.as_ref().zip(filter.subject_id.as_ref());
        let wanted = EventsBackwards { subject: subject.map(|(kind, id)| Subject::new(kind, id)), class };
        let stop_before = filter.from.map(|from| from.minus(CLOCK_MARGIN));
        let mut found = Found { events: Vec::new(), names: Names::default(), scanned_to: place, is_complete: false };
        for _ in 0..LOOKED_AT_MOST / BATCH as usize {
            let (batch, names) = self.read(place, wanted.clone(), found.names).await?;
            found.names = names;
            let is_last = batch.len() < BATCH as usize;
            for event in batch {
                if stop_before.is_some_and(|stop| event.at < stop) {
                    return Ok(Found { is_complete: true, ..found });
                }
                (place, found.scanned_to) = (event.seq, event.seq);
                if is_within(&event, &scope) && filter.wants(&event, &found.names) {
                    found.events.push(event);
                    if found.events.len() == limit {
                        return Ok(found);
                    }
                }
            }
            if is_last {
                return Ok(Found { is_complete: true, ..found });
            }
        }
        Ok(found)
    }

    /// The filter with ids for names; what is not within reach is not there.
    async fn resolved(&self, caller: &Caller, request: Request) -> Result<ActivityFilter, Problem> {
        let mut filter = request.filter;
        if let Some(name) = &request.project {
            let project = self.projects.find(caller, PROJECT_READ, name, request.team.as_deref()).await?;
            let instances = self.projects.instances_of(&project).await?;
            filter.project = Some(ProjectFilter { name: project.name, team: project.team, instances });
        } else if let Some(team) = &request.team {
            filter.team = Some(self.teams.find(caller, TEAM_READ, team).await?.id);
        }
        Ok(filter)
    }

    /// Where looking back begins.
    async fn start(&self, before: Option<EventSeq>, to: Option<Timestamp>) -> Result<EventSeq, StoreError> {
        let newest = before.unwrap_or(EventSeq(i64::MAX));
        match to {
            Some(to) => Ok(self.context.store.first_event_since(to.plus(CLOCK_MARGIN)).await?.min(newest)),
            None => Ok(newest),
        }
    }

    async fn read(
        &self,
        place: EventSeq,
        wanted: EventsBackwards,
        mut names: Names,
    ) -> Result<(Vec<Event>, Names), StoreError> {
        let batch = self.context.store.events_before(place, wanted, BATCH).await?;
        if batch.is_empty() {
            return Ok((batch, names));
        }
        self.context
            .store
            .read(move |r| {
                names.learn(r, &batch)?;
                Ok((batch, names))
            })
            .await
    }
}
