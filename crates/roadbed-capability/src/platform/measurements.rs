//! `/metrics` for Prometheus, text format 0.0.4: on loopback without a token, elsewhere with one.

use super::permission::PLATFORM_READ;
use crate::caller::{Authenticator, Caller};
use crate::context::Context;
use crate::driver::{LoopStatus, LoopStatuses};
use crate::guard::{PeerAddress, credential, unauthorized};
use crate::host::has_loopback_host;
use crate::problem::Problem;
use crate::route::{BoundRoute, Routes, get};
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::IntoResponse;
use std::fmt::Write as _;

#[derive(Clone)]
struct Measured {
    context: Context,
    loops: LoopStatuses,
}

pub(super) fn routes(context: &Context, loops: LoopStatuses) -> Vec<BoundRoute> {
    let measured = Measured { context: context.clone(), loops };
    Routes::new(measured).add(get("/metrics", measurements).undocumented().public()).bind()
}

async fn measurements(State(measured): State<Measured>, request: Request) -> Result<impl IntoResponse, Problem> {
    let (parts, _) = request.into_parts();
    let peer = parts.extensions.get::<PeerAddress>();
    let local = peer.is_some_and(|peer| peer.0.ip().is_loopback()) && has_loopback_host(&parts.headers);
    if !local {
        let authenticator: &dyn Authenticator = &*measured.context.authenticator;
        let principal = authenticator.authenticate(&credential(&parts.headers)?).await?;
        if !Caller::new(principal, measured.context.authorizer.clone()).holds(PLATFORM_READ) {
            return Err(unauthorized("this needs a token of a member"));
        }
    }
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], page(&measured)))
}

type Measurement = (&'static str, &'static str, &'static str, fn(&LoopStatus) -> u64);

const OF_LOOPS: [Measurement; 2] = [
    ("roadbed_controller_passes_total", "counter", "Passes that ended well since the process started.", |status| {
        status.passes
    }),
    ("roadbed_controller_failures_in_a_row", "gauge", "Failed passes since the last good one.", |status| {
        u64::from(status.failures_in_a_row)
    }),
];

fn page(measured: &Measured) -> String {
    let mut page = String::new();
    let head = *measured.context.store.head().borrow();
    let _ = write!(
        page,
        "# HELP roadbed_event_seq Sequence number of the newest event.\n# TYPE roadbed_event_seq counter\nroadbed_event_seq {head}\n"
    );
    let loops = measured.loops.all();
    for (name, kind, help, value) in OF_LOOPS {
        let _ = write!(page, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
        for (controller, status) in &loops {
            let _ = writeln!(page, "{name}{{controller=\"{controller}\"}} {}", value(status));
        }
    }
    page
}
