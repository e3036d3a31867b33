//! Health and metadata.

use crate::grants::Caller;
use crate::http::{Failure, json};
use crate::models::{LoadPhase, RevisionHandle};
use crate::plane::DataPlane;
use crate::protocols::inference::EXTENSIONS;
use crate::routing::ServiceRoute;
use roadbed_contracts::tensor::TensorSpec;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::Ordering;

pub(crate) fn health() -> Vec<u8> {
    json(&json!({"status": "ok"}))
}

pub(crate) fn metadata() -> Vec<u8> {
    json(&json!({"name": "roadbed", "version": env!("CARGO_PKG_VERSION"), "extensions": EXTENSIONS}))
}

pub(crate) fn live() -> Vec<u8> {
    json(&json!({"live": true}))
}

/// Ready when every model is loaded or has failed for good, and the gateway is not stopping.
pub(crate) fn ready(plane: &DataPlane) -> Result<Vec<u8>, Failure> {
    let detail = if plane.draining.load(Ordering::Relaxed) {
        "the gateway is stopping"
    } else if !plane.library.is_settled() {
        "models are being loaded"
    } else {
        return Ok(json(&json!({"ready": true})));
    };
    Err(Failure::GatewayNotReady(detail))
}

pub(crate) fn find_service(plane: &DataPlane, caller: &Caller, service: &str) -> Result<Arc<ServiceRoute>, Failure> {
    let snapshot = plane.snapshot.load();
    snapshot
        .service(service, caller)
        .cloned()
        .ok_or_else(|| Failure::NoSuchService(service.chars().take(100).collect()))
}

pub(crate) fn no_such_revision(route: &ServiceRoute, version: &str) -> Failure {
    let known: Vec<String> = route.by_number.keys().map(i64::to_string).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    Failure::NoSuchRevision { service: route.entry.name.clone(), version: version.chars().take(40).collect(), known }
}

/// The revision of this number, or the one most traffic goes to.
fn find_revision<'r>(route: &'r ServiceRoute, version: Option<&str>) -> Result<&'r Arc<RevisionHandle>, Failure> {
    match version {
        Some(version) => version
            .parse()
            .ok()
            .and_then(|number| route.addressed(number))
            .map(|target| &target.handle)
            .ok_or_else(|| no_such_revision(route, version)),
        None => route.stable().map(|target| &target.handle).ok_or_else(|| Failure::NoTraffic(route.entry.name.clone())),
    }
}

fn require_ready(route: &ServiceRoute, handle: &RevisionHandle) -> Result<(), Failure> {
    let detail = match handle.phase() {
        LoadPhase::Ready(_) => return Ok(()),
        LoadPhase::Loading(detail) | LoadPhase::Failed(detail) => detail,
        LoadPhase::Gone => "it is being taken away".into(),
    };
    Err(Failure::NotReady { service: route.entry.name.clone(), revision: handle.number.clone(), detail })
}

pub(crate) fn model_ready(
    plane: &DataPlane,
    caller: &Caller,
    service: &str,
    version: Option<&str>,
) -> Result<Vec<u8>, Failure> {
    let route = find_service(plane, caller, service)?;
    require_ready(&route, find_revision(&route, version)?)?;
    Ok(json(&json!({"name": route.entry.name, "ready": true})))
}

/// As MLflow's scoring server: an empty line when the model can answer.
pub(crate) fn ping(plane: &DataPlane, caller: &Caller, service: &str) -> Result<Vec<u8>, Failure> {
    let route = find_service(plane, caller, service)?;
    require_ready(&route, find_revision(&route, None)?)?;
    Ok(b"\n".to_vec())
}

pub(crate) fn model_metadata(
    plane: &DataPlane,
    caller: &Caller,
    service: &str,
    version: Option<&str>,
) -> Result<Vec<u8>, Failure> {
    let route = find_service(plane, caller, service)?;
    let handle = find_revision(&route, version)?;
    let tensor =
        |spec: &TensorSpec| json!({"name": spec.name, "datatype": spec.datatype.as_str(), "shape": spec.shape});
    let signature = handle.signature();
    let inputs: Vec<_> = signature.iter().flat_map(|signature| &signature.inputs).map(tensor).collect();
    let outputs: Vec<_> = signature.iter().flat_map(|signature| &signature.outputs).map(tensor).collect();
    let versions: Vec<String> = match version {
        Some(version) => vec![version.to_owned()],
        None => route.by_number.keys().map(i64::to_string).collect(),
    };
    let platform = handle.model().map_or("unknown until it is loaded", |model| model.engine.as_str());
    Ok(json(&json!({
        "name": route.entry.name, "versions": versions, "platform": platform, "inputs": inputs, "outputs": outputs,
    })))
}
