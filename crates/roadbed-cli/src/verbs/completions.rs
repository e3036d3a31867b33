use crate::failure::{Code, Failure};
use crate::grammar;
use crate::session::Session;
use clap_complete::{Shell, generate};

pub(super) fn completions(session: &mut Session<'_>, shell: Shell) -> Result<Code, Failure> {
    let mut command = grammar::command(session.local.demo().is_some());
    let mut script = Vec::new();
    generate(shell, &mut command, "roadbed", &mut script);
    session.terminal.data_bytes(&script)?;
    Ok(Code::Done)
}
