//! Puts the rooms together: every port to its owner, every capability to the socket.

use crate::page::{self, About, OwnApi};
use crate::readiness::Roles;
use crate::request::ControlRequest;
use crate::templates;
use crate::try_it::{self, TryIt};
use anyhow::{Context as _, anyhow};
use roadbed_blobs::{BlobConfig, BlobLocation, Blobs, CacheConfig, S3Location};
use roadbed_capability::driver::{Driver, LoopStatuses};
use roadbed_capability::host::AllowedHosts;
use roadbed_capability::manifest::{ManifestSection, SectionSyntax};
use roadbed_capability::platform::{self, BlobCollector};
use roadbed_capability::records::{RecordKind, Records, RecordsUpkeep};
use roadbed_capability::server::{Server, serve};
use roadbed_capability::wake::WakeUps;
use roadbed_capability::{Capability, Context, Seals, events};
use roadbed_compute::{LocalEngine, LocalEngineConfig};
use roadbed_contracts::ports::Directory;
use roadbed_core::{ByteSize, Clock, IdSource, Secret, SystemClock, SystemIds};
use roadbed_portal::Assets;
use roadbed_projects::policies::CedarAuthorizer;
use roadbed_projects::projects::ProjectDirectory;
use roadbed_projects::tokens::{AuthenticatorSettings, TokenAuthenticator, Tokens};
use roadbed_serving::ServingSettings;
use roadbed_store::{Durability, MigrationSet, Store, StoreConfig, StoreLocation};
use roadbed_tracking::TrackingSettings;
use roadbed_training::{TrainingSettings, UsedPorts};
use std::path::Path;
use std::sync::Arc;

/// A control process, ready to serve.
pub(crate) struct House {
    pub(crate) context: Context,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) engine: LocalEngine,
    pub(crate) driver: Driver,
    pub(crate) server: Server,
}

/// Tables of every room, in the order of the floors.
pub(crate) fn migrations() -> Vec<MigrationSet> {
    let rooms = [
        roadbed_capability::MIGRATIONS,
        roadbed_projects::MIGRATIONS,
        roadbed_training::MIGRATIONS,
        roadbed_serving::MIGRATIONS,
        roadbed_cost::MIGRATIONS,
    ];
    let rooms = rooms.into_iter().chain(roadbed_tracking::MIGRATIONS.iter().copied());
    rooms.flatten().copied().collect()
}

/// How every section of the manifest is written; needs no server.
pub(crate) fn manifest_syntax() -> Vec<SectionSyntax> {
    [roadbed_training::manifest_syntax(), roadbed_serving::manifest_syntax()].concat()
}

fn record_kinds() -> Vec<RecordKind> {
    [roadbed_training::record_kinds(), roadbed_serving::record_kinds()].into_iter().flatten().collect()
}

/// Where the store lives.
pub(crate) fn store_config(data: &Path, database: Option<&String>) -> StoreConfig {
    let location = match database {
        Some(url) => StoreLocation::Postgres { url: Secret::new(url.clone()), schema: None },
        None => StoreLocation::Sqlite { directory: data.join("store") },
    };
    StoreConfig { location, durability: Durability::Full, clock: Arc::new(SystemClock) }
}

/// Opens everything and connects it. Blocking work (the store, folders) happens here, before the first request.
///
/// # Errors
/// The store, the blobs or the engine cannot be opened; the text says what to do.
pub(crate) fn build(request: &ControlRequest) -> anyhow::Result<House> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let ids: Arc<dyn IdSource> = Arc::new(SystemIds);
    let store = Store::open(store_config(&request.data, request.database.as_ref()), &migrations())?;
    let config = BlobConfig { location: blob_location(request), clock: clock.clone() };
    let blobs = Blobs::open(config).context("the blobs cannot be opened")?;
    let records = Records::new(store.clone(), clock.clone(), record_kinds())?;
    let authentication = AuthenticatorSettings { insecure_local: request.insecure_local };
    let context = Context {
        authenticator: Arc::new(TokenAuthenticator::new(store.clone(), clock.clone(), authentication)),
        authorizer: Arc::new(CedarAuthorizer::new()?),
        gates: Arc::new(Vec::new()),
        wake_ups: WakeUps::default(),
        store,
        blobs,
        records,
        seals: seals(request)?,
        clock,
        ids,
    };
    let engine = engine(request, &context)?;
    let tokens = Arc::new(Tokens::new(&context));
    let api = OwnApi::default();
    let rooms = rooms(request, &context, &engine, &tokens);
    let mut driver = Driver::new(context.clone(), lease_holder(request));
    let capabilities = with_platform(request, &context, &tokens, rooms, driver.statuses(), (&api, &engine));
    for capability in &capabilities {
        capability.controllers.iter().for_each(|controller| driver.run_controller(controller.clone()));
        capability.reactors.iter().for_each(|reactor| driver.run_reactor(reactor.clone()));
    }
    driver.run_controller(Arc::new(BlobCollector::new(context.clone())));
    driver.run_controller(Arc::new(RecordsUpkeep::new(context.records.clone())));
    let hosts = AllowedHosts::new(request.hosts.clone());
    let server = serve(&context, capabilities, hosts).map_err(|error| anyhow!(error))?;
    api.connect(server.router.clone());
    Ok(House { context, tokens, engine, driver, server })
}

/// Sealed with the key that is set, else with one that lies beside the data.
fn seals(request: &ControlRequest) -> anyhow::Result<Seals> {
    match &request.seal_key {
        Some(key) => Seals::from_hex(key).context("ROADBED_SEAL_KEY, or seal_key in roadbed.toml"),
        None => Ok(Seals::in_file(&request.data.join("seal.key"))?),
    }
}

const S3_CACHE: ByteSize = ByteSize(10 << 30);

/// A bucket when one is set, else the data directory's disk.
fn blob_location(request: &ControlRequest) -> BlobLocation {
    let Some(s3) = &request.s3 else { return BlobLocation::Disk { directory: request.data.join("blobs") } };
    BlobLocation::S3(S3Location {
        endpoint: s3.endpoint.clone(),
        bucket: s3.bucket.clone(),
        region: s3.region.clone(),
        access_key: s3.access_key.clone(),
        secret_key: s3.secret_key.clone().unwrap_or_else(|| Secret::new(String::new())),
        prefix: s3.prefix.clone(),
        cache: CacheConfig { directory: request.data.join("cache/blobs"), max_bytes: s3.cache.unwrap_or(S3_CACHE).0 },
        direct_downloads: s3.direct_downloads,
    })
}

/// Only one process can open a SQLite store, so there the dead one's leases are ours.
fn lease_holder(request: &ControlRequest) -> String {
    match &request.database {
        Some(_) => format!("control {:032x}", SystemIds.next()),
        None => "control".to_owned(),
    }
}

fn engine(request: &ControlRequest, context: &Context) -> anyhow::Result<LocalEngine> {
    let blobs = context.blobs.clone();
    let config = LocalEngineConfig {
        data_directory: request.data.clone(),
        cache_directory: request.data.clone(),
        supervisor_program: std::env::current_exe().context("the program's own file is unknown")?,
        supervisor_arguments: vec!["supervisor".into()],
        uv: request.uv.clone(),
        locate_code: Some(Arc::new(move |digest| blobs.disk_path(&digest))),
        clock: context.clock.clone(),
    };
    LocalEngine::open(config).context("the local engine cannot be opened")
}

/// The rooms' capabilities, each room given the ports it uses.
fn rooms(request: &ControlRequest, context: &Context, engine: &LocalEngine, tokens: &Arc<Tokens>) -> Rooms {
    let directory: Arc<dyn Directory> = Arc::new(ProjectDirectory::new(context.store.clone()));
    let jobs_port = roadbed_training::jobs_port(context);
    let settings = TrackingSettings { private_webhooks: request.private_webhooks };
    let (tracking, tracking_ports) = roadbed_tracking::capabilities(context, directory.clone(), settings);
    let (cost, cost_ports) = roadbed_cost::capabilities(context, directory.clone());
    let used = UsedPorts {
        directory: directory.clone(),
        lineage: tracking_ports.lineage.clone(),
        prices: cost_ports.prices.clone(),
        secrets: tokens.clone(),
    };
    let settings = TrainingSettings::in_data_directory(&request.data, request.url.clone());
    let (training, _) = roadbed_training::capabilities(context, Arc::new(engine.clone()), used, settings);
    let grants = tokens.clone();
    let used = roadbed_serving::UsedPorts {
        directory,
        registry: tracking_ports.registry,
        jobs: jobs_port,
        grants: Arc::new(move || {
            let tokens = grants.clone();
            Box::pin(async move { tokens.grants().await })
        }),
    };
    let settings = ServingSettings { gateway_url: request.gateway_url.clone() };
    let serving = roadbed_serving::capabilities(context, used, settings);
    Rooms {
        capabilities: [tracking, training, serving.capabilities, cost].into_iter().flatten().collect(),
        gateways: serving.gateways,
        services: serving.services,
    }
}

struct Rooms {
    capabilities: Vec<Capability>,
    gateways: roadbed_serving::GatewayLiveness,
    services: roadbed_serving::services::Services,
}

fn with_platform(
    request: &ControlRequest,
    context: &Context,
    tokens: &Arc<Tokens>,
    rooms: Rooms,
    loops: LoopStatuses,
    (api, engine): (&OwnApi, &LocalEngine),
) -> Vec<Capability> {
    let sections: Vec<Arc<dyn ManifestSection>> =
        rooms.capabilities.iter().flat_map(|capability| capability.sections.iter().cloned()).collect();
    let readiness = Arc::new(Roles { gateways: rooms.gateways, request: request.clone() });
    let mut capabilities = roadbed_projects::capabilities(context, tokens, sections);
    capabilities.extend(rooms.capabilities);
    capabilities.push(events::capability(context));
    capabilities.push(platform::capability(context, readiness, loops));
    let assets = request.ui_dir.clone().map_or_else(Assets::embedded, Assets::in_folder);
    let tried = TryIt::new(context, rooms.services, tokens.clone(), &request.gateway_url);
    capabilities.push(try_it::capability(tried));
    capabilities.push(templates::capability(manifest_syntax()));
    capabilities.push(page::capability(api.clone(), engine.clone(), assets, about(request, context)));
    capabilities
}

fn about(request: &ControlRequest, context: &Context) -> About {
    About {
        started_at: context.clock.now(),
        on_postgres: request.database.is_some(),
        gateway_url: request.gateway_url.clone(),
    }
}

#[cfg(test)]
mod tests;
