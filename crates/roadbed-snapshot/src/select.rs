//! Which files travel.
//!
//! Everything below the root that git would not ignore, plus what the job's `inputs` name, minus secrets. A secret (`.env`, private keys)
//! travels only when an input pattern names it in its last part: `certs/client.pem` and `certs/*.pem` do, `certs/**` does not.

use crate::error::SnapshotError;
use globset::{GlobBuilder, GlobMatcher};
use ignore::{DirEntry, WalkBuilder};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file or link to pack, by its path relative to the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    pub path: PathBuf,
    pub is_link: bool,
    pub bytes: u64,
}

/// Folders that are made by tools and never wanted; an input pattern brings them in all the same.
const GENERATED_FOLDERS: [&str; 7] =
    [".git", ".hg", ".svn", "__pycache__", "node_modules", ".ipynb_checkpoints", ".pytest_cache"];

const SECRET_NAMES: [&str; 10] = [
    ".env",
    ".envrc",
    ".netrc",
    ".pypirc",
    ".git-credentials",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "credentials.json",
];
const SECRET_ENDINGS: [&str; 6] = [".pem", ".key", ".p12", ".pfx", ".jks", ".kdbx"];

/// Lists what a snapshot of `root` holds, sorted by path. Patterns are relative to the root, with `*`, `**`, `?` and `[…]`.
pub fn select(root: &Path, inputs: &[String]) -> Result<Vec<Selected>, SnapshotError> {
    let patterns = inputs.iter().map(|text| Pattern::parse(text)).collect::<Result<Vec<_>, _>>()?;
    let mut selected = BTreeMap::new();
    let mut walk = WalkBuilder::new(root);
    walk.standard_filters(false).git_ignore(true).git_exclude(true).parents(true).require_git(false);
    walk.filter_entry(|entry| entry.depth() == 0 || !is_generated(entry));
    for entry in walk.build() {
        let entry = entry?;
        let path = relative(root, &entry)?;
        if !is_secret(&path) || patterns.iter().any(|pattern| pattern.names(&path)) {
            add(&mut selected, path, &entry)?;
        }
    }
    for pattern in &patterns {
        pattern.find(root, &mut selected)?;
    }
    Ok(selected.into_values().collect())
}

fn relative(root: &Path, entry: &DirEntry) -> Result<PathBuf, SnapshotError> {
    let path = entry
        .path()
        .strip_prefix(root)
        .map_err(|_| SnapshotError::Refused { path: entry.path().to_path_buf(), what: "outside the project" })?;
    Ok(path.to_path_buf())
}

fn add(selected: &mut BTreeMap<PathBuf, Selected>, path: PathBuf, entry: &DirEntry) -> Result<(), SnapshotError> {
    let Some(kind) = entry.file_type() else { return Ok(()) };
    if kind.is_symlink() || kind.is_file() {
        let bytes = if kind.is_file() { entry.metadata()?.len() } else { 0 };
        selected.insert(path.clone(), Selected { path, is_link: kind.is_symlink(), bytes });
    }
    Ok(())
}

fn is_generated(entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name().to_string_lossy();
    // A virtual environment is told by its marker file, whatever its name.
    is_folder && (GENERATED_FOLDERS.contains(&name.as_ref()) || entry.path().join("pyvenv.cfg").is_file())
}

fn is_secret(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    // `.env.example` and the like are documentation.
    let is_variables = name.starts_with(".env.")
        && ![".example", ".sample", ".template", ".dist"].iter().any(|end| name.ends_with(end));
    is_variables || SECRET_NAMES.contains(&name.as_str()) || SECRET_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

struct Pattern {
    text: String,
    matcher: GlobMatcher,
    /// The longest leading part without wildcards: where to look.
    base: PathBuf,
    /// The last part says more than "anything".
    names_files: bool,
}

impl Pattern {
    fn parse(text: &str) -> Result<Self, SnapshotError> {
        let refuse = |reason: &str| SnapshotError::Pattern { pattern: text.to_owned(), reason: reason.to_owned() };
        let clean = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
        if clean.is_empty() || clean.starts_with('/') || clean.split('/').any(|part| part == "..") {
            return Err(refuse("write it relative to the project, without '..'"));
        }
        let glob =
            GlobBuilder::new(clean).literal_separator(true).build().map_err(|error| refuse(&error.to_string()))?;
        let is_wild = |part: &str| part.contains(['*', '?', '[', '{']);
        let base = clean.split('/').take_while(|part| !is_wild(part)).collect();
        let last = clean.rsplit('/').next().unwrap_or_default();
        let names_files = last.chars().any(|character| !matches!(character, '*' | '?' | '.'));
        Ok(Self { text: text.to_owned(), matcher: glob.compile_matcher(), base, names_files })
    }

    /// A folder named as a whole stands for everything in it.
    fn matches(&self, path: &Path) -> bool {
        path.ancestors().any(|part| !part.as_os_str().is_empty() && self.matcher.is_match(part))
    }

    fn names(&self, path: &Path) -> bool {
        self.names_files && self.matcher.is_match(path)
    }

    fn find(&self, root: &Path, selected: &mut BTreeMap<PathBuf, Selected>) -> Result<(), SnapshotError> {
        let base = root.join(&self.base);
        let mut found = false;
        if base.symlink_metadata().is_ok() {
            for entry in WalkBuilder::new(&base).standard_filters(false).build() {
                let entry = entry?;
                let path = relative(root, &entry)?;
                let is_file = entry.file_type().is_some_and(|kind| !kind.is_dir());
                if is_file && self.matches(&path) && (!is_secret(&path) || self.names(&path)) {
                    found = true;
                    add(selected, path, &entry)?;
                }
            }
        }
        if found { Ok(()) } else { Err(SnapshotError::NothingMatches(self.text.clone())) }
    }
}
