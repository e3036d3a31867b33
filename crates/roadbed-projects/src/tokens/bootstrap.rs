use super::model::{Kind, Token, TokenIssued, TokensError, hash_of, random_secret};
use super::operations::Tokens;
use super::store;
use crate::projects::store::NewProject;
use crate::projects::{DEFAULT_PROJECT, DEFAULT_TARGET, ProjectCreated};
use crate::teams::{DEFAULT_TEAM, TeamCreated};
use crate::{projects, teams};
use roadbed_capability::Grantee;
use roadbed_contracts::events::{Actor, EventHeader, Subject};
use roadbed_core::{InstanceId, Name, ProjectId, Secret, TeamId, TokenId};
use roadbed_store::{StoreError, Transaction};

/// The platform administrator every installation starts with.
pub const ADMIN_USER: &str = "admin";

/// What the first start creates, and every later one finds: team `default`, project `default`, user `admin`.
pub struct FirstStart {
    /// True when this start created them.
    pub created: bool,
}

struct Defaults {
    team: TeamId,
    team_name: Name,
    project: ProjectId,
    project_name: Name,
    instance: InstanceId,
    admin: Name,
}

impl Tokens {
    /// Makes sure there is a team, a project and an administrator.
    ///
    /// # Errors
    /// The store fails.
    pub async fn first_start(&self) -> Result<FirstStart, TokensError> {
        let next = || self.context.ids.next();
        let name = |text: &str| text.parse::<Name>().map_err(|_| TokensError::InvalidName);
        let defaults = Defaults {
            team: TeamId::from_u128(next()),
            team_name: name(DEFAULT_TEAM)?,
            project: ProjectId::from_u128(next()),
            project_name: name(DEFAULT_PROJECT)?,
            instance: InstanceId::from_u128(next()),
            admin: name(ADMIN_USER)?,
        };
        let created = self.context.store.write(move |tx| -> Result<bool, TokensError> {
            if teams::store::by_name(tx, DEFAULT_TEAM)?.is_some() {
                return Ok(false);
            }
            create_defaults(tx, &defaults)?;
            Ok(true)
        });
        Ok(FirstStart { created: created.await? })
    }

    /// A token of the administrator for the local command line.
    ///
    /// # Errors
    /// The store fails or there are no random bits.
    pub async fn issue_local(&self) -> Result<Secret, TokensError> {
        self.issue_machine("local command line", Kind::User, Some(ADMIN_USER)).await
    }

    /// A token for a gateway's folder.
    ///
    /// # Errors
    /// The store fails or there are no random bits.
    pub async fn issue_gateway(&self, name: &str) -> Result<Secret, TokensError> {
        self.issue_machine(name, Kind::Gateway, None).await
    }

    /// Is this text a token that may still be used?
    ///
    /// # Errors
    /// The store fails.
    pub async fn is_live(&self, secret: &Secret) -> Result<bool, TokensError> {
        let hash = hash_of(secret.expose());
        let found = self.context.store.read(move |r| -> Result<_, StoreError> { store::by_hash(r, &hash) }).await?;
        Ok(found.is_some_and(|token| token.revoked_at.is_none()))
    }

    async fn issue_machine(&self, name: &str, kind: Kind, user: Option<&str>) -> Result<Secret, TokensError> {
        let secret = random_secret("rb_")?;
        let token = Token {
            id: TokenId::from_u128(self.context.ids.next()),
            name: name.to_owned(),
            kind,
            user: user.map(str::to_owned),
            team: None,
            instance: None,
            actions: None,
            workload: None,
            job: None,
            created_at: self.context.clock.now(),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        };
        let hash = hash_of(secret.expose());
        let written = self.context.store.write(move |tx| -> Result<(), TokensError> {
            store::insert(tx, &token, &hash)?;
            let header = EventHeader::new(Subject::new("token", token.id), Actor::system());
            tx.emit(
                &header,
                &TokenIssued { token: token.id, name: token.name.clone(), kind: token.kind.as_str().into() },
            )?;
            Ok(())
        });
        written.await?;
        Ok(secret)
    }
}

fn create_defaults(tx: &mut Transaction<'_>, new: &Defaults) -> Result<(), StoreError> {
    teams::store::insert(tx, new.team, &new.team_name)?;
    teams::store::ensure_user(tx, &new.admin, true)?;
    teams::store::put_member(tx, new.team, &new.admin, Grantee::Admin)?;
    let header = EventHeader::new(Subject::new("team", &new.team_name), Actor::system()).with_team(new.team);
    tx.emit(&header, &TeamCreated { name: new.team_name.clone() })?;
    let project = NewProject {
        id: new.project,
        instance: new.instance,
        team: new.team,
        name: &new.project_name,
        description: "",
        target: DEFAULT_TARGET,
    };
    projects::store::insert(tx, &project)?;
    let header = EventHeader::new(Subject::new("project", &new.project_name), Actor::system());
    let header = header.with_team(new.team).with_instance(new.instance);
    tx.emit(&header, &ProjectCreated { project: new.project, name: new.project_name.clone() })?;
    Ok(())
}
