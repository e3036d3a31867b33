//! A gateway on 127.0.0.1:7171 with a linear model of 30 inputs, for load tools such as `wrk`: token `rb_bench`, service `bench`.
//!
//! Control is not there: entries and model lie in the gateway's folder, as after a restart. Ends with SIGINT.

use async_trait::async_trait;
use roadbed_contracts::backend::{Backend, BackendError, InferenceRequest, InferenceResponse, LoadedModel};
use roadbed_contracts::entries::{
    Entry, EntryBody, GatewayIdentity, GrantEntry, ModelFile, RevisionEntry, RouteWeight, ServiceEntry, ServiceLimits,
};
use roadbed_contracts::tensor::{Signature, Tensor, TensorData};
use roadbed_core::{Attribution, Digest, InstanceId, Percent, RevisionId, Secret, ServiceId, SystemIds, TeamId};
use roadbed_gateway::{Clocks, Gateway, GatewaySettings};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

struct Linear;

#[async_trait]
impl Backend for Linear {
    async fn load(&self, _: &RevisionEntry, _: &Path) -> Result<LoadedModel, BackendError> {
        Ok(LoadedModel { signature: Signature::default(), engine: "linear".into(), memory_bytes: 240 })
    }

    async fn infer(&self, _: RevisionId, request: InferenceRequest) -> Result<InferenceResponse, BackendError> {
        let sums: Vec<f64> = match request.inputs.first().map(|input| &input.data) {
            Some(TensorData::Fp64(values)) => {
                let width = (values.len() / request.rows.max(1)).max(1);
                values.chunks(width).map(|row| row.iter().sum()).collect()
            }
            Some(TensorData::Fp32(values)) => {
                let width = (values.len() / request.rows.max(1)).max(1);
                values.chunks(width).map(|row| row.iter().map(|value| f64::from(*value)).sum()).collect()
            }
            _ => return Err(BackendError::BadInput("expected one input of FP32 or FP64".into())),
        };
        let outputs = vec![Tensor { name: "y".into(), shape: vec![sums.len()], data: TensorData::Fp64(sums) }];
        Ok(InferenceResponse { outputs })
    }

    async fn unload(&self, _: RevisionId) {}
}

fn entries() -> Vec<Entry> {
    let (team, instance) = (TeamId::from_u128(1), InstanceId::from_u128(1));
    let (service, revision) = (ServiceId::from_u128(1), RevisionId::from_u128(1));
    let grant = GrantEntry {
        token_hash: blake3::hash(b"rb_bench").to_hex().to_string(),
        team: Some(team),
        instance: None,
        expires_at: None,
    };
    let attribution =
        Attribution { team, instance, object: "service/bench".into(), change: None, pipeline_run: None, cause: None };
    let revision_entry = RevisionEntry {
        id: revision,
        service,
        number: 1,
        model_name: "linear".into(),
        model_version: "1".into(),
        files: vec![ModelFile { path: "model".into(), digest: Digest::from_bytes([1; 32]), bytes: 1 }],
        model_digest: Digest::from_bytes([2; 32]),
        signature: None,
        batching: None,
        workers: 1,
        attribution,
    };
    let service_entry = ServiceEntry {
        id: service,
        name: "bench".into(),
        team,
        instance,
        routes: vec![RouteWeight { revision, weight: Percent::WHOLE }],
        salt: service.to_string(),
        rollout: None,
        lease: None,
        limits: ServiceLimits::default(),
        slow_above_micros: Some(50_000),
    };
    let bodies = [EntryBody::Grant(grant), EntryBody::Revision(revision_entry), EntryBody::Service(service_entry)];
    let keys = ["grant/a", "revision/a", "service/a"];
    keys.into_iter().zip(bodies).map(|(key, body)| Entry { key: key.into(), version: 1, body: Some(body) }).collect()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let model = folder.path().join("models").join(Digest::from_bytes([2; 32]).to_string());
    std::fs::create_dir_all(&model)?;
    std::fs::write(model.join("model"), "x")?;
    let table: BTreeMap<String, Entry> = entries().into_iter().map(|entry| (entry.key.clone(), entry)).collect();
    let table = serde_json::json!({"head": 1, "epoch": "bench", "entries": table});
    std::fs::write(folder.path().join("entries.json"), table.to_string())?;
    let identity = GatewayIdentity {
        gateway: "bench".into(),
        control_url: "http://127.0.0.1:1".into(),
        token: Secret::new("rb_none".into()),
    };
    let settings = GatewaySettings::new(folder.path().into());
    let gateway = Gateway::new(settings, Arc::new(Linear), &identity, Clocks::system(), &SystemIds)?;
    let listener = std::net::TcpListener::bind("127.0.0.1:7171")?;
    gateway.serve(listener, async { tokio::signal::ctrl_c().await.unwrap_or_default() }).await?;
    Ok(())
}
