use super::children::{RoleCommand, RoleProcess, Tended};
use super::listeners::Listening;
use super::predecessor;
use crate::server_file::{self, ServerFile};
use crate::settings::Settings;
use anyhow::Context as _;
use roadbed_core::{Clock as _, SystemClock};
use rustix::fs::{FlockOperation, flock};
use signal_hook::consts::{SIGCHLD, SIGINT, SIGTERM};
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Another server uses the data directory.
const CONFLICT_EXIT: u8 = 7;
const GATEWAY_PATIENCE: Duration = Duration::from_secs(30);
const CONTROL_PATIENCE: Duration = Duration::from_secs(10);
/// Control waits for the jobs it was asked to end.
const JOBS_PATIENCE: Duration = Duration::from_secs(60);
const READY_PATIENCE: Duration = Duration::from_secs(60);

/// What `up` does besides serving.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct UpOptions {
    /// End running jobs with the server.
    pub(crate) stop_jobs: bool,
    /// Say nothing on standard output.
    pub(crate) quiet: bool,
}

/// Runs the whole platform until a signal asks it to end.
///
/// # Errors
/// The data directory, an address or a child is unusable; the text says what to do.
pub(crate) fn run(settings: &Settings, options: UpOptions) -> anyhow::Result<ExitCode> {
    let data = &settings.data;
    create_private(data)?;
    let lock = File::options().create(true).truncate(false).write(true).open(data.join("launcher.lock"))?;
    if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Ok(already_running(data));
    }
    let signals = watch_signals()?;
    predecessor::wait_for_its_roles(data);
    let control_socket = Listening::bind(settings.listen)?;
    let gateway_socket = Listening::bind(settings.gateway_listen)?;
    let _ = std::fs::remove_file(server_file::path(data));
    let mut arguments = role_arguments(settings, &control_socket.url(), &gateway_socket.url());
    if options.stop_jobs {
        arguments.push("--stop-jobs".to_owned());
    }
    let role = |role, socket: &Listening| -> anyhow::Result<RoleProcess> {
        let program = std::env::current_exe().context("the program's own file is unknown")?;
        RoleProcess::start(RoleCommand { role, program, arguments: arguments.clone(), listener: socket.handle()? })
    };
    let mut control = role("control", &control_socket)?;
    let mut gateway = role("gateway", &gateway_socket)?;
    let mut file = ServerFile {
        url: control_socket.url(),
        gateway_url: gateway_socket.url(),
        pid: std::process::id(),
        control_pid: control.pid(),
        gateway_pid: gateway.pid(),
        started_at: SystemClock.now().to_string(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    file.write(data).context("server.json cannot be written")?;
    let mut greeting = (!options.quiet).then(|| Greeting::new(settings, &file));
    let code = loop {
        if let Some(code) = tend(&mut control, &mut gateway, &mut file, data)? {
            break code;
        }
        if greeting.as_mut().is_some_and(Greeting::finished) {
            greeting = None;
        }
        let pause = pause(&control, &gateway, greeting.is_some());
        match signals.recv_timeout(pause) {
            Ok(SIGTERM | SIGINT) => break ExitCode::SUCCESS,
            Ok(_) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break ExitCode::FAILURE,
        }
    };
    gateway.stop(GATEWAY_PATIENCE);
    control.stop(if options.stop_jobs { JOBS_PATIENCE } else { CONTROL_PATIENCE });
    let _ = std::fs::remove_file(server_file::path(data));
    drop(lock);
    Ok(code)
}

/// Restarts what ended and keeps `server.json` true.
fn tend(
    control: &mut RoleProcess,
    gateway: &mut RoleProcess,
    file: &mut ServerFile,
    data: &Path,
) -> anyhow::Result<Option<ExitCode>> {
    let mut restarted = false;
    for role in [&mut *control, &mut *gateway] {
        match role.tend()? {
            Tended::Same => {}
            Tended::Restarted => restarted = true,
            Tended::Final => return Ok(Some(ExitCode::FAILURE)),
        }
    }
    if restarted {
        (file.control_pid, file.gateway_pid) = (control.pid(), gateway.pid());
        file.write(data).context("server.json cannot be written")?;
    }
    Ok(None)
}

fn pause(control: &RoleProcess, gateway: &RoleProcess, greeting: bool) -> Duration {
    let idle = if greeting { Duration::from_millis(10) } else { Duration::from_secs(60) };
    [control.next_due(), gateway.next_due()].into_iter().flatten().fold(idle, Duration::min)
}

fn watch_signals() -> anyhow::Result<Receiver<i32>> {
    let (sender, receiver) = channel();
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGCHLD])?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if sender.send(signal).is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}

fn role_arguments(settings: &Settings, url: &str, gateway_url: &str) -> Vec<String> {
    let mut arguments = vec!["--data".to_owned(), settings.data.display().to_string()];
    arguments.extend(["--url".to_owned(), url.to_owned(), "--gateway-url".to_owned(), gateway_url.to_owned()]);
    for host in settings.allowed_hosts() {
        arguments.extend(["--host".to_owned(), host]);
    }
    if settings.insecure_local {
        arguments.push("--insecure-local".to_owned());
    }
    let optional = [("--database", settings.database.clone())];
    let paths = [("--uv", &settings.uv), ("--onnxruntime", &settings.onnxruntime)];
    let paths = paths.into_iter().map(|(name, path)| (name, path.as_ref().map(|path| path.display().to_string())));
    for (name, value) in optional.into_iter().chain(paths) {
        if let Some(value) = value {
            arguments.extend([name.to_owned(), value]);
        }
    }
    arguments
}

/// Creates the data directory for its owner only.
fn create_private(data: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let created = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data);
    created.with_context(|| format!("the data directory {} cannot be created", data.display()))
}

fn already_running(data: &Path) -> ExitCode {
    let url = ServerFile::read(data).map(|file| file.url);
    let mut stderr = std::io::stderr();
    let _ = match url {
        Some(url) => writeln!(stderr, "a server already runs on {} at {url}", data.display()),
        None => writeln!(stderr, "a server is just starting on {}", data.display()),
    };
    ExitCode::from(CONFLICT_EXIT)
}

/// Prints the addresses once the platform is ready.
struct Greeting {
    url: String,
    gateway_url: String,
    link_file: std::path::PathBuf,
    insecure_local: bool,
    until: Instant,
}

impl Greeting {
    fn new(settings: &Settings, file: &ServerFile) -> Self {
        Self {
            url: file.url.clone(),
            gateway_url: file.gateway_url.clone(),
            link_file: settings.data.join("login-link"),
            insecure_local: settings.insecure_local,
            until: Instant::now() + READY_PATIENCE,
        }
    }

    /// True once there is nothing more to say.
    fn finished(&mut self) -> bool {
        if Instant::now() > self.until {
            let _ =
                writeln!(std::io::stderr(), "roadbed is not ready after {READY_PATIENCE:?}; see the messages above");
            return true;
        }
        if !crate::probe::is_ready(&self.url) {
            return false;
        }
        let mut out = std::io::stdout();
        let _ = writeln!(out, "roadbed {} is ready", env!("CARGO_PKG_VERSION"));
        let _ = writeln!(out, "  control  {}", self.url);
        let _ = writeln!(out, "  gateway  {}", self.gateway_url);
        if let Ok(link) = std::fs::read_to_string(&self.link_file) {
            let _ = writeln!(
                out,
                "  log in   {}{}   (once, within 15 minutes; 'roadbed open' makes a new one)",
                self.url,
                link.trim()
            );
            let _ = std::fs::remove_file(&self.link_file);
        }
        if self.insecure_local {
            let _ = writeln!(out, "  WARNING  --insecure-local: everyone on this machine is the administrator");
        }
        let _ = out.flush();
        true
    }
}
