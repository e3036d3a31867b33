//! `deploy` and the verbs on a rollout.

use crate::failure::{Code, Failure};
use crate::grammar::{DeployArguments, RolloutArguments, StrategyWord};
use crate::http::{Call, Client, segment};
use crate::nouns::{is_id, noun};
use crate::output::{cell, printable};
use crate::session::Session;
use crate::terminal::Style;
use crate::waiting::{Seen, wait_for};
use roadbed_core::{IdSource as _, Span, SystemIds};
use serde_json::{Map, Value, json};

/// What a person does to a rollout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Promote,
    Rollback,
    Pause,
    Resume,
}

impl Act {
    const fn word(self) -> &'static str {
        match self {
            Self::Promote => "promote",
            Self::Rollback => "rollback",
            Self::Pause => "pause",
            Self::Resume => "resume",
        }
    }
}

pub(super) fn deploy(session: &mut Session<'_>, arguments: &DeployArguments) -> Result<Code, Failure> {
    check_model(&arguments.model)?;
    let client = session.client()?;
    let service = &arguments.service;
    let path = format!("/api/v1/services/{}/deploy", segment(service));
    let call = Call::post(path, Value::Object(deploy_body(arguments))).dry_run(arguments.dry_run);
    let answer = client.send(&call.header("idempotency-key", format!("{:032x}", SystemIds.next())))?;
    if arguments.dry_run {
        session.terminal.say(&format!("would deploy {} as {service}", arguments.model));
        return show_machine(session, &answer).map(|()| Code::Done);
    }
    let rollout = started(&client, &answer, service)?;
    if arguments.wait.no_wait {
        session.terminal.say(&format!(
            "the rollout of {} as {service} has started; see: roadbed status {service}",
            arguments.model
        ));
        return show(session, &rollout).map(|()| Code::Done);
    }
    let ended = wait_for_end(session, &client, rollout, arguments.wait.timeout)?;
    show_end(session, &ended)?;
    Ok(match ended["state"].as_str() {
        Some("promoted") => Code::Done,
        Some("paused") => Code::Pending,
        _ => Code::Failed,
    })
}

/// The server knows better, but not before a whole round trip.
fn check_model(model: &str) -> Result<(), Failure> {
    let named = |(name, rest): (&str, &str)| !name.is_empty() && !rest.is_empty();
    if model.split_once('@').is_some_and(named) || model.rsplit_once('/').is_some_and(named) {
        return Ok(());
    }
    Err(Failure::usage(
        format!("{model:?} names no version of a model"),
        "write NAME/VERSION such as churn/3, or NAME@ALIAS such as churn@champion",
    ))
}

fn deploy_body(arguments: &DeployArguments) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("model".to_owned(), arguments.model.clone().into());
    if let Some(strategy) = arguments.strategy {
        let word = match strategy {
            StrategyWord::Canary => "canary",
            StrategyWord::AllAtOnce => "all_at_once",
        };
        body.insert("strategy".to_owned(), word.into());
    }
    if !arguments.steps.is_empty() {
        let percent = |step: &String| format!("{}%", step.trim().trim_end_matches('%'));
        body.insert("steps".to_owned(), arguments.steps.iter().map(percent).collect());
    }
    if arguments.again {
        body.insert("again".to_owned(), true.into());
    }
    if let Some(project) = &arguments.project {
        body.insert("project".to_owned(), project.clone().into());
    }
    body
}

/// The rollout an answer is about, or holds.
fn rollout_in(answer: &Value) -> Option<&Value> {
    let is_rollout = |value: &Value| value["id"].is_string() && !value["to_revision"].is_null();
    [answer, &answer["rollout"]].into_iter().find(|value| is_rollout(value))
}

fn started(client: &Client, answer: &Value, service: &str) -> Result<Value, Failure> {
    rollout_in(answer).map_or_else(|| latest(client, service), |rollout| Ok(rollout.clone()))
}

fn latest(client: &Client, service: &str) -> Result<Value, Failure> {
    client.get(&format!("/api/v1/services/{}/rollouts/latest", segment(service)))
}

/// A rollout by its id, or the newest of a service.
pub(super) fn find(client: &Client, target: &str) -> Result<Value, Failure> {
    if is_id(target) { client.get(&format!("/api/v1/rollouts/{}", segment(target))) } else { latest(client, target) }
}

pub(super) fn act(session: &mut Session<'_>, act: Act, arguments: &RolloutArguments) -> Result<Code, Failure> {
    let client = session.client()?;
    let target = &arguments.target;
    let path = if act == Act::Rollback && !is_id(target) {
        format!("/api/v1/services/{}/rollback", segment(target))
    } else {
        let rollout = find(&client, target)?;
        format!("/api/v1/rollouts/{}/{}", segment(&cell(&rollout["id"])), act.word())
    };
    let answer = client.send(&Call::post(path, json!({})).dry_run(arguments.dry_run))?;
    if arguments.dry_run {
        session.terminal.say(&format!("would {} {target}", act.word()));
        return show_machine(session, &answer).map(|()| Code::Done);
    }
    let rollout = rollout_in(&answer).map_or_else(|| find(&client, target), |rollout| Ok(rollout.clone()))?;
    let waits = if act == Act::Rollback { !arguments.wait.no_wait } else { arguments.wait.wait && act != Act::Pause };
    if !waits {
        session.terminal.say(&what_happens(&rollout));
        return show(session, &rollout).map(|()| Code::Done);
    }
    let ended = wait_for_end(session, &client, rollout, arguments.wait.timeout)?;
    show_end(session, &ended)?;
    Ok(match (act, ended["state"].as_str()) {
        (_, Some("paused")) => Code::Pending,
        (Act::Rollback, Some("rolled_back" | "promoted")) | (_, Some("promoted")) => Code::Done,
        _ => Code::Failed,
    })
}

/// The rollout once it needs nobody's patience any more: over, or paused.
fn wait_for_end(
    session: &mut Session<'_>,
    client: &Client,
    rollout: Value,
    timeout: Option<Span>,
) -> Result<Value, Failure> {
    let id = cell(&rollout["id"]);
    let service = cell(&rollout["service"]);
    let how = format!("see it with: roadbed status {service}");
    let mut first = Some(rollout);
    let mut shown = String::new();
    wait_for(session, timeout, (&format!("the rollout of {service}"), &how), |session| {
        let rollout = first.take().map_or_else(|| client.get(&format!("/api/v1/rollouts/{}", segment(&id))), Ok)?;
        if !is_moving(&rollout) {
            return Ok(Seen::End(rollout));
        }
        let text = what_happens(&rollout);
        session.terminal.progress(&text);
        let moved = text != shown;
        shown = text;
        Ok(if moved { Seen::Moving } else { Seen::Still })
    })
}

pub(super) fn is_moving(rollout: &Value) -> bool {
    matches!(rollout["state"].as_str(), Some("pending" | "running"))
}

/// The state in a sentence.
pub(super) fn what_happens(rollout: &Value) -> String {
    let (service, state) = (cell(&rollout["service"]), cell(&rollout["state"]).replace('_', " "));
    let revision = cell(&rollout["to_revision"]);
    let step = rollout["step_percent"].as_f64().map(|step| format!(", {step}% of traffic")).unwrap_or_default();
    format!("{service}: revision {revision} is {state}{step}")
}

fn show_end(session: &mut Session<'_>, rollout: &Value) -> Result<(), Failure> {
    let style = if rollout["state"] == "promoted" { Style::Good } else { Style::Warning };
    let text = session.terminal.on_stderr(style, &what_happens(rollout));
    session.terminal.say(&text);
    if let Some(sentence) = rollout["verdict"]["sentence"].as_str() {
        session.terminal.say(&printable(sentence));
    }
    if rollout["state"] == "paused" {
        let service = cell(&rollout["service"]);
        session.terminal.say(&format!("go on with: roadbed resume {service}, or end it with promote or rollback"));
    }
    show(session, rollout)
}

fn show(session: &mut Session<'_>, rollout: &Value) -> Result<(), Failure> {
    noun("rollout").map_or(Ok(()), |noun| session.show_item(&noun.shape, rollout))
}

/// What a dry run answers, for scripts only: words have said the rest.
fn show_machine(session: &mut Session<'_>, answer: &Value) -> Result<(), Failure> {
    if session.format().is_for_people() { Ok(()) } else { show(session, answer) }
}
