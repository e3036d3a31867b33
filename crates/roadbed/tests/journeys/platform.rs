//! A running platform: started as users start it, found through `server.json`, ended by a signal to its own process.

use crate::client::Client;
use crate::processes::{has_ended, of_folder, send};
use crate::programs::{Ended, finish, roadbed};
use crate::waiting::{until, until_true};
use rustix::process::Signal;
use serde_json::Value;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use tempfile::TempDir;

/// A folder that servers are started on.
pub(crate) struct Place {
    folder: TempDir,
    pub(crate) data: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("roadbed-journey-").tempdir().unwrap();
        let data = folder.path().join("data");
        Self { folder, data }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// `roadbed up` on this place with ports of the system's choice; `more` may choose others.
    pub(crate) fn up(&self, more: &[&str]) -> Command {
        let mut command = roadbed(self.folder());
        command.arg("up").arg("--data").arg(&self.data);
        for option in ["--listen", "--gateway-listen"] {
            if !more.contains(&option) {
                command.args([option, "127.0.0.1:0"]);
            }
        }
        command.args(more);
        command
    }

    pub(crate) fn start(&self, more: &[&str]) -> Platform<'_> {
        self.start_with(more, &[])
    }

    /// The same with these variables set.
    pub(crate) fn start_with(&self, more: &[&str], variables: &[(&str, &str)]) -> Platform<'_> {
        let output = self.folder().join("output");
        let log = File::options().create(true).append(true).open(&output).unwrap();
        let child =
            self.up(more).envs(variables.iter().copied()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let mut platform =
            Platform { place: self, child, output, api: Client::new("", None), gateway: Client::new("", None) };
        platform.wait_until_ready();
        platform
    }

    /// A command of a user on this machine.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = roadbed(self.folder());
        command.env("ROADBED_DATA", &self.data).args(arguments);
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        finish(&mut self.command(arguments))
    }
}

impl Drop for Place {
    /// A story that failed half-way leaves no process either.
    fn drop(&mut self) {
        for (pid, _) in of_folder(self.folder()) {
            send(pid, Signal::KILL);
        }
    }
}

/// A platform that is up.
pub(crate) struct Platform<'a> {
    pub(crate) place: &'a Place,
    child: Child,
    output: PathBuf,
    /// As the administrator whose token lies in the data directory.
    pub(crate) api: Client,
    pub(crate) gateway: Client,
}

impl Platform<'_> {
    fn wait_until_ready(&mut self) {
        let data = &self.place.data;
        let (child, output) = (&mut self.child, &self.output);
        let file = until("server.json", || {
            if let Some(status) = child.try_wait().unwrap() {
                panic!("the server ended with {status}: {}", std::fs::read_to_string(output).unwrap_or_default());
            }
            // One of a server before this one is not ours.
            server_file(data).filter(|file| file["pid"] == child.id())
        });
        let address = |name: &str| file[name].as_str().unwrap().to_owned();
        self.api = Client::new(&address("url"), None);
        self.gateway = Client::new(&address("gateway_url"), None);
        until_true("the platform is ready", || is_ready(&self.api));
        let token = std::fs::read_to_string(data.join("token")).unwrap();
        self.api = self.api.with_token(token.trim());
        self.gateway = self.gateway.with_token(token.trim());
    }

    pub(crate) fn data(&self) -> &Path {
        &self.place.data
    }

    /// Everything the server has said so far.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.output).unwrap_or_default()
    }

    /// Process of `control` or `gateway`, as `server.json` names it now.
    pub(crate) fn process_of(&self, role: &str) -> u32 {
        let file = server_file(self.data()).unwrap();
        u32::try_from(file[format!("{role}_pid")].as_u64().unwrap()).unwrap()
    }

    /// Kills a role's process as a full machine would.
    pub(crate) fn kill(&self, role: &str) -> u32 {
        let pid = self.process_of(role);
        send(pid, Signal::KILL);
        pid
    }

    /// Until another process than `before` has the role, and the platform is ready.
    pub(crate) fn wait_for_successor(&self, role: &str, before: u32) {
        until_true(&format!("{role} is started again"), || {
            server_file(self.data()).is_some_and(|file| file[format!("{role}_pid")] != before)
        });
        until_true("the platform is ready again", || {
            is_ready(&self.api) && self.gateway.try_send(ureq::http::Method::GET, "/healthz", &[], &[]).is_ok()
        });
    }

    /// Kills the launcher and nothing else.
    pub(crate) fn kill_launcher(mut self) -> (u32, u32) {
        let roles = (self.process_of("control"), self.process_of("gateway"));
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        roles
    }

    /// Asks the platform to end and waits; it must end well and leave no process.
    pub(crate) fn stop(self) {
        let place = self.place;
        self.stop_but_keep_jobs();
        let (supervisors, others): (Vec<_>, Vec<_>) =
            of_folder(place.folder()).into_iter().partition(|(_, line)| line.contains(" supervisor "));
        assert_eq!(others, [], "processes that outlived the platform");
        // A supervisor tells control how its job ended, and gives up after a moment when nobody listens.
        until_true("supervisors end", || supervisors.iter().all(|(pid, _)| has_ended(*pid)));
    }

    /// As [`Self::stop`], for stories in which user code goes on.
    pub(crate) fn stop_but_keep_jobs(mut self) {
        let roles = ["control", "gateway"].map(|role| self.process_of(role));
        send(self.child.id(), Signal::TERM);
        let child = &mut self.child;
        let status = until("the server ends", || child.try_wait().unwrap());
        assert_eq!(status.code(), Some(0), "{}", self.said());
        for pid in roles {
            assert!(has_ended(pid), "a role outlived its launcher");
        }
        assert!(!self.data().join("server.json").exists(), "server.json names a server that has ended");
    }
}

pub(crate) fn server_file(data: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(data.join("server.json")).ok()?).ok()
}

fn is_ready(api: &Client) -> bool {
    api.try_send(ureq::http::Method::GET, "/readyz", &[], &[]).is_ok_and(|answer| answer.status == 200)
}
