use crate::bench::Bench;
use roadbed_core::Digest;
use roadbed_store::{Owner, StoreError};

/// Invariant: no referenced blob is ever collected; this is the half the store knows.
pub async fn referenced_blobs_are_known(bench: Bench) {
    let store = bench.open();
    let digest = |number: u8| Digest::from_bytes([number; 32]);
    let model = Owner::new("model_version", "churn/1");
    store
        .write(move |tx| {
            tx.retain(&digest(1), &model)?;
            tx.retain(&digest(1), &model)
        })
        .await
        .unwrap();
    let given_up = store.write(move |tx| {
        tx.retain(&digest(2), &Owner::new("job", 1))?;
        Err::<(), _>(StoreError::Closed)
    });
    given_up.await.unwrap_err();
    let asked = (0..=255).map(digest).collect::<Vec<_>>();
    let free = store.unreferenced(asked.clone()).await.unwrap();
    assert_eq!(free, asked.into_iter().filter(|asked| *asked != digest(1)).collect::<Vec<_>>());
    assert!(store.unreferenced(Vec::new()).await.unwrap().is_empty());
}

pub async fn releasing_drops_all_of_an_owner(bench: Bench) {
    let store = bench.open();
    let digest = |number: u8| Digest::from_bytes([number; 32]);
    store
        .write(move |tx| {
            tx.retain(&digest(1), &Owner::new("job", "a"))?;
            tx.retain(&digest(2), &Owner::new("job", "a"))?;
            tx.retain(&digest(2), &Owner::new("job", "b"))
        })
        .await
        .unwrap();
    store.write(|tx| tx.release(&Owner::new("job", "a"))).await.unwrap();
    assert_eq!(store.unreferenced(vec![digest(1), digest(2)]).await.unwrap(), [digest(1)]);
}
