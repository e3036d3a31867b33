//! A control process in a folder that can be dropped and made again, with callers of two teams.

use crate::{MIGRATIONS, TrainingSettings, UsedPorts, capabilities, record_kinds};
use async_trait::async_trait;
use roadbed_blobs::{BlobConfig, BlobLocation, Blobs};
use roadbed_capability::caller::Identity;
use roadbed_capability::driver::Driver;
use roadbed_capability::host::AllowedHosts;
use roadbed_capability::manifest::{Manifest, ManifestSection, PlanContext, SectionSyntax};
use roadbed_capability::records::Records;
use roadbed_capability::wake::WakeUps;
use roadbed_capability::{Context, Controller, Grantee, Principal, server};
use roadbed_compute::{LocalEngine, LocalEngineConfig};
use roadbed_contracts::events::{Actor, Event};
use roadbed_contracts::ports::{
    Directory, InstanceInfo, IssuedToken, Lineage, ObjectCost, PortError, Prices, Secrets, WorkloadGrant,
};
use roadbed_core::{
    Currency, EventSeq, IdSource, InstanceId, JobId, Micros, Name, ProjectId, Secret, SystemClock, SystemIds, TeamId,
    TokenId, WorkloadId,
};
use roadbed_store::{Durability, MigrationSet, Store, StoreConfig, StoreLocation};
use roadbed_testkit::{Callers, LadderAuthorizer, TestServer, principal};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

pub(super) const GROWTH: TeamId = TeamId::from_u128(1);
pub(super) const CHURN: InstanceId = InstanceId::from_u128(11);
pub(super) const RISK: TeamId = TeamId::from_u128(2);
pub(super) const FRAUD: InstanceId = InstanceId::from_u128(22);
const DEADLINE: Duration = Duration::from_secs(30);

/// A developer of growth; `vera` views growth, `otto` develops risk, `admin` is the platform's.
pub(super) const DEV: &str = "dev";

pub(super) struct World {
    pub(super) folder: Arc<tempfile::TempDir>,
    pub(super) context: Context,
    pub(super) server: TestServer,
    pub(super) controllers: Vec<Arc<dyn Controller>>,
    pub(super) sections: Vec<Arc<dyn ManifestSection>>,
    pub(super) ports: Arc<OtherRooms>,
    pub(super) engine: Arc<LocalEngine>,
    driver: Option<Driver>,
    listener: JoinSet<()>,
}

/// What the other rooms answer: two projects, tokens that work, no runs but those a test puts here.
pub(super) struct OtherRooms {
    callers: Arc<Callers>,
    pub(super) runs: Mutex<BTreeMap<JobId, Vec<String>>>,
    pub(super) tokens: Mutex<BTreeMap<WorkloadId, Secret>>,
    pub(super) revoked: Mutex<Vec<WorkloadId>>,
}

fn info(instance: InstanceId, team: TeamId, project: &str, team_name: &str) -> InstanceInfo {
    InstanceInfo {
        instance,
        project: ProjectId::from_u128(7),
        project_name: project.parse().unwrap(),
        team,
        team_name: team_name.parse().unwrap(),
        target: "default".parse().unwrap(),
        primary: true,
    }
}

fn all_instances() -> Vec<InstanceInfo> {
    vec![
        info(CHURN, GROWTH, "churn", "growth"),
        info(FRAUD, RISK, "fraud", "risk"),
        info(InstanceId::from_u128(12), GROWTH, "shared", "growth"),
        info(InstanceId::from_u128(23), RISK, "shared", "risk"),
    ]
}

#[async_trait]
impl Directory for OtherRooms {
    async fn instance(&self, instance: InstanceId) -> Result<Option<InstanceInfo>, PortError> {
        Ok(all_instances().into_iter().find(|info| info.instance == instance))
    }

    async fn find(&self, team: TeamId, project: &Name, _: Option<&Name>) -> Result<Option<InstanceInfo>, PortError> {
        Ok(all_instances().into_iter().find(|info| info.team == team && info.project_name == *project))
    }

    async fn instances(&self, team: Option<TeamId>) -> Result<Vec<InstanceInfo>, PortError> {
        Ok(all_instances().into_iter().filter(|info| team.is_none_or(|team| info.team == team)).collect())
    }
}

#[async_trait]
impl Lineage for OtherRooms {
    async fn runs_of_job(&self, job: JobId) -> Result<Vec<String>, PortError> {
        Ok(self.runs.lock().unwrap().get(&job).cloned().unwrap_or_default())
    }
}

#[async_trait]
impl Prices for OtherRooms {
    async fn cost_of_workloads(&self, workloads: &[WorkloadId]) -> Result<Vec<ObjectCost>, PortError> {
        Ok(workloads.iter().map(|_| ObjectCost { micros: Micros(1500), currency: Currency::USD }).collect())
    }
}

#[async_trait]
impl Secrets for OtherRooms {
    async fn issue(&self, grant: &WorkloadGrant) -> Result<IssuedToken, PortError> {
        let text = format!("rb_{:032x}", SystemIds.next());
        let known = all_instances().into_iter().find(|info| info.instance == grant.instance);
        let team = known.ok_or_else(|| PortError::NotFound("the project was deleted".into()))?.team;
        self.callers.add(
            &text,
            Principal {
                identity: Identity::Workload { workload: grant.workload, job: grant.job },
                instance: Some(grant.instance),
                home: Some(grant.instance),
                ..principal("workload", &[(team, Grantee::Developer)])
            },
        );
        let token = Secret::new(text);
        self.tokens.lock().unwrap().insert(grant.workload, token.clone());
        Ok(IssuedToken { id: TokenId::from_u128(SystemIds.next()), token })
    }

    async fn revoke(&self, workload: WorkloadId) -> Result<(), PortError> {
        self.revoked.lock().unwrap().push(workload);
        Ok(())
    }
}

/// The example `training_supervisor`, built with the tests: beside the folder of this test's own program.
fn supervisor_program() -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let program = own.parent().and_then(Path::parent).unwrap().join("examples/training_supervisor");
    assert!(program.exists(), "{program:?} is missing: run the tests with `cargo test -p roadbed-training`");
    program
}

/// Without a way to local copies: code is fetched from control.
fn open_engine(data: &Path) -> LocalEngine {
    LocalEngine::open(LocalEngineConfig {
        data_directory: data.to_path_buf(),
        cache_directory: data.to_path_buf(),
        supervisor_program: supervisor_program(),
        supervisor_arguments: Vec::new(),
        uv: None,
        locate_code: None,
        clock: Arc::new(SystemClock),
    })
    .unwrap()
}

impl World {
    pub(super) async fn new() -> Self {
        Self::open(Arc::new(tempfile::tempdir().unwrap()), Durability::Off).await
    }

    /// A control process on this folder, listening on a free port; its controllers stand still.
    pub(super) async fn open(folder: Arc<tempfile::TempDir>, durability: Durability) -> Self {
        let data = folder.path();
        let clock = Arc::new(SystemClock);
        let sets: Vec<MigrationSet> = roadbed_capability::MIGRATIONS.iter().chain(MIGRATIONS).copied().collect();
        let location = StoreLocation::Sqlite { directory: data.to_path_buf() };
        let store = Store::open(StoreConfig { location, durability, clock: clock.clone() }, &sets).unwrap();
        let location = BlobLocation::Disk { directory: data.join("blobs") };
        let blobs = Blobs::open(BlobConfig { location, clock: clock.clone() }).unwrap();
        let callers = Arc::new(Callers::default());
        let context = Context {
            records: Records::new(store.clone(), clock.clone(), record_kinds()).unwrap(),
            seals: roadbed_capability::Seals::in_file(&data.join("seal.key")).unwrap(),
            store,
            blobs,
            clock,
            ids: Arc::new(SystemIds),
            authenticator: callers.clone(),
            authorizer: Arc::new(LadderAuthorizer),
            gates: Arc::new(Vec::new()),
            wake_ups: WakeUps::default(),
        };
        callers.add(DEV, principal(DEV, &[(GROWTH, Grantee::Developer)]));
        callers.add("vera", principal("vera", &[(GROWTH, Grantee::Viewer)]));
        callers.add("otto", principal("otto", &[(RISK, Grantee::Developer)]));
        callers.add("both", principal("both", &[(GROWTH, Grantee::Developer), (RISK, Grantee::Developer)]));
        callers.add("admin", Principal { platform_admin: true, ..principal("admin", &[]) });
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let ports = Arc::new(OtherRooms {
            callers,
            runs: Mutex::default(),
            tokens: Mutex::default(),
            revoked: Mutex::default(),
        });
        let engine = Arc::new(open_engine(data));
        let used = UsedPorts {
            directory: ports.clone(),
            lineage: ports.clone(),
            prices: ports.clone(),
            secrets: ports.clone(),
        };
        let (grace, keep_ended) = (Duration::from_millis(300), Duration::ZERO);
        let settings = TrainingSettings { grace, keep_ended, ..TrainingSettings::in_data_directory(data, url) };
        let (mut capabilities, _) = capabilities(&context, engine.clone(), used, settings);
        capabilities.push(roadbed_capability::platform::blobs_capability(&context));
        let controllers = capabilities.iter().flat_map(|capability| capability.controllers.clone()).collect();
        let sections = capabilities.iter().flat_map(|capability| capability.sections.clone()).collect();
        let router =
            server::serve(&context, capabilities, AllowedHosts::default()).map(|server| server.router).unwrap();
        let mut listener = JoinSet::new();
        let served = router.clone();
        listener.spawn(async move { axum::serve(socket, served).await.unwrap() });
        let server = TestServer::new(router);
        Self { folder, context, server, controllers, sections, ports, engine, driver: None, listener }
    }

    /// Lets the controller of jobs run.
    pub(super) fn drive(mut self) -> Self {
        // One name for all lives of this folder: a new holder would first wait until the lease of the killed one expires.
        let mut driver = Driver::new(self.context.clone(), "test-driver".to_owned());
        driver.run_controller(self.controller("jobs"));
        self.driver = Some(driver);
        self
    }

    pub(super) fn controller(&self, name: &str) -> Arc<dyn Controller> {
        self.controllers.iter().find(|controller| controller.name() == name).unwrap().clone()
    }

    /// One pass of the controller `jobs` under a lease of its own.
    pub(super) async fn pass(&self) -> String {
        self.pass_of("jobs").await
    }

    /// One pass of a controller under a lease of its own.
    pub(super) async fn pass_of(&self, name: &str) -> String {
        let lease = self.context.store.acquire_lease(name, "test", Duration::from_secs(60)).await.unwrap().unwrap();
        self.controller(name).pass(&lease).await.unwrap()
    }

    /// Ends the control process as a kill would: nothing is told to running jobs.
    pub(super) async fn kill(mut self) -> Arc<tempfile::TempDir> {
        if let Some(driver) = self.driver.take() {
            driver.stop().await;
        }
        self.listener.shutdown().await;
        self.context.store.close();
        self.folder.clone()
    }

    pub(super) async fn submit(&self, body: Value) -> String {
        let answer = self.server.post("/api/v1/jobs", DEV, body).await.expect(201);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// A shell script in the project churn.
    pub(super) async fn shell(&self, run: &str) -> String {
        self.submit(json!({"project": "churn", "run": run, "shell": true})).await
    }

    pub(super) async fn job(&self, id: &str) -> Value {
        self.server.get(&format!("/api/v1/jobs/{id}"), DEV).await.expect(200).json()
    }

    /// The job once it is as wanted.
    pub(super) async fn wait_for(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let job = self.job(id).await;
            if wanted(&job) {
                return job;
            }
            assert!(started.elapsed() < DEADLINE, "still {job:#}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The job once it is in one of the states.
    pub(super) async fn wait(&self, id: &str, states: &[&str]) -> Value {
        self.wait_for(id, |job| states.contains(&job["state"].as_str().unwrap())).await
    }

    pub(super) async fn finished(&self, id: &str) -> Value {
        self.wait(id, &["succeeded", "failed", "cancelled", "lost"]).await
    }

    pub(super) async fn log(&self, id: &str) -> String {
        self.server.get(&format!("/api/v1/jobs/{id}/logs"), DEV).await.expect(200).text()
    }

    pub(super) async fn said(&self, id: &str) -> String {
        said(&self.log(id).await)
    }

    /// The log once it holds the text.
    pub(super) async fn log_with(&self, id: &str, text: &str) -> String {
        let started = Instant::now();
        loop {
            let log = self.log(id).await;
            if log.contains(text) {
                return log;
            }
            assert!(started.elapsed() < DEADLINE, "{log} has no {text}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(super) async fn events(&self) -> Vec<Event> {
        self.context.store.events_after(EventSeq(0), 10_000).await.unwrap()
    }

    /// Kinds of the events about a job, in order.
    pub(super) async fn kinds(&self, id: &str) -> Vec<String> {
        let events = self.events().await;
        events.into_iter().filter(|event| event.header.subject.id == id).map(|event| event.kind).collect()
    }

    /// Applies a manifest to churn and answers `action object` for each change.
    pub(super) async fn apply(&self, text: &str) -> Vec<String> {
        let manifest =
            Manifest::check("roadbed.yaml", text, &SectionSyntax::of(&self.sections)).into_manifest().unwrap();
        let context = plan_context(false);
        let mut done = Vec::new();
        for section in &self.sections {
            let desired = manifest.sections.get(section.key());
            let planned = section.plan(&context, desired).await.unwrap();
            let applied = section.apply(&context, desired).await.unwrap();
            assert_eq!(planned, applied, "what was planned is what was done");
            done.extend(applied.iter().map(|change| format!("{:?} {}", change.action, change.object)));
        }
        done
    }
}

pub(super) fn plan_context(dry_run: bool) -> PlanContext {
    PlanContext {
        team: GROWTH,
        instance: CHURN,
        project: "churn".parse().unwrap(),
        target: None,
        actor: Actor::system(),
        dry_run,
    }
}

/// What user code wrote: a log without the supervisor's own notes about this host.
pub(super) fn said(log: &str) -> String {
    log.split_inclusive('\n').filter(|line| !line.starts_with("[roadbed]")).collect()
}

/// A code snapshot of these files and its digest, as `tar c . | zstd` makes it.
pub(super) fn pack(files: &[(&str, &str)]) -> (Vec<u8>, roadbed_core::Digest) {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(text.len() as u64);
        archive.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    let packed = zstd::encode_all(&archive.into_inner().unwrap()[..], 3).unwrap();
    let digest = roadbed_core::Digest::from_bytes(*blake3::hash(&packed).as_bytes());
    (packed, digest)
}
