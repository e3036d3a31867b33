//! The supervisor alone, as the tests start it; `roadbed supervisor` calls the same entry.

fn main() -> std::process::ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    roadbed_supervisor::main(&arguments)
}
