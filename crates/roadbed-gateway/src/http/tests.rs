use crate::http::stall::StallGuard;
use crate::http::{Address, ModelAction, PredictionIds};
use hyper_util::rt::TokioIo;
use roadbed_core::SystemIds;
use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

#[test]
fn paths_lead_where_the_protocols_say() {
    let model = |service, version, action| Some(Address::Model { service, version, action });
    for (path, expected) in [
        ("/services/churn/invocations", Some(Address::Invocations { service: "churn" })),
        ("/services/churn/ping", Some(Address::Ping { service: "churn" })),
        ("/v2", Some(Address::ServerMetadata)),
        ("/v2/", Some(Address::ServerMetadata)),
        ("/v2/health/live", Some(Address::ServerLive)),
        ("/v2/health/ready", Some(Address::ServerReady)),
        ("/v2/models/churn", model("churn", None, ModelAction::Metadata)),
        ("/v2/models/churn/ready", model("churn", None, ModelAction::Ready)),
        ("/v2/models/churn/infer", model("churn", None, ModelAction::Infer)),
        ("/v2/models/churn/versions/3", model("churn", Some("3"), ModelAction::Metadata)),
        ("/v2/models/churn/versions/3/infer", model("churn", Some("3"), ModelAction::Infer)),
        ("/healthz", Some(Address::Health)),
        ("/metrics", Some(Address::Metrics)),
        ("/", None),
        ("", None),
        ("*", None),
        ("/healthz/x", None),
        ("/v2/models", None),
        ("/v2/models/churn/infer/x", None),
        ("/v2/models/churn/versions/3/infer/x", None),
        ("/v2/models/churn/versions/3/x", None),
        ("/services/churn", None),
        ("/services/churn/invocations/x", None),
        ("/services/churn/invocations/x/y/z/a", None),
    ] {
        assert_eq!(Address::read(path), expected, "{path}");
    }
}

#[test]
fn prediction_ids_are_unique_across_threads_and_processes() {
    let processes = [PredictionIds::new(&SystemIds), PredictionIds::new(&SystemIds)];
    let ids = std::thread::scope(|scope| {
        let threads: Vec<_> = processes
            .iter()
            .flat_map(|ids| [ids, ids])
            .map(|ids| scope.spawn(|| (0..10_000).map(|_| ids.next()).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<HashSet<_>>()
    });
    assert_eq!(ids.len(), 40_000);
    assert!(ids.iter().all(|id| id.len() == 32 && id.as_bytes().iter().all(u8::is_ascii_hexdigit)));
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut() {
    let (near, _far) = tokio::io::duplex(16);
    let mut guard = StallGuard::new(TokioIo::new(near), Duration::from_millis(20));
    let mut written = 0;
    let error = loop {
        let write = poll_fn(|context| hyper::rt::Write::poll_write(Pin::new(&mut guard), context, &[0; 8]));
        match write.await {
            Ok(bytes) => written += bytes,
            Err(error) => break error,
        }
    };
    assert_eq!((written, error.kind()), (16, std::io::ErrorKind::TimedOut));
}
