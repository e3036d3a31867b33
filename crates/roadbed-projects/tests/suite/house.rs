//! A platform with the real authenticator and authorizer, as on its first start.

use roadbed_capability::Context;
use roadbed_capability::manifest::ManifestSection;
use roadbed_contracts::ports::{Secrets, WorkloadGrant};
use roadbed_core::{JobId, WorkloadId};
use roadbed_projects::policies::CedarAuthorizer;
use roadbed_projects::tokens::{AuthenticatorSettings, TokenAuthenticator, Tokens};
use roadbed_testkit::{TestPlatform, TestServer};
use serde_json::{Value, json};
use std::sync::Arc;

pub(crate) struct House {
    pub platform: TestPlatform,
    pub server: TestServer,
    pub tokens: Arc<Tokens>,
    /// Token of the platform administrator.
    pub admin: String,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::with(AuthenticatorSettings::default(), Vec::new()).await
    }

    /// `None` where no PostgreSQL is installed.
    pub(crate) async fn on_postgres() -> Option<Self> {
        let platform = TestPlatform::on_postgres(&[roadbed_projects::MIGRATIONS], Vec::new())?;
        Some(Self::at(platform, AuthenticatorSettings::default(), Vec::new()).await)
    }

    pub(crate) async fn with(settings: AuthenticatorSettings, sections: Vec<Arc<dyn ManifestSection>>) -> Self {
        Self::at(TestPlatform::new(&[roadbed_projects::MIGRATIONS], Vec::new()), settings, sections).await
    }

    async fn at(
        mut platform: TestPlatform,
        settings: AuthenticatorSettings,
        sections: Vec<Arc<dyn ManifestSection>>,
    ) -> Self {
        let clock = platform.context.clock.clone();
        platform.context = Context {
            authenticator: Arc::new(TokenAuthenticator::new(platform.context.store.clone(), clock, settings)),
            authorizer: Arc::new(CedarAuthorizer::new().unwrap()),
            ..platform.context.clone()
        };
        let tokens = Arc::new(Tokens::new(&platform.context));
        assert!(tokens.first_start().await.unwrap().created);
        assert!(!tokens.first_start().await.unwrap().created, "only the first start creates");
        let admin = tokens.issue_local().await.unwrap().expose().to_owned();
        let server = platform.serve(roadbed_projects::capabilities(&platform.context, &tokens, sections));
        Self { platform, server, tokens, admin }
    }

    /// A user with a role in a team (made when new) and a token of theirs.
    pub(crate) async fn user(&self, name: &str, team: &str, role: &str) -> String {
        self.server.post("/api/v1/teams", &self.admin, json!({"name": team})).await;
        let path = format!("/api/v1/teams/{team}/members/{name}");
        self.server.put(&path, &self.admin, json!({"role": role})).await.expect(200);
        self.token(&self.admin, json!({"name": "laptop", "user": name})).await
    }

    pub(crate) async fn token(&self, caller: &str, body: Value) -> String {
        let answer = self.server.post("/api/v1/tokens", caller, body).await.expect(201);
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// A workload's token in the default project.
    pub(crate) async fn workload(&self) -> (WorkloadId, String) {
        let directory = roadbed_projects::projects::ProjectDirectory::new(self.platform.context.store.clone());
        let instances = roadbed_contracts::ports::Directory::instances(&directory, None).await.unwrap();
        let workload = WorkloadId::from_u128(self.platform.context.ids.next());
        let job = Some(JobId::from_u128(1));
        let issued = Secrets::issue(&*self.tokens, &WorkloadGrant { instance: instances[0].instance, workload, job })
            .await
            .unwrap();
        (workload, issued.token.expose().to_owned())
    }
}
