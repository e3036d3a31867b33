//! Which files of the work match its output patterns.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use roadbed_contracts::workload::folder::OutputFile;
use std::path::Path;

/// More files than this are not listed; the log says so.
const OUTPUTS_MAX: usize = 100_000;

pub(crate) struct Found {
    pub(crate) outputs: Vec<OutputFile>,
    /// Patterns that are wrong or matched nothing, for people.
    pub(crate) notes: Vec<String>,
}

/// Plain files below `work`, sorted. Links are not followed: where they lead is not the work's.
pub(crate) fn find(work: &Path, patterns: &[String]) -> Found {
    let mut found = Found { outputs: Vec::new(), notes: Vec::new() };
    let Some(matcher) = compile(patterns, &mut found.notes) else { return found };
    let mut matched = vec![false; patterns.len()];
    let mut waiting = vec![work.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.filter_map(Result::ok) {
            let (path, Ok(metadata)) = (entry.path(), entry.metadata()) else { continue };
            if metadata.is_dir() {
                waiting.push(path);
            } else if metadata.is_file()
                && let Some(name) = path.strip_prefix(work).ok().and_then(Path::to_str)
            {
                let matches = matcher.matches(name);
                for index in &matches {
                    matched[*index] = true;
                }
                if !matches.is_empty() && found.outputs.len() < OUTPUTS_MAX {
                    found.outputs.push(OutputFile { path: name.to_owned(), bytes: metadata.len() });
                }
            }
        }
    }
    if found.outputs.len() == OUTPUTS_MAX {
        found.notes.push(format!("more than {OUTPUTS_MAX} files match the outputs; only the first are kept"));
    }
    let without = patterns.iter().zip(matched).filter(|(_, seen)| !seen);
    found.notes.extend(without.map(|(pattern, _)| format!("output {pattern:?} matched no file")));
    found.outputs.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

fn compile(patterns: &[String], notes: &mut Vec<String>) -> Option<GlobSet> {
    if patterns.is_empty() {
        return None;
    }
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let clean = pattern.strip_prefix("./").unwrap_or(pattern);
        // A folder named as a whole stands for everything in it.
        let text = clean.strip_suffix('/').map_or_else(|| clean.to_owned(), |folder| format!("{folder}/**"));
        match GlobBuilder::new(&text).literal_separator(true).build() {
            Ok(glob) => set.add(glob),
            Err(error) => {
                notes.push(format!("output {pattern:?} is not a pattern: {error}"));
                return None;
            }
        };
    }
    set.build().ok()
}
