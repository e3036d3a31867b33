//! What the source of a model version says about where its files lie.

use crate::source::VersionFiles;
use roadbed_contracts::transfer::VersionLine;

/// The tag of versions that are prompts and have no files.
const PROMPT_TAG: &str = "mlflow.prompt.is_prompt";

/// The logged model that `models:/m-…` names.
pub(crate) fn logged_model_of(source: &str) -> Option<String> {
    let path = source.strip_prefix("models:")?.trim_start_matches('/');
    let hex = path.strip_prefix("m-")?;
    (hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| path.to_owned())
}

pub(crate) enum Place {
    Is(VersionFiles),
    /// Only the location itself says.
    Unknown,
}

/// `run` is where the files of the version's run lie, `location` where its own do.
pub(crate) fn place_of(version: &VersionLine, run: Option<&str>, location: Option<&str>) -> Place {
    if version.tags.contains_key(PROMPT_TAG) {
        return Place::Is(VersionFiles::None);
    }
    if !version.logged_model.is_empty() {
        return Place::Is(VersionFiles::OfLoggedModel);
    }
    let below_run = version.source.strip_prefix("runs:/").and_then(|rest| rest.split_once('/'));
    if let Some((run, path)) = below_run
        && run == version.run
    {
        return Place::Is(VersionFiles::OfRun(path.trim_matches('/').to_owned()));
    }
    let (Some(run), Some(location)) = (run, location) else { return Place::Unknown };
    let (run, location) = (plain(run), plain(location));
    match location.strip_prefix(&run).and_then(|rest| rest.strip_prefix('/')) {
        Some(path) if !path.is_empty() => Place::Is(VersionFiles::OfRun(path.to_owned())),
        _ => Place::Unknown,
    }
}

/// Without the ways in which the same local path is written.
fn plain(uri: &str) -> String {
    let uri = uri.strip_prefix("file://").or_else(|| uri.strip_prefix("file:")).unwrap_or(uri);
    uri.trim_end_matches('/').to_owned()
}
