use crate::house::House;
use async_trait::async_trait;
use roadbed_capability::Problem;
use roadbed_capability::manifest::{ChangeAction, Field, ManifestSection, PlanContext, PlannedChange, SectionSyntax};
use roadbed_projects::tokens::AuthenticatorSettings;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A section that keeps one text per apply.
#[derive(Default)]
struct Motto(Mutex<Option<Value>>);

#[async_trait]
impl ManifestSection for Motto {
    fn syntax(&self) -> SectionSyntax {
        SectionSyntax { key: "motto", check: |node, diagnostics| Field::new(node, diagnostics).text().map(Value::from) }
    }
    async fn plan(&self, _context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
        let same = self.0.lock().unwrap().as_ref() == desired;
        let action = if same { ChangeAction::None } else { ChangeAction::Update };
        Ok(vec![PlannedChange::new(action, "motto/one", Vec::new())])
    }
    async fn apply(&self, context: &PlanContext, desired: Option<&Value>) -> Result<Vec<PlannedChange>, Problem> {
        let changes = self.plan(context, desired).await;
        *self.0.lock().unwrap() = desired.cloned();
        changes
    }
}

async fn house() -> House {
    House::with(AuthenticatorSettings::default(), vec![Arc::new(Motto::default())]).await
}

#[tokio::test]
async fn apply_makes_the_project_and_a_second_plan_is_empty() {
    let house = house().await;
    let body = json!({"text": "project: churn\nmotto: be kind\n"});
    let plan = house.server.post("/api/v1/manifests/plan", &house.admin, body.clone()).await.expect(200).json();
    assert_eq!(plan["new_project"], true);
    house.server.post("/api/v1/manifests/apply?dry_run=true", &house.admin, body.clone()).await.expect(200);
    house.server.get("/api/v1/projects/churn", &house.admin).await.expect(404);
    let applied = house.server.post("/api/v1/manifests/apply", &house.admin, body.clone()).await.expect(200).json();
    assert_eq!(applied["changed"], 1);
    house.server.get("/api/v1/projects/churn", &house.admin).await.expect(200);
    let plan = house.server.post("/api/v1/manifests/plan", &house.admin, body.clone()).await.expect(200).json();
    assert_eq!((&plan["changed"], &plan["new_project"]), (&json!(0), &json!(false)));
    house.server.post("/api/v1/manifests/apply", &house.admin, body).await.expect(200);
    let applied = house.platform.event_kinds().await.into_iter().filter(|kind| kind == "ManifestApplied").count();
    assert_eq!(applied, 1, "applying the same again changes nothing");
}

#[tokio::test]
async fn a_bad_manifest_names_file_line_column_key_and_fix_and_changes_nothing() {
    let house = house().await;
    let body = json!({"file": "roadbed.yaml", "text": "project: churn\nmoto: be kind\n"});
    let problem = house.server.post("/api/v1/manifests/apply", &house.admin, body.clone()).await.expect(422);
    assert_eq!(problem.code(), "manifest.invalid");
    let problem = problem.json();
    assert!(problem["detail"].as_str().unwrap().starts_with("roadbed.yaml:2:1"), "{problem}");
    assert_eq!(problem["line"], "2:1");
    assert!(problem["fix"].as_str().unwrap().contains("motto"), "{problem}");
    house.server.get("/api/v1/projects/churn", &house.admin).await.expect(404);
    let checked = house.server.post("/api/v1/manifests/check", &house.admin, body).await.expect(200).json();
    assert_eq!(checked["valid"], false);
}

#[tokio::test]
async fn a_viewer_plans_but_does_not_apply_and_a_stranger_sees_nothing() {
    let house = house().await;
    let eve = house.user("eve", "growth", "viewer").await;
    let bob = house.user("bob", "fraud", "admin").await;
    let body = json!({"text": "project: churn\nteam: growth\nmotto: be kind\n"});
    house.server.post("/api/v1/manifests/plan", &eve, body.clone()).await.expect(200);
    house.server.post("/api/v1/manifests/apply", &eve, body.clone()).await.expect(403);
    house.server.post("/api/v1/manifests/plan", &bob, body.clone()).await.expect(404);
    house.server.post("/api/v1/manifests/apply", &bob, body).await.expect(404);
}
