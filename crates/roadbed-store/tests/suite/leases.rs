use crate::bench::{Bench, ThingMade, header};
use roadbed_store::StoreError;
use std::time::Duration;

const LONG: Duration = Duration::from_secs(3600);

pub async fn one_holder_at_a_time(bench: Bench) {
    let store = bench.open();
    let first = store.acquire_lease("jobs", "one", LONG).await.unwrap().unwrap();
    assert_eq!(first.epoch, 1);
    assert_eq!(store.acquire_lease("jobs", "two", LONG).await.unwrap(), None);
    let again = store.acquire_lease("jobs", "one", LONG).await.unwrap().unwrap();
    assert_eq!(again.epoch, 1, "taking it again while held extends it");
    let renewed = store.renew_lease(&first, LONG).await.unwrap();
    assert!(renewed.expires_at >= first.expires_at);
    store.release_lease(&renewed).await.unwrap();
    assert_eq!(store.acquire_lease("jobs", "two", LONG).await.unwrap().unwrap().epoch, 2);
    assert_eq!(store.acquire_lease("other", "one", LONG).await.unwrap().unwrap().epoch, 1);
}

pub async fn an_expired_lease_changes_hands_and_the_old_holder_cannot_write(bench: Bench) {
    let store = bench.open();
    let old = store.acquire_lease("jobs", "one", Duration::ZERO).await.unwrap().unwrap();
    let guarded = |lease: roadbed_store::Lease| {
        store.write(move |tx| {
            tx.check_lease(&lease)?;
            tx.emit(&header("a"), &ThingMade { size: 1 })
        })
    };
    guarded(old.clone()).await.unwrap();
    let new = store.acquire_lease("jobs", "two", LONG).await.unwrap().unwrap();
    assert_eq!(new.epoch, 2);
    let lost = StoreError::LeaseLost { name: "jobs".into() };
    assert_eq!(guarded(old.clone()).await.unwrap_err(), lost);
    assert_eq!(store.renew_lease(&old, LONG).await.unwrap_err(), lost);
    store.release_lease(&old).await.unwrap();
    guarded(new).await.unwrap();
}
