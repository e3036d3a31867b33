//! Which file the first word of the command means.

use crate::error::NotStarted;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// With a slash: relative to the working folder. Without: the first on the search path of the work.
pub(crate) fn find(
    argv: &[String],
    work: &Path,
    variables: &BTreeMap<OsString, OsString>,
) -> Result<PathBuf, NotStarted> {
    let Some(name) = argv.first().filter(|name| !name.is_empty()) else {
        return Err(NotStarted::Refused("the command is empty: give the job a program to run".to_owned()));
    };
    if name.contains('/') {
        let path = work.join(name);
        return match std::fs::metadata(&path) {
            Err(_) => Err(NotStarted::Refused(format!(
                "{name} is not in the code: check the path and what .gitignore leaves out"
            ))),
            Ok(metadata) if !metadata.is_file() => Err(NotStarted::Refused(format!("{name} is not a file"))),
            Ok(metadata) if metadata.permissions().mode() & 0o111 == 0 => Err(NotStarted::Refused(format!(
                "{name} is not executable: run 'chmod +x {name}' or name its interpreter"
            ))),
            Ok(_) => Ok(path),
        };
    }
    let search = variables.get(OsStr::new("PATH")).cloned().unwrap_or_default();
    let found = std::env::split_paths(&search).map(|folder| folder.join(name)).find(|path| is_program(path));
    found.ok_or_else(|| {
        let mut reason = format!("command not found: {name}; searched {}", search.to_string_lossy());
        if is_program_like_file(&work.join(name)) {
            reason = format!("{reason}; the code has a file of that name: write ./{name}");
        }
        NotStarted::Refused(reason)
    })
}

fn is_program(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

fn is_program_like_file(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}
