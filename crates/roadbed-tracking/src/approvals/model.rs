//! Rules, conditions and approvals; their errors and events.

use crate::mlflow::{ErrorCode, MlflowError};
use roadbed_capability::{Grantee, Permission};
use roadbed_contracts::events;
use roadbed_core::{Digest, TeamId};
use roadbed_store::{Reader, Transaction};
use std::collections::BTreeMap;
use std::fmt;

pub(super) const APPROVAL_READ: Permission = Permission::new("approval:read", Grantee::Viewer);
/// Agreeing that a version may be served.
pub(super) const APPROVAL_GIVE: Permission = Permission::new("approval:give", Grantee::Deployer);
/// Setting the rules.
pub(super) const APPROVAL_GOVERN: Permission = Permission::new("approval:govern", Grantee::Admin);

/// Conditions of a rule, and people it may ask for.
pub(super) const CONDITIONS: usize = 20;
pub(super) const APPROVERS: i64 = 20;
pub(super) const COMMENT_LIMIT: usize = 5000;
/// In place of a model's number: the rule is the team's.
pub(super) const WHOLE_TEAM: i64 = 0;

/// Latest value per metric.
pub type Measured = BTreeMap<String, f64>;

/// A version somebody wants an alias to name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub team: TeamId,
    /// The store's key of the model.
    pub model: i64,
    pub name: String,
    pub version: i64,
    pub digest: Option<Digest>,
    pub run_id: String,
    pub model_id: String,
    /// Name of the person who registered it; none when that is not known.
    pub author: Option<String>,
}

/// How this capability looks versions up, since the registry builds on it.
#[derive(Clone, Copy)]
pub struct OfModels {
    pub read: fn(&mut Reader<'_>, TeamId, &str, i64) -> Result<Candidate, MlflowError>,
    pub find: fn(&mut Transaction<'_>, TeamId, &str, i64) -> Result<Candidate, MlflowError>,
    /// The store's key of a model.
    pub number: fn(&mut Reader<'_>, TeamId, &str) -> Result<i64, MlflowError>,
    /// As `number`, within a change.
    pub find_number: fn(&mut Transaction<'_>, TeamId, &str) -> Result<i64, MlflowError>,
}

/// Can this text be the name of an alias?
#[must_use]
pub fn is_alias(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Relation {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
}

/// Longer signs first, so that `>=` is not read as `>`.
const SIGNS: [(&str, Relation); 6] = [
    (">=", Relation::AtLeast),
    ("<=", Relation::AtMost),
    ("==", Relation::Equal),
    (">", Relation::Above),
    ("<", Relation::Below),
    ("=", Relation::Equal),
];

/// A bound on a metric, such as `metrics.auc >= 0.9`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    pub metric: String,
    pub relation: Relation,
    pub bound: f64,
}

impl Condition {
    /// A metric that is not there, or is no number, fulfils nothing.
    pub(super) fn holds(&self, measured: &Measured) -> bool {
        measured.get(&self.metric).is_some_and(|value| match self.relation {
            Relation::AtLeast => *value >= self.bound,
            Relation::AtMost => *value <= self.bound,
            Relation::Above => *value > self.bound,
            Relation::Below => *value < self.bound,
            Relation::Equal => value.total_cmp(&self.bound).is_eq(),
        })
    }
}

impl std::str::FromStr for Condition {
    type Err = ApprovalError;

    fn from_str(text: &str) -> Result<Self, ApprovalError> {
        let invalid = || ApprovalError::Condition(text.chars().take(200).collect());
        let first = |(sign, relation): (&'static str, Relation)| Some((text.find(sign)?, sign, relation));
        // The leftmost sign, and of two at the same place the longer one.
        let (at, sign, relation) =
            SIGNS.into_iter().filter_map(first).min_by_key(|(at, ..)| *at).ok_or_else(invalid)?;
        let (metric, bound) = (text[..at].trim(), text[at + sign.len()..].trim());
        let metric = metric.strip_prefix("metrics.").unwrap_or(metric).trim_matches(['`', '"']);
        let bound = bound.parse::<f64>().ok().filter(|bound| bound.is_finite()).ok_or_else(invalid)?;
        if metric.is_empty() || metric.len() > 250 {
            return Err(invalid());
        }
        Ok(Self { metric: metric.to_owned(), relation, bound })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = SIGNS.iter().find(|(_, relation)| *relation == self.relation).map_or("", |(sign, _)| sign);
        write!(f, "metrics.{} {sign} {}", self.metric, self.bound)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rule {
    /// [`WHOLE_TEAM`] for the team's.
    pub model: i64,
    pub alias: String,
    pub conditions: Vec<Condition>,
    /// People other than the author who must agree.
    pub approvers: i64,
    pub updated_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
/// Somebody's word that an alias may name a version.
pub struct Approval {
    pub number: i64,
    pub team: TeamId,
    pub model: i64,
    pub model_name: String,
    pub version: i64,
    pub alias: String,
    /// Who gave it.
    pub person: String,
    pub comment: String,
    /// Fingerprint of what it rests on.
    pub evidence: String,
    pub given_ms: i64,
    pub revoked_ms: Option<i64>,
    pub revoked_because: Option<String>,
}

/// Why something about approvals cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ApprovalError {
    #[error("{0:?} is no condition: write a metric, >=, <=, >, < or =, and a number, such as metrics.auc >= 0.9")]
    Condition(String),
    #[error("a rule has at most {CONDITIONS} conditions and asks for at most {APPROVERS} people, and for one of both")]
    Rule,
    #[error("{0:?} is no name of an alias: letters, digits, underscores and dashes")]
    Alias(String),
    #[error("there is no approval rule for the alias {0}")]
    UnknownRule(String),
    #[error("there is no approval {0} of this version")]
    Unknown(String),
    #[error("you registered this version: somebody else must approve it")]
    OwnVersion,
    #[error("approvals are given by people, not by jobs")]
    NotAPerson,
    #[error("a comment or reason is longer than {COMMENT_LIMIT} characters")]
    Comment,
    #[error("{name}/{version} may not be {alias} yet: {missing}")]
    RuleNotMet { name: String, version: i64, alias: String, missing: String },
}

impl From<ApprovalError> for MlflowError {
    fn from(error: ApprovalError) -> Self {
        let code = match &error {
            ApprovalError::UnknownRule(_) | ApprovalError::Unknown(_) => ErrorCode::ResourceDoesNotExist,
            ApprovalError::OwnVersion | ApprovalError::NotAPerson => ErrorCode::PermissionDenied,
            ApprovalError::RuleNotMet { .. } => ErrorCode::RuleNotMet,
            ApprovalError::Condition(_) | ApprovalError::Rule | ApprovalError::Alias(_) | ApprovalError::Comment => {
                ErrorCode::InvalidParameterValue
            }
        };
        Self::new(code, error.to_string())
    }
}

events! {
    /// What an alias asks for was set or, without conditions and approvers, removed. No model: for the whole team.
    ApprovalRuleChanged { model: Option<String>, alias: String, conditions: Vec<String>, approvers: i64 } = Audit;
    /// Somebody agreed.
    ApprovalGiven { model: String, version: i64, alias: String, person: String, comment: String, evidence: String } = Audit;
    /// Somebody agreed no more, or what they had seen changed.
    ApprovalRevoked { model: String, version: i64, alias: String, person: String, because: String } = Audit;
}
