//! Verbs of the daily work.

use clap::{ArgAction, Args, ValueEnum};
use clap_complete::Shell;
use roadbed_core::Span;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roadbed init\n  roadbed init churn --template sklearn\n  roadbed init --template empty"
)]
pub(crate) struct InitArguments {
    /// Folder of the project; made when it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: PathBuf,
    /// What to start from: sklearn or empty
    #[arg(long, value_name = "NAME", default_value = "sklearn")]
    pub(crate) template: String,
    /// Name of the project; the folder's name when absent
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Say what would be written, write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roadbed check\n  roadbed check other.yaml -o json\n  cat roadbed.yaml | roadbed check -"
)]
pub(crate) struct CheckArguments {
    /// The manifest; - reads standard input
    #[arg(value_name = "FILE", default_value = "roadbed.yaml")]
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roadbed plan\n  roadbed plan --exit-code    exits with 1 when something would change"
)]
pub(crate) struct PlanArguments {
    /// The manifest; - reads standard input
    #[arg(value_name = "FILE", default_value = "roadbed.yaml")]
    pub(crate) file: PathBuf,
    /// Exit with 1 when something would change
    #[arg(long)]
    pub(crate) exit_code: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roadbed apply\n  roadbed apply --dry-run\n  roadbed apply --yes         does not ask"
)]
pub(crate) struct ApplyArguments {
    /// The manifest; - reads standard input
    #[arg(value_name = "FILE", default_value = "roadbed.yaml")]
    pub(crate) file: PathBuf,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Check everything, change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// How long to stay.
#[derive(Debug, Clone, Args)]
pub(crate) struct WaitArguments {
    /// Wait for the end
    #[arg(long, overrides_with = "no_wait")]
    pub(crate) wait: bool,
    /// Return at once
    #[arg(long, overrides_with = "wait")]
    pub(crate) no_wait: bool,
    /// Longest wait, such as 10m; then exit with 124
    #[arg(long, value_name = "TIME", conflicts_with = "no_wait")]
    pub(crate) timeout: Option<Span>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  roadbed run train
  roadbed run train -p depth=6 -p trees=200
  roadbed run train --wait -o json      waits and prints the job
  roadbed run train --no-wait           returns once the job is accepted
  roadbed run --again JOB_ID -p depth=8 the same code and environment as that job, with another parameter

Runs what lies in this folder: the job as roadbed.yaml has it now and the files git would not ignore. Nothing needs to be applied before.")]
pub(crate) struct RunArguments {
    /// A job of roadbed.yaml
    #[arg(value_name = "JOB", required_unless_present = "again")]
    pub(crate) job: Option<String>,
    /// Run this job again, with its code and environment; needs no folder
    #[arg(long, value_name = "JOB_ID", conflicts_with_all = ["job", "file"])]
    pub(crate) again: Option<String>,
    /// With --again: other CPUs, such as 2 or 500m
    #[arg(long, value_name = "CPUS")]
    pub(crate) cpu: Option<String>,
    /// With --again: other memory, such as 4GiB
    #[arg(long, value_name = "BYTES")]
    pub(crate) memory: Option<String>,
    /// With --again: another number of GPUs
    #[arg(long, value_name = "N")]
    pub(crate) gpu: Option<u32>,
    /// A parameter of the job; may be repeated
    #[arg(short, long = "parameter", value_name = "NAME=VALUE", action = ArgAction::Append)]
    pub(crate) parameters: Vec<String>,
    /// The manifest; its folder is what runs
    #[arg(long, value_name = "FILE", default_value = "roadbed.yaml")]
    pub(crate) file: PathBuf,
    /// Show the log as it is written; what is done without --wait and --no-wait
    #[arg(long, conflicts_with = "no_wait")]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) wait: WaitArguments,
    /// Check everything, start nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StrategyWord {
    Canary,
    #[value(name = "all_at_once", alias = "all-at-once")]
    AllAtOnce,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  roadbed deploy churn --model churn/3
  roadbed deploy churn --model churn@champion --strategy canary --steps 5%,25%,50%
  roadbed deploy churn --model churn/2 --again     tries again what was rolled back

Exits with 0 when the model has all traffic, 1 when it was rolled back or failed, 8 when the rollout was paused.")]
pub(crate) struct DeployArguments {
    /// The service; made when it is new
    #[arg(value_name = "SERVICE")]
    pub(crate) service: String,
    /// NAME/VERSION or NAME@ALIAS
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: String,
    /// How traffic moves: step by step or at once
    #[arg(long, value_enum)]
    pub(crate) strategy: Option<StrategyWord>,
    /// Shares of traffic of a canary, such as 5%,25%,50%
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) steps: Vec<String>,
    /// Try a model again that was rolled back here
    #[arg(long)]
    pub(crate) again: bool,
    /// Project of a new service; the token's own, else default
    #[arg(long, value_name = "NAME")]
    pub(crate) project: Option<String>,
    #[command(flatten)]
    pub(crate) wait: WaitArguments,
    /// Check everything, change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RolloutArguments {
    /// A service, for its newest rollout, or the id of a rollout
    #[arg(value_name = "SERVICE|ID")]
    pub(crate) target: String,
    #[command(flatten)]
    pub(crate) wait: WaitArguments,
    /// Check everything, change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roadbed approve churn/3 --alias champion --comment 'evaluated on the holdout of May'\n  roadbed list approval churn/3"
)]
pub(crate) struct ApproveArguments {
    /// The model and the version's number
    #[arg(value_name = "MODEL/VERSION")]
    pub(crate) version: String,
    /// The alias that may name the version
    #[arg(long, value_name = "ALIAS")]
    pub(crate) alias: String,
    /// What was looked at, for those who ask later
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) comment: String,
    /// Team of the model
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// Check everything, change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roadbed sign churn/3 --to model.sig --key-to team.pem\n  model_signing verify key DOWNLOADED --signature model.sig --public_key team.pem\n  roadbed get signature churn/3 --read true"
)]
pub(crate) struct SignArguments {
    /// The model and the version's number
    #[arg(value_name = "MODEL/VERSION")]
    pub(crate) version: String,
    /// Write the signature to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) to: Option<PathBuf>,
    /// Write the public key to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) key_to: Option<PathBuf>,
    /// Team of the model
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// Check everything, change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roadbed purge --dry-run\n  roadbed purge --experiment 3 --yes\n\nRuns that a version was registered from, or with the tag roadbed.keep, stay. What is purged cannot be restored."
)]
pub(crate) struct PurgeArguments {
    /// Only runs of this experiment, by id
    #[arg(long, value_name = "ID")]
    pub(crate) experiment: Option<String>,
    /// Team of the runs
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Say how much would go, remove nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  roadbed test webhook ci\n  roadbed test webhook ci --event model_alias.moved")]
pub(crate) struct TestArguments {
    /// What is tested
    #[arg(value_name = "webhook", value_parser = ["webhook"])]
    pub(crate) noun: String,
    /// Name or id
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// The event an example of is sent; the first of the webhook's otherwise
    #[arg(long, value_name = "EVENT")]
    pub(crate) event: Option<String>,
    /// Team of the webhook
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct TargetArguments {
    /// Id of a job; `job` may stand before it
    #[arg(value_name = "[job] JOB_ID", num_args = 1..=2, required = true)]
    pub(crate) target: Vec<String>,
    /// Why, shown with the job
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
    /// Check everything, change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roadbed logs 01890a5d-ac96-774b-bcce-b302099a8057\n  roadbed logs train --follow      the newest job of that name"
)]
pub(crate) struct LogsArguments {
    /// Id of a job, or a name for its newest job
    #[arg(value_name = "JOB")]
    pub(crate) target: String,
    /// Stay until the job has ended
    #[arg(long, short)]
    pub(crate) follow: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "With a name: exits with 0 when it is well or done, 1 when it failed, 8 when it is still going on."
)]
pub(crate) struct StatusArguments {
    /// A service, or the id of a job or rollout
    #[arg(value_name = "SERVICE|ID")]
    pub(crate) target: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  roadbed open                            Home
  roadbed open services/churn             any path of the portal
  roadbed open run RUN_ID                 also: job ID, model churn/3, experiment NAME, service NAME
  roadbed open rollout churn              the newest rollout of a service
  roadbed open compare RUN_ID RUN_ID      runs side by side
  roadbed open activity --team growth --print

The link logs you in, once, and leads on to the page.")]
pub(crate) struct OpenArguments {
    /// A path of the portal, or what to show: run ID, rollout SERVICE and so on
    #[arg(value_name = "PAGE", num_args = 0..)]
    pub(crate) page: Vec<String>,
    /// Team to look at
    #[arg(long, value_name = "NAME")]
    pub(crate) team: Option<String>,
    /// Project to look at
    #[arg(long, value_name = "NAME")]
    pub(crate) project: Option<String>,
    /// Only print the link
    #[arg(long, alias = "no-browser")]
    pub(crate) print: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roadbed explain churn               the newest rollout of a service\n  roadbed explain job 01890a5d-ac96-774b-bcce-b302099a8057"
)]
pub(crate) struct ExplainArguments {
    /// A service, or the id of a rollout or job; `rollout` or `job` may stand before it
    #[arg(value_name = "[rollout|job] SERVICE|ID", num_args = 1..=2, required = true)]
    pub(crate) target: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// Data directory to look at; otherwise ROADBED_DATA or the user's data folder
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  roadbed login https://ml.example.org          asks for a token
  echo \"$TOKEN\" | roadbed login https://ml.example.org")]
pub(crate) struct LoginArguments {
    /// Address of the server
    #[arg(value_name = "URL")]
    pub(crate) server: String,
    /// Address of its predictions, where it does not say so itself
    #[arg(long, value_name = "URL")]
    pub(crate) gateway_url: Option<String>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  source <(roadbed completions bash)\n  roadbed completions fish > ~/.config/fish/completions/roadbed.fish"
)]
pub(crate) struct CompletionsArguments {
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}
