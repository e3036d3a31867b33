//! Cards as people meet them.

use crate::stage::{Stage, TEAM};
use roadbed_capability::Grantee;
use serde_json::{Value, json};

const CARD: &str = "/api/v1/models/churn/versions/1/card";
const HOSTILE: &str = "<img src=x onerror=alert(1)> | `x` [y](http://evil.example)";

async fn version(stage: &Stage) -> String {
    let run = stage.run(HOSTILE).await;
    let signature = "signature:\n  inputs: '[{\"type\": \"double\", \"name\": \"a|b\"}]'\n";
    for (path, content) in
        [("MLmodel", &*format!("flavors:\n  sklearn: {{code: null}}\n{signature}")), ("x.pkl", "cmine\nThing\n.")]
    {
        stage.put_file(&format!("0/{run}/artifacts/model/{path}"), content).await.expect(200);
    }
    stage.post("/runs/log-parameter", json!({"run_id": run, "key": "depth", "value": HOSTILE})).await.expect(200);
    let metric = json!({"run_id": run, "key": "auc", "value": 0.93, "timestamp": 1, "step": 1});
    stage.post("/runs/log-metric", metric).await.expect(200);
    let body = json!({"run": run, "path": "model", "description": "# Use\n\nOnly for <b>tests</b>."});
    stage.server.post("/api/v1/models/churn/versions", "developer", body).await.expect(201);
    run
}

async fn json_of(stage: &Stage) -> Value {
    let accept = [("accept", "application/json")];
    stage.server.call(axum::http::Method::GET, CARD, "viewer", &accept, Vec::new()).await.expect(200).json()
}

#[tokio::test]
async fn a_card_tells_what_is_known_and_what_is_not() {
    let stage = Stage::new();
    stage.platform.member("eva", TEAM, Grantee::Deployer);
    let run = version(&stage).await;
    let before = json_of(&stage).await;
    assert_eq!((&before["signature"], &before["production"]), (&Value::Null, &json!([])));
    let limits = before["limits"].to_string();
    for limit in ["Nobody signed", "commit of its code", "No data was logged"] {
        assert!(limits.contains(limit), "{limits}");
    }
    let approval = json!({"alias": "champion", "comment": "looks right"});
    stage.server.post("/api/v1/models/churn/versions/1/approvals", "eva", approval).await.expect(201);
    stage.server.put("/api/v1/models/churn/aliases/champion", "deployer", json!({"version": 1})).await.expect(200);
    stage.react("production").await;
    stage.server.post("/api/v1/models/churn/versions/1/signature", "deployer", json!({})).await.expect(201);

    let card = json_of(&stage).await;
    assert_eq!((&card["origin"]["run"], &card["metrics"]["auc"]), (&json!(run), &json!(0.93)));
    assert_eq!((&card["approvals"][0]["person"], &card["aliases"]), (&json!("eva"), &json!(["champion"])));
    assert_eq!((&card["production"][0]["kind"], &card["production"][0]["until"]), (&json!("alias"), &Value::Null));
    assert_eq!((&card["signature"]["fits"], &card["scan"]["severity"]), (&json!(true), &json!("unknown")));

    let page = stage.server.get(CARD, "viewer").await.expect(200);
    let text = page.text();
    for told in [
        "# Model card: churn/1",
        "> # Use",
        "> Only for &lt;b>tests&lt;/b>.",
        "| `auc` | 0.93 |",
        "| in | `a\\|b` |",
        "`champion`",
    ] {
        assert!(text.contains(told), "{told} is not in\n{text}");
    }
    // Nothing that was named by others becomes HTML or a link.
    let bad = pulldown_cmark::Parser::new_ext(&text, pulldown_cmark::Options::all()).find(|event| {
        use pulldown_cmark::{Event, Tag};
        matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Link { .. } | Tag::Image { .. }))
    });
    assert!(bad.is_none(), "{bad:?} in\n{text}");
    stage.server.get(CARD, "outsider").await.expect(404);
    stage.server.get("/api/v1/models/churn/versions/9/card", "viewer").await.expect(404);
}
