//! A small capability to try the socket with: named things of a team.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use roadbed_capability::extract::{Body, DryRun, IdempotencyKey, IfMatch, Page, PathOf, Query};
use roadbed_capability::idempotency::IdempotentCall;
use roadbed_capability::{
    Caller, Capability, Context, Grantee, Permission, Problem, Resource, Routes, get, patch, post,
};
use roadbed_contracts::events::{EventBody, EventClass, EventHeader, Subject};
use roadbed_core::TeamId;
use roadbed_store::{Execute, Lane, Migration, MigrationSet, Query as _, params};
use roadbed_testkit::{TestPlatform, TestServer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) const THING_READ: Permission = Permission::new("thing:read", Grantee::Viewer);
pub(crate) const THING_WRITE: Permission = Permission::new("thing:write", Grantee::Developer);
pub(crate) const OURS: TeamId = TeamId::from_u128(1);
pub(crate) const THEIRS: TeamId = TeamId::from_u128(2);

const MIGRATIONS: &[MigrationSet] = &[MigrationSet {
    capability: "things",
    lane: Lane::State,
    migrations: &[Migration {
        number: 1,
        name: "things",
        sql: "CREATE TABLE things_things (name {TEXT} NOT NULL PRIMARY KEY, team_id {TEXT} NOT NULL, size {INTEGER} NOT NULL)",
    }],
}];

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Thing {
    pub name: String,
    pub size: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct ThingMade {
    name: String,
}
impl EventBody for ThingMade {
    const KIND: &'static str = "ThingMade";
    const CLASS: EventClass = EventClass::Audit;
}

/// A platform with tokens `viewer`, `developer`, `stranger` (of another team) and `root`, and the things capability.
pub(crate) fn platform() -> (TestPlatform, TestServer) {
    let platform = TestPlatform::new(&[MIGRATIONS], Vec::new());
    platform.member("viewer", OURS, Grantee::Viewer);
    platform.member("developer", OURS, Grantee::Developer);
    platform.member("stranger", THEIRS, Grantee::Admin);
    platform.administrator("root");
    let server =
        platform.serve(vec![capability(&platform.context), roadbed_capability::events::capability(&platform.context)]);
    (platform, server)
}

fn capability(context: &Context) -> Capability {
    let routes = Routes::new(context.clone())
        .add(get("/api/v1/things", list).summary("List things").query::<Page>().allow(THING_READ))
        .add(
            post("/api/v1/things", make)
                .summary("Make a thing")
                .body::<Thing>()
                .answers::<Thing>(StatusCode::CREATED)
                .body_limit(1000)
                .allow(THING_WRITE),
        )
        .add(patch("/api/v1/things/{name}", change).summary("Change a thing").body::<Thing>().allow(THING_WRITE))
        .add(get("/api/v1/panic", || async { panic!("on purpose") as &'static str }).public());
    Capability::new("things").routes(routes)
}

async fn list(
    State(context): State<Context>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Vec<Thing>>, Problem> {
    page.limit()?;
    let scope = caller.scope(THING_READ);
    let things = context.store.read(move |r| {
        let filter = scope.restrict(roadbed_store::Filter::new(), "team_id", None);
        let sql = format!("SELECT name, size FROM things_things WHERE {} ORDER BY name", filter.sql(0));
        r.query(&sql, filter.values(), |row| Ok(Thing { name: row.get("name")?, size: row.get("size")? }))
    });
    Ok(Json(things.await?))
}

async fn make(
    State(context): State<Context>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    IdempotencyKey(key): IdempotencyKey,
    Body(thing): Body<Thing>,
) -> Result<(StatusCode, Json<Thing>), Problem> {
    caller.require(THING_WRITE, Resource::Team(OURS))?;
    let call = IdempotentCall::new(caller.actor().as_str(), "things.make", key.as_deref(), &thing);
    let actor = caller.actor();
    let made = context.mutate(dry_run, move |tx| {
        if let Some(first) = call.replay::<Thing>(tx)? {
            return Ok(first);
        }
        let sql = "SELECT name FROM things_things WHERE name = ?1";
        if tx.query_one(sql, params![thing.name.as_str()], |row| row.get::<String>("name"))?.is_some() {
            return Err(Problem::conflict("things.taken", "there is one already"));
        }
        let sql = "INSERT INTO things_things (name, team_id, size) VALUES (?1, ?2, ?3)";
        tx.execute(sql, params![thing.name.as_str(), OURS, thing.size])?;
        let header = EventHeader::new(Subject::new("thing", &thing.name), actor.clone()).with_team(OURS);
        tx.emit(&header, &ThingMade { name: thing.name.clone() })?;
        call.remember(tx, &thing)?;
        Ok(thing.clone())
    });
    Ok((StatusCode::CREATED, Json(made.await?)))
}

async fn change(seen: IfMatch, PathOf(name): PathOf<String>, Body(thing): Body<Thing>) -> Result<Json<Thing>, Problem> {
    seen.check(7)?;
    Ok(Json(Thing { name, size: thing.size }))
}
