//! Failures in words: what is wrong, where, and what to do.

use crate::failure::{Code, Failure};
use crate::output::printable;
use crate::problem::{Problem, ProblemItem};
use crate::terminal::{Style, Terminal};

/// Help and version go to standard output, mistakes to standard error.
pub(crate) fn explain_usage(error: &clap::Error, terminal: &mut Terminal<'_>) -> Code {
    let rendered = error.render();
    if error.use_stderr() {
        let colored = terminal.colors && terminal.stderr_is_terminal;
        terminal.words(&if colored { rendered.ansi().to_string() } else { rendered.to_string() });
        return Code::Usage;
    }
    let colored = terminal.colors && terminal.stdout_is_terminal;
    let text = if colored { rendered.ansi().to_string() } else { rendered.to_string() };
    match terminal.data(&text) {
        Ok(()) => Code::Done,
        Err(failure) => failure.code(),
    }
}

pub(crate) fn explain_failure(failure: &Failure, terminal: &mut Terminal<'_>) {
    if failure.is_silent() {
        return;
    }
    let word = terminal.on_stderr(Style::Error, "error:");
    terminal.say(&format!("{word} {failure}"));
    if let Failure::Problem(problem) = failure {
        explain_problem(problem, terminal);
    }
    if let Some(fix) = failure.fix() {
        let word = terminal.on_stderr(Style::Strong, "fix:");
        terminal.say(&format!("  {word} {}", readable(&fix)));
    }
}

fn explain_problem(problem: &Problem, terminal: &mut Terminal<'_>) {
    for (name, value) in [("field", &problem.field), ("line", &problem.line)] {
        if let Some(value) = value {
            terminal.say(&format!("  {name}: {}", printable(value)));
        }
    }
    // The first of several is the problem itself.
    for item in problem.problems.iter().filter(|item| item.detail != problem.detail) {
        explain_item(item, terminal);
    }
    if let Some(request) = problem.request_id.as_ref().filter(|_| problem.status >= 500) {
        terminal.say(&format!("  request: {}", printable(request)));
    }
}

fn explain_item(item: &ProblemItem, terminal: &mut Terminal<'_>) {
    terminal.say(&format!("  also: {}", readable(&item.detail)));
    let detail = &item.detail;
    if let Some(fix) = item.fix.as_ref().filter(|fix| !detail.contains(fix.as_str())) {
        terminal.say(&format!("    fix: {}", readable(fix)));
    }
}

/// Text of the server with its line ends, without what would steer the terminal.
fn readable(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n    ")
}
