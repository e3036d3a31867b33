//! What holds wherever blobs lie.

use super::{collect, content, digest_of, put};
use crate::{BlobError, Blobs};
use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::{StreamExt, stream};
use roadbed_core::{Clock, Digest, SystemClock, Timestamp};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);

fn in_an_hour() -> Timestamp {
    SystemClock.now().plus(HOUR)
}

/// Everything stored, whatever its age.
async fn all(blobs: &Blobs) -> Vec<Digest> {
    let found = blobs.list_older_than(Duration::ZERO, in_an_hour(), None, 1000).await.unwrap();
    found.iter().map(|blob| blob.digest).collect()
}

/// A location that starts empty passes all of these, in any order.
pub(super) async fn every_case(blobs: &Blobs) {
    blobs.check().await.unwrap();
    assert_eq!(all(blobs).await, []);
    what_was_put_is_read_back(blobs).await;
    ranges_are_cut_or_refused(blobs).await;
    identical_content_is_stored_once(blobs).await;
    too_long_content_is_refused(blobs).await;
    a_failed_stream_leaves_nothing(blobs).await;
    missing_blobs_are_said_to_be_missing(blobs).await;
    collection_goes_by_list_and_spares_what_was_put_again(blobs).await;
}

async fn what_was_put_is_read_back(blobs: &Blobs) {
    for (length, piece) in [(0, 1), (1, 1), (1000, 7), (256 * 1024, 256 * 1024), (700_001, 65_536)] {
        let bytes = content(1, length);
        let blob = put(blobs, &bytes, piece, length as u64).await.unwrap();
        assert_eq!((blob.digest, blob.bytes), (digest_of(&bytes), length as u64));
        let stream = blobs.get(&blob.digest).await.unwrap().unwrap();
        assert_eq!((stream.bytes(), stream.total_bytes()), (length as u64, length as u64));
        assert_eq!(collect(stream).await.unwrap(), bytes);
        assert_eq!(blobs.read(&blob.digest, length as u64).await.unwrap(), bytes);
        assert_eq!(blobs.size(&blob.digest).await.unwrap(), Some(length as u64));
        assert!(blobs.exists(&blob.digest).await.unwrap());
        blobs.verify(&blob.digest).await.unwrap();
        let local = blobs.local_path(&blob.digest).await.unwrap().unwrap();
        assert_eq!(local.bytes(), length as u64);
        assert_eq!(std::fs::read(local.path()).unwrap(), bytes);
    }
}

async fn ranges_are_cut_or_refused(blobs: &Blobs) {
    let bytes = content(2, 600_000);
    let digest = blobs.put_bytes(bytes.clone()).await.unwrap().digest;
    for range in
        [0..0, 0..1, 5..300_000, 599_999..600_000, 0..600_000, 300_000..u64::MAX, 600_000..600_000, 600_000..700_000]
    {
        let stream = blobs.get_range(&digest, range.clone()).await.unwrap().unwrap();
        let expected = bytes.get(usize::try_from(range.start).unwrap()..).unwrap();
        let length = expected.len().min(usize::try_from(range.end - range.start).unwrap());
        assert_eq!((stream.bytes(), stream.total_bytes()), (length as u64, 600_000), "{range:?}");
        assert_eq!(collect(stream).await.unwrap(), &expected[..length], "{range:?}");
    }
    for (start, end) in [(600_001, 600_002), (5, 4)] {
        let refused = blobs.get_range(&digest, start..end).await;
        assert!(
            matches!(refused, Err(BlobError::RangeOutside { total_bytes: 600_000, .. })),
            "{start}..{end}: {refused:?}"
        );
    }
}

async fn identical_content_is_stored_once(blobs: &Blobs) {
    let bytes = content(3, 400_000);
    let before = all(blobs).await.len();
    let writers = (0..8).map(|writer| put(blobs, &bytes, 10_000 + writer, u64::MAX));
    for blob in join_all(writers).await {
        assert_eq!(blob.unwrap().digest, digest_of(&bytes));
    }
    blobs.put_bytes(bytes.clone()).await.unwrap();
    assert_eq!(all(blobs).await.len(), before + 1);
    assert_eq!(blobs.read(&digest_of(&bytes), u64::MAX).await.unwrap(), bytes);
}

async fn too_long_content_is_refused(blobs: &Blobs) {
    let bytes = content(4, 500_000);
    let refused = put(blobs, &bytes, 4096, 499_999).await;
    assert!(matches!(refused, Err(BlobError::TooLarge { limit_bytes: 499_999 })), "{refused:?}");
    assert!(!blobs.exists(&digest_of(&bytes)).await.unwrap());
    let blob = put(blobs, &bytes, 4096, 500_000).await.unwrap();
    let refused = blobs.read(&blob.digest, 499_999).await;
    assert!(matches!(refused, Err(BlobError::TooLarge { limit_bytes: 499_999 })), "{refused:?}");
}

async fn a_failed_stream_leaves_nothing(blobs: &Blobs) {
    let bytes = content(5, 300_000);
    let before = all(blobs).await;
    let failing = stream::iter([Ok(bytes.clone()), Err(std::io::Error::other("the client went away"))]);
    let failed = blobs.put_stream(failing, u64::MAX).await.unwrap_err();
    assert_eq!(failed.to_string(), "the content could not be received: the client went away");
    assert_eq!(all(blobs).await, before);
    assert!(!blobs.exists(&digest_of(&bytes)).await.unwrap());

    // A caller that stops waiting in the middle: the stream says when it was asked for more.
    let (asked, mut was_asked) = tokio::sync::mpsc::channel::<()>(1);
    let endless = stream::iter([Ok::<_, std::io::Error>(bytes)]).chain(stream::once(async move {
        asked.send(()).await.unwrap();
        std::future::pending().await
    }));
    tokio::select! {
        _ = blobs.put_stream(endless, u64::MAX) => unreachable!("the stream has no end"),
        _ = was_asked.recv() => {}
    }
    assert_eq!(all(blobs).await, before);
}

async fn missing_blobs_are_said_to_be_missing(blobs: &Blobs) {
    let digest = digest_of(b"never stored");
    assert!(blobs.get(&digest).await.unwrap().is_none());
    assert!(blobs.get_range(&digest, 0..1).await.unwrap().is_none());
    assert!(blobs.local_path(&digest).await.unwrap().is_none());
    assert_eq!(blobs.size(&digest).await.unwrap(), None);
    assert!(matches!(blobs.read(&digest, 10).await, Err(BlobError::NotFound(missing)) if missing == digest));
    assert!(matches!(blobs.verify(&digest).await, Err(BlobError::NotFound(missing)) if missing == digest));
    assert_eq!(blobs.delete(&[digest], in_an_hour()).await.unwrap().blobs, 0);
}

async fn collection_goes_by_list_and_spares_what_was_put_again(blobs: &Blobs) {
    let now = SystemClock.now();
    for seed in 0..7 {
        blobs.put_bytes(content(100 + seed, 100)).await.unwrap();
    }
    assert_eq!(blobs.list_older_than(HOUR, now, None, 1000).await.unwrap(), [], "nothing is an hour old");
    let everything = all(blobs).await;
    assert!(everything.is_sorted() && everything.len() >= 7);
    let mut paged = Vec::new();
    loop {
        let page = blobs.list_older_than(Duration::ZERO, in_an_hour(), paged.last().copied(), 3).await.unwrap();
        let last = page.len() < 3;
        paged.extend(page.iter().map(|blob| blob.digest));
        if last {
            break;
        }
    }
    assert_eq!(paged, everything);

    let spared = blobs.delete(&everything, now.minus(HOUR)).await.unwrap();
    assert_eq!((spared.blobs, all(blobs).await.len()), (0, everything.len()));
    let one = digest_of(&content(100, 100));
    let deleted = blobs.delete(&[one, one], in_an_hour()).await.unwrap();
    assert_eq!((deleted.blobs, deleted.bytes), (1, 100));
    assert!(blobs.get(&one).await.unwrap().is_none());
    assert!(blobs.local_path(&one).await.unwrap().is_none());
    assert_eq!(all(blobs).await.len(), everything.len() - 1);
    let again: Bytes = content(100, 100);
    blobs.put_bytes(again.clone()).await.unwrap();
    assert_eq!(blobs.read(&one, 100).await.unwrap(), again);
}
