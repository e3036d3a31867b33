//! Links into the portal.

use crate::machine::Machine;
use crate::server::Server;
use serde_json::json;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

fn server() -> Server {
    let link = json!({ "path": "/login#secret", "expires_at": "2026-01-01T00:00:00Z" });
    Server::start().on("POST /api/v1/login-links", 201, &link)
}

/// Path and query of the page that a link leads to.
fn page(server: &Server, words: &[&str]) -> String {
    let arguments: Vec<&str> = ["open"].iter().chain(words).copied().chain(["--print"]).collect();
    let ended = Machine::with(server).run(&arguments).expect(0);
    let link = ended.stdout.trim_end().strip_prefix(&server.url).unwrap().to_owned();
    let to = link.strip_prefix("/login?to=").and_then(|rest| rest.strip_suffix("#secret"));
    let to = to.unwrap_or_else(|| panic!("{words:?} gave {link}"));
    percent_encoding::percent_decode_str(to).decode_utf8().unwrap().into_owned()
}

#[test]
fn open_prints_a_link() {
    let server = server();
    for words in [&["open"][..], &["open", "/"], &["open", &server.url], &["open", "--no-browser"]] {
        let ended = Machine::with(&server).run(words).expect(0);
        assert_eq!(ended.stdout, format!("{}/login#secret\n", server.url), "{words:?}");
    }
}

#[test]
fn a_link_leads_on_to_the_page() {
    let server = server();
    let whole = format!("{}/activity?q=a", server.url);
    for (words, expected) in [
        (&["services/churn"][..], "/services/churn"),
        (&["/services/churn?tab=try&from=-6h"], "/services/churn?tab=try&from=-6h"),
        (&["runs?filter=metrics.auc > 0.9"], "/runs?filter=metrics.auc%20>%200.9"),
        (&["//elsewhere.example"], "/elsewhere.example"),
        (&[&whole], "/activity?q=a"),
        (&["run", "0a1b"], "/runs/0a1b"),
        (&["job", ID], "/jobs/01890a5d-ac96-774b-bcce-b302099a8057"),
        (&["service", "churn"], "/services/churn"),
        (&["project", "churn"], "/?project=churn"),
        (&["model", "churn"], "/models/churn"),
        (&["model", "a/b?/12"], "/models/a%2Fb%3F/12"),
        (&["experiment", "7"], "/experiments/7"),
        (&["compare"], "/compare"),
        (&["compare", "a", "b", "c"], "/compare?runs=a,b,c"),
        (&["--team", "growth"], "/?team=growth"),
        (&["jobs", "--team", "growth", "--project", "a b"], "/jobs?team=growth&project=a%20b"),
        (&["jobs?team=mine", "--team", "growth"], "/jobs?team=mine"),
    ] {
        assert_eq!(page(&server, words), expected, "{words:?}");
    }
}

#[test]
fn names_are_looked_up_where_a_page_has_an_id() {
    let server = server()
        .on("GET /api/v1/services/churn/rollouts/latest", 200, &json!({ "id": ID, "service": "churn" }))
        .on("GET /api/v1/jobs", 200, &json!({ "items": [{ "id": ID }] }))
        .on("GET /api/v1/models/churn", 200, &json!({ "aliases": { "champion": 3 } }))
        .on(
            "GET /api/2.0/mlflow/experiments/get-by-name",
            200,
            &json!({ "experiment": { "experiment_id": "12", "name": "churn/train" } }),
        );
    for (words, expected) in [
        (&["rollout", "churn"][..], format!("/services/churn/rollouts/{ID}")),
        (&["job", "train"], format!("/jobs/{ID}")),
        (&["model", "churn@champion"], "/models/churn/3".to_owned()),
        (&["experiment", "churn/train", "--team", "growth"], "/experiments/12?team=growth".to_owned()),
    ] {
        assert_eq!(page(&server, words), expected, "{words:?}");
    }
    let asked = server.asked();
    let experiment = asked.iter().find(|asked| asked.path.contains("experiments")).unwrap();
    assert_eq!(experiment.header("x-roadbed-team"), Some("growth"));
    Machine::with(&server).run(&["open", "model", "churn@none"]).expect(5);
}

#[test]
fn what_is_no_page_is_refused_before_a_link_is_made() {
    let server = server();
    for words in
        [&["open", "run"][..], &["open", "http://elsewhere.example/x"], &["open", "a\\b"], &["open", "what", "is"]]
    {
        let ended = Machine::with(&server).run(words).expect(2);
        assert!(
            ended.stdout.is_empty() && ended.stderr.contains("write") || ended.stderr.contains("name a page"),
            "{}",
            ended.stderr
        );
    }
    assert!(server.asked().is_empty(), "a login link was made for nothing");
}
