//! Registers a handler under all addresses of a route and writes its answer.

use super::call::Call;
use super::error::MlflowError;
use super::team::Tracking;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use roadbed_capability::route::{GuardedRoute, Route};
use roadbed_capability::{Permission, Problem, Routes, delete, get, patch, post, put};
use serde::Serialize;
use std::future::Future;

/// Largest JSON body: 1,000 metrics with long keys, or a dataset profile of 16 MB.
const BODY_LIMIT_BYTES: usize = 24 << 20;

/// Writes a refusal of the guard in MLflow's form.
pub fn refusal(problem: Problem) -> Response {
    MlflowError::from(problem).into_response()
}

/// Collects the routes of a capability of the MLflow API.
pub struct Endpoints {
    routes: Routes<Tracking>,
}

macro_rules! methods {
    ($($name:ident),*) => {$(
        /// Adds the handler under every one of the paths.
        #[must_use]
        pub fn $name<H, F, A>(mut self, paths: &[&'static str], permission: Permission, handler: H) -> Self
        where
            H: Fn(Tracking, Call) -> F + Clone + Send + Sync + 'static,
            F: Future<Output = Result<A, MlflowError>> + Send + 'static,
            A: Serialize + 'static,
        {
            for path in paths {
                let handler = handler.clone();
                let answering = move |State(tracking): State<Tracking>, request: Request| {
                    let handler = handler.clone();
                    async move { answer(&handler, tracking, request, permission).await }
                };
                self.routes = self.routes.add(prepared($name(*path, answering), permission));
            }
            self
        }
    )*};
}

impl Endpoints {
    #[must_use]
    pub const fn new(tracking: Tracking) -> Self {
        Self { routes: Routes::new(tracking) }
    }

    methods!(get, post, put, patch, delete);

    /// Adds a route with its own way of reading and answering, such as a stream of bytes.
    #[must_use]
    pub fn route(mut self, route: GuardedRoute<Tracking>) -> Self {
        self.routes = self.routes.add(route);
        self
    }

    #[must_use]
    pub fn into_routes(self) -> Routes<Tracking> {
        self.routes
    }
}

fn prepared(route: Route<Tracking>, permission: Permission) -> GuardedRoute<Tracking> {
    route.undocumented().body_limit(BODY_LIMIT_BYTES).refuses_as(refusal).allow(permission)
}

async fn answer<H, F, A>(handler: &H, tracking: Tracking, request: Request, permission: Permission) -> Response
where
    H: Fn(Tracking, Call) -> F,
    F: Future<Output = Result<A, MlflowError>>,
    A: Serialize,
{
    let call = match Call::read(&tracking, request, permission).await {
        Ok(call) => call,
        Err(error) => return error.into_response(),
    };
    match handler(tracking, call).await {
        Ok(answer) => json(&answer),
        Err(error) => error.into_response(),
    }
}

/// JSON indented by two spaces, as the MLflow server writes it.
fn json(answer: &impl Serialize) -> Response {
    match serde_json::to_vec_pretty(answer) {
        Ok(bytes) => {
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
            (StatusCode::OK, kind, bytes).into_response()
        }
        Err(error) => MlflowError::internal(&error).into_response(),
    }
}

/// The answer `{}`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Empty {}
