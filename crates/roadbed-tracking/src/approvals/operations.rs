//! What can be done about approvals.

use super::model::{
    APPROVERS, Approval, ApprovalError, ApprovalGiven, ApprovalRevoked, ApprovalRuleChanged, COMMENT_LIMIT, CONDITIONS,
    Candidate, Condition, Measured, OfModels, Rule, WHOLE_TEAM,
};
use super::plan::{Standing, evidence, judge};
use super::store;
use crate::mlflow::{Call, MlflowError, Tracking};
use crate::runs;
use roadbed_contracts::events::{EventHeader, Subject};
use roadbed_store::{Execute, Query, Reader, Store, Transaction};
use std::collections::HashSet;

/// The subject under which the history of a model finds its events.
fn subject(model: &str) -> Subject {
    Subject::new("model", model)
}

/// What was measured on a version: the metrics of its run, and over them those of its logged model.
///
/// # Errors
/// The store fails.
pub async fn measured(store: &Store, candidate: &Candidate) -> Result<Measured, MlflowError> {
    let mut measured = runs::latest_metrics(store, candidate.team, &candidate.run_id).await?;
    if candidate.model_id.is_empty() {
        return Ok(measured);
    }
    let (team, ids) = (candidate.team, HashSet::from([candidate.model_id.clone()]));
    let read = move |r: &mut Reader<'_>| Ok::<_, MlflowError>(runs::model_metrics(r, team, &ids)?);
    let mut points: Vec<_> = store.read_records(read).await?.into_iter().map(|metric| metric.point).collect();
    points.sort_by_key(|point| (point.step, point.timestamp_ms));
    measured.extend(points.into_iter().map(|point| (point.key, point.value.get())));
    Ok(measured)
}

/// Refuses to point an alias at a version that does not fulfil the rule of the alias. `measured` was read before the transaction.
///
/// # Errors
/// The rule is not met; the text says what is missing.
pub fn check_move(
    query: &mut impl Query,
    candidate: &Candidate,
    alias: &str,
    measured: &Measured,
) -> Result<(), MlflowError> {
    let Some(rule) = store::rule_of(query, candidate.team, candidate.model, alias)? else { return Ok(()) };
    let given = store::of_version(query, candidate.model, candidate.version)?;
    let standing = judge(&rule, candidate, measured, &given);
    if standing.is_met() {
        return Ok(());
    }
    let (name, version, alias) = (candidate.name.clone(), candidate.version, alias.to_owned());
    Err(ApprovalError::RuleNotMet { name, version, alias, missing: standing.missing() }.into())
}

/// What a caller says about a rule.
#[derive(Debug, Clone)]
pub(super) struct NewRule {
    /// None: for every model of the team without its own.
    pub model: Option<String>,
    pub alias: String,
    pub conditions: Vec<String>,
    pub approvers: i64,
}

fn number_of(tx: &mut Transaction<'_>, of: OfModels, call: &Call, model: Option<&str>) -> Result<i64, MlflowError> {
    model.map_or(Ok(WHOLE_TEAM), |name| (of.find_number)(tx, call.team, name))
}

fn header(call: &Call, model: Option<&str>, alias: &str) -> EventHeader {
    call.event(model.map_or_else(|| Subject::new("approval_rule", alias), subject))
}

pub(super) async fn set_rule(
    tracking: &Tracking,
    call: &Call,
    of: OfModels,
    new: NewRule,
) -> Result<Rule, MlflowError> {
    check_alias(&new.alias)?;
    let conditions = new.conditions.iter().map(|text| text.parse()).collect::<Result<Vec<Condition>, _>>()?;
    let is_rule = (0..=APPROVERS).contains(&new.approvers) && conditions.len() <= CONDITIONS;
    if !is_rule || (conditions.is_empty() && new.approvers == 0 && new.model.is_none()) {
        return Err(ApprovalError::Rule.into());
    }
    let acting = call.clone();
    call.write(tracking, move |tx| {
        let model = number_of(tx, of, &acting, new.model.as_deref())?;
        let updated_ms = tx.now().as_millis();
        let (alias, approvers) = (new.alias.clone(), new.approvers);
        let rule = Rule { model, alias: alias.clone(), conditions: conditions.clone(), approvers, updated_ms };
        store::put_rule(tx, acting.team, &rule)?;
        let conditions = conditions.iter().map(Condition::to_string).collect();
        let body = ApprovalRuleChanged { model: new.model.clone(), alias, conditions, approvers };
        tx.emit(&header(&acting, new.model.as_deref(), &new.alias), &body)?;
        Ok(rule)
    })
    .await
}

pub(super) fn check_alias(alias: &str) -> Result<(), ApprovalError> {
    let is_name = super::is_alias(alias) && alias.len() <= 255;
    if is_name { Ok(()) } else { Err(ApprovalError::Alias(alias.chars().take(100).collect())) }
}

pub(super) async fn delete_rule(
    tracking: &Tracking,
    call: &Call,
    of: OfModels,
    (model, alias): (Option<String>, String),
) -> Result<(), MlflowError> {
    let acting = call.clone();
    call.write(tracking, move |tx| {
        let number = number_of(tx, of, &acting, model.as_deref())?;
        if !store::delete_rule(tx, acting.team, number, &alias)? {
            return Err(ApprovalError::UnknownRule(alias.chars().take(100).collect()).into());
        }
        let body =
            ApprovalRuleChanged { model: model.clone(), alias: alias.clone(), conditions: Vec::new(), approvers: 0 };
        tx.emit(&header(&acting, model.as_deref(), &alias), &body)?;
        Ok(())
    })
    .await
}

/// A version with everything about its approvals.
pub(super) struct OfVersion {
    pub approvals: Vec<Approval>,
    /// Of each rule that is in force for the model.
    pub standings: Vec<(Rule, Standing)>,
}

pub(super) async fn of_version(
    tracking: &Tracking,
    call: &Call,
    of: OfModels,
    (name, version): (String, i64),
) -> Result<OfVersion, MlflowError> {
    let team = call.team;
    let read = move |r: &mut Reader<'_>| {
        let candidate = (of.read)(r, team, &name, version)?;
        let rules = store::rules(r, team, candidate.model)?;
        let approvals = store::of_version(r, candidate.model, version)?;
        Ok::<_, MlflowError>((candidate, rules, approvals))
    };
    let (candidate, rules, approvals) = tracking.context.store.read(read).await?;
    let measured = measured(&tracking.context.store, &candidate).await?;
    let standings = in_force(rules).into_iter().map(|rule| {
        let standing = judge(&rule, &candidate, &measured, &approvals);
        (rule, standing)
    });
    Ok(OfVersion { standings: standings.collect(), approvals })
}

/// Of rules for the same alias the first: the model's own.
pub(super) fn in_force(rules: Vec<Rule>) -> Vec<Rule> {
    let mut known = HashSet::new();
    rules.into_iter().filter(|rule| known.insert(rule.alias.clone())).collect()
}

/// Agrees that an alias may name the version. Agreeing again to the same evidence changes nothing.
pub(super) async fn approve(
    tracking: &Tracking,
    call: &Call,
    of: OfModels,
    (name, version): (String, i64),
    (alias, comment): (String, String),
) -> Result<Approval, MlflowError> {
    check_alias(&alias)?;
    if comment.chars().count() > COMMENT_LIMIT {
        return Err(ApprovalError::Comment.into());
    }
    if !call.caller.principal().is_person() {
        return Err(ApprovalError::NotAPerson.into());
    }
    let (team, person) = (call.team, call.caller.principal().name.clone());
    let wanted = name.clone();
    let read = move |r: &mut Reader<'_>| (of.read)(r, team, &wanted, version);
    let measured = measured(&tracking.context.store, &tracking.context.store.read(read).await?).await?;
    let acting = call.clone();
    call.write(tracking, move |tx| {
        let candidate = (of.find)(tx, team, &name, version)?;
        if candidate.author.as_ref() == Some(&person) {
            return Err(ApprovalError::OwnVersion.into());
        }
        let rule = store::rule_of(tx, team, candidate.model, &alias)?;
        let evidence = evidence(rule.as_ref(), &candidate, &measured);
        let mine = |known: &Approval| known.person == person && known.alias == alias && known.revoked_ms.is_none();
        for known in store::of_version(tx, candidate.model, version)?.into_iter().filter(mine) {
            if known.evidence == evidence {
                tx.without_event("agreeing again to what one has agreed to changes nothing");
                return Ok(known);
            }
            withdraw(tx, &acting.event(subject(&name)), &known, "files or measurements changed")?;
        }
        let new = Approval {
            number: 0,
            team,
            model: candidate.model,
            model_name: name.clone(),
            version,
            alias: alias.clone(),
            person: person.clone(),
            comment: comment.clone(),
            evidence: evidence.clone(),
            given_ms: tx.now().as_millis(),
            revoked_ms: None,
            revoked_because: None,
        };
        let given = store::insert(tx, new)?;
        let (person, comment) = (person.clone(), comment.clone());
        let body = ApprovalGiven { model: name.clone(), version, alias: alias.clone(), person, comment, evidence };
        tx.emit(&acting.event(subject(&name)), &body)?;
        Ok(given)
    })
    .await
}

/// Marks an approval as revoked and says so.
pub(super) fn withdraw(
    tx: &mut Transaction<'_>,
    header: &EventHeader,
    approval: &Approval,
    because: &str,
) -> Result<(), MlflowError> {
    if !store::revoke(tx, approval.number, because)? {
        return Ok(());
    }
    let body = ApprovalRevoked {
        model: approval.model_name.clone(),
        version: approval.version,
        alias: approval.alias.clone(),
        person: approval.person.clone(),
        because: because.to_owned(),
    };
    tx.emit(header, &body)?;
    Ok(())
}

/// Takes an approval back. An empty reason is none.
pub(super) async fn revoke(
    tracking: &Tracking,
    call: &Call,
    of: OfModels,
    (name, version): (String, i64),
    (number, why): (&str, &str),
) -> Result<(), MlflowError> {
    if why.chars().count() > COMMENT_LIMIT {
        return Err(ApprovalError::Comment.into());
    }
    let (acting, number) = (call.clone(), number.to_owned());
    let person = &call.caller.principal().name;
    let because =
        if why.is_empty() { format!("taken back by {person}") } else { format!("taken back by {person}: {why}") };
    call.write(tracking, move |tx| {
        let candidate = (of.find)(tx, acting.team, &name, version)?;
        let given = store::of_version(tx, candidate.model, version)?;
        let known = given.iter().find(|known| known.number.to_string() == number && known.revoked_ms.is_none());
        let known = known.ok_or_else(|| ApprovalError::Unknown(number.chars().take(30).collect()))?;
        withdraw(tx, &acting.event(subject(&name)), known, &because)
    })
    .await
}
