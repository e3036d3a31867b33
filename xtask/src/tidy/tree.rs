//! The text files of the repository, those not yet committed included.

use super::finding::Finding;
use anyhow::{Context, ensure};
use std::path::Path;
use std::process::Command;

/// Larger files are data, not text someone reads.
const MOST_BYTES: u64 = 4 << 20;

pub(crate) struct TextFile {
    /// Relative to the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    rust: Option<Result<syn::File, syn::Error>>,
}

impl TextFile {
    fn new(path: String, text: String) -> Self {
        let rust = path.ends_with(".rs").then(|| syn::parse_file(&text));
        Self { path, text, rust }
    }

    /// The syntax tree of a Rust file.
    pub(crate) fn rust(&self) -> Option<&syn::File> {
        self.rust.as_ref()?.as_ref().ok()
    }

    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether this is test code only: `tests.rs`, `x.test.ts`, or anything in a folder `tests` or `benches`.
    pub(crate) fn is_test(&self) -> bool {
        let is_named_so = self.name() == "tests.rs" || self.name().contains(".test.");
        is_named_so || self.path.split('/').any(|part| matches!(part, "tests" | "benches"))
    }

    /// Lines with their numbers from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Number of the first line that holds `needle`; 1 when none does.
    pub(crate) fn line_of(&self, needle: &str) -> usize {
        self.lines().find(|(_, line)| line.contains(needle)).map_or(1, |(number, _)| number)
    }
}

pub(crate) struct Tree {
    pub(crate) files: Vec<TextFile>,
}

impl Tree {
    pub(crate) fn load(root: &Path) -> anyhow::Result<Self> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("cannot run git")?;
        ensure!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
        let mut paths: Vec<String> =
            listed.stdout.split(|&byte| byte == 0).filter_map(|path| String::from_utf8(path.to_vec()).ok()).collect();
        paths.retain(|path| !path.is_empty());
        paths.sort_unstable();
        paths.dedup();
        let mut files = Vec::new();
        for path in paths {
            // A file that is gone, a link or a binary has no text to check.
            let full = root.join(&path);
            let is_text_sized = full.symlink_metadata().is_ok_and(|found| found.is_file() && found.len() <= MOST_BYTES);
            if let Some(Ok(text)) = is_text_sized.then(|| std::fs::read_to_string(&full)) {
                files.push(TextFile::new(path, text));
            }
        }
        Ok(Self { files })
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| TextFile::new((*path).into(), (*text).into())).collect() }
    }

    pub(crate) fn file(&self, path: &str) -> Option<&TextFile> {
        self.files.iter().find(|file| file.path == path)
    }

    pub(crate) fn rust_files(&self) -> impl Iterator<Item = (&TextFile, &syn::File)> {
        self.files.iter().filter_map(|file| Some((file, file.rust()?)))
    }

    /// Names of the folders of our crates, `xtask` included, without a slash at the end.
    pub(crate) fn crate_folders(&self) -> Vec<&str> {
        let manifests = self.files.iter().filter_map(|file| file.path.strip_suffix("/Cargo.toml"));
        manifests.filter(|folder| *folder == "xtask" || folder.starts_with("crates/")).collect()
    }
}

/// A file nobody can parse would slip through the other checks.
pub(crate) fn check_parsed(tree: &Tree) -> Vec<Finding> {
    let broken = tree.files.iter().filter_map(|file| Some((file, file.rust.as_ref()?.as_ref().err()?)));
    broken
        .map(|(file, error)| {
            let line = error.span().start().line;
            Finding::refused(&file.path, line, "unreadable", format!("this is not Rust: {error}"))
        })
        .collect()
}
