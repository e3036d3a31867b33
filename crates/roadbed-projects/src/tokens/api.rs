use super::login_page;
use super::me::{self, Me};
use super::model::{Kind, Token, TokensError};
use super::operations::{NamedToken, TOKEN_READ, TOKEN_WRITE, TokenRequest, Tokens};
use crate::teams::TEAM_READ;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use roadbed_capability::caller::Credential;
use roadbed_capability::extract::{Body, DryRun, Page, PathOf, Query};
use roadbed_capability::guard::{SESSION_COOKIE, credential};
use roadbed_capability::{Caller, Capability, Context, Problem, Routes, delete, get, post};
use roadbed_core::{Secret, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A token; its text is shown once, when it is issued.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TokenView {
    pub id: String,
    pub name: String,
    pub user: Option<String>,
    /// Id of the only team it reaches.
    pub team: Option<String>,
    pub team_name: Option<String>,
    /// Id of the only project instance it reaches.
    pub instance: Option<String>,
    pub project_name: Option<String>,
    pub actions: Option<Vec<String>>,
    pub created_at: String,
    pub expires_at: Option<String>,
    pub last_used_at: Option<String>,
    /// Only in the answer to a create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TokenList {
    pub items: Vec<TokenView>,
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewToken {
    /// 1 to 100 characters, for people.
    pub name: String,
    /// Owner; yourself when absent. Others: platform administrators only.
    pub user: Option<String>,
    /// Narrows the token to a team.
    pub team: Option<String>,
    /// Narrows the token to a project.
    pub project: Option<String>,
    /// Narrows the token to permissions such as `job:submit` or `job:*`.
    pub actions: Option<Vec<String>>,
    /// A length of time such as `30d`; never expires when absent.
    pub expires_in: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LinkView {
    /// Path with the secret in its fragment; put the server's address before it.
    pub path: String,
    pub expires_at: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSession {
    /// Fragment of a login link.
    pub secret: Option<LinkSecret>,
    /// Instead of a link: a token of yours that is not narrowed.
    pub token: Option<LinkSecret>,
}

/// A secret in a body; never printed.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct LinkSecret(String);

impl std::fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl From<Token> for TokenView {
    fn from(token: Token) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            user: token.user,
            team: token.team.map(|id| id.to_string()),
            team_name: None,
            instance: token.instance.map(|id| id.to_string()),
            project_name: None,
            actions: token.actions.map(|actions| actions.as_slice().to_vec()),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.map(|at| at.to_string()),
            last_used_at: token.last_used_at.map(|at| at.to_string()),
            token: None,
        }
    }
}

impl From<NamedToken> for TokenView {
    fn from(named: NamedToken) -> Self {
        Self { team_name: named.team_name, project_name: named.project_name, ..named.token.into() }
    }
}

#[must_use]
pub fn capability(_context: &Context, tokens: &Arc<Tokens>) -> Capability {
    let routes = Routes::new(tokens.clone())
        .add(
            get("/api/v1/tokens", list)
                .summary("List your tokens")
                .query::<Page>()
                .answers::<TokenList>(StatusCode::OK)
                .allow(TOKEN_READ),
        )
        .add(
            post("/api/v1/tokens", issue)
                .summary("Issue a token; its text is in this answer only")
                .body::<NewToken>()
                .answers::<TokenView>(StatusCode::CREATED)
                .allow(TOKEN_WRITE),
        )
        .add(
            delete("/api/v1/tokens/{token}", revoke)
                .summary("Revoke a token")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(TOKEN_WRITE),
        )
        .add(
            get("/api/v1/me", me::me)
                .summary("Who you are and what you may do")
                .answers::<Me>(StatusCode::OK)
                .allow(TEAM_READ),
        )
        .add(
            post("/api/v1/login-links", link)
                .without_rehearsal()
                .summary("Make a one-time login link for yourself")
                .answers::<LinkView>(StatusCode::CREATED)
                .allow(TOKEN_WRITE),
        )
        .add(
            post("/api/v1/sessions", start)
                .without_rehearsal()
                .summary("Exchange a login link, once, or a token for a session cookie")
                .body::<NewSession>()
                .answers_other(StatusCode::NO_CONTENT)
                .public(),
        )
        .add(
            delete("/api/v1/sessions", end)
                .without_rehearsal()
                .summary("End the session")
                .answers_other(StatusCode::NO_CONTENT)
                .allow(TEAM_READ),
        )
        .add(get("/login", login_page::page).undocumented().public());
    Capability::new("tokens").routes(routes)
}

async fn list(
    State(tokens): State<Arc<Tokens>>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<TokenList>, Problem> {
    let limit = page.limit()?;
    let found = tokens.list(&caller, page.cursor.unwrap_or_default(), limit).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next_cursor = found.last().filter(|_| full).map(|named| named.token.id.to_string());
    Ok(Json(TokenList { items: found.into_iter().map(TokenView::from).collect(), next_cursor }))
}

async fn issue(
    State(tokens): State<Arc<Tokens>>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    Body(new): Body<NewToken>,
) -> Result<(StatusCode, Json<TokenView>), Problem> {
    let expires_in = new.expires_in.map(|text| text.parse::<Span>()).transpose();
    let expires_in = expires_in.map_err(|error| {
        Problem::bad_request("request.body", format!("expires_in: {error}")).with_field("expires_in")
    })?;
    let request = TokenRequest {
        name: new.name,
        user: new.user,
        team: new.team,
        project: new.project,
        actions: new.actions,
        expires_in,
        kind: Kind::User,
    };
    let (token, secret) = tokens.issue(&caller, request, dry_run).await?;
    let shown = (!dry_run).then(|| secret.expose().to_owned());
    Ok((StatusCode::CREATED, Json(TokenView { token: shown, ..token.into() })))
}

async fn revoke(
    State(tokens): State<Arc<Tokens>>,
    caller: Caller,
    DryRun(dry_run): DryRun,
    PathOf(id): PathOf<String>,
) -> Result<StatusCode, Problem> {
    tokens.revoke_token(&caller, &id, dry_run).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn link(State(tokens): State<Arc<Tokens>>, caller: Caller) -> Result<(StatusCode, Json<LinkView>), Problem> {
    let link = tokens.link_for(&caller).await?;
    let path = format!("/login#{}", link.secret.expose());
    Ok((StatusCode::CREATED, Json(LinkView { path, expires_at: link.expires_at.to_string() })))
}

async fn start(
    State(tokens): State<Arc<Tokens>>,
    Body(new): Body<NewSession>,
) -> Result<(StatusCode, HeaderMap), Problem> {
    let session = match (new.secret, new.token) {
        (Some(secret), None) => tokens.start_session(&Secret::new(secret.0)).await?,
        (None, Some(token)) => tokens.start_session_by_token(&Secret::new(token.0)).await?,
        _ => {
            let detail = "send either secret (of a login link) or token";
            return Err(Problem::bad_request("request.body", detail).with_field("token"));
        }
    };
    tracing::info!(user = %session.user, "a portal session started");
    let cookie = format!("{SESSION_COOKIE}={}; Path=/; HttpOnly; SameSite=Strict", session.secret.expose());
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| TokensError::LinkSpent)?;
    Ok((StatusCode::NO_CONTENT, HeaderMap::from_iter([(header::SET_COOKIE, cookie)])))
}

async fn end(State(tokens): State<Arc<Tokens>>, headers: HeaderMap) -> Result<impl IntoResponse, Problem> {
    if let Credential::Session(secret) = credential(&headers)? {
        tokens.end_session(&secret).await?;
    }
    let gone = HeaderValue::from_static("roadbed_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, gone)]))
}
