use super::difference::Contents;
use super::example::{body_from_types, body_of_logged};
use super::mlmodel;
use crate::gateways::Readiness;
use crate::services::{Revision, SERVICE_READ, Service, Services, ServicesError, store};
use roadbed_capability::{Caller, Problem};
use roadbed_contracts::entries::RevisionLoad;
use serde_json::Value;

/// Text files of a model that are read, at most so long.
const TEXT_LIMIT_BYTES: u64 = 1 << 20;

/// Use cases of revisions. Cheap to clone.
#[derive(Clone)]
pub struct Revisions {
    pub(super) services: Services,
}

/// A revision with how gateways stand to it.
pub(super) struct Observed {
    pub(super) revision: Revision,
    /// `None` when gateways are not told of it.
    pub(super) readiness: Option<Readiness>,
    /// What runs it, such as `trees`.
    pub(super) engine: Option<String>,
}

/// How to ask a revision.
pub(super) struct Signed {
    pub(super) service: Service,
    pub(super) revision: Revision,
    pub(super) contents: Contents,
    pub(super) example: Option<Value>,
    /// The example is the logged one.
    pub(super) is_logged: bool,
}

impl Revisions {
    #[must_use]
    pub const fn new(services: Services) -> Self {
        Self { services }
    }

    /// Revisions of a service below a number, newest first.
    pub(super) async fn list(
        &self,
        caller: &Caller,
        name: &str,
        before: i64,
        limit: u32,
    ) -> Result<(Service, Vec<Observed>), Problem> {
        let service = self.services.find(caller, SERVICE_READ, name).await?;
        let id = service.id;
        let found = self.services.context.store.read(move |r| store::revisions_before(r, id, before, limit)).await?;
        Ok((service, found.into_iter().map(|revision| self.observe(revision)).collect()))
    }

    pub(super) async fn show(&self, caller: &Caller, name: &str, number: i64) -> Result<(Service, Observed), Problem> {
        let service = self.services.find(caller, SERVICE_READ, name).await?;
        let revision = self.by_number(&service, number).await?;
        Ok((service, self.observe(revision)))
    }

    async fn by_number(&self, service: &Service, number: i64) -> Result<Revision, Problem> {
        let id = service.id;
        let found = self.services.context.store.read(move |r| store::revision_by_number(r, id, number)).await?;
        Ok(found.ok_or_else(|| ServicesError::UnknownRevision { service: service.name.clone(), number })?)
    }

    fn observe(&self, revision: Revision) -> Observed {
        let liveness = self.services.gateways.liveness();
        let readiness = revision.published.then(|| liveness.readiness(revision.id()));
        let live = liveness.live();
        let statuses = live.iter().filter_map(|gateway| gateway.revisions.get(&revision.id()));
        let ready = statuses.filter(|status| status.state == RevisionLoad::Ready);
        let engine = ready.map(|status| status.detail.clone()).find(|engine| !engine.is_empty());
        Observed { revision, readiness, engine }
    }

    /// The two revisions with what their files say: the one asked about, and the one it is compared with (the one before by default).
    pub(super) async fn two(
        &self,
        caller: &Caller,
        name: &str,
        number: i64,
        against: Option<i64>,
    ) -> Result<[(Revision, Contents); 2], Problem> {
        let service = self.services.find(caller, SERVICE_READ, name).await?;
        let after = self.by_number(&service, number).await?;
        let before = self.by_number(&service, against.unwrap_or(number - 1)).await?;
        let (contents_before, contents_after) = (self.contents(&before).await?, self.contents(&after).await?);
        Ok([(before, contents_before), (after, contents_after)])
    }

    /// How to ask a revision of a service; the one in charge by default.
    pub(super) async fn signature(&self, caller: &Caller, name: &str, number: Option<i64>) -> Result<Signed, Problem> {
        let service = self.services.find(caller, SERVICE_READ, name).await?;
        let revision = match (number, service.stable) {
            (Some(number), _) => self.by_number(&service, number).await?,
            (None, Some(stable)) => {
                let found = self.services.context.store.read(move |r| store::revision_by_id(r, stable)).await?;
                found.ok_or_else(|| ServicesError::NoRevision(service.name.clone()))?
            }
            (None, None) => return Err(ServicesError::NoRevision(service.name).into()),
        };
        let contents = self.contents(&revision).await?;
        let logged = match &contents.model.example {
            Some(path) => self.text(&revision, path).await?,
            None => None,
        };
        let logged = logged.as_deref().and_then(body_of_logged);
        let is_logged = logged.is_some();
        let example = logged.or_else(|| body_from_types(&contents.model.inputs));
        Ok(Signed { service, revision, contents, example, is_logged })
    }

    /// A file that cannot be read says nothing; the log says why.
    async fn contents(&self, revision: &Revision) -> Result<Contents, Problem> {
        let model = self.text(revision, "MLmodel").await?.and_then(|text| match mlmodel::parse(&text) {
            Ok(model) => Some(model),
            Err(reason) => {
                tracing::warn!(revision = %revision.id(), "{reason}");
                None
            }
        });
        Ok(Contents { model: model.unwrap_or_default(), requirements: self.text(revision, "requirements.txt").await? })
    }

    /// A text file of a revision; `None` when there is none, or it is too long or no text.
    async fn text(&self, revision: &Revision, path: &str) -> Result<Option<String>, Problem> {
        let Some(file) = revision.entry.files.iter().find(|file| file.path == path) else { return Ok(None) };
        if file.bytes > TEXT_LIMIT_BYTES {
            return Ok(None);
        }
        let blobs = &self.services.context.blobs;
        if !blobs.exists(&file.digest).await.map_err(|error| Problem::internal(&error))? {
            return Ok(None);
        }
        let bytes = blobs.read(&file.digest, TEXT_LIMIT_BYTES).await.map_err(|error| Problem::internal(&error))?;
        Ok(String::from_utf8(bytes.to_vec()).ok())
    }
}
