use super::model::{Member, Team};
use super::operations::{TEAM_ADMIN, TEAM_CREATE, TEAM_READ, Teams};
use super::people;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use roadbed_capability::extract::{Body, DryRun, IdempotencyKey, IfMatch, Page, PathOf, Query};
use roadbed_capability::{Caller, Capability, Context, Problem, Routes, delete, get, post, put};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A team.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TeamView {
    pub id: String,
    pub name: String,
    pub version: i64,
    /// RFC 3339.
    pub created_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TeamList {
    pub items: Vec<TeamView>,
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTeam {
    /// Lower-case letters, digits and `-`; unique on the platform.
    pub name: String,
}

/// A user's role in a team.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MemberView {
    pub user: String,
    /// `viewer`, `developer`, `deployer` or `admin`.
    pub role: String,
    /// May do everything, whatever the role here.
    pub platform_admin: bool,
    pub created_at: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MemberList {
    pub items: Vec<MemberView>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRole {
    /// `viewer`, `developer`, `deployer` or `admin`.
    pub role: String,
}

impl From<Team> for TeamView {
    fn from(team: Team) -> Self {
        Self {
            id: team.id.to_string(),
            name: team.name.to_string(),
            version: team.version,
            created_at: team.created_at.to_string(),
        }
    }
}

impl From<Member> for MemberView {
    fn from(member: Member) -> Self {
        Self {
            user: member.user.to_string(),
            role: member.role.as_str().to_owned(),
            platform_admin: member.platform_admin,
            created_at: member.created_at.to_string(),
        }
    }
}

/// The member with the role as entity tag: an If-Match keeps two administrators from undoing each other's change unseen.
fn tagged(member: Member) -> (HeaderMap, Json<MemberView>) {
    let mut headers = HeaderMap::new();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", member.role.as_str())) {
        headers.insert(header::ETAG, tag);
    }
    (headers, Json(member.into()))
}

#[must_use]
pub fn capability(context: &Context) -> Capability {
    let routes = Routes::new(Teams::new(context))
        .add(
            get("/api/v1/teams", list)
                .summary("List teams")
                .query::<Page>()
                .answers::<TeamList>(StatusCode::OK)
                .allow(TEAM_READ),
        )
        .add(
            post("/api/v1/teams", create)
                .summary("Create a team")
                .body::<NewTeam>()
                .answers::<TeamView>(StatusCode::CREATED)
                .allow(TEAM_CREATE),
        )
        .add(
            get("/api/v1/teams/{team}", show)
                .summary("Show a team")
                .answers::<TeamView>(StatusCode::OK)
                .allow(TEAM_READ),
        )
        .add(
            delete("/api/v1/teams/{team}", remove)
                .summary("Delete a team that owns no project")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(TEAM_CREATE),
        )
        .add(
            get("/api/v1/teams/{team}/members", members)
                .summary("List the members of a team")
                .answers::<MemberList>(StatusCode::OK)
                .allow(TEAM_READ),
        )
        .add(
            put("/api/v1/teams/{team}/members/{user}", put_member)
                .summary("Give a user a role in a team")
                .body::<NewRole>()
                .answers::<MemberView>(StatusCode::OK)
                .allow(TEAM_ADMIN),
        )
        .add(
            delete("/api/v1/teams/{team}/members/{user}", remove_member)
                .summary("Take a user out of a team")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(TEAM_ADMIN),
        );
    Capability::new("teams").routes(people::add(routes))
}

async fn list(State(teams): State<Teams>, caller: Caller, Query(page): Query<Page>) -> Result<Json<TeamList>, Problem> {
    let limit = page.limit()?;
    let found = teams.list(&caller, page.cursor.unwrap_or_default(), limit).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| full).map(|team| team.name.to_string());
    Ok(Json(TeamList { items: found.into_iter().map(TeamView::from).collect(), next_cursor }))
}

async fn create(
    State(teams): State<Teams>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    IdempotencyKey(key): IdempotencyKey,
    Body(new): Body<NewTeam>,
) -> Result<(StatusCode, Json<TeamView>), Problem> {
    let team = teams.create(&caller, &new.name, key.as_deref(), dry_run).await?;
    Ok((StatusCode::CREATED, Json(team.into())))
}

async fn show(
    State(teams): State<Teams>,
    caller: Caller,
    PathOf(name): PathOf<String>,
) -> Result<Json<TeamView>, Problem> {
    Ok(Json(teams.find(&caller, TEAM_READ, &name).await?.into()))
}

async fn remove(
    State(teams): State<Teams>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    PathOf(name): PathOf<String>,
) -> Result<StatusCode, Problem> {
    teams.delete(&caller, &name, dry_run).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn members(
    State(teams): State<Teams>,
    caller: Caller,
    PathOf(team): PathOf<String>,
) -> Result<Json<MemberList>, Problem> {
    let members = teams.members(&caller, &team).await?;
    Ok(Json(MemberList { items: members.into_iter().map(MemberView::from).collect() }))
}

async fn put_member(
    State(teams): State<Teams>,
    caller: Caller,
    seen: IfMatch,
    DryRun(dry_run): DryRun,
    PathOf((team, user)): PathOf<(String, String)>,
    Body(new): Body<NewRole>,
) -> Result<(HeaderMap, Json<MemberView>), Problem> {
    Ok(tagged(teams.put_member(&caller, &team, &user, &new.role, seen, dry_run).await?))
}

async fn remove_member(
    State(teams): State<Teams>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    PathOf((team, user)): PathOf<(String, String)>,
) -> Result<StatusCode, Problem> {
    teams.remove_member(&caller, &team, &user, dry_run).await?;
    Ok(StatusCode::NO_CONTENT)
}
