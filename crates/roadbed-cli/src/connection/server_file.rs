//! What a running server leaves in its data directory for local programs.

use crate::failure::Failure;
use roadbed_core::Secret;
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::Path;

/// `<data>/server.json`, as far as a client needs it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct ServerFile {
    pub(super) url: String,
    pub(super) gateway_url: String,
}

/// The file, when a server has written one.
pub(super) fn read(data: &Path) -> Result<Option<ServerFile>, Failure> {
    let path = data.join("server.json");
    let Some(text) = read_text(&path)? else { return Ok(None) };
    let fix = "start the server again with: roadbed up";
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|error| Failure::failed(format!("{} is not as expected: {error}", path.display()), fix))
}

/// `<data>/token`: the token of local commands.
pub(super) fn read_token(data: &Path) -> Result<Option<Secret>, Failure> {
    let text = read_text(&data.join("token"))?;
    Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).map(Secret::new))
}

fn read_text(path: &Path) -> Result<Option<String>, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file(path, "read")(error)),
    }
}
