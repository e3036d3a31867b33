//! What the tests of the capabilities stand on: the room on a platform in a temporary folder, with a clock that stands still.

#[path = "../tests/stage/mod.rs"]
mod teams;

use crate::{Ports, TrackingSettings};
use axum::http::Method;
use roadbed_core::{JobId, TeamId};
use roadbed_testkit::{TestAnswer, TestPlatform, TestServer};
use serde_json::Value;
use std::time::Duration;

/// The team of every token but `outsider`.
pub(crate) const TEAM: TeamId = TeamId::from_u128(1);
/// The job of the token `job`.
pub(crate) const JOB: JobId = JobId::from_u128(7);

/// Receivers of webhooks are on this machine.
const SETTINGS: TrackingSettings = TrackingSettings { private_webhooks: true };
/// As a server is started.
const GUARDED: TrackingSettings = TrackingSettings { private_webhooks: false };

pub(crate) struct Stage {
    pub(crate) platform: TestPlatform,
    pub(crate) server: TestServer,
    pub(crate) ports: Ports,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::at(TestPlatform::new(crate::MIGRATIONS, Vec::new()), SETTINGS)
    }

    /// With the settings a server has when nobody says otherwise.
    pub(crate) fn guarded() -> Self {
        Self::at(TestPlatform::new(crate::MIGRATIONS, Vec::new()), GUARDED)
    }

    /// `None` where no PostgreSQL is installed.
    pub(crate) fn on_postgres() -> Option<Self> {
        TestPlatform::on_postgres(crate::MIGRATIONS, Vec::new()).map(|platform| Self::at(platform, SETTINGS))
    }

    fn at(platform: TestPlatform, settings: TrackingSettings) -> Self {
        let (server, ports) = teams::serve(&platform, settings);
        Self { platform, server, ports }
    }

    /// POST to an MLflow route as the developer.
    pub(crate) async fn post(&self, route: &str, body: Value) -> TestAnswer {
        self.server.post(&format!("/api/2.0/mlflow{route}"), "developer", body).await
    }

    /// GET of an MLflow route as the developer.
    pub(crate) async fn get(&self, route: &str) -> TestAnswer {
        self.server.get(&format!("/api/2.0/mlflow{route}"), "developer").await
    }

    /// DELETE with a body as the developer.
    pub(crate) async fn delete(&self, route: &str, body: Value) -> TestAnswer {
        let json = [("content-type", "application/json")];
        let body = serde_json::to_vec(&body).unwrap();
        self.server.call(Method::DELETE, &format!("/api/2.0/mlflow{route}"), "developer", &json, body).await
    }

    /// A new run in the default experiment.
    pub(crate) async fn run(&self, name: &str) -> String {
        let body = serde_json::json!({"experiment_id": "0", "run_name": name, "start_time": 5});
        let answer = self.post("/runs/create", body).await.expect(200).json();
        answer["run"]["info"]["run_id"].as_str().unwrap().to_owned()
    }

    /// Stores a file through the artifact proxy.
    pub(crate) async fn put_file(&self, path: &str, content: &str) -> TestAnswer {
        self.file(Method::PUT, path, "developer", content).await
    }

    /// Any call of the artifact proxy for one path.
    pub(crate) async fn file(&self, method: Method, path: &str, token: &str, content: &str) -> TestAnswer {
        let path = format!("/api/2.0/mlflow-artifacts/artifacts/{path}");
        self.server.call(method, &path, token, &[], content.as_bytes().to_vec()).await
    }

    /// One pass of a controller of the room under a lease of its own; what it says about itself.
    pub(crate) async fn pass(&self, name: &str) -> String {
        let (capabilities, _) = teams::capabilities(&self.platform, SETTINGS);
        let mut controllers = capabilities.into_iter().flat_map(|capability| capability.controllers);
        let controller = controllers.find(|controller| controller.name() == name).unwrap();
        let store = &self.platform.context.store;
        let lease = store.acquire_lease(name, "test", Duration::from_secs(60)).await.unwrap().unwrap();
        controller.pass(&lease).await.unwrap()
    }

    /// Hands all events there are to a reactor of the room, under a lease of its own.
    pub(crate) async fn react(&self, name: &str) {
        let (capabilities, _) = teams::capabilities(&self.platform, SETTINGS);
        let mut reactors = capabilities.into_iter().flat_map(|capability| capability.reactors);
        let reactor = reactors.find(|reactor| reactor.name() == name).unwrap();
        let store = &self.platform.context.store;
        let lease = store.acquire_lease(name, "test", Duration::from_secs(60)).await.unwrap().unwrap();
        reactor.react(&lease, &self.platform.events().await).await.unwrap();
    }

    /// `error_code` of an answer.
    pub(crate) fn code(answer: &TestAnswer) -> String {
        answer.json()["error_code"].as_str().unwrap_or_default().to_owned()
    }
}
