//! What may be written after `roadbed`: verbs with their flags. Nouns come from the table in [`crate::nouns`].

mod arguments;
mod moving;
mod start;
mod work;

pub(crate) use arguments::{Arguments, Verb, command};
pub(crate) use moving::{ExportArguments, ExportFormat, MigrateArguments, MigrateFrom};
pub(crate) use start::{BackupArguments, DemoArguments, RestoreArguments, RoleWord, ServerArguments, UpArguments};
pub(crate) use work::{
    ApplyArguments, ApproveArguments, DeployArguments, InitArguments, LoginArguments, LogsArguments, OpenArguments,
    PlanArguments, PurgeArguments, RolloutArguments, RunArguments, SignArguments, StrategyWord, TargetArguments,
    TestArguments,
};
