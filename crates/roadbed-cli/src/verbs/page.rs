//! Which page of the portal words on the command line mean.

use super::follow::newest_job;
use super::rollouts;
use crate::failure::Failure;
use crate::http::{Call, Client, encoded, segment};
use crate::nouns::{experiment_id, is_id};
use crate::output::cell;
use crate::session::Session;
use serde_json::Value;

/// Whose things are looked at, as the portal keeps it in its addresses.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope<'a> {
    pub(super) team: Option<&'a str>,
    pub(super) project: Option<&'a str>,
}

/// Path and query of the page; `None` when nothing is asked for. Ids are looked up where the command line takes a name.
pub(super) fn page(
    session: &mut Session<'_>,
    client: &Client,
    words: &[String],
    scope: Scope<'_>,
) -> Result<Option<String>, Failure> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let path = match words[..] {
        [] => "/".to_owned(),
        ["run" | "job" | "model" | "rollout" | "experiment" | "service" | "project"] => {
            return Err(Failure::usage(
                format!("no {} is named", words[0]),
                format!("write: roadbed open {} {}", words[0], if words[0] == "run" { "RUN_ID" } else { "NAME" }),
            ));
        }
        ["run", id] => format!("/runs/{}", segment(id)),
        ["job", id] if is_id(id) => format!("/jobs/{id}"),
        ["job", name] => format!("/jobs/{}", newest_job(session, client, name)?),
        ["model" | "version", name] => model(client, name, scope)?,
        ["rollout", target] => rollout(client, target)?,
        ["experiment", name] => format!("/experiments/{}", segment(&cell(&experiment_id(client, name, scope.team)?))),
        ["service", name] => format!("/services/{}", segment(name)),
        ["project", name] => return Ok(Some(with_scope("/", Scope { project: Some(name), ..scope }))),
        ["compare", first, second, ..] => {
            let runs: Vec<String> =
                [first, second].into_iter().chain(words[3..].iter().copied()).map(segment).collect();
            format!("/compare?runs={}", runs.join(","))
        }
        [path] => as_written(client, path)?,
        _ => {
            return Err(Failure::usage(
                format!("{} is no page", words.join(" ")),
                "write a path such as services/churn, or one of: run ID, job ID, model NAME/VERSION, rollout SERVICE, \
                 experiment NAME, compare RUN RUN",
            ));
        }
    };
    let page = with_scope(&path, scope);
    Ok((page != "/").then_some(page))
}

/// `churn`, `churn/3` or `churn@champion`; only a number after the last slash is a version.
fn model(client: &Client, name: &str, scope: Scope<'_>) -> Result<String, Failure> {
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if let Some((model, version)) = name.rsplit_once('/').filter(|(_, version)| is_number(version)) {
        return Ok(format!("/models/{}/{version}", segment(model)));
    }
    let Some((model, alias)) = name.rsplit_once('@') else { return Ok(format!("/models/{}", segment(name))) };
    let mut call = Call::get(format!("/api/v1/models/{}", segment(model)));
    if let Some(team) = scope.team {
        call = call.header("x-roadbed-team", team);
    }
    match &client.send(&call)?["aliases"][alias] {
        Value::Null => Err(Failure::NotFound(format!("model {model} has no alias {alias:?}"))),
        version => Ok(format!("/models/{}/{}", segment(model), segment(&cell(version)))),
    }
}

fn rollout(client: &Client, target: &str) -> Result<String, Failure> {
    let rollout = rollouts::find(client, target)?;
    Ok(format!("/services/{}/rollouts/{}", segment(&cell(&rollout["service"])), segment(&cell(&rollout["id"]))))
}

/// A path as the address line of the portal shows it, with or without the server's address and the first slash.
fn as_written(client: &Client, text: &str) -> Result<String, Failure> {
    let path = text.strip_prefix(client.base()).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let path = path.unwrap_or(text);
    if path.contains("://") {
        return Err(Failure::usage(format!("{text} is not on {}", client.base()), "name a page of this server"));
    }
    // The portal takes no other: a second slash or a backslash would be another server's name.
    let path = path.trim_start_matches('/');
    if path.contains(|c: char| c.is_control() || (c.is_whitespace() && c != ' ') || matches!(c, '\\' | '#')) {
        return Err(Failure::usage(format!("{text:?} is no path"), "write what stands behind the server's address"));
    }
    Ok(format!("/{}", path.replace(' ', "%20")))
}

/// Team and project go into the query, unless the path says its own.
fn with_scope(path: &str, scope: Scope<'_>) -> String {
    let mut page = path.to_owned();
    for (name, value) in [("team", scope.team), ("project", scope.project)] {
        let Some(value) = value else { continue };
        let query = page.split_once('?').map_or("", |(_, query)| query);
        if query.split('&').any(|pair| pair.split('=').next() == Some(name)) {
            continue;
        }
        let mark = if page.contains('?') { '&' } else { '?' };
        page.push_str(&format!("{mark}{name}={}", encoded(value)));
    }
    page
}
