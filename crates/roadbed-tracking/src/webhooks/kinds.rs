//! What a webhook can be about. Pure.

use roadbed_capability::extract::nearest_name;

/// An event a webhook can ask for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// `entity.action`, as MLflow writes its own.
    pub name: &'static str,
    /// MLflow's clients know it; one that they do not know would break their list of webhooks.
    pub of_mlflow: bool,
}

const fn of_mlflow(name: &'static str) -> Kind {
    Kind { name, of_mlflow: true }
}

const fn of_roadbed(name: &'static str) -> Kind {
    Kind { name, of_mlflow: false }
}

/// MLflow's (`mlflow/entities/webhook.py`), then Roadbed's.
pub(super) static KINDS: [Kind; 21] = [
    of_mlflow("registered_model.created"),
    of_mlflow("model_version.created"),
    of_mlflow("model_version_tag.set"),
    of_mlflow("model_version_tag.deleted"),
    of_mlflow("model_version_alias.created"),
    of_mlflow("model_version_alias.deleted"),
    of_mlflow("prompt.created"),
    of_mlflow("prompt_version.created"),
    of_mlflow("prompt_tag.set"),
    of_mlflow("prompt_tag.deleted"),
    of_mlflow("prompt_version_tag.set"),
    of_mlflow("prompt_version_tag.deleted"),
    of_mlflow("prompt_alias.created"),
    of_mlflow("prompt_alias.deleted"),
    of_roadbed("registered_model.deleted"),
    of_roadbed("model_version.deleted"),
    of_roadbed("model_alias.moved"),
    of_roadbed("approval_rule.changed"),
    of_roadbed("approval.given"),
    of_roadbed("approval.revoked"),
    of_roadbed("production.changed"),
];

/// MLflow's event of its own gateway, which this server does not have: a webhook that asked for it would wait for ever.
const NEVER: &str = "budget_policy.exceeded";

/// Why something is not an event to ask for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum KindError {
    #[error("there is no event {name:?}: did you mean {nearest}?")]
    Unknown { name: String, nearest: &'static str },
    #[error("budget_policy.exceeded never happens here: budgets of MLflow's AI gateway are not part of this server")]
    NeverHappens,
    #[error("Webhook events cannot be empty")]
    NoEvents,
}

impl Kind {
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// # Errors
    /// There is no such event; the nearest known one is named.
    pub(super) fn parse(name: &str) -> Result<&'static Self, KindError> {
        if name == NEVER {
            return Err(KindError::NeverHappens);
        }
        Self::named(name).ok_or_else(|| KindError::Unknown {
            name: name.chars().take(100).collect(),
            nearest: nearest_name(name, KINDS.iter().map(|kind| kind.name)).unwrap_or("model_version.created"),
        })
    }

    /// `registered_model` and `created`.
    pub(super) fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or((self.name, ""))
    }
}

/// Each once, in the order given.
///
/// # Errors
/// There is none, or one that is not known.
pub(super) fn parse_all(names: &[String]) -> Result<Vec<&'static Kind>, KindError> {
    let mut kinds: Vec<&'static Kind> = Vec::new();
    for name in names {
        let kind = Kind::parse(name)?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() { Err(KindError::NoEvents) } else { Ok(kinds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_known_by_name_and_each_counts_once() {
        let names = ["model_alias.moved", "model_version.created", "model_alias.moved"].map(str::to_owned);
        let kinds = parse_all(&names).unwrap();
        assert_eq!(
            kinds.iter().map(|kind| kind.name).collect::<Vec<_>>(),
            ["model_alias.moved", "model_version.created"]
        );
        assert_eq!(kinds[1].parts(), ("model_version", "created"));
        let error = Kind::parse("model_version.create").unwrap_err();
        assert!(error.to_string().contains("did you mean model_version.created?"), "{error}");
        assert_eq!(Kind::parse("budget_policy.exceeded").unwrap_err(), KindError::NeverHappens);
        assert_eq!(parse_all(&[]).unwrap_err(), KindError::NoEvents);
    }

    #[test]
    fn names_are_given_once() {
        let mut names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), KINDS.len());
    }
}
