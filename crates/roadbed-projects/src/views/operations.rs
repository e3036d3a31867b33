use super::model::{NAME_LIMIT, OWN_LIMIT, PAGES, QUERY_LIMIT_BYTES, View, ViewDeleted, ViewSaved, ViewsError};
use super::store::{self, ViewFilter};
use crate::teams::{DEFAULT_TEAM, Teams};
use roadbed_capability::extract::IfMatch;
use roadbed_capability::idempotency::IdempotentCall;
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem, Resource};
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_core::ViewId;
use roadbed_store::{Execute as _, StoreError, Transaction};

pub const VIEW_READ: Permission = Permission::new("view:read", Grantee::Viewer);
pub const VIEW_WRITE: Permission = Permission::new("view:write", Grantee::Viewer);
/// Sharing a view, and changing a shared one.
pub const VIEW_SHARE: Permission = Permission::new("view:share", Grantee::Developer);

/// Use cases of views.
#[derive(Clone)]
pub(super) struct Views {
    context: Context,
    teams: Teams,
}

/// What a create asks for.
#[derive(Debug, Clone, serde::Serialize)]
pub(super) struct ViewRequest {
    pub(super) name: String,
    pub(super) page: String,
    pub(super) query: String,
    /// The caller's home team, else their only one, else `default`, when absent.
    pub(super) team: Option<String>,
    pub(super) shared: bool,
}

/// What a change asks for; what is absent stays.
#[derive(Debug, Clone, Default)]
pub(super) struct ViewChange {
    pub(super) name: Option<String>,
    pub(super) query: Option<String>,
    pub(super) shared: Option<bool>,
}

impl Views {
    pub(super) fn new(context: &Context) -> Self {
        Self { context: context.clone(), teams: Teams::new(context) }
    }

    /// The caller's own views and the shared ones of teams within reach.
    pub(super) async fn list(&self, caller: &Caller, filter: ViewFilter, limit: u32) -> Result<Vec<View>, Problem> {
        let scope = caller.scope(VIEW_READ);
        let filter = ViewFilter { person: caller.principal().name.clone(), ..filter };
        Ok(self.context.store.read(move |r| store::list(r, &scope, &filter, limit)).await?)
    }

    pub(super) async fn find(&self, caller: &Caller, id: &str) -> Result<View, Problem> {
        let unknown = || ViewsError::Unknown(id.chars().take(64).collect());
        let view: ViewId = id.parse().map_err(|_| unknown())?;
        let found = self.context.store.read(move |r| -> Result<_, StoreError> { store::by_id(r, view) }).await?;
        let scope = caller.scope(VIEW_READ);
        let seen = |view: &View| scope.reaches(view.team) && (view.shared || view.owner == caller.principal().name);
        found.filter(seen).ok_or_else(|| unknown().into())
    }

    pub(super) async fn create(
        &self,
        caller: &Caller,
        request: ViewRequest,
        key: Option<&str>,
        dry_run: bool,
    ) -> Result<View, Problem> {
        if !caller.principal().is_person() {
            return Err(ViewsError::NotAPerson.into());
        }
        check_name(&request.name)?;
        check_query(&request.query)?;
        if !PAGES.contains(&request.page.as_str()) {
            return Err(ViewsError::UnknownPage(request.page.chars().take(60).collect()).into());
        }
        let permission = if request.shared { VIEW_SHARE } else { VIEW_WRITE };
        let team = match self.team_of(caller, &request).await? {
            Some(team) => self.teams.find(caller, permission, &team).await?,
            None => self.teams.find(caller, permission, DEFAULT_TEAM).await?,
        };
        let now = self.context.clock.now();
        let actor = caller.actor();
        let call = IdempotentCall::new(actor.as_str(), "views.create", key, &request);
        let view = View {
            id: ViewId::from_u128(self.context.ids.next()),
            team: team.id,
            team_name: team.name,
            owner: caller.principal().name.clone(),
            page: request.page,
            name: request.name,
            query: request.query,
            shared: request.shared,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        self.context
            .mutate(dry_run, move |tx| {
                if let Some(first) = call.replay::<ViewId>(tx)? {
                    return store::by_id(tx, first)?.ok_or_else(|| ViewsError::Unknown(first.to_string()).into());
                }
                if store::count_of(tx, &view.owner)? >= OWN_LIMIT {
                    return Err(ViewsError::TooMany.into());
                }
                save(tx, &view, &actor)?;
                call.remember(tx, &view.id)?;
                Ok(view.clone())
            })
            .await
    }

    /// The named team, else the one of the caller's home project, else their only one.
    async fn team_of(&self, caller: &Caller, request: &ViewRequest) -> Result<Option<String>, Problem> {
        if request.team.is_some() {
            return Ok(request.team.clone());
        }
        let (home, memberships) = (caller.principal().home, caller.principal().memberships.clone());
        let found = self.context.store.read(move |r| -> Result<_, StoreError> {
            if let Some(home) = home {
                let info = crate::projects::store::instance_by_id(r, home)?;
                return Ok(info.map(|info| info.team_name.to_string()));
            }
            let [(only, _)] = memberships[..] else { return Ok(None) };
            Ok(crate::teams::store::by_id(r, only)?.map(|team| team.name.to_string()))
        });
        Ok(found.await?)
    }

    pub(super) async fn change(
        &self,
        caller: &Caller,
        id: &str,
        change: ViewChange,
        seen: IfMatch,
        dry_run: bool,
    ) -> Result<View, Problem> {
        let view = self.find(caller, id).await?;
        may_change(caller, &view, change.shared)?;
        if let Some(name) = &change.name {
            check_name(name)?;
        }
        if let Some(query) = &change.query {
            check_query(query)?;
        }
        let actor = caller.actor();
        self.context
            .mutate(dry_run, move |tx| {
                let current = store::by_id(tx, view.id)?.ok_or_else(|| ViewsError::Unknown(view.id.to_string()))?;
                seen.check(current.version)?;
                let changed = View {
                    name: change.name.clone().unwrap_or_else(|| current.name.clone()),
                    query: change.query.clone().unwrap_or_else(|| current.query.clone()),
                    shared: change.shared.unwrap_or(current.shared),
                    version: current.version + 1,
                    updated_at: tx.now(),
                    ..current
                };
                save(tx, &changed, &actor)?;
                Ok(changed)
            })
            .await
    }

    pub(super) async fn delete(&self, caller: &Caller, id: &str, dry_run: bool) -> Result<(), Problem> {
        let view = self.find(caller, id).await?;
        may_change(caller, &view, None)?;
        let actor = caller.actor();
        self.context
            .mutate(dry_run, move |tx| {
                store::delete(tx, view.id)?;
                let body = ViewDeleted { name: view.shared.then(|| view.name.clone()), page: view.page.clone() };
                tx.emit(&header(&view, &actor), &body)?;
                Ok(())
            })
            .await
    }
}

/// An own view needs no more than reading; a shared one, or one that becomes shared, the permission to share.
fn may_change(caller: &Caller, view: &View, shared: Option<bool>) -> Result<(), Problem> {
    let permission = if view.shared || shared == Some(true) { VIEW_SHARE } else { VIEW_WRITE };
    caller.require(permission, Resource::Team(view.team))
}

fn save(tx: &mut Transaction<'_>, view: &View, actor: &Actor) -> Result<(), Problem> {
    let same_name = store::by_name(tx, &view.owner, &view.page, &view.name)?;
    if same_name.is_some_and(|other| other.id != view.id) {
        return Err(ViewsError::NameTaken { page: view.page.clone(), name: view.name.clone() }.into());
    }
    store::put(tx, view)?;
    let name = view.shared.then(|| view.name.clone());
    tx.emit(&header(view, actor), &ViewSaved { name, page: view.page.clone(), shared: view.shared })?;
    Ok(())
}

fn header(view: &View, actor: &Actor) -> EventHeader {
    EventHeader::new(Subject::new(ViewId::KIND, view.id), actor.clone()).with_team(view.team)
}

fn check_name(name: &str) -> Result<(), ViewsError> {
    let is_fine = (1..=NAME_LIMIT).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if is_fine && !name.trim().is_empty() { Ok(()) } else { Err(ViewsError::InvalidName) }
}

fn check_query(query: &str) -> Result<(), ViewsError> {
    let is_fine = query.len() <= QUERY_LIMIT_BYTES && !query.chars().any(char::is_control);
    if is_fine { Ok(()) } else { Err(ViewsError::InvalidQuery(query.len())) }
}
