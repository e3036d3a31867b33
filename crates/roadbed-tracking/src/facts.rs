//! What the platform knows about a version, gathered once for the documents about it: cards and bills of materials.

use crate::approvals;
use crate::artifacts::ModelDescription;
use crate::logged_models;
use crate::mlflow::{Call, ErrorCode, MlflowError, Tracking};
use crate::models::{self, Registered};
use crate::runs::{self, Origin};
use std::collections::BTreeMap;

/// What MLflow writes beside a model: one requirement a line.
const REQUIREMENTS: &str = "requirements.txt";
const REQUIREMENTS_BYTES: u64 = 1 << 20;
/// Tags by which people say under which terms a model may be used.
const LICENSE_TAGS: [&str; 3] = ["license", "licence", "model.license"];

pub(crate) struct Facts {
    pub registered: Registered,
    /// What its `MLmodel` file says.
    pub described: ModelDescription,
    /// Run, job, code and data; none when the run is not there.
    pub origin: Option<Origin>,
    /// Of the run, and over them those of its logged model.
    pub parameters: BTreeMap<String, String>,
    pub metrics: BTreeMap<String, f64>,
    /// The text of its `requirements.txt`.
    pub requirements: Option<String>,
}

impl Facts {
    /// About a version by the texts of a path.
    ///
    /// # Errors
    /// There is no such version for the team of the call.
    pub(crate) async fn of_version(
        tracking: &Tracking,
        call: &Call,
        (name, number): (&str, &str),
    ) -> Result<Self, MlflowError> {
        let registered = models::registered(tracking, call.team, name, number).await?;
        let store = &tracking.context.store;
        let run = &registered.version.run_id;
        let mut parameters = runs::parameters(store, call.team, run).await?;
        if !registered.version.model_id.is_empty() {
            match logged_models::find(tracking, call, &registered.version.model_id, true).await {
                Ok(model) => parameters.extend(model.params),
                // It may have been purged since.
                Err(error) if error.code == ErrorCode::ResourceDoesNotExist => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            described: ModelDescription::of_files(tracking, &registered.files).await?,
            origin: runs::origin(store, call.team, run).await?,
            metrics: approvals::measured(store, &registered.candidate(call.team)).await?,
            requirements: requirements(tracking, &registered).await?,
            parameters,
            registered,
        })
    }

    /// A tag of the version, else of its model.
    pub(crate) fn tag(&self, key: &str) -> Option<&str> {
        let tags = [&self.registered.version.tags, &self.registered.model.tags];
        tags.into_iter().find_map(|tags| tags.get(key)).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    pub(crate) fn license(&self) -> Option<&str> {
        LICENSE_TAGS.iter().find_map(|key| self.tag(key))
    }

    /// Address of the Git repository without the password that some have in it; none when it is no address.
    pub(crate) fn repository(&self) -> Option<String> {
        without_password(self.origin.as_ref()?.repository.as_deref()?)
    }
}

fn without_password(address: &str) -> Option<String> {
    let is_plain =
        |c: char| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>' | '"' | '`' | '\\' | '{' | '}');
    let address = address.trim();
    if address.is_empty() || address.len() > 1000 || !address.chars().all(is_plain) {
        return None;
    }
    let Some((scheme, rest)) = address.split_once("://") else { return Some(address.to_owned()) };
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host = host.rsplit('@').next().unwrap_or_default();
    Some(format!("{scheme}://{host}{path}"))
}

async fn requirements(tracking: &Tracking, registered: &Registered) -> Result<Option<String>, MlflowError> {
    let is_it = |path: &str, bytes| path == REQUIREMENTS && bytes <= REQUIREMENTS_BYTES;
    let Some(file) = registered.files.iter().find(|file| is_it(&file.path, file.bytes)) else { return Ok(None) };
    let content = tracking.context.blobs.read(&file.digest, REQUIREMENTS_BYTES).await?;
    Ok(Some(String::from_utf8_lossy(&content).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn addresses_lose_their_passwords() {
        for (address, told) in [
            ("https://ann:secret@git.example/team/x.git", Some("https://git.example/team/x.git")),
            ("https://token@host", Some("https://host")),
            ("git@host:team/x.git", Some("git@host:team/x.git")),
            ("https://host/a@b", Some("https://host/a@b")),
            ("https://host/a b", None),
            ("", None),
        ] {
            assert_eq!(without_password(address).as_deref(), told, "{address}");
        }
    }
}
