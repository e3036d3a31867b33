//! The entry for `roadbed supervisor`.

use crate::arguments::Arguments;
use crate::error::SupervisorError;
use crate::run::run;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

/// Runs one supervisor to its end. `arguments` are those after the role's name: `--directory DIR [--cache DIR] [--pass-fd N]`.
///
/// Must be called from `main` before other threads exist. Exit code 0: the exit report is written (however the work ended); 1: it could
/// not be; 2: the arguments are wrong.
#[must_use]
pub fn main(arguments: &[OsString]) -> ExitCode {
    let result = Arguments::parse(arguments).and_then(|arguments| run(&arguments));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody may be reading; there is no other place to say it.
            let _unread = writeln!(std::io::stderr(), "roadbed supervisor: {error}");
            ExitCode::from(if matches!(error, SupervisorError::Usage(_)) { 2 } else { 1 })
        }
    }
}
