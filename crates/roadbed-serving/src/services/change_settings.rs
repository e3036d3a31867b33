use super::model::{Service, ServiceChanged, ServicesError};
use super::operations::{SERVICE_DEPLOY, Services, header, put_traffic_as_is};
use super::store;
use super::written::patched;
use roadbed_capability::extract::IfMatch;
use roadbed_capability::manifest::OWNER;
use roadbed_capability::{Caller, Problem};
use serde_json::{Map, Value};

impl Services {
    /// Changes some settings of a service that no manifest describes.
    pub(super) async fn change_settings(
        &self,
        caller: &Caller,
        name: &str,
        patch: Map<String, Value>,
        seen: IfMatch,
        dry_run: bool,
    ) -> Result<Service, Problem> {
        let found = self.find(caller, SERVICE_DEPLOY, name).await?;
        let (id, actor) = (found.id, caller.actor());
        let changed = self.context.mutate(dry_run, move |tx| {
            let mut service = store::by_id(tx, id)?.ok_or_else(|| ServicesError::Unknown(found.name.to_string()))?;
            if service.made_by == OWNER {
                return Err(ServicesError::MadeByManifest { service: service.name, project: service.project }.into());
            }
            seen.check(service.version)?;
            let settings = patched(&service.settings, &patch)?;
            if settings == service.settings {
                return Ok(service);
            }
            service.settings = settings;
            service.version += 1;
            store::update(tx, &service)?;
            store::note_change(tx, service.id, actor.as_str(), "changed the settings")?;
            put_traffic_as_is(tx, &service)?;
            let changed = ServiceChanged { service: service.id, name: service.name.clone(), version: service.version };
            tx.emit(&header(&service, actor.clone()), &changed)?;
            Ok(store::by_id(tx, id)?.unwrap_or(service))
        });
        let changed = changed.await?;
        if !dry_run {
            self.gateways.announce();
        }
        Ok(changed)
    }
}
