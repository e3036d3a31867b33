use crate::failure::{Code, Failure};
use crate::http::Call;
use crate::output::Shape;
use crate::session::Session;
use serde_json::json;
use std::process::{Command, Stdio};

const SHAPE: Shape = Shape { name: "url", columns: &[] };

/// A login link on standard output; on a desktop also in a browser.
pub(super) fn open(session: &mut Session<'_>, no_browser: bool) -> Result<Code, Failure> {
    let client = session.client()?;
    let link = client.send(&Call::post("/api/v1/login-links", json!({})))?;
    let strange = || Failure::NotOurs { url: client.base().to_owned(), what: "answers without a link".to_owned() };
    let path = link["path"].as_str().ok_or_else(strange)?;
    let url = format!("{}{path}", client.base());
    if session.format().is_for_people() {
        session.terminal.data(&format!("{url}\n"))?;
    } else {
        session.show_item(&SHAPE, &json!({ "url": url, "expires_at": link["expires_at"] }))?;
    }
    session.terminal.say("the link works once, within 15 minutes");
    let is_desktop =
        cfg!(target_os = "macos") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| session.variable(name).is_some());
    if is_desktop && !no_browser && session.terminal.stdout_is_terminal && !open_browser(&url) {
        session.terminal.say("no browser could be started: open the link yourself");
    }
    Ok(Code::Done)
}

/// Whether a program took the link. It goes as an argument: the starter ends at once, and the link with its first use.
fn open_browser(url: &str) -> bool {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started =
        Command::new(program).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    started.is_ok_and(|status| status.success())
}
