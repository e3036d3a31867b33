//! From a template to a job's result, as the portal does it: with the public API and nothing else. And the portal itself, on the real
//! binary.

use crate::jobs::wait_to_end;
use crate::platform::Place;
use crate::programs::can_run_python;
use serde_json::json;

#[test]
fn a_template_becomes_a_project_whose_first_job_runs() {
    if !can_run_python() {
        return;
    }
    let place = Place::new();
    let platform = place.start(&[]);
    let api = &platform.api;
    let chosen = json!({ "name": "greeter", "parameters": { "name": "you: \"all\"" } });
    let preview = api.post("/api/v1/templates/empty/preview", &chosen).with_status(200).json();
    assert_eq!(preview["problems"], json!([]));
    let archive = api.post("/api/v1/templates/empty/archive", &chosen).with_status(200);

    api.post("/api/v1/projects?dry_run=true", &json!({ "name": "greeter" })).with_status(201);
    api.create_project("greeter");
    let stored = api.put("/api/v1/snapshots?project=greeter", &archive.body).with_status(200).json();
    assert_eq!(stored["digest"], archive.header("x-roadbed-snapshot"));
    let applied = api.post("/api/v1/manifests/apply", &json!({ "text": preview["manifest"] })).with_status(200).json();
    assert_eq!((&applied["project"], &applied["new_project"]), (&json!("greeter"), &json!(false)));
    let job = json!({ "project": "greeter", "name": preview["first_job"], "snapshot": stored["digest"] });
    let job = api.post("/api/v1/jobs", &job).with_status(201).json();

    let id = job["id"].as_str().unwrap();
    let ended = wait_to_end(&platform, id);
    assert_eq!(ended["state"], "succeeded", "{ended}");
    assert_eq!(api.get(&format!("/api/v1/jobs/{id}/logs")).text(), "hello you: \"all\"\n");
    // The name is taken now, and the portal learns it before anything is made.
    api.post("/api/v1/projects?dry_run=true", &json!({ "name": "greeter" })).with_status(409);
    platform.stop();
}

#[test]
fn the_portal_of_a_folder_is_served_by_the_real_binary() {
    let place = Place::new();
    let portal = place.folder().join("portal");
    std::fs::create_dir_all(portal.join("assets")).unwrap();
    std::fs::write(portal.join("index.html"), "<meta content=\"__ROADBED_NONCE__\">").unwrap();
    std::fs::write(portal.join("assets/a-DYq8Zt-S.css"), "body{}").unwrap();
    let platform = place.start_with(&[], &[("ROADBED_UI_DIR", portal.to_str().unwrap())]);
    let anyone = platform.api.without_token();
    let browser = [("accept", "text/html")];
    let page = anyone.try_send(ureq::http::Method::GET, "/services/cancer", &browser, &[]).unwrap().with_status(200);
    assert!(page.header("content-security-policy").contains("'nonce-") && !page.text().contains("NONCE"));
    let style = anyone.get("/assets/a-DYq8Zt-S.css").with_status(200);
    assert!(style.header("cache-control").contains("immutable"));
    let missing = anyone.try_send(ureq::http::Method::GET, "/api/v1/nothing", &browser, &[]).unwrap().with_status(404);
    assert_eq!(missing.json()["code"], "request.path");
    assert_eq!(platform.api.get("/api/v1/version").json()["ui"], "folder");
    platform.stop();
}
