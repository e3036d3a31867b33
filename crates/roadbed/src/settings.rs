//! Settings of a server: command line over `ROADBED_*` variables over `roadbed.toml` over defaults. A server starts with none.

use anyhow::{Context as _, bail};
use roadbed_core::{ByteSize, Secret};
use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// What a start was asked for; `None` where the next source decides.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Asked {
    pub(crate) data: Option<PathBuf>,
    pub(crate) listen: Option<String>,
    pub(crate) gateway_listen: Option<String>,
    /// Host names besides loopback ones that this server answers to.
    pub(crate) hosts: Vec<String>,
    pub(crate) behind_proxy: bool,
    pub(crate) insecure_local: bool,
    /// `postgres://…`; SQLite in the data directory when absent.
    pub(crate) database: Option<String>,
    pub(crate) uv: Option<PathBuf>,
    pub(crate) onnxruntime: Option<PathBuf>,
    /// The portal's files from this folder instead of the embedded ones: for those who work on the portal.
    pub(crate) ui_dir: Option<PathBuf>,
    /// 64 hexadecimal digits; the file `seal.key` of the data directory, made on first use, when absent.
    pub(crate) seal_key: Option<Secret>,
    /// Webhooks may lead to addresses of this machine and of private networks, and by plain HTTP.
    pub(crate) private_webhooks: bool,
    /// Keeps files in a bucket; on the disk of the data directory when absent.
    pub(crate) s3: Option<S3Settings>,
}

/// The table `[s3]` of `roadbed.toml`. The secret key may come from `ROADBED_S3_SECRET_KEY` instead.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct S3Settings {
    /// `http://…` or `https://…`.
    pub(crate) endpoint: String,
    pub(crate) bucket: String,
    pub(crate) region: String,
    pub(crate) access_key: String,
    #[serde(default)]
    pub(crate) secret_key: Option<Secret>,
    #[serde(default)]
    pub(crate) prefix: String,
    /// Local copies take at most this much; 10 GiB when absent.
    #[serde(default)]
    pub(crate) cache: Option<ByteSize>,
    /// False when clients do not reach the endpoint: then everything they read comes through this server.
    #[serde(default = "yes")]
    pub(crate) direct_downloads: bool,
}

const fn yes() -> bool {
    true
}

/// Settings in force.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) gateway_listen: SocketAddr,
    pub(crate) hosts: Vec<String>,
    pub(crate) insecure_local: bool,
    pub(crate) database: Option<String>,
    pub(crate) uv: Option<PathBuf>,
    pub(crate) onnxruntime: Option<PathBuf>,
    pub(crate) ui_dir: Option<PathBuf>,
    pub(crate) seal_key: Option<Secret>,
    pub(crate) private_webhooks: bool,
    pub(crate) s3: Option<S3Settings>,
}

const LISTEN: &str = "127.0.0.1:7070";
const GATEWAY_LISTEN: &str = "127.0.0.1:7071";
const FILE: &str = "roadbed.toml";

#[expect(clippy::disallowed_methods, reason = "the one place where settings are read from the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A variable that switches something on: `1` or `true`; `0` or `false` leaves it to `roadbed.toml`.
fn switch(name: &str) -> anyhow::Result<bool> {
    match variable(name).as_deref() {
        Some("1" | "true") => Ok(true),
        None | Some("0" | "false") => Ok(false),
        Some(other) => bail!("{name} is {other:?}: write 1 or 0"),
    }
}

impl Settings {
    /// Puts the sources together.
    ///
    /// # Errors
    /// A source cannot be read, or the settings contradict each other; the text says which and what to do.
    pub(crate) fn load(asked: Asked) -> anyhow::Result<Self> {
        let from_environment = Asked {
            data: variable("ROADBED_DATA").map(PathBuf::from),
            listen: variable("ROADBED_LISTEN"),
            gateway_listen: variable("ROADBED_GATEWAY_LISTEN"),
            database: variable("ROADBED_DATABASE"),
            uv: variable("ROADBED_UV").map(PathBuf::from).or_else(|| find_program("uv")),
            onnxruntime: variable("ROADBED_ONNXRUNTIME").or_else(|| variable("ORT_DYLIB_PATH")).map(PathBuf::from),
            ui_dir: variable("ROADBED_UI_DIR").map(PathBuf::from),
            seal_key: variable("ROADBED_SEAL_KEY").map(Secret::new),
            private_webhooks: switch("ROADBED_PRIVATE_WEBHOOKS")?,
            ..Asked::default()
        };
        let data = asked.data.clone().or_else(|| from_environment.data.clone()).map_or_else(default_data, Ok)?;
        let from_file = read_file(&data.join(FILE))?;
        let mut hosts = asked.hosts;
        hosts.extend(from_file.hosts);
        let settings = Self {
            listen: address(asked.listen.or(from_environment.listen).or(from_file.listen), LISTEN)?,
            gateway_listen: address(
                asked.gateway_listen.or(from_environment.gateway_listen).or(from_file.gateway_listen),
                GATEWAY_LISTEN,
            )?,
            hosts,
            insecure_local: asked.insecure_local || from_file.insecure_local,
            database: asked.database.or(from_environment.database).or(from_file.database),
            uv: asked.uv.or(from_file.uv).or(from_environment.uv),
            onnxruntime: asked.onnxruntime.or(from_file.onnxruntime).or(from_environment.onnxruntime),
            ui_dir: from_environment.ui_dir.or(from_file.ui_dir).map(|folder| absolute(&folder)).transpose()?,
            seal_key: from_environment.seal_key.or(from_file.seal_key),
            private_webhooks: from_environment.private_webhooks || from_file.private_webhooks,
            s3: from_file.s3.map(S3Settings::with_secret).transpose()?,
            data: absolute(&data)?,
        };
        settings.check(asked.behind_proxy || from_file.behind_proxy)?;
        Ok(settings)
    }

    fn check(&self, behind_proxy: bool) -> anyhow::Result<()> {
        for listen in [self.listen, self.gateway_listen] {
            if listen.ip().is_loopback() {
                continue;
            }
            if self.insecure_local {
                bail!("--insecure-local does not go with the address {listen}: without tokens only loopback is served");
            }
            if !behind_proxy {
                bail!(
                    "{listen} is not a loopback address: put a proxy with TLS in front and say so with --behind-proxy, \
                     or listen on 127.0.0.1"
                );
            }
        }
        Ok(())
    }

    /// Host names the server answers to: those stated, and the address it listens on.
    pub(crate) fn allowed_hosts(&self) -> Vec<String> {
        let mut hosts = self.hosts.clone();
        let addresses = [self.listen.ip(), self.gateway_listen.ip()];
        hosts.extend(addresses.into_iter().filter(|ip| !ip.is_unspecified()).map(|ip| match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        }));
        hosts
    }
}

impl S3Settings {
    fn with_secret(mut self) -> anyhow::Result<Self> {
        self.secret_key = self.secret_key.or_else(|| variable("ROADBED_S3_SECRET_KEY").map(Secret::new));
        if self.secret_key.is_none() {
            bail!(
                "the bucket {:?} needs a secret key: write secret_key in roadbed.toml or set ROADBED_S3_SECRET_KEY",
                self.bucket
            );
        }
        Ok(self)
    }
}

fn read_file(path: &Path) -> anyhow::Result<Asked> {
    match std::fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text).with_context(|| format!("{} is not as expected", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Asked::default()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

fn address(text: Option<String>, default: &str) -> anyhow::Result<SocketAddr> {
    let text = text.unwrap_or_else(|| default.to_owned());
    text.parse().with_context(|| format!("{text:?} is not an address: write IP:PORT such as {default}"))
}

/// `$XDG_DATA_HOME/roadbed`, else `~/.local/share/roadbed`.
fn default_data() -> anyhow::Result<PathBuf> {
    let base = variable("XDG_DATA_HOME").map(PathBuf::from);
    let base = base.or_else(|| variable("HOME").map(|home| Path::new(&home).join(".local/share")));
    base.map(|base| base.join("roadbed")).context("there is no home directory: say where data goes with --data DIR")
}

fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    std::path::absolute(path).with_context(|| format!("{} is no usable path", path.display()))
}

fn find_program(name: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}
