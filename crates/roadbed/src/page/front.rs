//! The front page: is it healthy, what is served, which rollouts run, what did it cost.

use super::html::{escape, page};
use super::own_api::OwnApi;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::fmt::Write as _;

/// The page for this visitor.
pub(super) async fn render(api: &OwnApi, visitor: &HeaderMap) -> String {
    let services = match api.get("/api/v1/services", visitor).await {
        Ok(services) => services,
        Err(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => return page("Roadbed", &welcome()),
        Err(status) => {
            return page(
                "Roadbed",
                &format!("<h1>Roadbed</h1><p class=\"bad\">The services cannot be read ({status}).</p>"),
            );
        }
    };
    let services = items(&services);
    let mut rollouts = Vec::new();
    for service in &services {
        let path = format!("/api/v1/services/{}/rollouts/latest", text(service, "name"));
        if let Ok(rollout) = api.get(&path, visitor).await {
            rollouts.push(rollout);
        }
    }
    let jobs = api.get("/api/v1/jobs?limit=10", visitor).await.unwrap_or_default();
    let costs = api.get("/api/v1/costs", visitor).await.unwrap_or_default();
    let ready = api.get("/readyz", visitor).await.is_ok();
    let jobs = items(&jobs);
    let mut body = numbers(ready, &services, &rollouts, &jobs, &costs);
    body.push_str(&services_table(&services));
    body.push_str(&rollouts_table(&rollouts));
    body.push_str(&jobs_table(&jobs));
    body.push_str(&costs_table(&costs));
    page("Roadbed", &body)
}

fn welcome() -> String {
    "<h1>Roadbed</h1><p>This server is up. To see what runs on it, log in from a terminal:</p><pre>roadbed open</pre>\
     <p class=\"soft\">It prints a link that works once, within 15 minutes.</p>"
        .to_owned()
}

fn items(list: &Value) -> Vec<Value> {
    list["items"].as_array().cloned().unwrap_or_default()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// A word and a colour, never a colour alone.
fn state(word: &str) -> String {
    let kind = match word {
        "serving" | "promoted" | "succeeded" => "good",
        "running" | "pending" | "paused" | "queued" | "starting" | "deploying" => "warn",
        "failed" | "rolled_back" | "lost" => "bad",
        _ => "soft",
    };
    format!("<span class=\"state {kind}\">{}</span>", escape(&word.replace('_', " ")))
}

/// Small amounts need all six places to be told from nothing.
fn money(micros: i64, currency: &str) -> String {
    let (whole, rest) = (micros / 1_000_000, micros.unsigned_abs() % 1_000_000);
    if micros.abs() < 10_000 {
        format!("{whole}.{rest:06} {}", escape(currency))
    } else {
        format!("{whole}.{:02} {}", rest / 10_000, escape(currency))
    }
}

/// To the second, with the zone; the exact time on hover.
fn moment(text: &str) -> String {
    let short = text.get(..19).map_or_else(|| text.to_owned(), |short| format!("{} UTC", short.replace('T', " ")));
    format!("<time datetime=\"{0}\" title=\"{0}\">{1}</time>", escape(text), escape(&short))
}

fn numbers(ready: bool, services: &[Value], rollouts: &[Value], jobs: &[Value], costs: &Value) -> String {
    let running = |items: &[Value]| items.iter().filter(|item| text(item, "state") == "running").count();
    let health = if ready { "<b class=\"good\">ready</b>" } else { "<b class=\"warn\">starting</b>" };
    let spent = money(costs["whole_micros"].as_i64().unwrap_or(0), text(costs, "currency"));
    let number =
        |value: String, label: &str| format!("<div class=\"number\">{value}<span class=\"soft\">{label}</span></div>");
    let bold = |count: usize| format!("<b>{count}</b>");
    [
        "<h1>Now</h1><div class=\"numbers\">".to_owned(),
        number(health.to_owned(), "platform"),
        number(bold(services.len()), "services"),
        number(bold(running(rollouts)), "running rollouts"),
        number(bold(running(jobs)), "running jobs"),
        number(format!("<b>{spent}</b>"), "last 24 hours"),
        "</div>".to_owned(),
    ]
    .concat()
}

fn table(title: &str, columns: &[&str], rows: &[String], empty: &str) -> String {
    let mut markup = format!("<h2>{title}</h2>");
    if rows.is_empty() {
        let _ = write!(markup, "<p class=\"empty soft\">{empty}</p>");
        return markup;
    }
    let heads: String = columns.iter().map(|column| format!("<th>{column}</th>")).collect();
    let _ = write!(
        markup,
        "<div class=\"scroll\"><table><thead><tr>{heads}</tr></thead><tbody>{}</tbody></table></div>",
        rows.concat()
    );
    markup
}

fn services_table(services: &[Value]) -> String {
    let row = |service: &Value| {
        let traffic = service["traffic"].as_array().cloned().unwrap_or_default();
        let percent = |share: &Value| share["weight_percent"].as_f64().unwrap_or(0.0);
        let words: Vec<String> =
            traffic.iter().map(|share| format!("revision {} {}%", share["revision"], percent(share))).collect();
        let bars: String = traffic.iter().map(|share| format!("<i style=\"width:{}%\"></i>", percent(share))).collect();
        format!(
            "<tr><td><strong>{}</strong><br><span class=\"soft\">{}</span></td><td>{}</td><td>{}<div class=\"bar\">{bars}</div></td><td><code>{}</code></td></tr>",
            escape(text(service, "name")),
            escape(text(service, "project")),
            state(text(service, "state")),
            escape(&words.join(", ")),
            escape(text(service, "url")),
        )
    };
    let rows: Vec<String> = services.iter().map(row).collect();
    let empty = "No service yet. Deploy a registered model: <code>roadbed deploy NAME --model MODEL/VERSION</code>";
    table("Services", &["Service", "State", "Traffic", "Address"], &rows, empty)
}

fn rollouts_table(rollouts: &[Value]) -> String {
    let row = |rollout: &Value| {
        let sentence = rollout["verdict"]["sentence"].as_str().unwrap_or("no verdict yet");
        format!(
            "<tr><td><strong>{}</strong></td><td>{} → {}</td><td>{}</td><td>{}</td></tr>",
            escape(text(rollout, "service")),
            rollout["from_revision"].as_i64().map_or_else(|| "new".to_owned(), |number| number.to_string()),
            rollout["to_revision"],
            state(text(rollout, "state")),
            escape(sentence),
        )
    };
    let rows: Vec<String> = rollouts.iter().map(row).collect();
    table("Latest rollouts", &["Service", "Revisions", "State", "Verdict"], &rows, "No rollout yet.")
}

fn jobs_table(jobs: &[Value]) -> String {
    let row = |job: &Value| {
        format!(
            "<tr><td><strong>{}</strong><br><span class=\"soft\">{}</span></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(text(job, "name")),
            escape(text(job, "project")),
            state(text(job, "state")),
            moment(text(job, "created_at")),
            escape(text(job, "message")),
        )
    };
    let rows: Vec<String> = jobs.iter().map(row).collect();
    let empty = "No job yet. In a project's folder: <code>roadbed run train</code>";
    table("Latest jobs", &["Job", "State", "Created", "Message"], &rows, empty)
}

fn costs_table(costs: &Value) -> String {
    let currency = text(costs, "currency");
    let cell = |micros: i64| format!("<td class=\"right\">{}</td>", money(micros, currency));
    let lines = costs["lines"].as_array().cloned().unwrap_or_default();
    let mut rows: Vec<String> = lines
        .iter()
        .map(|line| {
            let owner = format!("{} / {}", text(line, "team"), text(line, "project"));
            let micros = line["micros"].as_i64().unwrap_or(0);
            format!("<tr><td>{}</td><td>{}</td>{}</tr>", escape(text(line, "object")), escape(&owner), cell(micros))
        })
        .collect();
    for (label, field) in [("idle", "idle_micros"), ("unattributed", "unattributed_micros"), ("whole", "whole_micros")]
    {
        if let Some(micros) = costs[field].as_i64().filter(|micros| *micros != 0) {
            rows.push(format!("<tr><td class=\"soft\">{label}</td><td></td>{}</tr>", cell(micros)));
        }
    }
    table(
        "Cost of the last 24 hours",
        &["For", "Team / project", "<span class=\"end\">Cost</span>"],
        &rows,
        "Nothing metered yet.",
    )
}
