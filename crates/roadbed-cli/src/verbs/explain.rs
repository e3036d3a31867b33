//! `explain`: why a rollout ended as it did, where a job is in its life.

use super::follow::{job_path, what_happens};
use super::rollouts::find;
use crate::failure::{Code, Failure};
use crate::http::{Client, segment};
use crate::nouns::is_id;
use crate::output::{Shape, Shown, at, cell, printable, table};
use crate::session::Session;
use serde_json::{Value, json};

const SHAPE: Shape = Shape { name: "id", columns: &[] };

pub(super) fn explain(session: &mut Session<'_>, target: &[String]) -> Result<Code, Failure> {
    let client = session.client()?;
    match target {
        [kind, id] if kind == "job" => job(session, &client, id),
        [kind, id] if kind == "rollout" || kind == "service" => rollout(session, &client, id),
        [kind, _] => Err(Failure::usage(
            format!("{kind:?} cannot be explained"),
            "write: roadbed explain rollout SERVICE, or job ID",
        )),
        [id] if is_id(id) => match rollout(session, &client, id) {
            Err(failure) if failure.code() == Code::NotFound => job(session, &client, id),
            other => other,
        },
        [name] => rollout(session, &client, name),
        _ => Err(Failure::usage("nothing to explain is named", "name a service, or the id of a rollout or job")),
    }
}

fn rollout(session: &mut Session<'_>, client: &Client, target: &str) -> Result<Code, Failure> {
    let id = if is_id(target) { target.to_owned() } else { cell(&find(client, target)?["id"]) };
    let answer = client.get(&format!("/api/v1/rollouts/{}/explain", segment(&id)))?;
    if !session.format().is_for_people() {
        session.show_item(&SHAPE, &answer)?;
        return Ok(Code::Done);
    }
    let verdict = if answer["verdict"].is_object() { &answer["verdict"] } else { &answer };
    let mut text = match verdict["sentence"].as_str() {
        Some(sentence) => format!("{}\n", printable(sentence)),
        None => "there is no verdict yet\n".to_owned(),
    };
    let rows = evidence(verdict);
    if !rows.is_empty() {
        text.push('\n');
        text.push_str(&table(EVIDENCE, &rows, true, true));
    }
    if verdict["decision"].is_string() {
        let alpha = verdict["alpha"]
            .as_f64()
            .map(|alpha| format!("; at most {}% of good releases are stopped by chance", alpha * 100.0));
        text.push_str(&format!(
            "\ndecided: {} ({}){}\n",
            cell(&verdict["decision"]),
            cell(&verdict["reason"]),
            alpha.unwrap_or_default()
        ));
    }
    session.terminal.data(&text)?;
    Ok(Code::Done)
}

const EVIDENCE: &[Shown] = &[
    Shown::new("GUARDRAIL", "guardrail"),
    Shown::new("REVISION", "revision"),
    Shown::new("UNITS", "units"),
    Shown::new("BAD", "bad"),
    Shown::new("RATE", "rate"),
    Shown::new("LIMIT", "limit"),
    Shown::new("CERTIFIED BY", "certified_by"),
];

/// One row per guardrail and arm; what belongs to the guardrail stands in its first row.
fn evidence(verdict: &Value) -> Vec<Value> {
    let guardrails = verdict["guardrails"].as_array().into_iter().flatten();
    let rows = guardrails.flat_map(|guardrail| {
        let arms = guardrail["arms"].as_array().into_iter().flatten().enumerate();
        arms.map(|(index, arm)| {
            let first = |key: &str| if index == 0 { guardrail[key].clone() } else { json!("") };
            json!({
                "guardrail": first("name"), "revision": arm["revision"], "units": arm["units"], "bad": arm["bad"],
                "rate": rate(arm), "limit": if index == 0 { share(&guardrail["limit"]) } else { json!("") },
                "certified_by": first("certified_by"),
            })
        })
    });
    rows.collect()
}

fn rate(arm: &Value) -> Value {
    match (at(arm, "bad").as_f64(), at(arm, "units").as_f64()) {
        (Some(bad), Some(units)) if units > 0.0 => share(&json!(bad / units)),
        _ => Value::Null,
    }
}

fn share(value: &Value) -> Value {
    value.as_f64().map_or_else(|| value.clone(), |share| json!(format!("{:.2}%", share * 100.0)))
}

fn job(session: &mut Session<'_>, client: &Client, id: &str) -> Result<Code, Failure> {
    let job = client.get(&job_path(id))?;
    if !session.format().is_for_people() {
        session.show_item(&SHAPE, &job)?;
        return Ok(Code::Done);
    }
    let mut lines = vec![
        what_happens(&job),
        format!("runs: {}", cell(&job["run"])),
        format!("with: {}", cell(&job["resources"])),
        format!("submitted by {} at {}", cell(&job["actor"]), cell(&job["created_at"])),
    ];
    for attempt in job["attempts"].as_array().into_iter().flatten() {
        let message = if attempt["message"].is_string() { &attempt["message"] } else { &attempt["phase"] };
        let (from, to) = (cell(&attempt["started_at"]), cell(&attempt["ended_at"]));
        lines.push(format!("attempt {}: {} (from {from} to {to})", cell(&attempt["number"]), cell(message)));
    }
    if job["cost"].is_object() {
        lines.push(format!("cost: {}", cell(&job["cost"])));
    }
    session.terminal.data(&format!("{}\n", lines.join("\n")))?;
    Ok(Code::Done)
}
