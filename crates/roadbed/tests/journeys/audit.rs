//! The log of events after a story: in order, without a gap, its audit chain whole.

use crate::client::Client;
use crate::platform::Place;
use roadbed_core::SystemClock;
use roadbed_store::{Durability, Store, StoreConfig, StoreLocation};
use serde_json::Value;
use std::sync::Arc;

/// Every event, after checking that their numbers only rise.
pub(crate) fn events(api: &Client) -> Vec<Value> {
    let (mut all, mut after) = (Vec::<Value>::new(), 0);
    loop {
        let page = api.get(&format!("/api/v1/events?after={after}&limit=1000")).with_status(200).json();
        let items = page["items"].as_array().unwrap();
        if items.is_empty() {
            return all;
        }
        for event in items {
            let seq = event["seq"].as_i64().unwrap();
            assert!(seq > after, "event {seq} comes after {after}");
            after = seq;
        }
        all.extend(items.iter().cloned());
    }
}

/// Recomputes the hash chain of a store that no server has open.
pub(crate) fn verify_chain(place: &Place) -> u64 {
    let location = StoreLocation::Sqlite { directory: place.data.join("store") };
    let config = StoreConfig { location, durability: Durability::Full, clock: Arc::new(SystemClock) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(config, &[]).unwrap();
        let report = store.verify_audit().await;
        store.close();
        report.unwrap().events
    })
}
