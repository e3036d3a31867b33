//! Verbs that move tracking data in and out.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

const MIGRATE_EXAMPLES: &str = "\
Examples:
  roadbed migrate mlflow --from sqlite:///mlflow.db --dry-run
  roadbed migrate mlflow --from ./mlruns
  roadbed migrate mlflow --from postgresql://reader@db/mlflow --artifacts /srv/mlflow-artifacts --team growth
  roadbed migrate mlflow --from http://mlflow:5000
  roadbed migrate roadbed --from ./churn-export";

#[derive(Debug, Args)]
#[command(after_help = MIGRATE_EXAMPLES)]
pub(crate) struct MigrateArguments {
    #[command(subcommand)]
    pub(crate) from: MigrateFrom,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MigrateFrom {
    /// From an MLflow store: a database, a folder mlruns, or a server
    Mlflow(MlflowArguments),
    /// From a folder that roadbed export wrote
    Roadbed(ArchiveArguments),
}

#[derive(Debug, Args)]
pub(crate) struct MlflowArguments {
    /// sqlite:///PATH, postgresql://…, a folder mlruns, or http://…
    #[arg(long, value_name = "STORE")]
    pub(crate) from: String,
    /// Folder in which the MLflow server keeps artifacts (its --artifacts-destination)
    #[arg(long, value_name = "DIR")]
    pub(crate) artifacts: Option<PathBuf>,
    /// Workspace of the MLflow store
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(crate) workspace: String,
    /// Team that gets the data
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// Count and check, change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ArchiveArguments {
    /// Folder of the export
    #[arg(long, value_name = "DIR")]
    pub(crate) from: PathBuf,
    /// Team that gets the data
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// Count and check, change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    /// JSON lines and files, for roadbed migrate roadbed
    #[default]
    Roadbed,
    /// MLflow's folder store
    Mlruns,
}

const EXPORT_EXAMPLES: &str = "\
Examples:
  roadbed export ./everything
  roadbed export ./churn --team growth --experiment churn/train
  roadbed export --format mlruns ./mlruns";

#[derive(Debug, Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub(crate) struct ExportArguments {
    /// Folder to write; an export that was interrupted goes on
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// What is written
    #[arg(long, value_enum, default_value = "roadbed")]
    pub(crate) format: ExportFormat,
    /// Team whose data is written
    #[arg(long, value_name = "TEAM")]
    pub(crate) team: Option<String>,
    /// Only this experiment, by name or id, without registered models; may be repeated
    #[arg(long = "experiment", value_name = "EXPERIMENT")]
    pub(crate) experiments: Vec<String>,
    /// Count, write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
