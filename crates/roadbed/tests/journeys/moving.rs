//! Tracking data moves in from MLflow and out again, and the `mlflow` client sees the same before and after.

use crate::platform::Place;
use crate::waiting::until_true;
use rustix::process::Signal;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const PACKAGES: [&str; 2] = ["mlflow==3.17.2", "pandas<3"];
const QUIET: [(&str, &str); 6] = [
    ("MLFLOW_DISABLE_TELEMETRY", "true"),
    ("DO_NOT_TRACK", "true"),
    ("GIT_PYTHON_REFRESH", "quiet"),
    ("OMP_NUM_THREADS", "1"),
    // The client of 3.17 asks for it before it opens a folder.
    ("MLFLOW_ALLOW_FILE_STORE", "true"),
    ("MLFLOW_SERVER_ENABLE_JOB_EXECUTION", "false"),
];

/// A Python with the real client, in the cache that the tests of the room use; `None`, said loudly, where it cannot be had.
struct Python {
    interpreter: PathBuf,
    cache: PathBuf,
}

fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

impl Python {
    #[expect(clippy::disallowed_methods, reason = "the cache of Python packages is the user's, wherever the tests run")]
    fn find() -> Option<Self> {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let cache = cache.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))?;
        let cache = cache.join("roadbed/venvs");
        let interpreter = cache.join("mlflow/bin/python");
        let check = "import mlflow, pandas; assert mlflow.__version__ == '3.17.2'";
        let is_there = || succeeds(Command::new(&interpreter).args(["-c", check]));
        let install = || {
            succeeds(Command::new("uv").args(["venv", "--quiet", "--allow-existing"]).arg(cache.join("mlflow")))
                && succeeds(Command::new("uv").args(["pip", "install", "--python"]).arg(&interpreter).args(PACKAGES))
        };
        if is_there() || install() {
            return Some(Self { interpreter, cache });
        }
        println!("SKIPPED: no Python with mlflow 3.17.2; install uv, or run once with access to a package index");
        None
    }

    /// A folder with the driver of PostgreSQL that MLflow uses.
    fn driver(&self) -> Option<PathBuf> {
        let folder = self.cache.join("psycopg2");
        let is_there = folder.join("psycopg2").is_dir();
        let mut install = Command::new("uv");
        install.args(["pip", "install", "--python"]).arg(&self.interpreter).arg("--target").arg(&folder);
        if is_there || succeeds(install.arg("psycopg2-binary")) {
            return Some(folder);
        }
        println!("SKIPPED: MLflow on PostgreSQL needs psycopg2-binary");
        None
    }

    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(&self.interpreter);
        command.current_dir(folder).stdin(Stdio::null()).envs(QUIET);
        command
    }

    /// What a script of this story prints.
    #[track_caller]
    fn run(&self, script: &str, folder: &Path, arguments: &[&str], variables: &[(String, String)]) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journeys/moving").join(script);
        let mut command = self.command(folder);
        let output = command.arg(script).args(arguments).envs(variables.iter().cloned()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Everything the client sees at an address.
    #[track_caller]
    fn look(&self, folder: &Path, uri: &str, variables: &[(String, String)]) -> Value {
        serde_json::from_str(&self.run("look.py", folder, &[uri], variables)).unwrap()
    }

    /// The same of a running platform.
    #[track_caller]
    fn look_at(&self, place: &Place) -> Value {
        let env = place.run(&["env", "-o", "json"]).ended_with(0).json();
        let of = |name: &str| env[name].as_str().unwrap().to_owned();
        let token = ("MLFLOW_TRACKING_TOKEN".to_owned(), of("MLFLOW_TRACKING_TOKEN"));
        self.look(place.folder(), &of("MLFLOW_TRACKING_URI"), &[token])
    }
}

/// Names each field that differs.
#[track_caller]
fn assert_same(before: &Value, after: &Value) {
    let mut differences = Vec::new();
    compare(before, after, &mut String::new(), &mut differences);
    assert!(differences.is_empty(), "{differences:#?}");
}

fn compare(before: &Value, after: &Value, path: &mut String, differences: &mut Vec<String>) {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        if before != after {
            let short = |value: &Value| value.to_string().chars().take(200).collect::<String>();
            differences.push(format!("{path}: {} -> {}", short(before), short(after)));
        }
        return;
    };
    let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let length = path.len();
        path.push('/');
        path.push_str(key);
        compare(&before[key], &after[key], path, differences);
        path.truncate(length);
    }
}

fn carried(report: &Value, kind: &str, column: &str) -> u64 {
    let rows = report["carried"].as_array().unwrap();
    rows.iter().find(|row| row["kind"] == kind).map_or(0, |row| row[column].as_u64().unwrap())
}

/// Migrates to a fresh platform, looks, and migrates again, which carries nothing.
#[track_caller]
fn migrated(python: &Python, place: &Place, words: &[&str]) -> Value {
    let words = [&["migrate"], words, &["-o", "json"]].concat();
    let dry = place.run(&[&words[..], &["--dry-run"]].concat()).ended_with(0).json();
    let report = place.run(&words).ended_with(0).json();
    assert_eq!(report["complete"], true);
    for kind in ["experiment", "run", "metric point", "logged model", "version", "alias"] {
        assert_eq!(carried(&dry, kind, "found"), carried(&report, kind, "found"), "{kind}");
    }
    assert_eq!(carried(&report, "run", "made"), 5);
    let again = place.run(&words).ended_with(0).json();
    for row in again["carried"].as_array().unwrap() {
        assert_eq!(row["made"], 0, "{again}");
    }
    python.look_at(place)
}

#[test]
fn a_database_moves_in_and_out_and_in_again() {
    let Some(python) = Python::find() else { return };
    let theirs = Place::new();
    let uri = format!("sqlite:///{}/store.db", theirs.folder().display());
    python.run("fill.py", theirs.folder(), &[&uri], &[]);
    let before = python.look(theirs.folder(), &uri, &[]);
    let place = Place::new();
    let platform = place.start(&[]);
    let after = migrated(&python, &place, &["mlflow", "--from", &uri]);
    assert_same(&before, &after);

    // What only a database tells: deleted logged models, and what cannot be carried.
    let report = place.run(&["migrate", "mlflow", "--from", &uri, "-o", "json", "--dry-run"]).json();
    assert_eq!(carried(&report, "logged model", "found"), 3);
    let left_out = report["left_out"].as_array().unwrap();
    assert!(left_out.iter().any(|one| one["kind"] == "traces" && one["count"] == 1), "{report}");

    let (export, mlruns) = (place.folder().join("export"), place.folder().join("mlruns"));
    place.run(&["export", export.to_str().unwrap()]).ended_with(0);
    place.run(&["export", "--format", "mlruns", mlruns.to_str().unwrap()]).ended_with(0);
    let refused = place.run(&["export", export.to_str().unwrap()]).ended_with(1);
    assert!(refused.stderr.contains("complete export"), "{refused:?}");
    assert_same(&before, &python.look(&mlruns, &format!("file:{}", mlruns.display()), &[]));
    platform.stop();

    let second = Place::new();
    let platform = second.start(&[]);
    assert_same(&before, &migrated(&python, &second, &["roadbed", "--from", export.to_str().unwrap()]));
    platform.stop();

    // One bit of an export that is not as it was written is noticed.
    let file = export.join("experiments.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("sales", "seles", 1)).unwrap();
    let refused = second.run(&["migrate", "roadbed", "--from", export.to_str().unwrap()]).ended_with(1);
    assert!(refused.stderr.contains("not as the manifest says"), "{refused:?}");
}

#[test]
fn a_folder_moves_in() {
    let Some(python) = Python::find() else { return };
    let theirs = Place::new();
    let folder = theirs.folder().join("mlruns");
    let uri = format!("file:{}", folder.display());
    python.run("fill.py", theirs.folder(), &[&uri], &[]);
    let before = python.look(theirs.folder(), &uri, &[]);
    // A store that was moved has its artifacts beside it, not where it says.
    let moved = theirs.folder().join("moved");
    std::fs::rename(&folder, &moved).unwrap();
    let place = Place::new();
    let platform = place.start(&[]);
    assert_same(&before, &migrated(&python, &place, &["mlflow", "--from", moved.to_str().unwrap()]));
    platform.stop();
}

#[test]
fn an_import_that_was_killed_goes_on() {
    let Some(python) = Python::find() else { return };
    let place = Place::new();
    let (runs, points) = (300, 200);
    let database = place.folder().join("many.db");
    let database = database.to_str().unwrap();
    python.run("many.py", place.folder(), &[database, &runs.to_string(), &points.to_string()], &[]);
    let platform = place.start(&[]);
    let words = ["migrate", "mlflow", "--from", database, "-o", "json"];
    let mut first = place.command(&words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let whole = || platform.api.get("/api/v1/transfer/whole").json()["items"].as_array().unwrap().len();
    until_true("some runs have arrived", || whole() > 0);
    crate::processes::send(first.id(), Signal::KILL);
    first.wait().unwrap();
    let arrived = whole() as u64;
    assert!(arrived < runs, "it ended before it could be killed");
    let report = place.run(&words).ended_with(0).json();
    assert!(carried(&report, "run", "present") >= arrived, "{report}");
    assert!(carried(&report, "metric point", "found") <= (runs - arrived) * points, "{report}");
    let listed = platform.api.get("/api/v1/runs?experiment=1&limit=1000").with_status(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len() as u64, runs);
    for run in [0, 150, runs - 1] {
        let path = format!("/api/2.0/mlflow/metrics/get-history?run_id={run:032x}&metric_key=loss");
        assert_eq!(platform.api.get(&path).json()["metrics"].as_array().unwrap().len() as u64, points);
    }
    platform.stop();
}

/// A real MLflow server, ended with all its processes when dropped.
struct RealServer {
    process: Child,
    port: u16,
}

impl RealServer {
    fn start(python: &Python, folder: &Path, store: &str, driver: &Path) -> Self {
        use std::os::unix::process::CommandExt as _;
        // MLflow cannot be given a listening socket, so a port that was free a moment ago must do.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = python.command(folder);
        command.args(["-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1", "--serve-artifacts"]);
        command.args(["--artifacts-destination", "files", "--backend-store-uri", store, "--port", &port.to_string()]);
        let quiet = command.env("PYTHONPATH", driver).stdout(Stdio::null()).stderr(Stdio::null());
        let server = Self { process: quiet.process_group(0).spawn().unwrap(), port };
        let address = ("127.0.0.1", port);
        // Its imports take longer than anything else here waits for.
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(180);
        while std::net::TcpStream::connect(address).is_err() {
            assert!(std::time::Instant::now() < deadline, "the MLflow server does not answer");
            std::thread::park_timeout(std::time::Duration::from_millis(100));
        }
        server
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.process.id())]).status();
        let _ = self.process.wait();
    }
}

#[test]
fn a_server_and_its_postgres_move_in() {
    let Some(python) = Python::find() else { return };
    let (Some(postgres), Some(driver)) = (roadbed_testkit::PostgresServer::shared(), python.driver()) else { return };
    let host =
        postgres.url().split_whitespace().find_map(|part| part.strip_prefix("host=").map(str::to_owned)).unwrap();
    let theirs = Place::new();
    let store = format!("postgresql+psycopg2://postgres@/postgres?host={host}");
    let server = RealServer::start(&python, theirs.folder(), &store, &driver);
    let uri = format!("http://127.0.0.1:{}", server.port);
    python.run("fill.py", theirs.folder(), &[&uri], &[]);
    let before = python.look(theirs.folder(), &uri, &[]);

    let place = Place::new();
    let platform = place.start(&[]);
    assert_same(&before, &migrated(&python, &place, &["mlflow", "--from", &uri]));
    platform.stop();
    drop(server);

    let place = Place::new();
    let platform = place.start(&[]);
    // Without the files of the server, its versions have nothing to freeze.
    let lacking = place.run(&["migrate", "mlflow", "--from", &store, "-o", "json"]).ended_with(1).json();
    assert!(lacking["refused"][0]["reason"].as_str().unwrap().contains("--artifacts"), "{lacking}");
    platform.stop();
    let place = Place::new();
    let platform = place.start(&[]);
    let files = theirs.folder().join("files");
    let words = ["mlflow", "--from", &store, "--artifacts", files.to_str().unwrap()];
    assert_same(&before, &migrated(&python, &place, &words));
    platform.stop();
}
