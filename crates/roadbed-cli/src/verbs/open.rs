use super::page::{Scope, page};
use crate::failure::{Code, Failure};
use crate::grammar::OpenArguments;
use crate::http::{Call, encoded};
use crate::output::Shape;
use crate::session::Session;
use serde_json::json;
use std::process::{Command, Stdio};

const SHAPE: Shape = Shape { name: "url", columns: &[] };

/// A login link on standard output; on a desktop also in a browser. It leads on to the page.
pub(super) fn open(session: &mut Session<'_>, arguments: &OpenArguments) -> Result<Code, Failure> {
    let client = session.client()?;
    let scope = Scope { team: arguments.team.as_deref(), project: arguments.project.as_deref() };
    let page = page(session, &client, &arguments.page, scope)?;
    let link = client.send(&Call::post("/api/v1/login-links", json!({})))?;
    let strange = || Failure::NotOurs { url: client.base().to_owned(), what: "answers without a link".to_owned() };
    let path = link["path"].as_str().ok_or_else(strange)?;
    let url = format!("{}{}", client.base(), leading_on(path, page.as_deref()));
    if session.format().is_for_people() {
        session.terminal.data(&format!("{url}\n"))?;
    } else {
        session.show_item(&SHAPE, &json!({ "url": url, "expires_at": link["expires_at"] }))?;
    }
    session.terminal.say("the link works once, within 15 minutes");
    let is_desktop =
        cfg!(target_os = "macos") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| session.variable(name).is_some());
    if is_desktop && !arguments.print && session.terminal.stdout_is_terminal && !open_browser(&url) {
        session.terminal.say("no browser could be started: open the link yourself");
    }
    Ok(Code::Done)
}

/// The secret stays in the fragment, which no server and no log sees; the login page reads `to` before it forgets its address.
fn leading_on(path: &str, page: Option<&str>) -> String {
    match (path.split_once('#'), page) {
        (Some((login, secret)), Some(page)) => format!("{login}?to={}#{secret}", encoded(page)),
        _ => path.to_owned(),
    }
}

/// Whether a program took the link. It goes as an argument: the starter ends at once, and the link with its first use.
fn open_browser(url: &str) -> bool {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started =
        Command::new(program).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    started.is_ok_and(|status| status.success())
}
