//! Flags that go with every command.

use crate::output::Format;
use clap::Args;

/// Flags that go with every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct GlobalArguments {
    /// Address of the server; otherwise ROADBED_URL, the login, or the server of this machine
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Token; better in ROADBED_TOKEN, where other users of this machine do not see it
    #[arg(long, global = true, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// Format of data on standard output
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    #[arg(help = "Format of data: table, wide, json, jsonl, yaml or name")]
    pub(crate) output: Option<Format>,
    /// Tables without their first line
    #[arg(long, global = true)]
    pub(crate) no_headers: bool,
}
