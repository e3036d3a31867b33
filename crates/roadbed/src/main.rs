//! The one binary. A supervisor is recognised first and starts nothing else; everything else goes through the command line, which
//! calls back for what only this program can do: run the platform, read a manifest, look at the machine.

mod backup;
mod control;
mod doctor;
mod gateway_role;
mod http;
mod launcher;
mod local;
mod page;
mod probe;
mod readiness;
mod request;
mod server_file;
mod settings;
mod templates;
#[cfg(test)]
mod test_server;
mod try_it;
mod wiring;

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    match arguments.get(1).and_then(|first| first.to_str()) {
        // Before any thread exists: a supervisor forks.
        Some("supervisor") => roadbed_supervisor::main(&arguments[2..]),
        Some(gateway_role::ONNX_RUNTIME_TRIAL) => gateway_role::try_onnx_runtime(&arguments[2..]),
        _ => roadbed_cli::run(arguments.into_iter(), &settings::variable, &local::Program),
    }
}
