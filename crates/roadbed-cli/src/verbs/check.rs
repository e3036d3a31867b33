//! `check`, and reading the manifest for the verbs that need it.

use crate::failure::{Code, Failure};
use crate::local::{CheckFinding, CheckSeverity, CheckedManifest, LocalManifest};
use crate::output::printable;
use crate::session::Session;
use crate::terminal::Style;
use serde_json::json;
use std::io::Read as _;
use std::path::Path;

/// Largest manifest read; the server takes no more.
const MANIFEST_LIMIT_BYTES: u64 = 1 << 20;

/// A manifest as it lies there.
pub(super) struct ManifestText {
    /// Name shown in messages.
    pub(super) file: String,
    pub(super) text: String,
}

pub(super) fn read(session: &mut Session<'_>, file: &Path) -> Result<ManifestText, Failure> {
    let mut text = String::new();
    if file == Path::new("-") {
        let read = session.terminal.stdin.take(MANIFEST_LIMIT_BYTES).read_to_string(&mut text);
        read.map_err(Failure::file(file, "read"))?;
        return Ok(ManifestText { file: "standard input".to_owned(), text });
    }
    let path = session.folder.join(file);
    let opened = std::fs::File::open(&path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::failed(
            format!("there is no {} here", file.display()),
            "make a project with: roadbed init, or name the file",
        ),
        _ => Failure::file(&path, "opened")(error),
    })?;
    opened.take(MANIFEST_LIMIT_BYTES).read_to_string(&mut text).map_err(Failure::file(&path, "read"))?;
    Ok(ManifestText { file: file.display().to_string(), text })
}

pub(super) fn check(session: &mut Session<'_>, file: &Path) -> Result<Code, Failure> {
    let manifest = read(session, file)?;
    let CheckedManifest { findings, manifest: valid } = session.local.check(&manifest.file, &manifest.text);
    explain(session, &manifest.text, &findings);
    if !session.format().is_for_people() {
        let answer = json!({ "valid": valid.is_some(), "findings": findings });
        let shape = crate::output::Shape { name: "valid", columns: &[] };
        session.show_item(&shape, &answer)?;
    }
    match valid {
        Some(valid) => {
            let word = session.terminal.on_stderr(Style::Good, "is valid");
            session.terminal.say(&format!("{} {word}: {}", manifest.file, contents(&valid)));
            Ok(Code::Done)
        }
        None => Ok(Code::Failed),
    }
}

/// The manifest, or nothing after its mistakes were shown.
pub(super) fn valid(session: &mut Session<'_>, manifest: &ManifestText) -> Option<LocalManifest> {
    let CheckedManifest { findings, manifest: valid } = session.local.check(&manifest.file, &manifest.text);
    explain(session, &manifest.text, &findings);
    valid
}

fn explain(session: &mut Session<'_>, text: &str, findings: &[CheckFinding]) {
    let lines: Vec<&str> = text.lines().collect();
    for finding in findings {
        let (style, word) = match finding.severity {
            CheckSeverity::Error => (Style::Error, "error"),
            CheckSeverity::Warning => (Style::Warning, "warning"),
        };
        let word = session.terminal.on_stderr(style, word);
        let key = if finding.key.is_empty() { String::new() } else { format!("{}: ", finding.key) };
        let place = format!("{}:{}:{}", finding.file, finding.line, finding.column);
        session.terminal.say(&format!("{place}: {word}: {key}{}", printable(&finding.message)));
        if let Some(line) = finding.line.checked_sub(1).and_then(|index| lines.get(index)) {
            let number = finding.line.to_string();
            // Tabs and wide signs would move the mark: they count as one column, as they do in the finding.
            let shown: String = line.chars().take(160).map(|c| if c.is_control() { ' ' } else { c }).collect();
            session.terminal.say(&format!("  {number} | {shown}"));
            let mark = finding.column.saturating_sub(1).min(160);
            session.terminal.say(&format!("  {} | {}^", " ".repeat(number.len()), " ".repeat(mark)));
        }
        if let Some(fix) = &finding.fix {
            session.terminal.say(&format!("  fix: {}", printable(fix)));
        }
    }
}

/// Such as `project churn, 2 jobs, 1 service`.
fn contents(manifest: &LocalManifest) -> String {
    let counted = [("jobs", "job"), ("services", "service")].into_iter().filter_map(|(key, word)| {
        let count = manifest.document.get(key)?.as_object()?.len();
        let plural = if count == 1 { "" } else { "s" };
        Some(format!("{count} {word}{plural}"))
    });
    std::iter::once(format!("project {}", manifest.project)).chain(counted).collect::<Vec<_>>().join(", ")
}
