use super::moving::{ExportArguments, MigrateArguments};
use super::start::{BackupArguments, DemoArguments, RestoreArguments, ServerArguments, UpArguments};
use super::work::{
    ApplyArguments, ApproveArguments, CheckArguments, CompletionsArguments, DeployArguments, DoctorArguments,
    ExplainArguments, InitArguments, LoginArguments, LogsArguments, OpenArguments, PlanArguments, PurgeArguments,
    RolloutArguments, RunArguments, SignArguments, StatusArguments, TargetArguments, TestArguments,
};
use crate::global::GlobalArguments;
use crate::nouns;
use clap::{CommandFactory as _, Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  roadbed up                                   start the platform on this machine
  roadbed init churn --template sklearn        make a small working project
  roadbed run train -p depth=6                 run a job of roadbed.yaml and show its log
  roadbed deploy churn --model churn/3         release a model version step by step
  roadbed get rollout churn -o json            the newest rollout with its evidence
  roadbed list job --state running

Nouns of list, get, create, update and delete:
  project service revision rollout model version alias approval approval-rule team-approval-rule production lineage scan signature signing-key card bom retention experiment run trace job environment token team member user role price view.
Exit codes: 0 done, 1 failed, 2 usage, 4 login needed, 5 not found, 6 refused, 7 conflict, 8 still pending, 124 wait timed out.";

/// Train, serve and watch models on your own machines.
#[derive(Debug, Parser)]
#[command(name = "roadbed", bin_name = "roadbed", version, after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, max_term_width = 110)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: GlobalArguments,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Start the platform on this machine, until Ctrl-C
    Up(UpArguments),
    /// Start the platform with data in it and play its story
    Demo(DemoArguments),
    #[command(hide = true)]
    Server(ServerArguments),
    /// Make a small working project
    Init(InitArguments),
    /// Read roadbed.yaml and say what is wrong; needs no server
    Check(CheckArguments),
    /// Run a job of roadbed.yaml with the code of this folder
    Run(RunArguments),
    /// Show what applying roadbed.yaml would change
    Plan(PlanArguments),
    /// Make the server as roadbed.yaml says
    Apply(ApplyArguments),
    /// Release a model version as a service
    Deploy(DeployArguments),
    /// Give the new revision of a rollout all traffic
    Promote(RolloutArguments),
    /// Give the old revision all traffic again
    Rollback(RolloutArguments),
    /// Hold a rollout where it is
    Pause(RolloutArguments),
    /// Let a paused rollout go on
    Resume(RolloutArguments),
    /// Agree that an alias names a model version
    Approve(ApproveArguments),
    /// Sign the files of a model version with the team's key
    Sign(SignArguments),
    /// Send an example to a webhook
    Test(TestArguments),
    /// Remove deleted runs for good, with their points and files
    Purge(PurgeArguments),
    /// Ask a job to end
    Cancel(TargetArguments),
    /// Show what a job wrote
    Logs(LogsArguments),
    /// Show what is going on: all of it, or one service, job or rollout
    Status(StatusArguments),
    /// Open the portal at a page: makes a login link that leads there
    Open(OpenArguments),
    /// Say why: the evidence of a rollout, the life of a job
    Explain(ExplainArguments),
    /// Look for what is wrong with this machine and the server
    Doctor(DoctorArguments),
    /// Keep the address of a server and a token for it
    Login(LoginArguments),
    /// Forget the kept token
    Logout,
    /// Print variables for shells and MLflow clients
    Env,
    /// Write everything in a data directory into one file
    Backup(BackupArguments),
    /// Make a data directory from a backup
    Restore(RestoreArguments),
    /// Bring tracking data in from MLflow or from an export
    Migrate(MigrateArguments),
    /// Write the tracking data of a team as files
    Export(ExportArguments),
    /// Print a completion script for a shell
    Completions(CompletionsArguments),
}

/// The whole grammar.
pub(crate) fn command(has_demo: bool) -> clap::Command {
    let command = nouns::augment(Arguments::command());
    command.mut_subcommand("demo", |demo| demo.hide(!has_demo))
}
