//! Puts the capabilities' routes behind guard, host check, request ids and limits.

use crate::capability::Capability;
use crate::context::Context;
use crate::guard::{Guard, guard};
use crate::host::{AllowedHosts, check_host};
use crate::openapi;
use crate::permission::DeclaredPermissions;
use crate::problem::Problem;
use crate::request_id::name_request;
use crate::route::{Access, BoundRoute, Description};
use axum::extract::{DefaultBodyLimit, MatchedPath};
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};

/// All routes of one control process.
pub struct Server {
    pub router: Router,
    /// For the reviewed list of routes.
    pub routes: Vec<Description>,
}

/// Builds the router. Two capabilities with the same method and path are refused.
///
/// # Errors
/// Names the route that exists twice.
pub fn serve(context: &Context, capabilities: Vec<Capability>, hosts: AllowedHosts) -> Result<Server, String> {
    let mut bound: Vec<BoundRoute> = capabilities.into_iter().flat_map(|capability| capability.routes).collect();
    let described = bound.iter().map(|route| route.description.clone()).collect::<Vec<_>>();
    bound.extend(openapi::routes(&described));
    let mut seen = std::collections::BTreeSet::new();
    let mut routes = Vec::new();
    let mut router = Router::new();
    for BoundRoute { description, handler } in bound {
        if !seen.insert((description.path, description.method.to_string())) {
            return Err(format!("the route {} {} exists twice", description.method, description.path));
        }
        let guarded = Guard {
            authenticator: context.authenticator.clone(),
            authorizer: context.authorizer.clone(),
            access: description.access,
            refusal: description.refusal,
        };
        let handler =
            handler.layer(DefaultBodyLimit::max(description.body_limit)).layer(from_fn_with_state(guarded, guard));
        router = router.route(description.path, handler);
        routes.push(description);
    }
    routes.sort_by(|a, b| (a.path, a.method.as_str()).cmp(&(b.path, b.method.as_str())));
    let declared = DeclaredPermissions::new(routes.iter().filter_map(|route: &Description| match route.access {
        Access::Allow(permission) => Some(permission),
        Access::Public => None,
    }));
    let router = router
        .layer(Extension(declared))
        .fallback(|| async { nothing_here() })
        .method_not_allowed_fallback(other_method)
        .layer(from_fn_with_state(hosts, check_host))
        .layer(from_fn_with_state(context.ids.clone(), name_request))
        .layer(from_fn(contain_panics));
    Ok(Server { router, routes })
}

/// The answer where there is no route.
#[must_use]
pub fn nothing_here() -> Problem {
    Problem::not_found("request.path", "there is nothing at this address")
}

/// A route that takes every path, such as the portal's pages, is no address of other methods.
async fn other_method(path: Option<MatchedPath>) -> Problem {
    if path.is_some_and(|path| path.as_str().starts_with("/{*")) {
        return nothing_here();
    }
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "request.method", "this address does not take this method")
}

/// The reviewed list: one line `METHOD path permission` per route, sorted.
#[must_use]
pub fn route_list(routes: &[Description]) -> String {
    let access = |access: Access| match access {
        Access::Allow(permission) => format!("{} ({})", permission.name(), permission.grantee().as_str()),
        Access::Public => "public".to_owned(),
    };
    routes.iter().map(|route| format!("{} {} {}\n", route.method, route.path, access(route.access))).collect()
}

/// A panic in a handler is a 500 for its caller and nothing for anyone else.
async fn contain_panics(
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> Result<axum::response::Response, Problem> {
    use futures_util::FutureExt as _;
    let handled = std::panic::AssertUnwindSafe(next.run(request)).catch_unwind().await;
    handled.map_err(|_| Problem::internal(&"a handler panicked"))
}
