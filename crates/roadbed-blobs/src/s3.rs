//! Blobs in an S3 bucket. An upload is first a local file, because its name is known only at its end; S3 shows an object when its last byte
//! is there. A crash in a multipart upload leaves parts nobody sees: let the bucket expire incomplete uploads after a day.

use crate::cache::{Cache, Pin};
use crate::config::S3Location;
use crate::error::{BlobError, Doing, run_blocking};
use crate::incoming::{CompleteFile, IncomingFolder};
use crate::layout::relative_name;
use crate::local_file::LocalBlob;
use crate::model::{Blob, CacheUsage, DeletedBlobs, StoredBlob};
use crate::stream::{BlobStream, clip, read_file, receive};
use crate::turns::Turns;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as ObjectPath;
use object_store::signer::Signer;
use object_store::{
    ClientOptions, GetOptions, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig,
};
use roadbed_core::{Clock, Digest, Timestamp};
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::time::Duration;

/// Larger blobs are uploaded in parts of at least this.
const PART_BYTES: u64 = 16 << 20;
/// S3 takes 10,000; some room for rounding.
const MOST_PARTS: u64 = 9_000;
/// Content put again within this time is not uploaded again. Far below the age at which anyone collects.
const FRESH: Duration = Duration::from_secs(3600);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Of an error text of the other side, which may be a whole page.
const MOST_DETAIL_CHARACTERS: usize = 600;
/// Longest silence of the other side, also while it takes in a part.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) struct S3Blobs {
    bucket: AmazonS3,
    prefix: String,
    direct_downloads: bool,
    cache: Arc<Cache>,
    turns: Turns,
    clock: Arc<dyn Clock>,
}

impl S3Blobs {
    pub(crate) fn open(location: &S3Location, clock: Arc<dyn Clock>) -> Result<Self, BlobError> {
        check_settings(location)?;
        // The HTTP client takes the provider of the process; another part of it may have chosen one before, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = ClientOptions::new()
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_read_timeout(SILENCE_TIMEOUT)
            .with_timeout_disabled()
            .with_allow_http(location.endpoint.starts_with("http://"));
        let retry = RetryConfig { max_retries: 4, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() };
        let bucket = AmazonS3Builder::new()
            .with_endpoint(&location.endpoint)
            .with_bucket_name(&location.bucket)
            .with_region(&location.region)
            .with_access_key_id(&location.access_key)
            .with_secret_access_key(location.secret_key.expose())
            .with_client_options(client)
            .with_retry(retry)
            .build()
            .map_err(|error| remote("use the settings", &error))?;
        let cache = Cache::open(&location.cache)?;
        let prefix = location.prefix.trim_matches('/').to_owned();
        let direct_downloads = location.direct_downloads;
        Ok(Self { bucket, prefix, direct_downloads, cache, turns: Turns::default(), clock })
    }

    pub(crate) fn incoming(&self) -> &Arc<IncomingFolder> {
        &self.cache.incoming
    }

    pub(crate) fn cache_usage(&self) -> CacheUsage {
        self.cache.usage()
    }

    pub(crate) async fn check(&self) -> Result<(), BlobError> {
        let prefix = ObjectPath::from(self.prefix.as_str());
        let first = self.bucket.list(Some(&prefix)).next().await.transpose();
        first.map(|_| ()).map_err(|error| remote("list objects", &error))
    }

    pub(crate) async fn put(&self, complete: CompleteFile) -> Result<Blob, BlobError> {
        let blob = Blob { digest: complete.digest, bytes: complete.bytes };
        let _turn = self.turns.take(&blob.digest).await;
        // An older object is uploaded again: that dates it anew, so a collector that found it old spares it.
        let fresh_after = self.clock.now().minus(FRESH);
        let is_fresh = |found: &ObjectMeta| found.size == blob.bytes && written_at(found) > fresh_after;
        if !self.head(&blob.digest).await?.is_some_and(|found| is_fresh(&found)) {
            self.upload(&complete).await?;
        }
        let cache = Arc::clone(&self.cache);
        let cached = run_blocking(move || match cache.reserve(complete.bytes)? {
            Some(room) => cache.admit(complete, room).map(|_| ()),
            None => Ok(()),
        });
        if let Err(error) = cached.await {
            tracing::warn!(digest = %blob.digest, %error, "a blob was stored and could not be cached");
        }
        Ok(blob)
    }

    pub(crate) async fn get(&self, digest: &Digest) -> Result<Option<BlobStream>, BlobError> {
        match self.local_copy(digest).await {
            Ok(None) => Ok(None),
            Ok(Some(pin)) => {
                let (total, path) = (pin.bytes, pin.path.clone());
                let file = open_pinned(&pin).await?;
                Ok(Some(BlobStream::new(total, total, read_file(file, path, 0..total, pin))))
            }
            Err(BlobError::CacheFull { .. }) => self.get_unless_cached(digest).await,
            Err(error) => Err(error),
        }
    }

    /// Past the cache; the end of the stream is an error when the bytes were wrong.
    async fn get_unless_cached(&self, digest: &Digest) -> Result<Option<BlobStream>, BlobError> {
        let Some(found) = absent(self.bucket.get(&self.name(digest)).await, "read")? else { return Ok(None) };
        let total = found.meta.size;
        Ok(Some(BlobStream::new(total, total, verified(found.into_stream(), *digest))))
    }

    pub(crate) async fn get_range(&self, digest: &Digest, range: Range<u64>) -> Result<Option<BlobStream>, BlobError> {
        if let Some(pin) = self.pin(digest).await? {
            let range = clip(&range, pin.bytes)?;
            let (total, path) = (pin.bytes, pin.path.clone());
            let file = open_pinned(&pin).await?;
            return Ok(Some(BlobStream::new(range.end - range.start, total, read_file(file, path, range, pin))));
        }
        let Some(found) = self.head(digest).await? else { return Ok(None) };
        let range = clip(&range, found.size)?;
        let bytes = range.end - range.start;
        if bytes == 0 {
            return Ok(Some(BlobStream::new(0, found.size, stream::empty().boxed())));
        }
        let options = GetOptions { range: Some(range.into()), ..GetOptions::default() };
        let Some(part) = absent(self.bucket.get_opts(&self.name(digest), options).await, "read")? else {
            return Ok(None);
        };
        let pieces = part.into_stream().map_err(|error| remote("read", &error)).boxed();
        Ok(Some(BlobStream::new(bytes, found.size, pieces)))
    }

    pub(crate) async fn local_blob(&self, digest: &Digest) -> Result<Option<LocalBlob>, BlobError> {
        let pin = self.local_copy(digest).await?;
        Ok(pin.map(|pin| LocalBlob::new(pin.path.clone(), pin.bytes, pin)))
    }

    pub(crate) const fn gives_direct_urls(&self) -> bool {
        self.direct_downloads
    }

    pub(crate) async fn direct_url(&self, digest: &Digest, valid_for: Duration) -> Result<Option<String>, BlobError> {
        if !self.direct_downloads {
            return Ok(None);
        }
        let signed = self.bucket.signed_url(http::Method::GET, &self.name(digest), valid_for).await;
        signed.map(|url| Some(url.to_string())).map_err(|error| remote("sign an address", &error))
    }

    pub(crate) async fn size(&self, digest: &Digest) -> Result<Option<u64>, BlobError> {
        Ok(self.head(digest).await?.map(|found| found.size))
    }

    pub(crate) async fn verify(&self, digest: &Digest) -> Result<(), BlobError> {
        let content = self.get_unless_cached(digest).await?.ok_or(BlobError::NotFound(*digest))?;
        content.try_for_each(|_| std::future::ready(Ok(()))).await
    }

    pub(crate) async fn list_before(
        &self,
        before: Timestamp,
        after: Option<Digest>,
        limit: usize,
    ) -> Result<Vec<StoredBlob>, BlobError> {
        let prefix = ObjectPath::from(self.prefix.as_str());
        let mut listed = match after {
            Some(after) => self.bucket.list_with_offset(Some(&prefix), &self.name(&after)),
            None => self.bucket.list(Some(&prefix)),
        };
        let mut page = Vec::new();
        while page.len() < limit
            && let Some(found) = listed.try_next().await.map_err(|error| remote("list objects", &error))?
        {
            let digest = found.location.filename().and_then(|name| name.parse::<Digest>().ok());
            let written_at = written_at(&found);
            if let Some(digest) = digest.filter(|_| written_at < before) {
                page.push(StoredBlob { digest, bytes: found.size, written_at });
            }
        }
        Ok(page)
    }

    pub(crate) async fn delete(&self, digest: &Digest, before: Timestamp) -> Result<DeletedBlobs, BlobError> {
        let _turn = self.turns.take(digest).await;
        let Some(found) = self.head(digest).await?.filter(|found| written_at(found) < before) else {
            return Ok(DeletedBlobs::default());
        };
        absent(self.bucket.delete(&self.name(digest)).await, "delete")?;
        self.forget_local(digest).await?;
        Ok(DeletedBlobs { blobs: 1, bytes: found.size })
    }

    pub(crate) async fn forget_local(&self, digest: &Digest) -> Result<(), BlobError> {
        let (cache, digest) = (Arc::clone(&self.cache), *digest);
        run_blocking(move || cache.forget(&digest)).await
    }

    fn name(&self, digest: &Digest) -> ObjectPath {
        ObjectPath::from(format!("{}/{}", self.prefix, relative_name(digest)))
    }

    async fn head(&self, digest: &Digest) -> Result<Option<ObjectMeta>, BlobError> {
        absent(self.bucket.head(&self.name(digest)).await, "look at an object")
    }

    async fn pin(&self, digest: &Digest) -> Result<Option<Pin>, BlobError> {
        let (cache, digest) = (Arc::clone(&self.cache), *digest);
        run_blocking(move || cache.pin(&digest)).await
    }

    /// The copy in the cache, fetched first when there is none. Those who come while it is being fetched wait for it.
    async fn local_copy(&self, digest: &Digest) -> Result<Option<Pin>, BlobError> {
        if let Some(pin) = self.pin(digest).await? {
            return Ok(Some(pin));
        }
        let _turn = self.turns.take(digest).await;
        if let Some(pin) = self.pin(digest).await? {
            return Ok(Some(pin));
        }
        let Some(found) = self.head(digest).await? else { return Ok(None) };
        let (needed_bytes, max_bytes) = (found.size, self.cache.max_bytes());
        let cache = Arc::clone(&self.cache);
        let room = run_blocking(move || cache.reserve(needed_bytes)).await?;
        let room = room.ok_or(BlobError::CacheFull { needed_bytes, max_bytes })?;
        let Some(object) = absent(self.bucket.get(&self.name(digest)).await, "read")? else { return Ok(None) };
        let complete = receive(verified(object.into_stream(), *digest), self.incoming(), needed_bytes).await;
        let complete = complete.map_err(unwrap_source)?;
        let cache = Arc::clone(&self.cache);
        run_blocking(move || cache.admit(complete, room)).await
    }

    async fn upload(&self, complete: &CompleteFile) -> Result<(), BlobError> {
        let name = self.name(&complete.digest);
        let file = Arc::new(complete.file.try_clone().map_err(|error| local_read(&error))?);
        if complete.bytes <= PART_BYTES {
            let payload = read_part(&file, 0..complete.bytes).await?;
            let put = self.bucket.put(&name, payload).await;
            return put.map(|_| ()).map_err(|error| remote("store", &error));
        }
        let mut upload = self.bucket.put_multipart(&name).await.map_err(|error| remote("begin to store", &error))?;
        let sent = send_parts(upload.as_mut(), &file, complete.bytes).await;
        if sent.is_err()
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(%error, "parts of a failed upload stay in the bucket until it expires incomplete uploads");
        }
        sent
    }
}

/// The client takes these into addresses and headers without a look.
fn check_settings(location: &S3Location) -> Result<(), BlobError> {
    let wrong = |setting, value: &str, expected| Err(BlobError::Setting { setting, value: value.to_owned(), expected });
    let is_address = |uri: http::Uri| {
        let scheme = matches!(uri.scheme_str(), Some("http" | "https"));
        scheme && uri.host().is_some_and(|host| !host.is_empty()) && uri.query().is_none()
    };
    if !location.endpoint.parse::<http::Uri>().is_ok_and(is_address) {
        return wrong("endpoint", &location.endpoint, "an address such as https://s3.eu-central-1.amazonaws.com");
    }
    let is_bucket_character = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if location.bucket.is_empty() || !location.bucket.chars().all(is_bucket_character) {
        return wrong("bucket", &location.bucket, "a bucket name: letters, digits, '-' and '.'");
    }
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && c != '/');
    if !is_word(&location.region) {
        return wrong("region", &location.region, "a region such as us-east-1");
    }
    if !is_word(&location.access_key) {
        return wrong("access_key", &location.access_key, "an access key id");
    }
    Ok(())
}

async fn send_parts(upload: &mut dyn MultipartUpload, file: &Arc<File>, bytes: u64) -> Result<(), BlobError> {
    let part_bytes = PART_BYTES.max(bytes.div_ceil(MOST_PARTS));
    let mut start = 0;
    while start < bytes {
        let end = (start + part_bytes).min(bytes);
        let payload = read_part(file, start..end).await?;
        upload.put_part(payload).await.map_err(|error| remote("store a part", &error))?;
        start = end;
    }
    upload.complete().await.map(|_| ()).map_err(|error| remote("finish to store", &error))
}

async fn read_part(file: &Arc<File>, range: Range<u64>) -> Result<PutPayload, BlobError> {
    let file = Arc::clone(file);
    run_blocking(move || {
        let length =
            usize::try_from(range.end - range.start).map_err(|_| BlobError::TooLarge { limit_bytes: PART_BYTES })?;
        let mut part = vec![0; length];
        file.read_exact_at(&mut part, range.start).map_err(|error| local_read(&error))?;
        Ok(PutPayload::from(Bytes::from(part)))
    })
    .await
}

async fn open_pinned(pin: &Pin) -> Result<File, BlobError> {
    let path = pin.path.clone();
    run_blocking(move || File::open(&path).doing("open", &path)).await
}

/// Passes bytes on and ends with an error when they were not those of the digest.
fn verified(
    content: BoxStream<'static, object_store::Result<Bytes>>,
    digest: Digest,
) -> BoxStream<'static, Result<Bytes, BlobError>> {
    let start = (content, blake3::Hasher::new());
    stream::try_unfold(start, move |(mut content, mut hasher)| async move {
        if let Some(piece) = content.try_next().await.map_err(|error| remote("read", &error))? {
            hasher.update(&piece);
            return Ok(Some((piece, (content, hasher))));
        }
        if hasher.finalize().as_bytes() == digest.as_bytes() {
            return Ok(None);
        }
        Err(BlobError::Corrupt { digest, place: "the S3 bucket".to_owned() })
    })
    .boxed()
}

/// A download is a stream of ours: its error is our own, not the caller's.
fn unwrap_source(error: BlobError) -> BlobError {
    match error {
        BlobError::Source(inner) => match inner.downcast::<BlobError>() {
            Ok(own) => *own,
            Err(foreign) => BlobError::Source(foreign),
        },
        other => other,
    }
}

fn written_at(found: &ObjectMeta) -> Timestamp {
    Timestamp::from_micros(found.last_modified.timestamp_micros())
}

fn absent<T>(result: object_store::Result<T>, action: &'static str) -> Result<Option<T>, BlobError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(remote(action, &error)),
    }
}

fn remote(action: &'static str, error: &object_store::Error) -> BlobError {
    // Listing reports every refusal as a generic error; the S3 error code is in its text.
    let text = error.to_string();
    let says = |codes: &[&str]| codes.iter().any(|code| text.contains(code));
    let advice = if matches!(error, object_store::Error::NotFound { .. }) || says(&["NoSuchBucket"]) {
        "the bucket does not exist: create it, or correct its name: "
    } else if says(&[
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "AccessDenied",
        "401 Unauthorized",
        "403 Forbidden",
    ]) {
        "access is refused: check the key and its rights on the bucket: "
    } else {
        ""
    };
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = one_line.chars().take(MOST_DETAIL_CHARACTERS).collect();
    BlobError::Remote { action, detail: format!("{advice}{shown}") }
}

fn local_read(error: &std::io::Error) -> BlobError {
    BlobError::Remote { action: "store", detail: format!("the local copy cannot be read: {error}") }
}
