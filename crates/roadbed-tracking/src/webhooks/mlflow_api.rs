//! Routes of webhooks as MLflow's clients know them (`mlflow/protos/webhooks.proto`).

use super::kinds::{self, Kind};
use super::model::{WEBHOOK_READ, WEBHOOK_WRITE, Webhook, WebhookError};
use super::operations::{Change, NewWebhook, Webhooks};
use super::sender::Outcome;
use crate::mlflow::{Call, Empty, Endpoints, Fields, MlflowError, Tracking, missing, mlflow_paths};
use crate::search::{PageToken, page};
use roadbed_capability::Routes;
use roadbed_capability::extract::IfMatch;
use roadbed_core::Secret;
use serde::Serialize;

/// Webhooks per page: default and most.
const PAGE: i64 = 100;
const PAGE_LIMIT: i64 = 1000;

const ENTITIES: [(&str, i64, &str); 10] = [
    ("REGISTERED_MODEL", 1, "registered_model"),
    ("MODEL_VERSION", 2, "model_version"),
    ("MODEL_VERSION_TAG", 3, "model_version_tag"),
    ("MODEL_VERSION_ALIAS", 4, "model_version_alias"),
    ("PROMPT", 5, "prompt"),
    ("PROMPT_VERSION", 6, "prompt_version"),
    ("PROMPT_TAG", 7, "prompt_tag"),
    ("PROMPT_VERSION_TAG", 8, "prompt_version_tag"),
    ("PROMPT_ALIAS", 9, "prompt_alias"),
    ("BUDGET_POLICY", 10, "budget_policy"),
];
const ACTIONS: [(&str, i64, &str); 5] = [
    ("CREATED", 1, "created"),
    ("UPDATED", 2, "updated"),
    ("DELETED", 3, "deleted"),
    ("SET", 4, "set"),
    ("EXCEEDED", 5, "exceeded"),
];
const STATES: [(&str, i64, bool); 2] = [("ACTIVE", 1, true), ("DISABLED", 2, false)];

pub(super) fn routes(tracking: Tracking, webhooks: Webhooks) -> Routes<Tracking> {
    let with = |webhooks: &Webhooks| webhooks.clone();
    let (first, second, third) = (with(&webhooks), with(&webhooks), with(&webhooks));
    let (fourth, fifth, sixth) = (with(&webhooks), with(&webhooks), webhooks);
    Endpoints::new(tracking)
        .post(mlflow_paths!("/webhooks"), WEBHOOK_WRITE, move |_, call| create(first.clone(), call))
        .get(mlflow_paths!("/webhooks"), WEBHOOK_READ, move |_, call| list(second.clone(), call))
        .get(mlflow_paths!("/webhooks/{webhook_id}"), WEBHOOK_READ, move |_, call| get(third.clone(), call))
        .patch(mlflow_paths!("/webhooks/{webhook_id}"), WEBHOOK_WRITE, move |_, call| update(fourth.clone(), call))
        .delete(mlflow_paths!("/webhooks/{webhook_id}"), WEBHOOK_WRITE, move |_, call| delete(fifth.clone(), call))
        .post(mlflow_paths!("/webhooks/{webhook_id}/test"), WEBHOOK_WRITE, move |_, call| test(sixth.clone(), call))
        .into_routes()
}

#[derive(Debug, Serialize)]
struct EventView {
    entity: String,
    action: String,
}

#[derive(Debug, Serialize)]
struct WebhookView {
    webhook_id: String,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    url: String,
    events: Vec<EventView>,
    status: &'static str,
    creation_timestamp: i64,
    last_updated_timestamp: i64,
}

#[derive(Debug, Serialize)]
struct WebhookAnswer {
    webhook: WebhookView,
}

#[derive(Debug, Serialize)]
struct WebhooksAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    webhooks: Vec<WebhookView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

#[derive(Debug, Serialize)]
struct ResultView {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_status: Option<u16>,
    #[serde(skip_serializing_if = "String::is_empty")]
    response_body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

#[derive(Debug, Serialize)]
struct TestAnswer {
    result: ResultView,
}

impl From<Webhook> for WebhookView {
    fn from(webhook: Webhook) -> Self {
        let event = |kind: &&'static Kind| {
            let (entity, action) = kind.parts();
            EventView { entity: entity.to_uppercase(), action: action.to_uppercase() }
        };
        Self {
            webhook_id: webhook.id,
            name: webhook.name,
            description: webhook.description,
            url: webhook.url,
            events: webhook.kinds.iter().filter(|kind| kind.of_mlflow).map(event).collect(),
            status: if webhook.enabled { "ACTIVE" } else { "DISABLED" },
            creation_timestamp: webhook.created_ms,
            last_updated_timestamp: webhook.updated_ms,
        }
    }
}

impl From<Outcome> for ResultView {
    fn from(outcome: Outcome) -> Self {
        // An answer that says no speaks for itself, as in MLflow.
        let error_message = outcome.error.clone().filter(|_| outcome.status.is_none());
        Self {
            success: outcome.error.is_none(),
            response_status: outcome.status,
            response_body: outcome.answer,
            error_message,
        }
    }
}

/// One that asks only for events of ours has none that MLflow's clients could read, and a webhook without events breaks them.
fn is_of_mlflow(webhook: &Webhook) -> bool {
    webhook.kinds.iter().any(|kind| kind.of_mlflow)
}

fn answer(webhook: Webhook) -> WebhookAnswer {
    WebhookAnswer { webhook: webhook.into() }
}

/// `entity.action` of an event as protobuf's JSON writes it.
fn event_name(event: &Fields) -> Result<String, MlflowError> {
    let entity = event.choice("entity", &ENTITIES)?.ok_or_else(|| missing("events.entity"))?;
    let action = event.choice("action", &ACTIONS)?.ok_or_else(|| missing("events.action"))?;
    Ok(format!("{entity}.{action}"))
}

fn event_names(fields: &Fields) -> Result<Vec<String>, MlflowError> {
    fields.objects("events")?.iter().map(event_name).collect()
}

/// The webhook of a call; these clients name it by its id and in no other way.
async fn of(webhooks: &Webhooks, call: &Call) -> Result<Webhook, MlflowError> {
    let id = call.fields.required("webhook_id")?;
    let found = webhooks.all(call.team).await?.into_iter().find(|webhook| webhook.id == id);
    found.ok_or_else(|| WebhookError::Unknown(id.chars().take(100).collect()).into())
}

async fn create(webhooks: Webhooks, call: Call) -> Result<WebhookAnswer, MlflowError> {
    let events = event_names(&call.fields)?;
    let new = NewWebhook {
        name: call.fields.required("name")?.to_owned(),
        url: call.fields.required("url")?.to_owned(),
        description: call.fields.text_or_empty("description")?.to_owned(),
        secret: call.fields.nonempty("secret")?.map(|secret| Secret::new(secret.to_owned())),
        enabled: call.fields.choice("status", &STATES)?.unwrap_or(true),
        events,
    };
    Ok(answer(webhooks.create(&call, new).await?))
}

async fn list(webhooks: Webhooks, call: Call) -> Result<WebhooksAnswer, MlflowError> {
    let limit = call.fields.integer("max_results")?.filter(|limit| *limit != 0).unwrap_or(PAGE);
    let limit = usize::try_from(limit).ok().filter(|wanted| *wanted > 0 && limit <= PAGE_LIMIT);
    let limit =
        limit.ok_or_else(|| MlflowError::invalid(format!("max_results must be between 1 and {PAGE_LIMIT}.")))?;
    let start = PageToken::parse(call.fields.nonempty("page_token")?)?;
    let all: Vec<Webhook> = webhooks.all(call.team).await?.into_iter().rev().filter(is_of_mlflow).collect();
    let (some, next) = page(all, start, limit);
    Ok(WebhooksAnswer {
        webhooks: some.into_iter().map(WebhookView::from).collect(),
        next_page_token: next.map(|token| token.to_string()),
    })
}

async fn get(webhooks: Webhooks, call: Call) -> Result<WebhookAnswer, MlflowError> {
    Ok(answer(of(&webhooks, &call).await?))
}

/// Events replace those that MLflow knows; ours stay, since this client cannot see them.
async fn update(webhooks: Webhooks, call: Call) -> Result<WebhookAnswer, MlflowError> {
    let known = of(&webhooks, &call).await?;
    let events = event_names(&call.fields)?;
    let kinds = if events.is_empty() {
        None
    } else {
        let mut kinds = kinds::parse_all(&events)?;
        kinds.extend(known.kinds.into_iter().filter(|kind| !kind.of_mlflow));
        Some(kinds)
    };
    let secret = call.fields.text("secret")?.map(str::to_owned);
    let change = Change {
        name: call.fields.nonempty("name")?.map(str::to_owned),
        description: call.fields.text("description")?.map(str::to_owned),
        url: call.fields.nonempty("url")?.map(str::to_owned),
        // An empty one: signed no more.
        secret: secret.map(|secret| Some(Secret::new(secret)).filter(|secret| !secret.expose().is_empty())),
        enabled: call.fields.choice("status", &STATES)?,
        kinds,
    };
    Ok(answer(webhooks.update(&call, &known.id, change, IfMatch::default()).await?))
}

async fn delete(webhooks: Webhooks, call: Call) -> Result<Empty, MlflowError> {
    let id = of(&webhooks, &call).await?.id;
    webhooks.delete(&call, &id).await?;
    Ok(Empty {})
}

async fn test(webhooks: Webhooks, call: Call) -> Result<TestAnswer, MlflowError> {
    let event = call.fields.object("event")?.as_ref().map(event_name).transpose()?;
    let id = of(&webhooks, &call).await?.id;
    let outcome = webhooks.test(&call, &id, event.as_deref()).await?;
    Ok(TestAnswer { result: outcome.into() })
}
