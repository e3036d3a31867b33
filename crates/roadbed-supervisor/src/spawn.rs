//! Starting user code: its own session, limits and isolation, set between fork and exec.

use crate::error::NotStarted;
use crate::variables::WORKER_FD;
use rustix::process::{Resource, Rlimit, Signal, getrlimit, setrlimit};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io::{ErrorKind, PipeReader};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Enough for data loaders; the soft limit many hosts set (1024) is not.
const OPEN_FILES: u64 = 65_536;

pub(crate) struct Plan<'a> {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) folder: &'a Path,
    pub(crate) variables: BTreeMap<OsString, OsString>,
    /// Writing `0` there joins a control group.
    pub(crate) doors: Vec<File>,
    pub(crate) rules: Option<OwnedFd>,
    pub(crate) passes_fd: bool,
}

/// Starts the process; answers its id and the reading end of its output.
pub(crate) fn spawn(plan: Plan<'_>) -> Result<(u32, PipeReader), NotStarted> {
    let refused = |error: std::io::Error| NotStarted::Refused(format!("the output pipe could not be made: {error}"));
    let (reader, writer) = std::io::pipe().map_err(refused)?;
    let mut command = Command::new(&plan.program);
    command
        .args(&plan.arguments)
        .current_dir(plan.folder)
        .env_clear()
        .envs(&plan.variables)
        .stdin(Stdio::null())
        .stdout(writer.try_clone().map_err(refused)?)
        .stderr(writer);
    // The one who reads also watches everything else, so it must never wait for output.
    rustix::io::ioctl_fionbio(&reader, true).map_err(|error| refused(error.into()))?;
    let (program, folder) = (plan.program.clone(), plan.folder.to_path_buf());
    set_up(&mut command, plan);
    let child = command.spawn().map_err(|error| NotStarted::Refused(explain(&program, &folder, &error)))?;
    Ok((child.id(), reader))
}

/// What runs in the child. Only system calls: between fork and exec nothing may allocate or take a lock.
#[expect(unsafe_code, reason = "pre_exec is unsafe by design: its closure runs after fork")]
fn set_up(command: &mut Command, plan: Plan<'_>) {
    let open_files = getrlimit(Resource::Nofile);
    let wanted =
        Rlimit { current: Some(open_files.maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES))), ..open_files };
    let (doors, rules, passes_fd) = (plan.doors, plan.rules, plan.passes_fd);
    let in_child = move || -> std::io::Result<()> {
        rustix::process::setsid()?;
        for door in &doors {
            // Whether it worked is checked from outside, where it can be told.
            let _checked_by_parent = rustix::io::write(door, b"0");
        }
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
        setrlimit(Resource::Nofile, wanted)?;
        setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        if passes_fd {
            pass_worker_fd()?;
        }
        rustix::thread::set_no_new_privs(true)?;
        if let Some(rules) = &rules {
            restrict(rules)?;
        }
        Ok(())
    };
    // SAFETY: the closure makes system calls on values it owns, and neither allocates nor locks.
    unsafe {
        command.pre_exec(in_child);
    }
}

/// Lets the descriptor that waits at its number survive exec.
#[expect(unsafe_code, reason = "the descriptor is known by number only")]
fn pass_worker_fd() -> std::io::Result<()> {
    // SAFETY: changing the flags of a descriptor number touches no memory.
    match unsafe { libc::fcntl(WORKER_FD, libc::F_SETFD, 0) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

#[expect(
    unsafe_code,
    reason = "the landlock crate applies rules only by consuming a ruleset, which frees memory after fork"
)]
fn restrict(rules: &OwnedFd) -> std::io::Result<()> {
    // SAFETY: landlock_restrict_self(2) takes a descriptor and flags, no pointer.
    match unsafe { libc::syscall(libc::SYS_landlock_restrict_self, rules.as_raw_fd(), 0_u32) } {
        0 => Ok(()),
        _ => Err(std::io::Error::last_os_error()),
    }
}

fn explain(program: &Path, folder: &Path, error: &std::io::Error) -> String {
    let name = program.strip_prefix(folder).unwrap_or(program).display();
    match error.kind() {
        // The file was there a moment ago, so what is missing is what its first line names.
        ErrorKind::NotFound => match first_line_interpreter(program) {
            Some(interpreter) => format!("{name} asks for the interpreter {interpreter}, which is not on this machine"),
            None => format!("{name} could not be started: its loader is missing, it may be built for another system"),
        },
        ErrorKind::PermissionDenied => format!("{name} could not be started: permission denied"),
        _ if error.raw_os_error() == Some(libc::ENOEXEC) => {
            format!("{name} is neither a program nor a script with '#!' in its first line")
        }
        _ => format!("{name} could not be started: {error}"),
    }
}

fn first_line_interpreter(program: &Path) -> Option<String> {
    use std::io::Read;
    let mut start = Vec::new();
    File::open(program).ok()?.take(256).read_to_end(&mut start).ok()?;
    let line = start.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
    Some(String::from_utf8_lossy(line).trim().to_owned())
}

/// Applies rules to a tool of ours.
#[expect(unsafe_code, reason = "pre_exec is unsafe by design: its closure runs after fork")]
pub(crate) fn restrict_tool(command: &mut Command, rules: OwnedFd) {
    let in_child = move || -> std::io::Result<()> {
        rustix::thread::set_no_new_privs(true)?;
        restrict(&rules)
    };
    // SAFETY: the closure makes system calls on a descriptor it owns, and neither allocates nor locks.
    unsafe {
        command.pre_exec(in_child);
    }
}
