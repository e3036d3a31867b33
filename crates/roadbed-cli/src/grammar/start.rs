//! Verbs that the program does by itself: servers and their data.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

const UP_EXAMPLES: &str = "\
Examples:
  roadbed up
  roadbed up --data ./data --listen 127.0.0.1:8080
  roadbed up --listen 0.0.0.0:7070 --behind-proxy --host ml.example.org";

#[derive(Debug, Args)]
#[command(after_help = UP_EXAMPLES)]
pub(crate) struct UpArguments {
    /// Data directory; otherwise ROADBED_DATA or the user's data folder
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Address of API and portal [default: 127.0.0.1:7070]
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) listen: Option<String>,
    /// Address of predictions [default: 127.0.0.1:7071]
    #[arg(long, value_name = "IP:PORT")]
    pub(crate) gateway_listen: Option<String>,
    /// A further host name this server answers to; may be repeated
    #[arg(long = "host", value_name = "NAME")]
    pub(crate) hosts: Vec<String>,
    /// A proxy with TLS stands in front: allows addresses that others reach
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    /// No tokens for callers on this machine; loopback addresses only
    #[arg(long)]
    pub(crate) insecure_local: bool,
    /// PostgreSQL instead of SQLite: postgres://…
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    /// The uv program that makes Python environments
    #[arg(long, value_name = "FILE")]
    pub(crate) uv: Option<PathBuf>,
    /// The ONNX Runtime library
    #[arg(long, value_name = "FILE")]
    pub(crate) onnxruntime: Option<PathBuf>,
    /// End running jobs with the server
    #[arg(long)]
    pub(crate) stop_jobs: bool,
    /// Do not print addresses
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    /// End after the story
    #[arg(long)]
    pub(crate) once: bool,
    /// Data directory; a temporary one when absent
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleWord {
    Control,
    Gateway,
    #[value(hide = true)]
    Worker,
    #[value(hide = true)]
    Replica,
}

#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// Which part of the platform
    #[arg(long, value_enum)]
    pub(crate) role: RoleWord,
    /// A listening socket that the launcher holds
    #[arg(long, hide = true)]
    pub(crate) listener_fd: Option<i32>,
    /// Address to listen on
    #[arg(long, value_name = "IP:PORT", conflicts_with = "listener_fd")]
    pub(crate) listen: Option<String>,
    /// Data directory
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Address of the gateway, as callers reach it
    #[arg(long, value_name = "URL")]
    pub(crate) gateway_url: Option<String>,
    #[arg(long = "host", value_name = "NAME")]
    pub(crate) hosts: Vec<String>,
    #[arg(long)]
    pub(crate) behind_proxy: bool,
    #[arg(long)]
    pub(crate) insecure_local: bool,
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) uv: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) onnxruntime: Option<PathBuf>,
    #[arg(long)]
    pub(crate) stop_jobs: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// File to write
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Data directory; otherwise ROADBED_DATA or the user's data folder
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    /// File that a backup wrote
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Data directory to make; it must not hold a platform yet
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}
