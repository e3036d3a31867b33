//! The one handle others use, whatever the location.

use crate::config::{BlobConfig, BlobLocation};
use crate::disk::DiskBlobs;
use crate::error::{BlobError, run_blocking};
use crate::incoming::IncomingFolder;
use crate::local_file::LocalBlob;
use crate::model::{Blob, CacheUsage, DeletedBlobs, StoredBlob};
use crate::stream::{BlobStream, clip, read_file, receive};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt, stream};
use roadbed_core::{Digest, Timestamp};
use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "s3")]
use crate::s3::S3Blobs;

#[derive(Clone)]
enum Place {
    Disk(Arc<DiskBlobs>),
    #[cfg(feature = "s3")]
    S3(Arc<S3Blobs>),
}

/// Content-addressed files. Cheap to clone. Every method runs on a tokio runtime; file work happens on its blocking threads.
#[derive(Clone)]
pub struct Blobs {
    place: Place,
}

impl Blobs {
    /// Opens the location, creating folders, and removes what dead processes left unfinished. Blocks on local files only:
    /// whether a bucket answers is said by [`Self::check`].
    ///
    /// # Errors
    /// A folder cannot be created or locked, the S3 settings are unusable, or the build lacks S3.
    pub fn open(config: BlobConfig) -> Result<Self, BlobError> {
        let place = match config.location {
            BlobLocation::Disk { directory } => Place::Disk(Arc::new(DiskBlobs::open(directory, config.clock)?)),
            #[cfg(feature = "s3")]
            BlobLocation::S3(location) => Place::S3(Arc::new(S3Blobs::open(&location, config.clock)?)),
            #[cfg(not(feature = "s3"))]
            BlobLocation::S3(_) => return Err(BlobError::NotBuilt),
        };
        Ok(Self { place })
    }

    /// Where the content lies on this machine's disk; `None` for a blob that is not there and for every blob on S3. For handing a file
    /// to another process without a copy.
    #[must_use]
    pub fn disk_path(&self, digest: &Digest) -> Option<std::path::PathBuf> {
        match &self.place {
            Place::Disk(disk) => Some(disk.path(digest)).filter(|path| path.is_file()),
            #[cfg(feature = "s3")]
            Place::S3(_) => None,
        }
    }

    /// Whether the location can be used now: a few bytes are written, or the bucket is listed. For start-up and `doctor`.
    ///
    /// # Errors
    /// The reason why not.
    pub async fn check(&self) -> Result<(), BlobError> {
        match &self.place {
            Place::Disk(disk) => {
                receive(stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"check"))]), &disk.incoming, 5).await?;
                Ok(())
            }
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.check().await,
        }
    }

    /// Stores bytes; see [`Self::put_stream`].
    ///
    /// # Errors
    /// As [`Self::put_stream`], without a limit.
    pub async fn put_bytes(&self, content: Bytes) -> Result<Blob, BlobError> {
        self.put_stream(stream::iter([Ok::<_, Infallible>(content)]), u64::MAX).await
    }

    /// Stores a stream of at most `limit_bytes`. The blob is complete and durable when this returns; before that, and after an error or
    /// a dropped future, nothing is visible. Content that is already stored is kept once and dated anew.
    ///
    /// # Errors
    /// The stream ends with an error or is too long, the disk is full, the bucket fails.
    pub async fn put_stream<S, E>(&self, content: S, limit_bytes: u64) -> Result<Blob, BlobError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let complete = receive(content, self.incoming(), limit_bytes).await?;
        match &self.place {
            Place::Disk(disk) => {
                let disk = Arc::clone(disk);
                run_blocking(move || disk.publish(complete)).await
            }
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.put(complete).await,
        }
    }

    /// The content, or `None` when there is no such blob. From S3 it comes through the cache, verified before the first byte; a blob that
    /// does not fit there is verified on the way, and damage shows as an error at the end of the stream.
    ///
    /// # Errors
    /// The disk or the bucket fails.
    pub async fn get(&self, digest: &Digest) -> Result<Option<BlobStream>, BlobError> {
        match &self.place {
            Place::Disk(_) => self.get_range(digest, 0..u64::MAX).await,
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.get(digest).await,
        }
    }

    /// A part of the content; an end beyond the content is cut. From S3 only the range is fetched unless the blob is cached,
    /// which leaves the range unverified.
    ///
    /// # Errors
    /// The range starts beyond the content or ends before it starts; the disk or the bucket fails.
    pub async fn get_range(&self, digest: &Digest, range: Range<u64>) -> Result<Option<BlobStream>, BlobError> {
        match &self.place {
            Place::Disk(disk) => {
                let (disk, wanted) = (Arc::clone(disk), *digest);
                let opened =
                    run_blocking(move || Ok(disk.open_blob(&wanted)?.map(|found| (found, disk.path(&wanted)))));
                let Some(((file, total_bytes), path)) = opened.await? else { return Ok(None) };
                let range = clip(&range, total_bytes)?;
                Ok(Some(BlobStream::new(range.end - range.start, total_bytes, read_file(file, path, range, ()))))
            }
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.get_range(digest, range).await,
        }
    }

    /// The whole content in memory, verified.
    ///
    /// # Errors
    /// There is no such blob, it is longer than `limit_bytes` or damaged; the disk or the bucket fails.
    pub async fn read(&self, digest: &Digest, limit_bytes: u64) -> Result<Bytes, BlobError> {
        match self.read_once(digest, limit_bytes).await {
            #[cfg(feature = "s3")]
            Err(BlobError::Corrupt { .. }) if let Place::S3(s3) = &self.place => {
                s3.forget_local(digest).await?;
                self.read_once(digest, limit_bytes).await
            }
            other => other,
        }
    }

    async fn read_once(&self, digest: &Digest, limit_bytes: u64) -> Result<Bytes, BlobError> {
        let content = self.get(digest).await?.ok_or(BlobError::NotFound(*digest))?;
        if content.bytes() > limit_bytes {
            return Err(BlobError::TooLarge { limit_bytes });
        }
        let capacity = usize::try_from(content.bytes()).unwrap_or_default();
        let gather = |mut all: BytesMut, piece: Bytes| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        };
        let all = content.try_fold(BytesMut::with_capacity(capacity), gather).await?.freeze();
        let wanted = *digest;
        run_blocking(move || {
            let right = blake3::hash(&all).as_bytes() == wanted.as_bytes();
            right.then_some(all).ok_or(BlobError::Corrupt { digest: wanted, place: "its file".to_owned() })
        })
        .await
    }

    /// The blob as a file on this machine, or `None` when there is no such blob. On disk it is the blob itself; from S3 a verified copy
    /// that stays in the cache while the answer is held.
    ///
    /// # Errors
    /// The copy does not fit into the cache; the disk or the bucket fails.
    pub async fn local_path(&self, digest: &Digest) -> Result<Option<LocalBlob>, BlobError> {
        match &self.place {
            Place::Disk(disk) => {
                let (disk, wanted) = (Arc::clone(disk), *digest);
                run_blocking(move || Ok(disk.size(&wanted)?.map(|bytes| LocalBlob::new(disk.path(&wanted), bytes, ()))))
                    .await
            }
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.local_blob(digest).await,
        }
    }

    /// An address from which anyone can read the blob without this process for so long; `None` where there is none: on disk, and in a
    /// bucket that clients do not reach. Whether the blob is there is not asked.
    ///
    /// # Errors
    /// The address cannot be signed.
    pub async fn direct_url(&self, digest: &Digest, valid_for: Duration) -> Result<Option<String>, BlobError> {
        match &self.place {
            Place::Disk(_) => Ok(None),
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.direct_url(digest, valid_for).await,
        }
    }

    /// Whether [`Self::direct_url`] gives addresses.
    #[must_use]
    pub fn gives_direct_urls(&self) -> bool {
        match &self.place {
            Place::Disk(_) => false,
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.gives_direct_urls(),
        }
    }

    /// Whether the blob is stored.
    ///
    /// # Errors
    /// The disk or the bucket fails.
    pub async fn exists(&self, digest: &Digest) -> Result<bool, BlobError> {
        Ok(self.size(digest).await?.is_some())
    }

    /// Length in bytes, or `None` when there is no such blob.
    ///
    /// # Errors
    /// The disk or the bucket fails.
    pub async fn size(&self, digest: &Digest) -> Result<Option<u64>, BlobError> {
        match &self.place {
            Place::Disk(disk) => {
                let (disk, wanted) = (Arc::clone(disk), *digest);
                run_blocking(move || disk.size(&wanted)).await
            }
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.size(digest).await,
        }
    }

    /// Reads the stored content in full, past the cache, and compares it with its digest.
    ///
    /// # Errors
    /// There is no such blob or it is damaged; the disk or the bucket fails.
    pub async fn verify(&self, digest: &Digest) -> Result<(), BlobError> {
        match &self.place {
            Place::Disk(disk) => {
                let (disk, wanted) = (Arc::clone(disk), *digest);
                run_blocking(move || disk.verify(&wanted)).await
            }
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.verify(digest).await,
        }
    }

    /// A page of blobs last put more than `age` before `now`, by rising digest, starting behind `after`. A page shorter than `limit` is
    /// the last one.
    ///
    /// # Errors
    /// The disk or the bucket fails.
    pub async fn list_older_than(
        &self,
        age: Duration,
        now: Timestamp,
        after: Option<Digest>,
        limit: usize,
    ) -> Result<Vec<StoredBlob>, BlobError> {
        let before = now.minus(age);
        match &self.place {
            Place::Disk(disk) => {
                let disk = Arc::clone(disk);
                run_blocking(move || disk.list_before(before, after, limit)).await
            }
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.list_before(before, after, limit).await,
        }
    }

    /// Deletes blobs the caller knows to be unreferenced. One that was put at or after `written_before` is spared: someone stored the
    /// same content again since the caller looked and is about to refer to it. Missing ones are ignored.
    ///
    /// # Errors
    /// The disk or the bucket fails; blobs before the failing one are gone.
    pub async fn delete(&self, digests: &[Digest], written_before: Timestamp) -> Result<DeletedBlobs, BlobError> {
        let mut deleted = DeletedBlobs::default();
        for &digest in digests {
            deleted += match &self.place {
                Place::Disk(disk) => {
                    let disk = Arc::clone(disk);
                    run_blocking(move || disk.delete(&digest, written_before)).await?
                }
                #[cfg(feature = "s3")]
                Place::S3(s3) => s3.delete(&digest, written_before).await?,
            };
        }
        Ok(deleted)
    }

    /// How full the local cache is; `None` on disk, where there is none.
    #[must_use]
    pub fn cache_usage(&self) -> Option<CacheUsage> {
        match &self.place {
            Place::Disk(_) => None,
            #[cfg(feature = "s3")]
            Place::S3(s3) => Some(s3.cache_usage()),
        }
    }

    fn incoming(&self) -> &Arc<IncomingFolder> {
        match &self.place {
            Place::Disk(disk) => &disk.incoming,
            #[cfg(feature = "s3")]
            Place::S3(s3) => s3.incoming(),
        }
    }
}

impl std::fmt::Debug for Blobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blobs").finish_non_exhaustive()
    }
}
