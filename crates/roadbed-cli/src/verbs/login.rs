//! `login` and `logout`.

use crate::connection::{Profile, ProfileFile, clean_url};
use crate::failure::{Code, Failure};
use crate::grammar::LoginArguments;
use crate::http::Client;
use crate::output::cell;
use crate::session::Session;
use roadbed_core::Secret;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

pub(super) fn login(session: &mut Session<'_>, arguments: &LoginArguments) -> Result<Code, Failure> {
    let url = clean_url(&arguments.server)?;
    let file = profile_file(session)?;
    let token = match session.global.token.clone().or_else(|| session.variable("ROADBED_TOKEN")) {
        Some(token) => Secret::new(token),
        None => read_token(session, &url)?,
    };
    let client = Client::new(&url, Some(token.clone()));
    let me = client.get("/api/v1/me")?;
    let gateway_url = match &arguments.gateway_url {
        Some(url) => Some(clean_url(url)?),
        None => told_gateway(&client)?,
    };
    file.write(&Profile { url: url.clone(), gateway_url, token })?;
    session.terminal.say(&format!("logged in to {url} as {}; kept in {}", cell(&me["name"]), file.path().display()));
    let overruling = ["ROADBED_URL", "ROADBED_DATA"].into_iter().filter(|name| session.variable(name).is_some());
    for name in overruling.collect::<Vec<_>>() {
        session.terminal.warn(&format!("{name} is set and comes before this login"));
    }
    Ok(Code::Done)
}

/// The gateway's address as the server tells it; a token that may not ask is no reason to refuse a login.
pub(super) fn told_gateway(client: &Client) -> Result<Option<String>, Failure> {
    match client.get("/api/v1/status") {
        Ok(status) => Ok(status["gateway_url"].as_str().map(str::to_owned)),
        Err(failure) if matches!(failure.code(), Code::NotFound | Code::Refused) => Ok(None),
        Err(failure) => Err(failure),
    }
}

pub(super) fn logout(session: &mut Session<'_>) -> Result<Code, Failure> {
    let forgotten = profile_file(session)?.remove()?;
    let text = if forgotten {
        "the login is forgotten; revoke its token with: roadbed delete token ID"
    } else {
        "nobody was logged in"
    };
    session.terminal.say(text);
    Ok(Code::Done)
}

fn profile_file(session: &Session<'_>) -> Result<ProfileFile, Failure> {
    let missing = || {
        Failure::failed(
            "there is no home directory to keep the login in",
            "set HOME or XDG_CONFIG_HOME, or use ROADBED_TOKEN",
        )
    };
    ProfileFile::new(session.environment).ok_or_else(missing)
}

/// One line of standard input; not shown while a person types it.
fn read_token(session: &mut Session<'_>, url: &str) -> Result<Secret, Failure> {
    let asks = session.terminal.can_ask();
    if asks {
        session.terminal.say(&format!("make a token at {url}, or with: roadbed create token NAME"));
        session.terminal.words("token: ");
    }
    let hidden = asks.then(Hidden::begin).flatten();
    let mut line = String::new();
    let read = session.terminal.stdin.read_line(&mut line);
    drop(hidden);
    if asks {
        session.terminal.say("");
    }
    read.map_err(Failure::file(std::path::Path::new("standard input"), "read"))?;
    let token = line.trim();
    if token.is_empty() || !token.chars().all(|c| c.is_ascii_graphic()) {
        return Err(Failure::usage("no token was given", "give it on standard input or in ROADBED_TOKEN"));
    }
    Ok(Secret::new(token.to_owned()))
}

/// While it lives, the terminal does not show what is typed.
struct Hidden {
    before: rustix::termios::Termios,
}

impl Hidden {
    fn begin() -> Option<Self> {
        let before = tcgetattr(std::io::stdin()).ok()?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(std::io::stdin(), OptionalActions::Flush, &silent).ok()?;
        Some(Self { before })
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Flush, &self.before);
    }
}
