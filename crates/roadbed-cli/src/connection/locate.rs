//! The order in which a server is looked for: flags, `ROADBED_URL`, a data directory named by `ROADBED_DATA`, the login file, the
//! default data directory. A token found beside an address is sent to that address only.

use super::profile::{Profile, ProfileFile};
use super::server_file;
use crate::failure::Failure;
use crate::http::Client;
use roadbed_core::Secret;
use std::path::{Path, PathBuf};

/// A server and who the caller is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Connection {
    pub(crate) url: String,
    /// Where predictions go, when something here says so.
    pub(crate) gateway_url: Option<String>,
    pub(crate) token: Option<Secret>,
}

impl Connection {
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.url, self.token.clone())
    }
}

/// What the command line said, and where else to look.
pub(crate) struct Locator<'a> {
    pub(crate) url: Option<String>,
    pub(crate) token: Option<Secret>,
    pub(crate) environment: &'a dyn Fn(&str) -> Option<String>,
}

impl Locator<'_> {
    /// # Errors
    /// There is no server, or what names it cannot be read.
    pub(crate) fn find(&self) -> Result<Connection, Failure> {
        let token = self.token.clone().or_else(|| self.variable("ROADBED_TOKEN").map(Secret::new));
        let mut found = self.find_address()?;
        if token.is_some() {
            found.token = token;
        }
        if let Some(url) = self.variable("ROADBED_GATEWAY_URL") {
            found.gateway_url = Some(clean_url(&url)?);
        }
        Ok(found)
    }

    fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name).filter(|value| !value.is_empty())
    }

    fn find_address(&self) -> Result<Connection, Failure> {
        if let Some(url) = self.url.clone().or_else(|| self.variable("ROADBED_URL")) {
            let url = clean_url(&url)?;
            return Ok(self.known(&url)?.unwrap_or(Connection { url, gateway_url: None, token: None }));
        }
        if let Some(data) = self.variable("ROADBED_DATA").map(PathBuf::from) {
            let missing =
                || Failure::NoServer(format!("none has written its address into {} (ROADBED_DATA)", data.display()));
            return from_data(&data)?.ok_or_else(missing);
        }
        if let Some(profile) = self.profile()? {
            return from_profile(profile);
        }
        let data = data_directory(self.environment);
        let found = data.as_deref().map(from_data).transpose()?.flatten();
        found.ok_or_else(|| match data {
            Some(data) => Failure::NoServer(format!("nobody is logged in and none runs on {}", data.display())),
            None => Failure::NoServer("nobody is logged in and there is no home directory to look in".to_owned()),
        })
    }

    /// Token and gateway that belong to an address named by the user.
    fn known(&self, url: &str) -> Result<Option<Connection>, Failure> {
        if let Some(data) = data_directory(self.environment)
            && let Some(found) = from_data(&data)?.filter(|found| found.url == url)
        {
            return Ok(Some(found));
        }
        let profile = self.profile()?.map(from_profile).transpose()?;
        Ok(profile.filter(|profile| profile.url == url))
    }

    fn profile(&self) -> Result<Option<Profile>, Failure> {
        ProfileFile::new(self.environment).map_or(Ok(None), |file| file.read())
    }
}

fn from_profile(profile: Profile) -> Result<Connection, Failure> {
    Ok(Connection { url: clean_url(&profile.url)?, gateway_url: profile.gateway_url, token: Some(profile.token) })
}

fn from_data(data: &Path) -> Result<Option<Connection>, Failure> {
    let Some(file) = server_file::read(data)? else { return Ok(None) };
    let url = clean_url(&file.url)?;
    Ok(Some(Connection { url, gateway_url: Some(file.gateway_url), token: server_file::read_token(data)? }))
}

/// `ROADBED_DATA`, else `$XDG_DATA_HOME/roadbed`, else `~/.local/share/roadbed`.
pub(crate) fn data_directory(environment: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let variable = |name: &str| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = || variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")));
    variable("ROADBED_DATA").or_else(|| base().map(|base| base.join("roadbed")))
}

/// An address without a slash at its end; a host without a scheme is `http` on this machine and `https` elsewhere.
pub(crate) fn clean_url(text: &str) -> Result<String, Failure> {
    let text = text.trim().trim_end_matches('/');
    let wrong = |why: &str| {
        Failure::usage(format!("{text:?} is no address of a server: {why}"), "write it as http://127.0.0.1:7070")
    };
    let url = match text.split_once("://") {
        Some(("http" | "https", _)) => text.to_owned(),
        Some(_) => return Err(wrong("it must start with http:// or https://")),
        None if ["localhost", "127.", "[::1]"].iter().any(|local| text.starts_with(local)) => format!("http://{text}"),
        None => format!("https://{text}"),
    };
    let host = url.split_once("://").map_or("", |(_, rest)| rest).split('/').next().unwrap_or_default();
    if host.is_empty() || host.contains(char::is_whitespace) {
        return Err(wrong("the host is missing"));
    }
    if host.contains('@') || url.contains(['?', '#']) {
        return Err(wrong("leave out names, passwords, queries and fragments"));
    }
    Ok(url)
}
