//! Chores of this repository: `cargo xtask tidy` checks what the compiler and clippy do not.

mod tidy;

use anyhow::{Context, bail};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask tidy";

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("tidy"), None) => run_tidy(),
        _ => bail!(USAGE),
    }
}

/// Prints one line per finding and a last line with the counts. Fails when anything is refused.
fn run_tidy() -> anyhow::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the repository")?;
    let outcome = tidy::check(root)?;
    let mut out = std::io::stdout().lock();
    for finding in &outcome.findings {
        writeln!(out, "{finding}")?;
    }
    writeln!(out, "{} passed, {} failed", outcome.passed, outcome.failed)?;
    Ok(if outcome.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
