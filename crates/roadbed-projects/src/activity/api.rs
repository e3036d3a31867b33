use super::filter::{ActivityFilter, subject_name};
use super::operations::{Activity, Found, Request};
use super::store::Names;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::events::{EVENT_READ, EventView};
use roadbed_capability::extract::{Page, Query};
use roadbed_capability::{Caller, Capability, Context, Problem, Routes, get};
use roadbed_contracts::events::{Event, EventClass};
use roadbed_core::{EventSeq, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ActivityQuery {
    /// Kinds of events, separated by commas, such as `JobFinished,JobSubmitted`.
    kind: Option<String>,
    /// `audit` or `activity`.
    class: Option<String>,
    /// Part of the actor, such as `token:`, or of the actor's name.
    actor: Option<String>,
    /// Kind of the subject, such as `service`.
    subject_kind: Option<String>,
    /// Id of the subject.
    subject_id: Option<String>,
    /// Name of a team.
    team: Option<String>,
    /// Name of a project.
    project: Option<String>,
    /// RFC 3339; nothing older.
    from: Option<String>,
    /// RFC 3339; only what is older.
    to: Option<String>,
    /// A text in kind, subject, actor, team, project or a value of the body; upper and lower case are the same.
    q: Option<String>,
    /// 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// One event with the names around it.
#[derive(Debug, Serialize, JsonSchema)]
struct ActivityView {
    #[serde(flatten)]
    event: EventView,
    team_name: Option<String>,
    project_name: Option<String>,
    /// Of the person or program who caused it; absent for jobs and the platform itself.
    actor_name: Option<String>,
    /// Name of the token that was used, when one was.
    actor_token: Option<String>,
    /// A name of the subject for people, when the event carries one.
    subject_name: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ActivityList {
    /// Newest first.
    items: Vec<ActivityView>,
    /// There may be more, older ones: also after a page without items, because one request looks at a bounded number of events.
    next_cursor: Option<String>,
    /// Number of the oldest event looked at.
    scanned_to: i64,
}

#[must_use]
pub fn capability(context: &Context) -> Capability {
    let routes = Routes::new(Activity::new(context)).add(
        get("/api/v1/activity", list)
            .summary("List what happened, newest first")
            .query::<ActivityQuery>()
            .answers::<ActivityList>(StatusCode::OK)
            .allow(EVENT_READ),
    );
    Capability::new("activity").routes(routes)
}

fn time(text: Option<String>, field: &str) -> Result<Option<Timestamp>, Problem> {
    let parsed = text.map(|text| text.parse::<Timestamp>()).transpose();
    parsed.map_err(|error| Problem::bad_request("request.query", format!("{field}: {error}")).with_field(field))
}

fn class(text: Option<&str>) -> Result<Option<EventClass>, Problem> {
    match text {
        None => Ok(None),
        Some("audit") => Ok(Some(EventClass::Audit)),
        Some("activity") => Ok(Some(EventClass::Activity)),
        Some(_) => Err(Problem::bad_request("request.query", "class is audit or activity").with_field("class")),
    }
}

impl TryFrom<ActivityQuery> for Request {
    type Error = Problem;

    fn try_from(query: ActivityQuery) -> Result<Self, Problem> {
        let page = Page { limit: query.limit, cursor: query.cursor };
        let limit = usize::try_from(page.limit()?).unwrap_or(usize::MAX);
        let before = page.cursor.map(|cursor| cursor.parse().map(EventSeq)).transpose().map_err(|_| {
            Problem::bad_request("request.query", "cursor is none that a list gave: start again without it")
                .with_field("cursor")
        })?;
        let (from, to) = (time(query.from, "from")?, time(query.to, "to")?);
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            return Err(Problem::bad_request("request.query", "from must be before to").with_field("from"));
        }
        let words = |text: Option<String>| text.map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
        let kinds = query.kind.iter().flat_map(|kinds| kinds.split(',')).map(str::trim).filter(|kind| !kind.is_empty());
        let filter = ActivityFilter {
            kinds: kinds.map(str::to_owned).collect(),
            subject_kind: query.subject_kind,
            subject_id: query.subject_id,
            from,
            to,
            actor: words(query.actor),
            text: words(query.q),
            ..ActivityFilter::default()
        };
        let class = class(query.class.as_deref())?;
        Ok(Self { filter, class, team: query.team, project: query.project, before, limit })
    }
}

async fn list(
    State(activity): State<Activity>,
    caller: Caller,
    Query(query): Query<ActivityQuery>,
) -> Result<Json<ActivityList>, Problem> {
    let Found { events, names, scanned_to, is_complete } = activity.find(&caller, query.try_into()?).await?;
    Ok(Json(ActivityList {
        items: events.iter().map(|event| view(event, &names)).collect(),
        next_cursor: (!is_complete).then(|| scanned_to.0.to_string()),
        scanned_to: scanned_to.0,
    }))
}

fn view(event: &Event, names: &Names) -> ActivityView {
    let header = &event.header;
    ActivityView {
        team_name: header.team.and_then(|team| names.team(team)).map(str::to_owned),
        project_name: header.instance.and_then(|instance| names.project(instance)).map(str::to_owned),
        actor_name: names.actor(header.actor.as_str()),
        actor_token: names.token(header.actor.as_str()).map(str::to_owned),
        subject_name: subject_name(event),
        event: event.into(),
    }
}
