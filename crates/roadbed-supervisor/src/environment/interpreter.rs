//! Which Python interpreter a request means.

use super::uv::{Uv, clean};
use crate::error::NotStarted;
use crate::session::Session;
use crate::tool;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Debug)]
pub(super) struct Interpreter {
    pub(super) path: PathBuf,
    /// Version, implementation and platform as the interpreter gives them, such as `3.11 cpython linux-x86_64`: compiled packages of one
    /// do not load in another.
    pub(super) platform: String,
}

/// Prints what decides whether a compiled package fits.
const DESCRIBE: &str = "import platform, sys, sysconfig; \
     print('%d.%d' % sys.version_info[:2], sys.implementation.name, sysconfig.get_platform(), *platform.libc_ver())";

pub(super) fn find(version: Option<&str>, uv: &Uv, session: &Session) -> Result<Interpreter, NotStarted> {
    let mut arguments = vec!["python", "find", "--system", "--no-project"];
    arguments.extend(version);
    let found = tool::answer(uv.command(&arguments, &[])).map(PathBuf::from);
    session.check()?;
    let path = found.or_else(|| version.and_then(in_pyenv)).ok_or_else(|| missing(version, uv))?;
    let mut describe = Command::new(&path);
    describe.args(["-I", "-c", DESCRIBE]);
    clean(&mut describe);
    let broken =
        || NotStarted::Refused(format!("the Python interpreter {} does not run: reinstall it", path.display()));
    let platform = tool::answer(describe).ok_or_else(broken)?;
    Ok(Interpreter { path, platform })
}

fn missing(version: Option<&str>, uv: &Uv) -> NotStarted {
    let listed = tool::answer(uv.command(&["python", "list", "--only-installed"], &[])).unwrap_or_default();
    let mut found: BTreeSet<String> = listed.lines().filter_map(version_of).collect();
    found.extend(pyenv_versions().into_iter().map(|(version, _)| version));
    let mut found: Vec<String> = found.into_iter().collect();
    found.sort_by_key(|version| version.split('.').map(|part| part.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>());
    let there = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
    let wanted = version.map_or_else(String::new, |version| format!(" {version}"));
    NotStarted::Refused(format!(
        "Python{wanted} is not on this machine; found: {there}. Install it (interpreters are never downloaded by themselves, 'uv python \
         install{wanted}' does it), or set 'python' to one that is there"
    ))
}

/// From a line such as `cpython-3.11.7-linux-x86_64-gnu    /usr/bin/python3.11`.
fn version_of(line: &str) -> Option<String> {
    line.split_ascii_whitespace().next()?.split('-').nth(1).map(str::to_owned)
}

/// pyenv's interpreters are on the search path only as shims, and only those chosen as global answer.
fn in_pyenv(version: &str) -> Option<PathBuf> {
    let matches =
        |installed: &str| installed.strip_prefix(version).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    pyenv_versions().into_iter().rfind(|(installed, _)| matches(installed)).map(|(_, path)| path)
}

#[expect(clippy::disallowed_methods, reason = "where pyenv lies is a fact of the machine, not a setting of ours")]
fn pyenv_versions() -> BTreeSet<(String, PathBuf)> {
    let root = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".pyenv")));
    let Some(entries) = root.and_then(|root| std::fs::read_dir(root.join("versions")).ok()) else {
        return BTreeSet::new();
    };
    let interpreter = |entry: std::fs::DirEntry| {
        let path = entry.path().join("bin/python3");
        path.exists().then(|| (entry.file_name().to_string_lossy().into_owned(), path))
    };
    entries.filter_map(|entry| interpreter(entry.ok()?)).collect()
}
