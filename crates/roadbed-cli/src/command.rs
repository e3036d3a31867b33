//! From arguments to an exit code.

use crate::failure::{Code, Failure};
use crate::global::GlobalArguments;
use crate::grammar::{self, Arguments};
use crate::local::Local;
use crate::session::Session;
use crate::terminal::Terminal;
use crate::{nouns, report, verbs};
use clap::FromArgMatches as _;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Everything around a command.
pub struct World<'a> {
    pub environment: &'a dyn Fn(&str) -> Option<String>,
    pub local: &'a dyn Local,
    pub terminal: Terminal<'a>,
    /// The folder commands start from.
    pub folder: PathBuf,
}

/// Runs one command of the process. `arguments` start with the program's name; `environment` reads a variable.
pub fn run(
    arguments: impl Iterator<Item = OsString>,
    environment: &dyn Fn(&str) -> Option<String>,
    local: &dyn Local,
) -> ExitCode {
    let (stdin, mut stdout, mut stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    let plain = |name: &str, value: Option<&str>| {
        environment(name).is_some_and(|found| !found.is_empty() && value.is_none_or(|value| value == found))
    };
    let is_terminal = (stdin.is_terminal(), stdout.is_terminal(), stderr.is_terminal());
    let mut input = std::io::BufReader::new(stdin);
    let mut terminal = Terminal::plain(&mut input, &mut stdout, &mut stderr);
    (terminal.stdin_is_terminal, terminal.stdout_is_terminal, terminal.stderr_is_terminal) = is_terminal;
    terminal.colors = !plain("NO_COLOR", None) && !plain("TERM", Some("dumb"));
    run_in(arguments, World { environment, local, terminal, folder: PathBuf::from(".") })
}

/// Runs one command in a given world.
pub fn run_in(arguments: impl Iterator<Item = OsString>, world: World<'_>) -> ExitCode {
    let World { environment, local, mut terminal, folder } = world;
    let command = grammar::command(local.demo().is_some());
    let matches = match command.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return report::explain_usage(&error, &mut terminal).into(),
    };
    let read = GlobalArguments::from_arg_matches(&matches);
    let global = match read {
        Ok(global) => global,
        Err(error) => return report::explain_usage(&error, &mut terminal).into(),
    };
    let mut session = Session { local, environment, terminal, folder, global };
    let ended = perform(&mut session, &matches);
    session.terminal.erase_progress();
    match ended {
        Ok(code) => code,
        Err(failure) => {
            report::explain_failure(&failure, &mut session.terminal);
            failure.code().into()
        }
    }
}

fn perform(session: &mut Session<'_>, matches: &clap::ArgMatches) -> Result<ExitCode, Failure> {
    let Some((first, inner)) = matches.subcommand() else { return Ok(Code::Usage.into()) };
    let is_run_noun = first == "run" && inner.subcommand_name().is_some();
    if is_run_noun || nouns::is_generic(first) {
        return nouns::perform(session, first, inner).map(Into::into);
    }
    let read = Arguments::from_arg_matches(matches);
    let arguments = read.map_err(|error| Failure::Usage { detail: error.to_string(), fix: None })?;
    verbs::perform(session, arguments.verb)
}
