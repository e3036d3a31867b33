use crate::bench::Bench;
use roadbed_core::EventSeq;
use roadbed_store::StoreError;

pub async fn compare_and_set(bench: Bench) {
    let store = bench.open();
    assert_eq!(store.cursor("feed").await.unwrap(), EventSeq(0));
    let advance = |from, to| store.write(move |tx| tx.advance_cursor("feed", EventSeq(from), EventSeq(to)));
    advance(0, 4).await.unwrap();
    assert_eq!(store.cursor("feed").await.unwrap(), EventSeq(4));
    let moved = StoreError::CursorMoved { consumer: "feed".into(), expected: 0, found: 4 };
    assert_eq!(advance(0, 6).await, Err(moved));
    advance(4, 6).await.unwrap();
    assert_eq!(store.cursor("feed").await.unwrap(), EventSeq(6));
}
