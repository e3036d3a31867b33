//! What user code may touch, by Landlock (landlock(7)): everything the operating system permits, except the platform's own folders.
//!
//! Landlock only grants, so the rest of the file system is granted piece by piece around the closed folders. Two consequences: folders
//! above a closed one cannot be listed, and new names cannot be made directly in them.

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, Scope,
    path_beneath_rules,
};
use std::collections::BTreeSet;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

/// The version whose rights we know; older kernels take the part they know.
const KNOWN: ABI = ABI::V6;

/// Folders and how they are open.
#[derive(Debug, Clone, Default)]
pub(crate) struct Isolation {
    /// Closed, except what the other lists grant inside.
    pub(crate) closed: Vec<PathBuf>,
    /// Open for reading and running programs.
    pub(crate) readable: Vec<PathBuf>,
    /// Open in full.
    pub(crate) writable: Vec<PathBuf>,
}

impl Isolation {
    /// The rules as a descriptor to apply after a fork; an error says why there are none.
    pub(crate) fn rules(&self) -> Result<OwnedFd, String> {
        let all = AccessFs::from_all(KNOWN);
        let read = AccessFs::from_read(KNOWN);
        let (closed, readable): (BTreeSet<PathBuf>, Vec<PathBuf>) =
            (real(&self.closed), real(&self.readable).into_iter().collect());
        let mut open = Vec::new();
        let mut read_only = readable;
        // Limits live there; a job run by root must not lift its own.
        let kernel_settings = Path::new("/sys");
        for path in around(Path::new("/"), &closed) {
            if path == kernel_settings { read_only.push(path) } else { open.push(path) }
        }
        open.extend(real(&self.writable));
        let make = || -> Result<RulesetCreated, landlock::RulesetError> {
            Ruleset::default()
                .set_compatibility(CompatLevel::BestEffort)
                .handle_access(all)?
                .scope(Scope::Signal)?
                .create()?
                .add_rules(path_beneath_rules(&open, all))?
                .add_rules(path_beneath_rules(&read_only, read))
        };
        let rules: Option<OwnedFd> = make().map_err(|error| error.to_string())?.into();
        rules.ok_or_else(|| "the kernel has no Landlock (Linux 5.13 or newer has it)".to_owned())
    }
}

/// Existing paths without links, so that a rule names what is really opened.
fn real(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    paths.iter().filter_map(|path| path.canonicalize().ok()).collect()
}

/// The paths that together are everything below `folder` except the closed ones.
fn around(folder: &Path, closed: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    if closed.contains(folder) {
        return Vec::new();
    }
    if !closed.iter().any(|path| path.starts_with(folder)) {
        return vec![folder.to_path_buf()];
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    // A link is no place of its own: where it leads is granted or closed there.
    let places = entries.filter_map(|entry| {
        let entry = entry.ok()?;
        (!entry.file_type().ok()?.is_symlink()).then(|| entry.path())
    });
    places.flat_map(|path| around(&path, closed)).collect()
}
