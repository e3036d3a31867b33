use super::model::ManifestApplied;
use super::store;
use crate::projects::{PROJECT_WRITE, ProjectRequest, Projects};
use crate::teams::{DEFAULT_TEAM, Teams};
use roadbed_capability::manifest::{
    ChangeAction, Checked, Manifest, ManifestSection, PlanContext, PlannedChange, SectionSyntax,
};
use roadbed_capability::{Caller, Context, Grantee, Permission, Problem, Resource};
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_contracts::gate::Severity;
use roadbed_contracts::ports::InstanceInfo;
use std::sync::Arc;

pub const MANIFEST_READ: Permission = Permission::new("manifest:read", Grantee::Viewer);
pub const MANIFEST_APPLY: Permission = Permission::new("manifest:apply", Grantee::Developer);

/// Use cases of manifests.
#[derive(Clone)]
pub(super) struct Manifests {
    context: Context,
    projects: Projects,
    teams: Teams,
    sections: Arc<Vec<Arc<dyn ManifestSection>>>,
}

/// What a plan or an apply says.
pub(super) struct Outcome {
    pub project: String,
    pub team: String,
    /// The project does not exist yet; apply creates it.
    pub new_project: bool,
    pub digest: String,
    pub changes: Vec<PlannedChange>,
}

impl Outcome {
    #[must_use]
    pub(super) fn changed(&self) -> usize {
        self.changes.iter().filter(|change| change.action != ChangeAction::None).count()
    }
}

impl Manifests {
    #[must_use]
    pub(super) fn new(context: &Context, sections: Vec<Arc<dyn ManifestSection>>) -> Self {
        Self {
            context: context.clone(),
            projects: Projects::new(context),
            teams: Teams::new(context),
            sections: Arc::new(sections),
        }
    }

    #[must_use]
    pub(super) fn check(&self, file: &str, text: &str) -> Checked {
        Manifest::check(file, text, &SectionSyntax::of(&self.sections))
    }

    /// What an apply would do.
    pub(super) async fn plan(&self, caller: &Caller, file: &str, text: &str) -> Result<Outcome, Problem> {
        let manifest = self.check(file, text).into_manifest()?;
        let Some(info) = self.instance(caller, &manifest, MANIFEST_READ).await? else {
            let team = self.team_name(caller, &manifest).await?;
            let (project, digest) = (manifest.project.to_string(), manifest.digest.to_string());
            let objects = manifest.sections.keys().map(|key| PlannedChange::new(ChangeAction::Create, key, Vec::new()));
            return Ok(Outcome { project, team, new_project: true, digest, changes: objects.collect() });
        };
        let context = plan_context(caller, &info, true);
        let mut changes = Vec::new();
        for section in self.sections.iter() {
            changes.extend(section.plan(&context, manifest.sections.get(section.key())).await?);
        }
        Ok(outcome(&manifest, &info, false, changes))
    }

    /// Makes it so. A refusal of any gate stops it before the first change.
    pub(super) async fn apply(
        &self,
        caller: &Caller,
        file: &str,
        text: &str,
        dry_run: bool,
    ) -> Result<Outcome, Problem> {
        let planned = self.plan(caller, file, text).await?;
        let refusals: Vec<_> = planned
            .changes
            .iter()
            .flat_map(|change| change.findings.iter())
            .filter(|finding| finding.severity == Severity::Refused)
            .cloned()
            .collect();
        if !refusals.is_empty() {
            return Err(Problem::refused(&refusals));
        }
        if dry_run {
            return Ok(planned);
        }
        let manifest = self.check(file, text).into_manifest()?;
        let info = self.ensure_instance(caller, &manifest).await?;
        let context = plan_context(caller, &info, false);
        let mut changes = Vec::new();
        for section in self.sections.iter() {
            changes.extend(section.apply(&context, manifest.sections.get(section.key())).await?);
        }
        let outcome = outcome(&manifest, &info, planned.new_project, changes);
        self.remember(caller, manifest, &info, outcome.changed()).await?;
        Ok(outcome)
    }

    async fn remember(
        &self,
        caller: &Caller,
        manifest: Manifest,
        info: &InstanceInfo,
        changes: usize,
    ) -> Result<(), Problem> {
        let (actor, instance, team) = (caller.actor(), info.instance, info.team);
        self.context
            .mutate(false, move |tx| {
                let digest = manifest.digest.to_string();
                if changes == 0 && store::applied_digest(tx, instance)?.as_ref() == Some(&digest) {
                    return Ok(());
                }
                store::put_applied(tx, instance, &manifest, actor.as_str())?;
                let header = EventHeader::new(Subject::new("project", &manifest.project), actor.clone());
                let header = header.with_team(team).with_instance(instance);
                tx.emit(&header, &ManifestApplied { digest, changes })?;
                Ok(())
            })
            .await
    }

    /// The primary instance of the manifest's project, when it exists and the caller holds the permission there.
    async fn instance(
        &self,
        caller: &Caller,
        manifest: &Manifest,
        permission: Permission,
    ) -> Result<Option<InstanceInfo>, Problem> {
        let team = self.team(caller, manifest).await?;
        let project = manifest.project.clone();
        let found = self
            .context
            .store
            .read(move |r| crate::projects::store::instance_by_names(r, team, project.as_str(), None))
            .await?;
        if let Some(info) = &found {
            caller.require(permission, Resource::Instance(info.team, info.instance))?;
        }
        Ok(found)
    }

    async fn team(&self, caller: &Caller, manifest: &Manifest) -> Result<roadbed_core::TeamId, Problem> {
        let name = self.team_name(caller, manifest).await?;
        Ok(self.teams.find(caller, MANIFEST_READ, &name).await?.id)
    }

    /// Explicit in the file, else the team of the token's home project, else `default`.
    async fn team_name(&self, caller: &Caller, manifest: &Manifest) -> Result<String, Problem> {
        if let Some(team) = &manifest.team {
            return Ok(team.to_string());
        }
        let Some(home) = caller.principal().home else { return Ok(DEFAULT_TEAM.to_owned()) };
        let info = self.context.store.read(move |r| crate::projects::store::instance_by_id(r, home)).await?;
        Ok(info.map_or_else(|| DEFAULT_TEAM.to_owned(), |info| info.team_name.to_string()))
    }

    async fn ensure_instance(&self, caller: &Caller, manifest: &Manifest) -> Result<InstanceInfo, Problem> {
        if let Some(info) = self.instance(caller, manifest, MANIFEST_APPLY).await? {
            return Ok(info);
        }
        let team = self.team_name(caller, manifest).await?;
        self.teams.find(caller, PROJECT_WRITE, &team).await?;
        let request =
            ProjectRequest { name: manifest.project.to_string(), team: Some(team), description: String::new() };
        self.projects.create(caller, request, None, false).await?;
        let created = self.instance(caller, manifest, MANIFEST_APPLY).await?;
        created.ok_or_else(|| Problem::internal(&"a project that was just created is not there"))
    }
}

fn plan_context(caller: &Caller, info: &InstanceInfo, dry_run: bool) -> PlanContext {
    PlanContext {
        team: info.team,
        instance: info.instance,
        project: info.project_name.clone(),
        target: None,
        actor: caller.actor(),
        dry_run,
    }
}

fn outcome(manifest: &Manifest, info: &InstanceInfo, new_project: bool, changes: Vec<PlannedChange>) -> Outcome {
    Outcome {
        project: info.project_name.to_string(),
        team: info.team_name.to_string(),
        new_project,
        digest: manifest.digest.to_string(),
        changes,
    }
}
