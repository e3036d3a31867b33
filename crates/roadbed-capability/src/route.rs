//! Routes that cannot be forgotten: only a [`GuardedRoute`] can be added, and only `.allow(…)` or `.public()` makes one.
//!
//! ```compile_fail
//! use roadbed_capability::route::{Routes, get};
//! async fn teams() -> &'static str { "" }
//! let routes = Routes::new(()).add(get("/api/v1/teams", teams)); // no permission: does not compile
//! ```
//! ```
//! use roadbed_capability::route::{Routes, get};
//! async fn teams() -> &'static str { "" }
//! let routes = Routes::new(()).add(get("/api/v1/teams", teams).public());
//! ```

use crate::permission::Permission;
use crate::problem::Problem;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Allow(Permission),
    /// Without a token; the reviewed list of routes shows every one of them.
    Public,
}

type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// What the API document says about a route.
#[derive(Clone)]
pub struct Description {
    pub method: Method,
    /// With `{name}` for parameters and `{*rest}` for the rest of a path.
    pub path: &'static str,
    pub access: Access,
    pub summary: &'static str,
    pub query: Option<SchemaOf>,
    pub body: Option<SchemaOf>,
    pub answers: Vec<(StatusCode, Option<SchemaOf>)>,
    /// Foreign protocols (MLflow, gateways) are listed for access but left out of the API document.
    pub documented: bool,
    /// Changes something, so that `?dry_run=true` rehearses it.
    pub changes: bool,
    /// Largest body, in bytes.
    pub body_limit: usize,
    /// How the guard's own refusals are written: foreign protocols have their own form.
    pub refusal: fn(Problem) -> Response,
}

/// Bodies are at most this large unless the route says otherwise.
pub const BODY_LIMIT_BYTES: usize = 2 << 20;

/// A route without a decision about access. It can be described but not added.
pub struct Route<S> {
    description: Description,
    handler: MethodRouter<S>,
}

/// A route with its decision about access.
pub struct GuardedRoute<S> {
    description: Description,
    handler: MethodRouter<S>,
}

fn route<S, H, T>(method: Method, filter: MethodFilter, path: &'static str, handler: H) -> Route<S>
where
    H: Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    let description = Description {
        changes: method != Method::GET,
        method,
        path,
        access: Access::Public,
        summary: "",
        query: None,
        body: None,
        answers: Vec::new(),
        documented: true,
        body_limit: BODY_LIMIT_BYTES,
        refusal: Problem::into_response,
    };
    Route { description, handler: on(filter, handler) }
}

macro_rules! methods {
    ($($name:ident = $method:ident;)*) => {$(
        #[doc = concat!("A ", stringify!($method), " route.")]
        pub fn $name<S, H, T>(path: &'static str, handler: H) -> Route<S>
        where
            H: Handler<T, S>,
            T: 'static,
            S: Clone + Send + Sync + 'static,
        {
            route(Method::$method, MethodFilter::$method, path, handler)
        }
    )*};
}
methods! { get = GET; post = POST; put = PUT; patch = PATCH; delete = DELETE; }

impl<S> Route<S> {
    #[must_use]
    pub const fn summary(mut self, summary: &'static str) -> Self {
        self.description.summary = summary;
        self
    }

    /// Query parameters, as an object schema.
    #[must_use]
    pub fn query<T: JsonSchema>(mut self) -> Self {
        self.description.query = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// The JSON body.
    #[must_use]
    pub fn body<T: JsonSchema>(mut self) -> Self {
        self.description.body = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// A JSON answer with this status.
    #[must_use]
    pub fn answers<T: JsonSchema>(mut self, status: StatusCode) -> Self {
        self.description.answers.push((status, Some(SchemaGenerator::subschema_for::<T>)));
        self
    }

    /// An answer without a JSON body: nothing, a stream, a file.
    #[must_use]
    pub fn answers_other(mut self, status: StatusCode) -> Self {
        self.description.answers.push((status, None));
        self
    }

    /// A question that needs a body, or a change that cannot be rehearsed: it takes no `dry_run`.
    #[must_use]
    pub const fn without_rehearsal(mut self) -> Self {
        self.description.changes = false;
        self
    }

    #[must_use]
    pub const fn body_limit(mut self, bytes: usize) -> Self {
        self.description.body_limit = bytes;
        self
    }

    /// Writes the guard's refusals in a foreign protocol's form.
    #[must_use]
    pub const fn refuses_as(mut self, refusal: fn(Problem) -> Response) -> Self {
        self.description.refusal = refusal;
        self
    }

    /// Leaves the route out of the API document: foreign protocols, internal links.
    #[must_use]
    pub const fn undocumented(mut self) -> Self {
        self.description.documented = false;
        self
    }

    /// Only callers who hold the permission somewhere get to the handler.
    #[must_use]
    pub fn allow(mut self, permission: Permission) -> GuardedRoute<S> {
        self.description.access = Access::Allow(permission);
        GuardedRoute { description: self.description, handler: self.handler }
    }

    /// Anyone gets to the handler, without a token.
    #[must_use]
    pub fn public(mut self) -> GuardedRoute<S> {
        self.description.access = Access::Public;
        GuardedRoute { description: self.description, handler: self.handler }
    }
}

/// The routes of a capability and the state their handlers share.
pub struct Routes<S> {
    state: S,
    routes: Vec<GuardedRoute<S>>,
}

/// A route whose handler has its state: ready to be served.
pub struct BoundRoute {
    pub description: Description,
    pub handler: MethodRouter,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    #[must_use]
    pub const fn new(state: S) -> Self {
        Self { state, routes: Vec::new() }
    }

    #[expect(clippy::should_implement_trait, reason = "adds a route, not a number")]
    #[must_use]
    pub fn add(mut self, route: GuardedRoute<S>) -> Self {
        self.routes.push(route);
        self
    }

    #[must_use]
    pub fn bind(self) -> Vec<BoundRoute> {
        let state = self.state;
        self.routes
            .into_iter()
            .map(|route| BoundRoute {
                description: route.description,
                handler: route.handler.with_state(state.clone()),
            })
            .collect()
    }
}
