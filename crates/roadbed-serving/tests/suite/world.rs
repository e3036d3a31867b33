//! Two teams, a registry, and one gateway that the test plays.

use async_trait::async_trait;
use roadbed_capability::caller::Identity;
use roadbed_capability::manifest::ManifestSection;
use roadbed_capability::records::RecordKind;
use roadbed_capability::{Controller, Grantee, Principal, Reactor};
use roadbed_contracts::entries::{
    EntryBody, EntryFeed, GrantEntry, Heartbeat, ModelFile, RevisionLoad, RevisionStatus, ServiceEntry,
};
use roadbed_contracts::ports::{
    Directory, InstanceInfo, JobInfo, Jobs, ModelReference, PortError, Registry, ResolvedModel,
};
use roadbed_contracts::records::{Record, RecordValue, TrafficCounters, Usage};
use roadbed_core::{Digest, InstanceId, JobId, ModelName, Name, ProjectId, RevisionId, TeamId, Timestamp, WorkloadId};
use roadbed_serving::{ServingSettings, UsedPorts};
use roadbed_testkit::{TestPlatform, TestServer, principal};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) const OURS: TeamId = TeamId::from_u128(1);
pub(crate) const THEIRS: TeamId = TeamId::from_u128(2);
pub(crate) const HERE: InstanceId = InstanceId::from_u128(3);
pub(crate) const THERE: InstanceId = InstanceId::from_u128(4);

/// Deploys for our team; `vera` only reads, `otto` deploys for theirs, `gateway` is a data plane.
pub(crate) const ADA: &str = "ada";

pub(crate) struct World {
    pub(crate) platform: TestPlatform,
    pub(crate) server: TestServer,
    pub(crate) grants: Arc<Mutex<Vec<GrantEntry>>>,
    controllers: Vec<Arc<dyn Controller>>,
    pub(crate) reactors: Vec<Arc<dyn Reactor>>,
    pub(crate) sections: Vec<Arc<dyn ManifestSection>>,
    pub(crate) liveness: roadbed_serving::GatewayLiveness,
    pub(crate) gateway: Gateway,
    /// Files of logged models by version; one `MLmodel` without content for the others.
    logged: Logged,
}

type Logged = Arc<Mutex<BTreeMap<u32, ResolvedModel>>>;

/// What the gateway knows.
#[derive(Default)]
pub(crate) struct Gateway {
    pub(crate) head: i64,
    pub(crate) bodies: BTreeMap<String, (i64, EntryBody)>,
    /// What it says about revisions; ready when nothing is said.
    pub(crate) states: BTreeMap<RevisionId, (RevisionLoad, String)>,
}

#[derive(Default)]
struct OtherRooms {
    logged: Logged,
}

fn info(instance: InstanceId, team: TeamId, project: &str) -> InstanceInfo {
    let name = |text: &str| text.parse::<Name>().unwrap();
    InstanceInfo {
        instance,
        project: ProjectId::from_u128(9),
        project_name: name(project),
        team,
        team_name: name(if team == OURS { "growth" } else { "risk" }),
        target: name("default"),
        primary: true,
    }
}

#[async_trait]
impl Directory for OtherRooms {
    async fn instance(&self, instance: InstanceId) -> Result<Option<InstanceInfo>, PortError> {
        Ok(self.instances(None).await?.into_iter().find(|info| info.instance == instance))
    }
    async fn find(&self, team: TeamId, project: &Name, _: Option<&Name>) -> Result<Option<InstanceInfo>, PortError> {
        Ok(self.instances(None).await?.into_iter().find(|info| info.team == team && info.project_name == *project))
    }
    async fn instances(&self, _: Option<TeamId>) -> Result<Vec<InstanceInfo>, PortError> {
        Ok(vec![info(HERE, OURS, "default"), info(THERE, THEIRS, "default")])
    }
}

#[async_trait]
impl Registry for OtherRooms {
    async fn resolve(&self, _: TeamId, reference: &ModelReference) -> Result<ResolvedModel, PortError> {
        let (name, version) = match reference {
            ModelReference::Version { name, version } if *version < 10 => (name.clone(), *version),
            ModelReference::Alias { name, alias } if alias == "champion" => (name.clone(), 1),
            other => return Err(PortError::NotFound(format!("there is no model {other}"))),
        };
        let logged = self.logged.lock().unwrap().get(&version).cloned();
        Ok(logged.unwrap_or_else(|| model(name, version)))
    }
    async fn set_alias(&self, _: TeamId, _: &ModelName, _: &str, _: u32) -> Result<(), PortError> {
        Ok(())
    }
}

#[async_trait]
impl Jobs for OtherRooms {
    async fn job(&self, _: JobId) -> Result<Option<JobInfo>, PortError> {
        Ok(None)
    }
    async fn job_of_workload(&self, _: WorkloadId) -> Result<Option<JobInfo>, PortError> {
        Ok(None)
    }
}

fn model(name: ModelName, version: u32) -> ResolvedModel {
    let digest = Digest::from_bytes([u8::try_from(version).unwrap(); 32]);
    ResolvedModel {
        name,
        version,
        files: vec![ModelFile { path: "MLmodel".into(), digest, bytes: 10 }],
        digest,
        mlmodel: None,
        requirements: None,
        python: None,
        run_id: None,
    }
}

fn kinds() -> Vec<RecordKind> {
    let keep = Duration::from_secs(400 * 86_400);
    let usage = RecordKind::new::<Usage>(60, keep, |sum, more| sum.cpu_micros += more.cpu_micros);
    roadbed_serving::record_kinds().into_iter().chain([usage]).collect()
}

impl World {
    pub(crate) fn new() -> Self {
        Self::at(TestPlatform::new(&[roadbed_serving::MIGRATIONS], kinds()))
    }

    /// `None` where no PostgreSQL is installed.
    pub(crate) fn on_postgres() -> Option<Self> {
        TestPlatform::on_postgres(&[roadbed_serving::MIGRATIONS], kinds()).map(Self::at)
    }

    fn at(platform: TestPlatform) -> Self {
        platform.member(ADA, OURS, Grantee::Deployer);
        platform.member("vera", OURS, Grantee::Developer);
        platform.member("otto", THEIRS, Grantee::Deployer);
        let gateway = Principal { identity: Identity::Gateway("g1".into()), ..principal("g1", &[]) };
        platform.callers.add("gateway", gateway);
        let grants = Arc::default();
        Self::on(platform, grants, Gateway::default(), Logged::default())
    }

    fn on(platform: TestPlatform, grants: Arc<Mutex<Vec<GrantEntry>>>, gateway: Gateway, logged: Logged) -> Self {
        let others = Arc::new(OtherRooms { logged: logged.clone() });
        let told = Arc::clone(&grants);
        let used = UsedPorts {
            directory: others.clone(),
            registry: others.clone(),
            jobs: others,
            grants: Arc::new(move || {
                let now = told.lock().unwrap().clone();
                Box::pin(async move { Ok(now) })
            }),
        };
        let settings = ServingSettings { gateway_url: "http://127.0.0.1:7071".into() };
        let serving = roadbed_serving::capabilities(&platform.context, used, settings);
        let controllers = serving.capabilities.iter().flat_map(|capability| capability.controllers.clone()).collect();
        let reactors = serving.capabilities.iter().flat_map(|capability| capability.reactors.clone()).collect();
        let sections = serving.capabilities.iter().flat_map(|capability| capability.sections.clone()).collect();
        let mut capabilities = serving.capabilities;
        capabilities.push(roadbed_capability::platform::blobs_capability(&platform.context));
        let server = platform.serve(capabilities);
        Self { platform, server, grants, controllers, reactors, sections, liveness: serving.gateways, gateway, logged }
    }

    /// Another control process on the same store: nothing that was in memory is left.
    pub(crate) fn restart(self) -> Self {
        Self::on(self.platform, self.grants, self.gateway, self.logged)
    }

    pub(crate) async fn run(&self, name: &str) -> String {
        let store = &self.platform.context.store;
        let lease = store.acquire_lease(name, "test", Duration::from_secs(60)).await.unwrap().unwrap();
        let controller = self.controllers.iter().find(|controller| controller.name() == name).unwrap();
        controller.pass(&lease).await.unwrap()
    }

    pub(crate) async fn pass(&self) -> String {
        self.run("rollouts").await
    }

    /// Logs files as a version of the model `churn`.
    pub(crate) async fn log_model(&self, version: u32, files: &[(&str, &str)]) {
        let mut kept = Vec::new();
        for (path, text) in files {
            let blob = self.platform.context.blobs.put_bytes((*text).to_owned().into()).await.unwrap();
            kept.push(ModelFile { path: (*path).to_owned(), digest: blob.digest, bytes: blob.bytes });
        }
        let text = |wanted: &str| files.iter().find(|(path, _)| *path == wanted).map(|(_, text)| (*text).to_owned());
        let logged = ResolvedModel {
            files: kept,
            mlmodel: text("MLmodel"),
            requirements: text("requirements.txt"),
            python: Some("3.11".into()),
            run_id: Some(format!("run{version}")),
            ..model("churn".parse().unwrap(), version)
        };
        self.logged.lock().unwrap().insert(version, logged);
    }

    pub(crate) async fn deploy(&self, model: &str) -> Value {
        self.server.post("/api/v1/services/churn/deploy", ADA, json!({"model": model})).await.expect(201).json()
    }

    pub(crate) async fn service(&self) -> Value {
        self.server.get("/api/v1/services/churn", ADA).await.expect(200).json()
    }

    pub(crate) async fn latest(&self) -> Value {
        self.server.get("/api/v1/services/churn/rollouts/latest", ADA).await.expect(200).json()
    }

    pub(crate) async fn entries(&self, after: i64) -> EntryFeed {
        let path = format!("/internal/v1/entries?after={after}&wait_seconds=0");
        serde_json::from_slice(&self.server.get(&path, "gateway").await.expect(200).body).unwrap()
    }

    /// The gateway reads what is new and says what it has.
    pub(crate) async fn beat(&mut self, records: Vec<Record>) {
        let feed = self.entries(self.gateway.head).await;
        for entry in feed.entries {
            match entry.body {
                Some(body) => drop(self.gateway.bodies.insert(entry.key, (entry.version, body))),
                None => drop(self.gateway.bodies.remove(&entry.key)),
            }
        }
        self.gateway.head = feed.head;
        let revisions = self.gateway.bodies.values().filter_map(|(_, body)| match body {
            EntryBody::Revision(entry) => Some(entry.id),
            _ => None,
        });
        let ready = (RevisionLoad::Ready, "trees".to_owned());
        let status = |revision| {
            let (state, detail) = self.gateway.states.get(&revision).unwrap_or(&ready).clone();
            RevisionStatus { revision, state, detail, memory_bytes: 1 << 20 }
        };
        let heartbeat = Heartbeat {
            gateway: "g1".into(),
            applied: feed.head,
            epoch: feed.epoch,
            revisions: revisions.map(status).collect(),
            records,
        };
        let body = serde_json::to_value(&heartbeat).unwrap();
        self.server.post("/internal/v1/heartbeat", "gateway", body).await.expect(204);
    }

    /// Entry of the service as the gateway has it.
    pub(crate) fn entry(&self) -> (i64, ServiceEntry) {
        let found = self.gateway.bodies.values().find_map(|(version, body)| match body {
            EntryBody::Service(entry) => Some((*version, entry.clone())),
            _ => None,
        });
        found.unwrap()
    }

    /// A second of traffic, split as the entry says; `bad` is the share of errors by route. A pass of the controller follows.
    pub(crate) async fn second(&mut self, requests: u64, bad: [f64; 2]) {
        self.platform.clock.advance(Duration::from_secs(1));
        let now = self.platform.context.clock.now();
        let (version, entry) = self.entry();
        let records = entry.routes.iter().enumerate().map(|(index, route)| {
            let share = requests * u64::from(route.weight.basis_points()) / 10_000;
            let second = u64::try_from(now.as_millis() / 1000).unwrap();
            let counters = TrafficCounters {
                weight_basis_points: route.weight.basis_points(),
                requests: share,
                rows: share,
                errors: spread(share, bad[index], second),
                latency: [(100, share)].into(),
                compute_micros: share * 500,
                ..TrafficCounters::default()
            };
            traffic(&format!("{}/{}/{version}", entry.id, route.revision), now, &counters)
        });
        let records = records.collect();
        self.beat(records).await;
        self.pass().await;
    }

    /// Deploys a first model and brings it up.
    pub(crate) async fn serving() -> Self {
        Self::new().bring_up().await
    }

    pub(crate) async fn bring_up(mut self) -> Self {
        self.deploy("churn/1").await;
        self.beat(Vec::new()).await;
        self.pass().await;
        self.beat(Vec::new()).await;
        self
    }

    /// Deploys a second model beside traffic and starts its warm-up.
    pub(crate) async fn canary(bad: f64) -> Self {
        Self::serving().await.start_canary(bad).await
    }

    pub(crate) async fn start_canary(mut self, bad: f64) -> Self {
        for _ in 0..30 {
            self.second(100, [bad, bad]).await;
        }
        self.deploy("churn/2").await;
        self.beat(Vec::new()).await;
        self.pass().await;
        self.beat(Vec::new()).await;
        self
    }
}

/// Errors of a second so that their sum over time is the share.
fn spread(requests: u64, share: f64, second: u64) -> u64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small counts"
    )]
    let upto = |second: u64| (second as f64 * requests as f64 * share) as u64;
    (upto(second % 1_000 + 1) - upto(second % 1_000)).min(requests)
}

pub(crate) fn traffic(series: &str, at: Timestamp, counters: &TrafficCounters) -> Record {
    let second = at.as_micros() - at.as_micros().rem_euclid(1_000_000);
    Record {
        kind: TrafficCounters::KIND.into(),
        series: series.into(),
        bucket: Timestamp::from_micros(second),
        source: "g1-1".into(),
        revision: 1,
        value: serde_json::to_value(counters).unwrap(),
    }
}
