//! What people do with webhooks.

use super::kinds::{self, Kind, KindError};
use super::model::{
    CONTROLLER, DESCRIPTION_LIMIT, Delivery, Health, SECRET_LIMIT, WEBHOOKS, Webhook, WebhookChanged, WebhookCreated,
    WebhookDeleted, WebhookError,
};
use super::sender::{Outcome, Parcel, Sender};
use super::{address, notices, store};
use crate::mlflow::{Call, MlflowError, Tracking};
use roadbed_capability::extract::IfMatch;
use roadbed_contracts::events::Subject;
use roadbed_core::{Secret, TeamId};
use roadbed_store::{Execute, Query, Reader};

/// What the routes and loops stand on.
#[derive(Clone)]
pub(super) struct Webhooks {
    pub tracking: Tracking,
    pub sender: Sender,
}

/// What somebody says about a new webhook.
#[derive(Debug, Clone)]
pub(super) struct NewWebhook {
    pub name: String,
    pub description: String,
    pub url: String,
    pub events: Vec<String>,
    pub secret: Option<Secret>,
    pub enabled: bool,
}

/// What is to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Change {
    pub name: Option<String>,
    pub description: Option<String>,
    pub url: Option<String>,
    pub kinds: Option<Vec<&'static Kind>>,
    /// Inside none: deliveries are signed no more.
    pub secret: Option<Option<Secret>>,
    pub enabled: Option<bool>,
}

/// 128 bits as a UUID is written.
pub(super) fn hyphenated(bits: u128) -> String {
    let hex = format!("{bits:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// As MLflow's store checks it (`mlflow/utils/validation.py`).
fn check_name(name: &str) -> Result<(), WebhookError> {
    let is_edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let fits = name.len() <= 63
        && is_edge(name.chars().next())
        && is_edge(name.chars().last())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if fits { Ok(()) } else { Err(WebhookError::Name(name.chars().take(100).collect())) }
}

fn check_description(text: &str) -> Result<(), WebhookError> {
    if text.chars().count() > DESCRIPTION_LIMIT { Err(WebhookError::Description) } else { Ok(()) }
}

impl Webhooks {
    fn sealed(&self, id: &str, secret: &Secret) -> Result<String, MlflowError> {
        if !(1..=SECRET_LIMIT).contains(&secret.expose().len()) {
            return Err(WebhookError::Secret.into());
        }
        let seals = &self.tracking.context.seals;
        let sealed = seals.seal(&Webhook::purpose(id), secret.expose().as_bytes());
        sealed.map_err(|error| MlflowError::internal(&error))
    }

    fn check_address(&self, url: &str) -> Result<(), MlflowError> {
        address::check(url, self.sender.private())?;
        Ok(())
    }

    pub(super) async fn create(&self, call: &Call, new: NewWebhook) -> Result<Webhook, MlflowError> {
        check_name(&new.name)?;
        check_description(&new.description)?;
        self.check_address(&new.url)?;
        let kinds = kinds::parse_all(&new.events)?;
        let id = hyphenated(self.tracking.context.ids.next());
        let secret = new.secret.as_ref().map(|secret| self.sealed(&id, secret)).transpose()?;
        let acting = call.clone();
        call.write(&self.tracking, move |tx| {
            if store::of_team(tx, acting.team)?.len() >= WEBHOOKS {
                return Err(WebhookError::TooMany.into());
            }
            let events = kinds.iter().map(|kind| kind.name.to_owned()).collect();
            let body = WebhookCreated { name: new.name.clone(), events };
            let since = tx.emit(&acting.event(subject(&id)), &body)?;
            let now = tx.now().as_millis();
            let made = Webhook {
                id: id.clone(),
                team: acting.team,
                name: new.name.clone(),
                description: new.description.clone(),
                url: new.url.trim().to_owned(),
                kinds: kinds.clone(),
                secret: secret.clone(),
                enabled: new.enabled,
                since_seq: since.0,
                version: 1,
                created_ms: now,
                updated_ms: now,
                created_by: acting.caller.principal().name.clone(),
                health: Health::default(),
            };
            store::insert(tx, &made)?;
            Ok(made)
        })
        .await
    }

    pub(super) async fn all(&self, team: TeamId) -> Result<Vec<Webhook>, MlflowError> {
        Ok(self.tracking.context.store.read(move |r: &mut Reader<'_>| store::of_team(r, team)).await?)
    }

    pub(super) async fn get(&self, team: TeamId, wanted: &str) -> Result<Webhook, MlflowError> {
        let wanted = wanted.to_owned();
        self.tracking.context.store.read(move |r: &mut Reader<'_>| find(r, team, &wanted)).await
    }

    pub(super) async fn update(
        &self,
        call: &Call,
        wanted: &str,
        change: Change,
        seen: IfMatch,
    ) -> Result<Webhook, MlflowError> {
        change.name.as_deref().map_or(Ok(()), check_name)?;
        change.description.as_deref().map_or(Ok(()), check_description)?;
        change.url.as_deref().map_or(Ok(()), |url| self.check_address(url))?;
        let id = self.get(call.team, wanted).await?.id;
        let sealed = match &change.secret {
            Some(Some(secret)) => Some(Some(self.sealed(&id, secret)?)),
            Some(None) => Some(None),
            None => None,
        };
        let acting = call.clone();
        call.write(&self.tracking, move |tx| {
            let mut webhook = find(tx, acting.team, &id)?;
            seen.check(webhook.version)?;
            let changed = apply(&mut webhook, &change, sealed.as_ref());
            if changed.is_empty() {
                tx.without_event("what is asked for is there already");
                return Ok(webhook);
            }
            webhook.version += 1;
            webhook.updated_ms = tx.now().as_millis();
            store::update(tx, &webhook)?;
            let changed = changed.into_iter().map(str::to_owned).collect();
            tx.emit(&acting.event(subject(&webhook.id)), &WebhookChanged { name: webhook.name.clone(), changed })?;
            Ok(webhook)
        })
        .await
    }

    pub(super) async fn delete(&self, call: &Call, wanted: &str) -> Result<(), MlflowError> {
        let (acting, wanted) = (call.clone(), wanted.to_owned());
        call.write(&self.tracking, move |tx| {
            let webhook = find(tx, acting.team, &wanted)?;
            store::delete(tx, &webhook.id)?;
            tx.emit(&acting.event(subject(&webhook.id)), &WebhookDeleted { name: webhook.name })?;
            Ok(())
        })
        .await
    }

    /// Sends an example at once and once, and keeps nothing of it. Without a kind: the first of the webhook's.
    pub(super) async fn test(&self, call: &Call, wanted: &str, event: Option<&str>) -> Result<Outcome, MlflowError> {
        let webhook = self.get(call.team, wanted).await?;
        let kind = match event {
            Some(name) => Kind::parse(name).map_err(|error| MlflowError::from(error).with_field("event"))?,
            None => webhook.kinds.first().copied().ok_or(KindError::NoEvents)?,
        };
        let context = &self.tracking.context;
        let workspace = self.tracking.names_of_teams().await?.remove(&call.team).unwrap_or_default();
        let payload = notices::payload(kind, &notices::example(kind), context.clock.now(), &workspace);
        let payload = payload.map_err(|error| MlflowError::internal(&error))?;
        if call.dry_run {
            return Ok(Outcome::default());
        }
        Ok(self.send(&webhook, &hyphenated(context.ids.next()), payload).await)
    }

    /// One attempt, signed as of now.
    pub(super) async fn send(&self, webhook: &Webhook, delivery: &str, payload: String) -> Outcome {
        let secret = match webhook.secret.as_ref().map(|sealed| self.opened(&webhook.id, sealed)).transpose() {
            Ok(secret) => secret,
            Err(reason) => return Outcome::failed(reason),
        };
        let timestamp = self.tracking.context.clock.now().as_millis().div_euclid(1000);
        let parcel = Parcel { url: webhook.url.clone(), delivery: delivery.to_owned(), timestamp, payload, secret };
        self.sender.send(&parcel).await
    }

    fn opened(&self, id: &str, sealed: &str) -> Result<Secret, String> {
        let opened = self.tracking.context.seals.open(&Webhook::purpose(id), sealed);
        let bytes = opened.map_err(|error| format!("{error}, or set the webhook's secret anew"))?;
        String::from_utf8(bytes).map(Secret::new).map_err(|_| "the secret is no text: set it anew".to_owned())
    }

    /// Sends a delivery again, under the same id.
    pub(super) async fn redeliver(&self, call: &Call, wanted: &str, delivery: &str) -> Result<Delivery, MlflowError> {
        let (team, wanted, delivery) = (call.team, wanted.to_owned(), delivery.to_owned());
        let again = call.write(&self.tracking, move |tx| {
            let webhook = find(tx, team, &wanted)?;
            let found = find_delivery(tx, &webhook.id, &delivery)?;
            store::requeue(tx, found.number)?;
            tx.without_event("deliveries are no events of their own");
            find_delivery(tx, &webhook.id, &delivery)
        });
        let again = again.await?;
        if !call.dry_run {
            self.tracking.context.wake_ups.wake(CONTROLLER);
        }
        Ok(again)
    }
}

pub(super) fn subject(id: &str) -> Subject {
    Subject::new("webhook", id)
}

/// By id, else by a name that only one of the team has.
pub(super) fn find(query: &mut impl Query, team: TeamId, wanted: &str) -> Result<Webhook, MlflowError> {
    if let Some(webhook) = store::by_id(query, wanted)?.filter(|webhook| webhook.team == team) {
        return Ok(webhook);
    }
    let shown = || wanted.chars().take(100).collect();
    let mut named = store::of_team(query, team)?.into_iter().filter(|webhook| webhook.name == wanted);
    match (named.next(), named.next()) {
        (Some(webhook), None) => Ok(webhook),
        (Some(_), Some(_)) => Err(WebhookError::Ambiguous(shown()).into()),
        (None, _) => Err(WebhookError::Unknown(shown()).into()),
    }
}

pub(super) fn find_delivery(query: &mut impl Query, webhook: &str, id: &str) -> Result<Delivery, MlflowError> {
    let found = store::find_delivery(query, webhook, id)?;
    Ok(found.ok_or_else(|| WebhookError::UnknownDelivery(id.chars().take(60).collect()))?)
}

/// Names of the fields that differ now.
fn apply(webhook: &mut Webhook, change: &Change, sealed: Option<&Option<String>>) -> Vec<&'static str> {
    fn set<T: PartialEq + Clone>(
        field: &'static str,
        place: &mut T,
        wanted: Option<T>,
        changed: &mut Vec<&'static str>,
    ) {
        if let Some(wanted) = wanted.filter(|wanted| wanted != place) {
            *place = wanted;
            changed.push(field);
        }
    }
    let mut changed = Vec::new();
    set("name", &mut webhook.name, change.name.clone(), &mut changed);
    set("description", &mut webhook.description, change.description.clone(), &mut changed);
    set("url", &mut webhook.url, change.url.as_ref().map(|url| url.trim().to_owned()), &mut changed);
    set("events", &mut webhook.kinds, change.kinds.clone(), &mut changed);
    // Equal secrets look different when sealed, so that a secret that is set counts as changed.
    set("secret", &mut webhook.secret, sealed.cloned(), &mut changed);
    set("enabled", &mut webhook.enabled, change.enabled, &mut changed);
    changed
}
