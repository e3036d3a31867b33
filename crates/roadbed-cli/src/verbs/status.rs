//! `status`: everything on one screen, or one thing with an exit code.

use super::follow::{is_final, job_path, what_happens as job_words};
use super::rollouts::{find, is_moving, what_happens as rollout_words};
use crate::failure::{Code, Failure};
use crate::http::{Call, Client, segment};
use crate::nouns::{is_id, noun};
use crate::output::{Format, Shape, cell, details, table};
use crate::session::Session;
use crate::terminal::Style;
use serde_json::{Value, json};

/// Jobs of the overview.
const JOBS_SHOWN: &str = "10";

const WHOLE: Shape = Shape { name: "url", columns: &[] };

pub(super) fn status(session: &mut Session<'_>, target: Option<&str>) -> Result<Code, Failure> {
    let client = session.client()?;
    match target {
        None => overview(session, &client),
        Some(id) if is_id(id) => match client.get(&job_path(id)) {
            Ok(job) => one_job(session, &job),
            Err(failure) if failure.code() == Code::NotFound => {
                let rollout =
                    find(&client, id).map_err(|_| Failure::NotFound(format!("there is no job and no rollout {id}")))?;
                one_rollout(session, &rollout)
            }
            Err(failure) => Err(failure),
        },
        Some(service) => one_service(session, &client, service),
    }
}

/// Put together here: no server has one page over all of its parts.
fn overview(session: &mut Session<'_>, client: &Client) -> Result<Code, Failure> {
    let services = items(client.get("/api/v1/services")?);
    let mut rollouts = Vec::new();
    for service in &services {
        rollouts.extend(allowed(find(client, &cell(&service["name"])))?);
    }
    let jobs = items(client.send(&Call::get("/api/v1/jobs").query("limit", JOBS_SHOWN))?);
    // Not everyone may see money.
    let costs = allowed(client.get("/api/v1/costs"))?;
    if !session.format().is_for_people() {
        let whole =
            json!({ "url": client.base(), "services": services, "rollouts": rollouts, "jobs": jobs, "costs": costs });
        session.show_item(&WHOLE, &whole)?;
        return Ok(Code::Done);
    }
    let wide = session.format() == Format::Wide;
    let mut text = String::new();
    for (word, title, items) in
        [("service", "services", &services), ("rollout", "newest rollouts", &rollouts), ("job", "newest jobs", &jobs)]
    {
        text.push_str(&format!("{}\n", session.terminal.on_stdout(Style::Strong, title)));
        text.push_str(&section(word, items, wide));
    }
    if let Some((micros, currency)) =
        costs.as_ref().and_then(|costs| Some((costs["whole_micros"].as_i64()?, costs["currency"].as_str()?)))
    {
        let spent = json!({ "micros": micros, "currency": currency });
        let title = session.terminal.on_stdout(Style::Strong, "costs");
        text.push_str(&format!("{title}\n  {} in the last 24 hours\n", cell(&spent)));
    }
    session.terminal.data(&text)?;
    Ok(Code::Done)
}

fn items(mut list: Value) -> Vec<Value> {
    match list["items"].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

/// Nothing where there is nothing, or nothing the caller may see.
fn allowed(answer: Result<Value, Failure>) -> Result<Option<Value>, Failure> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(failure) if matches!(failure.code(), Code::NotFound | Code::Refused) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn section(word: &str, items: &[Value], wide: bool) -> String {
    let lines = match noun(word) {
        Some(noun) if !items.is_empty() => table(noun.shape.columns, items, wide, true),
        _ => "none\n".to_owned(),
    };
    lines.lines().map(|line| format!("  {line}\n")).collect()
}

fn one_job(session: &mut Session<'_>, job: &Value) -> Result<Code, Failure> {
    session.terminal.say(&job_words(job));
    show(session, "job", job)?;
    Ok(match job["state"].as_str() {
        Some("succeeded") => Code::Done,
        _ if is_final(job) => Code::Failed,
        _ => Code::Pending,
    })
}

fn one_rollout(session: &mut Session<'_>, rollout: &Value) -> Result<Code, Failure> {
    session.terminal.say(&rollout_words(rollout));
    show(session, "rollout", rollout)?;
    Ok(code_of_rollout(rollout))
}

fn code_of_rollout(rollout: &Value) -> Code {
    match rollout["state"].as_str() {
        Some("promoted") => Code::Done,
        Some("paused") => Code::Pending,
        _ if is_moving(rollout) => Code::Pending,
        _ => Code::Failed,
    }
}

/// A service that came out of a rollback serves well: only what still moves, or fails, is told by the exit code.
fn one_service(session: &mut Session<'_>, client: &Client, name: &str) -> Result<Code, Failure> {
    let service = client.get(&format!("/api/v1/services/{}", segment(name)))?;
    let rollout = allowed(find(client, name))?.unwrap_or_default();
    if session.format().is_for_people() {
        show(session, "service", &service)?;
        if !rollout.is_null() {
            session.terminal.say(&rollout_words(&rollout));
        }
    } else {
        session.show_item(&WHOLE, &json!({ "service": service, "rollout": rollout }))?;
    }
    Ok(match (service["state"].as_str(), code_of_rollout(&rollout)) {
        (Some("failed"), _) => Code::Failed,
        (_, Code::Pending) => Code::Pending,
        _ => Code::Done,
    })
}

fn show(session: &mut Session<'_>, word: &str, item: &Value) -> Result<(), Failure> {
    let Some(noun) = noun(word) else { return Ok(()) };
    if session.format().is_for_people() {
        let wide = session.format() == Format::Wide;
        return session.terminal.data(&details(noun.shape.columns, item, wide));
    }
    session.show_item(&noun.shape, item)
}
