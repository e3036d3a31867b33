use crate::test_server::TestServer;
use serde_json::{Value, json};

async fn server() -> TestServer {
    TestServer::with_portal(std::path::Path::new("/nonexistent")).await
}

fn fields(problems: &Value) -> Vec<&str> {
    problems.as_array().unwrap().iter().map(|problem| problem["field"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn templates_are_listed_and_filled_in() {
    let server = server().await;
    let list = server.get("/api/v1/templates").await.expect(200).json();
    let sklearn = &list["items"][0];
    assert_eq!((&sklearn["name"], &sklearn["first_job"]), (&json!("sklearn"), &json!("train")));
    assert_eq!(sklearn["files"], json!(["roadbed.yaml", "train.py", "requirements.txt", "README.md", ".gitignore"]));
    assert_eq!((&sklearn["parameters"][0]["kind"], &sklearn["parameters"][0]["most"]), (&json!("integer"), &json!(64)));

    let chosen = json!({ "name": "churn", "team": "growth", "parameters": { "depth": 6, "trees": "70" } });
    let preview = server.post("/api/v1/templates/sklearn/preview", &chosen).await.expect(200).json();
    assert_eq!((&preview["problems"], preview["files"].as_array().unwrap().len()), (&json!([]), 5));
    let manifest = preview["manifest"].as_str().unwrap();
    for line in ["project: churn\n", "team: growth\n", "{depth: 6, trees: 70}"] {
        assert!(manifest.contains(line), "{manifest}");
    }
    assert!(preview["files"][1]["text"].as_str().unwrap().contains("registered_model_name=\"churn\""));
    server.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn everything_wrong_with_a_choice_is_said_at_its_field() {
    let server = server().await;
    let wrong = json!({ "name": "My Churn", "team": "-", "parameters": { "depth": 0, "leaves": 1 } });
    let preview = server.post("/api/v1/templates/sklearn/preview", &wrong).await.expect(200).json();
    assert_eq!(fields(&preview["problems"]), ["name", "team", "parameters.leaves", "parameters.depth"]);
    assert!(preview["problems"][0]["detail"].as_str().unwrap().contains("my-churn"), "{preview}");
    assert_eq!((&preview["files"], &preview["manifest"]), (&json!([]), &json!("")));

    let refused = server.post("/api/v1/templates/sklearn/archive", &wrong).await.expect(400).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("templates.invalid"), &json!("name")));
    assert_eq!(refused["problems"].as_array().unwrap().len(), 4);
    server.get("/api/v1/templates/sklearn/archive.tar?name=No").await.expect(400);

    let unknown =
        server.post("/api/v1/templates/sklaern/preview", &json!({ "name": "churn" })).await.expect(404).json();
    assert_eq!((&unknown["code"], &unknown["fix"]), (&json!("templates.unknown"), &json!("did you mean sklearn?")));
    let misspelled = server.post("/api/v1/templates/empty/preview", &json!({ "nmae": "churn" })).await.expect(400);
    assert_eq!(misspelled.json()["fix"], "did you mean name?");
    server.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_archive_is_the_snapshot_a_job_runs_from() {
    let server = server().await;
    let chosen = json!({ "name": "churn" });
    let archive = server.post("/api/v1/templates/empty/archive", &chosen).await.expect(200);
    let again = server.post("/api/v1/templates/empty/archive", &chosen).await.expect(200);
    assert!(archive.body == again.body, "the same files give the same bytes");
    let stored = server.put("/api/v1/snapshots?project=default", archive.body.clone()).await.expect(200).json();
    assert_eq!(archive.header("x-roadbed-snapshot"), stored["digest"]);
    let unpacked = tempfile::tempdir().unwrap();
    roadbed_snapshot::unpack(archive.body.as_slice(), unpacked.path(), &roadbed_snapshot::Limits::default()).unwrap();
    assert!(std::fs::read_to_string(unpacked.path().join("roadbed.yaml")).unwrap().contains("project: churn\n"));

    let tar = server.get("/api/v1/templates/empty/archive.tar?name=churn").await.expect(200);
    assert_eq!(tar.header("content-disposition"), "attachment; filename=\"churn.tar\"");
    let paths: Vec<String> = tar::Archive::new(tar.body.as_slice())
        .entries()
        .unwrap()
        .map(|entry| entry.unwrap().path().unwrap().display().to_string())
        .collect();
    assert_eq!(paths, ["churn/roadbed.yaml", "churn/hello.py", "churn/README.md", "churn/.gitignore"]);

    let reader = server.token_for("project:read").await;
    server.post_as(&reader, "/api/v1/templates/empty/preview", &chosen).await.expect(200);
    server.post_as(&reader, "/api/v1/templates/empty/archive", &chosen).await.expect(403);
    server.close().await;
}
