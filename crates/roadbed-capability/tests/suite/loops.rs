use crate::things::platform;
use async_trait::async_trait;
use roadbed_capability::driver::Driver;
use roadbed_capability::{Controller, ControllerError, Reactor};
use roadbed_contracts::events::Event;
use roadbed_store::Lease;
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

#[derive(Default)]
struct Counting {
    passes: AtomicU32,
    passed: Notify,
    fail_first: bool,
}

#[async_trait]
impl Controller for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }
    fn period(&self) -> Duration {
        Duration::from_secs(3600)
    }
    async fn pass(&self, _lease: &Lease) -> Result<String, ControllerError> {
        let pass = self.passes.fetch_add(1, Ordering::SeqCst);
        self.passed.notify_one();
        if self.fail_first && pass == 0 {
            return Err(ControllerError::new("the first time never works"));
        }
        Ok(format!("pass {pass}"))
    }
}

async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("it happens soon")
}

#[tokio::test]
async fn a_controller_passes_at_start_and_when_woken() {
    let (platform, _server) = platform();
    let controller = Arc::new(Counting::default());
    let mut driver = Driver::new(platform.context.clone(), "test".into());
    driver.run_controller(controller.clone());
    soon(controller.passed.notified()).await;
    platform.context.wake_ups.wake("counting");
    soon(controller.passed.notified()).await;
    driver.stop().await;
    assert_eq!(controller.passes.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_failed_pass_is_shown_and_tried_again() {
    let (platform, _server) = platform();
    let controller = Arc::new(Counting { fail_first: true, ..Counting::default() });
    let mut driver = Driver::new(platform.context.clone(), "test".into());
    driver.run_controller(controller.clone());
    soon(controller.passed.notified()).await;
    soon(controller.passed.notified()).await;
    let statuses = driver.statuses();
    soon(async {
        while statuses.all()["counting"].passes == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(statuses.all()["counting"].summary, "pass 1");
    driver.stop().await;
}

#[tokio::test]
async fn two_servers_never_run_one_controller_at_once() {
    let (platform, _server) = platform();
    let (first, second) = (Arc::new(Counting::default()), Arc::new(Counting::default()));
    let mut one = Driver::new(platform.context.clone(), "one".into());
    one.run_controller(first.clone());
    soon(first.passed.notified()).await;
    let mut two = Driver::new(platform.context.clone(), "two".into());
    two.run_controller(second.clone());
    let statuses = two.statuses();
    soon(async {
        while statuses.all()["counting"].state != "elsewhere" {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert_eq!(second.passes.load(Ordering::SeqCst), 0);
    one.stop().await;
    two.stop().await;
}

#[derive(Default)]
struct Listening {
    seen: Mutex<Vec<String>>,
    reacted: Notify,
}

#[async_trait]
impl Reactor for Listening {
    fn name(&self) -> &'static str {
        "listening"
    }
    async fn start(&self) -> Result<(), ControllerError> {
        Ok(())
    }
    async fn react(&self, _lease: &Lease, events: &[Event]) -> Result<(), ControllerError> {
        self.seen.lock().unwrap().extend(events.iter().map(|event| event.header.subject.id.clone()));
        self.reacted.notify_one();
        Ok(())
    }
}

#[tokio::test]
async fn a_reactor_sees_every_event_once_across_restarts() {
    let (platform, server) = platform();
    let reactor = Arc::new(Listening::default());
    for (round, name) in ["a", "b", "c"].into_iter().enumerate() {
        server.post("/api/v1/things", "developer", json!({"name": name, "size": 1})).await.expect(201);
        let mut driver = Driver::new(platform.context.clone(), "test".into());
        driver.run_reactor(reactor.clone());
        soon(reactor.reacted.notified()).await;
        let statuses = driver.statuses();
        soon(async {
            while statuses.all()["listening"].passes == 0 {
                tokio::task::yield_now().await;
            }
        })
        .await;
        driver.stop().await;
        assert_eq!(reactor.seen.lock().unwrap().len(), round + 1);
    }
    assert_eq!(*reactor.seen.lock().unwrap(), ["a", "b", "c"]);
}
