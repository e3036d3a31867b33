//! A private PostgreSQL server for tests, started from the installed binaries in a temporary folder and reached by a
//! Unix socket. One per test process, started by the first test that asks; a watching shell stops it and removes its
//! folder when the test process ends, however it ends.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A running server.
#[derive(Debug)]
pub struct PostgresServer {
    directory: PathBuf,
    /// Its standard input closes with this process, which is the sign to clean up.
    _watcher: Child,
}

/// The account the server runs as; the server refuses to run as root.
#[derive(Debug, Clone, Copy)]
struct Account {
    uid: u32,
    gid: u32,
}

const START_DEADLINE: Duration = Duration::from_secs(60);
const RETRY_PAUSE: Duration = Duration::from_millis(20);
/// Waits for the end of its input, stops the server, removes the folder.
const WATCH: &str = "cat >/dev/null; kill -INT \"$1\"; \
    for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 \"$1\" 2>/dev/null || break; sleep 0.2; done; \
    kill -KILL \"$1\" 2>/dev/null; rm -rf \"$2\"";

impl PostgresServer {
    /// The server of this test process, or `None`, said loudly once, when PostgreSQL is not installed.
    ///
    /// # Panics
    /// PostgreSQL is installed but does not start.
    pub fn shared() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<PostgresServer>> = OnceLock::new();
        SERVER.get_or_init(|| binaries().map(|binaries| Self::start(&binaries))).as_ref()
    }

    /// How to connect: trusted, by socket. Give each test a schema of its own.
    #[must_use]
    pub fn url(&self) -> String {
        format!("host={} user=postgres dbname=postgres", self.directory.display())
    }

    fn start(binaries: &Path) -> Self {
        let account = account();
        let directory = tempfile::Builder::new().prefix("roadbed-pg-").tempdir().unwrap().keep();
        if let Some(account) = account {
            chown(&directory, Some(account.uid), Some(account.gid)).unwrap();
        }
        std::fs::set_permissions(&directory, Permissions::from_mode(0o755)).unwrap();
        let data = directory.join("data");
        let mut initdb = command(&binaries.join("initdb"), &directory, account);
        initdb.arg("-D").arg(&data).args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        let made = initdb.output().unwrap();
        assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        let log = std::fs::File::create(directory.join("log")).unwrap();
        let mut server = command(&binaries.join("postgres"), &directory, account);
        server.arg("-D").arg(&data).arg("-k").arg(&directory);
        server.args([
            "-c",
            "listen_addresses=",
            "-c",
            "max_connections=400",
            "-c",
            "fsync=off",
            "-c",
            "shared_buffers=64MB",
        ]);
        let mut server = server.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let watcher = watch(&server, &directory);
        wait_until_ready(&mut server, binaries, &directory);
        Self { directory, _watcher: watcher }
    }
}

/// Folder of the newest installed PostgreSQL.
fn binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let version_of = |folder: &PathBuf| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = versions.map(|entry| entry.path()).max_by_key(version_of).map(|folder| folder.join("bin"));
    let newest = newest.filter(|folder| folder.join("initdb").exists() && folder.join("postgres").exists());
    if newest.is_none() {
        say("SKIPPED: tests on PostgreSQL, its server is not there; install postgresql");
    }
    newest
}

/// Past the capture of the test harness, which swallows what a passing test prints.
fn say(text: &str) {
    std::io::stderr().write_all(format!("{text}\n").as_bytes()).unwrap();
}

/// Another account to run as, when this process is root's.
fn account() -> Option<Account> {
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let find = |wanted: &str| {
        users
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>())
            .find(|fields| fields.first() == Some(&wanted))
            .map(|fields| Account { uid: fields[2].parse().unwrap(), gid: fields[3].parse().unwrap() })
    };
    Some(find("postgres").or_else(|| find("nobody")).unwrap())
}

fn command(program: &Path, directory: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory).stdin(Stdio::null());
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

fn watch(server: &Child, directory: &Path) -> Child {
    let mut watcher = Command::new("sh");
    watcher.arg("-c").arg(WATCH).arg("watch").arg(server.id().to_string()).arg(directory);
    // Not in this process's group: an interrupt from the terminal must not end the watcher first.
    watcher.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().unwrap()
}

fn wait_until_ready(server: &mut Child, binaries: &Path, directory: &Path) {
    let deadline = Instant::now() + START_DEADLINE;
    loop {
        let mut asked = Command::new(binaries.join("pg_isready"));
        if asked.arg("-q").arg("-h").arg(directory).status().unwrap().success() {
            return;
        }
        let log = || std::fs::read_to_string(directory.join("log")).unwrap_or_default();
        if let Some(status) = server.try_wait().unwrap() {
            panic!("PostgreSQL ended with {status}: {}", log());
        }
        assert!(Instant::now() < deadline, "PostgreSQL did not start in time: {}", log());
        std::thread::sleep(RETRY_PAUSE);
    }
}
