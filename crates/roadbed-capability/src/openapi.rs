//! The OpenAPI 3.1 document, made from the routes themselves, and a page to read it that works offline.

use crate::problem::Problem;
use crate::route::{Access, BoundRoute, Description, Routes, get};
use axum::http::header;
use axum::response::{Html, IntoResponse};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};
use std::sync::Arc;

const PAGE: &str = include_str!("openapi/page.html");

/// The document over all documented routes.
#[must_use]
pub(crate) fn document(routes: &[Description]) -> Value {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for route in routes.iter().filter(|route| route.documented) {
        let operation = operation(route, &mut generator);
        let path = paths.entry(route.path.replace("{*", "{")).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(route.method.as_str().to_lowercase(), operation);
        }
    }
    generator.subschema_for::<Problem>();
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Roadbed", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
        "security": [{ "token": [] }],
    })
}

fn operation(route: &Description, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "tags": [tag(route.path)],
        "parameters": parameters(route, generator),
        "responses": responses(route, generator),
    });
    if let Some(body) = route.body {
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": body(generator) } } });
    }
    match route.access {
        Access::Allow(permission) => operation["x-permission"] = permission.name().into(),
        Access::Public => operation["security"] = json!([]),
    }
    operation
}

fn responses(route: &Description, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    for (status, schema) in &route.answers {
        let mut response = json!({ "description": status.canonical_reason().unwrap_or("answer") });
        if let Some(schema) = schema {
            response["content"] = json!({ "application/json": { "schema": schema(generator) } });
        }
        responses.insert(status.as_u16().to_string(), response);
    }
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    let content = json!({ "application/problem+json": { "schema": problem } });
    responses.insert("default".into(), json!({ "description": "a problem, RFC 9457", "content": content }));
    Value::Object(responses)
}

fn parameters(route: &Description, generator: &mut SchemaGenerator) -> Vec<Value> {
    let names = route.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = names
        .map(|name| {
            json!({ "name": name.trim_start_matches('*'), "in": "path", "required": true, "schema": { "type": "string" } })
        })
        .collect();
    if let Some(query) = route.query {
        add_query(query(generator), generator, &mut parameters);
    }
    if route.changes && !parameters.iter().any(|parameter| parameter["name"] == "dry_run") {
        let schema = json!({ "type": "boolean", "description": "Everything is checked and nothing is changed." });
        parameters.push(json!({ "name": "dry_run", "in": "query", "required": false, "schema": schema }));
    }
    parameters
}

/// One parameter for each property of an object schema.
fn add_query(schema: schemars::Schema, generator: &mut SchemaGenerator, parameters: &mut Vec<Value>) {
    let mut schema = serde_json::to_value(schema).unwrap_or_default();
    let referenced = schema["$ref"].as_str().and_then(|text| text.rsplit('/').next()).map(str::to_owned);
    if let Some(name) = referenced {
        schema = generator.definitions().get(&name).cloned().unwrap_or_default();
    }
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = required.iter().any(|entry| entry == name);
        parameters.push(json!({ "name": name, "in": "query", "required": is_required, "schema": property }));
    }
}

/// `/api/v1/services/{name}/rollouts` and GET give `get_services_name_rollouts`: stable and unique by construction.
fn operation_id(route: &Description) -> String {
    let words = route.path.trim_start_matches("/api/v1").split('/').filter(|word| !word.is_empty());
    let words: Vec<String> = words.map(|word| word.trim_matches(['{', '}', '*']).replace(['-', '.'], "_")).collect();
    format!("{}_{}", route.method.as_str().to_lowercase(), words.join("_"))
}

fn tag(path: &str) -> &str {
    path.trim_start_matches("/api/v1/").split('/').next().unwrap_or("platform")
}

/// `/api/v1/openapi.json` and the page at `/api`.
#[must_use]
pub(crate) fn routes(described: &[Description]) -> Vec<BoundRoute> {
    let text: Arc<str> = document(described).to_string().into();
    let answer = move || {
        let text = text.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], text.to_string()).into_response() }
    };
    let page = || async {
        let policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'";
        ([(header::CONTENT_SECURITY_POLICY, policy)], Html(PAGE))
    };
    Routes::new(())
        .add(get("/api/v1/openapi.json", answer).undocumented().public())
        .add(get("/api", page).undocumented().public())
        .bind()
}
