//! Stopping: what is in flight ends well, what was counted is not lost.

use super::linear::LinearModel;
use super::stage::{Stage, until};
use crate::{Clocks, Gateway, GatewayError};
use http::StatusCode;
use roadbed_contracts::entries::GatewayIdentity;
use roadbed_core::{Secret, SystemIds};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::io::AsyncReadExt;

const QUESTION: &str = r#"{"inputs": [[1]]}"#;

#[tokio::test]
async fn requests_in_flight_finish_and_their_counters_are_sent() {
    let stage = Arc::new(Stage::open().await);
    stage.churn(&LinearModel { weights: vec![4.0], held: true, ..LinearModel::default() });
    stage.ready().await;
    let mut calls = tokio::task::JoinSet::new();
    let caller = Arc::clone(&stage);
    calls.spawn(async move { caller.invoke(QUESTION).await });
    let mut idle = tokio::net::TcpStream::connect(stage.address).await.unwrap();
    let second = Arc::clone(&stage);
    calls.spawn(async move { second.invoke(QUESTION).await });
    until("both are in the model", async || stage.backend.entered.load(Ordering::SeqCst) == 2).await;
    stage.backend.gate.0.add_permits(1);
    assert_eq!(calls.join_next().await.unwrap().unwrap().status, StatusCode::OK);
    stage.ask_to_stop();
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty(), "idle connections are closed at once");
    assert!(tokio::net::TcpStream::connect(stage.address).await.is_err(), "nothing new is accepted");
    stage.backend.gate.0.add_permits(1);
    let answer = calls.join_next().await.unwrap().unwrap();
    assert_eq!(answer.text(), r#"{"predictions": [4.0]}"#);
    stage.ended().await;
    assert_eq!(stage.control.traffic("/", "").requests, 2);
}

#[tokio::test]
async fn tokens_cannot_be_off_beyond_loopback() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = crate::GatewaySettings::new(folder.path().into());
    settings.insecure_local = true;
    let identity = |url: &str| GatewayIdentity {
        gateway: "gateway-1".into(),
        control_url: url.into(),
        token: Secret::new("rb_x".into()),
    };
    let backend = Arc::new(super::linear::LinearBackend::default());
    let open = |url: &str| {
        let backend = Arc::clone(&backend);
        Gateway::new(settings.clone(), backend, &identity(url), Clocks::system(), &SystemIds)
    };
    let listener = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let refused = open("http://127.0.0.1:1").unwrap().serve(listener, std::future::pending()).await;
    assert!(matches!(refused, Err(GatewayError::InsecureBeyondLoopback(_))), "{refused:?}");
    for bad in ["https://control", "control", ""] {
        assert!(matches!(open(bad), Err(GatewayError::ControlAddress { .. })), "{bad}");
    }
    std::fs::write(folder.path().join("entries.json"), "{").unwrap();
    let broken = open("http://127.0.0.1:1").err().unwrap().to_string();
    assert!(broken.contains("delete it"), "{broken}");
}
