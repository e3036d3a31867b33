use super::requirements::find_in_archive;
use super::store;
use crate::permissions::{JOB_READ, JOB_SUBMIT};
use crate::project_of_call::{ProjectOfCall, find_instance};
use axum::http::StatusCode;
use bytes::Bytes;
use futures_util::Stream;
use roadbed_blobs::BlobError;
use roadbed_capability::{Caller, Context, Problem, Scope};
use roadbed_contracts::ports::Directory;
use roadbed_contracts::workload::CodeSnapshot;
use roadbed_core::{Digest, TeamId};
use std::sync::Arc;
use std::time::Duration;

/// A snapshot without a job is usable this long after its upload; the blob behind it stays twice as long.
const UNUSED_KEPT: Duration = Duration::from_secs(12 * 3600);
/// Old uploads looked at with each new one.
const FORGOTTEN_PER_UPLOAD: u32 = 50;

/// Use cases of code snapshots.
#[derive(Clone)]
pub struct Snapshots {
    context: Context,
    directory: Arc<dyn Directory>,
    limit_bytes: u64,
}

impl Snapshots {
    #[must_use]
    pub fn new(context: &Context, directory: Arc<dyn Directory>, limit_bytes: u64) -> Self {
        Self { context: context.clone(), directory, limit_bytes }
    }

    /// Stores an uploaded snapshot for the team of the call's project.
    pub(super) async fn upload<S, E>(
        &self,
        caller: &Caller,
        call: ProjectOfCall<'_>,
        content: S,
        dry_run: bool,
    ) -> Result<CodeSnapshot, Problem>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let info = find_instance(&*self.directory, caller, JOB_SUBMIT, call).await?;
        let blob =
            self.context.blobs.put_stream(content, self.limit_bytes).await.map_err(|error| self.problem(error))?;
        self.check_format(&blob.digest).await?;
        self.forget_unused().await?;
        let team = info.team;
        self.context
            .mutate(dry_run, move |tx| {
                tx.without_event("a snapshot means nothing until a job uses it, and that has an event");
                Ok(store::put(tx, team, &blob.digest, blob.bytes)?)
            })
            .await?;
        Ok(CodeSnapshot { digest: blob.digest, bytes: blob.bytes })
    }

    /// The snapshot, when a team within the caller's reach uploaded it and it can still be used.
    pub(super) async fn known(&self, caller: &Caller, digest: Digest) -> Result<CodeSnapshot, Problem> {
        let bytes = self.usable(&caller.scope(JOB_READ), digest).await?;
        let unknown =
            || Problem::not_found("snapshots.unknown", format!("the code snapshot {digest} is not stored here"));
        bytes.map(|bytes| CodeSnapshot { digest, bytes }).ok_or_else(unknown)
    }

    /// Size of a snapshot that a job of this team may run from.
    pub(crate) async fn usable_by(&self, team: TeamId, digest: Digest) -> Result<Option<u64>, Problem> {
        self.usable_where(digest, move |uploader| uploader == team).await
    }

    async fn usable(&self, scope: &Scope, digest: Digest) -> Result<Option<u64>, Problem> {
        let scope = scope.clone();
        self.usable_where(digest, move |uploader| scope.reaches(uploader)).await
    }

    /// A blob that nobody holds may be collected a day after its upload, so an older one counts only when something holds it.
    async fn usable_where(
        &self,
        digest: Digest,
        may_use: impl Fn(TeamId) -> bool + Send + 'static,
    ) -> Result<Option<u64>, Problem> {
        let uploads = self.context.store.read(move |r| store::uploads(r, &digest)).await?;
        let Some(own) = uploads.iter().find(|upload| may_use(upload.team)) else { return Ok(None) };
        let fresh_after = self.context.clock.now().minus(UNUSED_KEPT);
        let is_fresh = uploads.iter().any(|upload| upload.uploaded_at > fresh_after);
        if !is_fresh && !self.context.store.unreferenced(vec![digest]).await?.is_empty() {
            return Ok(None);
        }
        let stored = self.context.blobs.exists(&digest).await.map_err(|error| Problem::internal(&error))?;
        Ok(stored.then_some(own.bytes))
    }

    /// Text of a requirements file in a snapshot; `None` when it holds no such file.
    pub(crate) async fn requirements(&self, digest: Digest, path: &str) -> Result<Option<String>, Problem> {
        let local = self.context.blobs.local_path(&digest).await.map_err(|error| Problem::internal(&error))?;
        let Some(local) = local else { return Ok(None) };
        let path = path.to_owned();
        let found = tokio::task::spawn_blocking(move || find_in_archive(local.path(), &path));
        let found = found.await.map_err(|error| Problem::internal(&error))?;
        found.map_err(|reason| Problem::bad_request("snapshots.unreadable", reason))
    }

    /// A first look at the bytes: what is plainly something else is refused now and not when a job starts.
    async fn check_format(&self, digest: &Digest) -> Result<(), Problem> {
        const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
        let local = self.context.blobs.local_path(digest).await.map_err(|error| Problem::internal(&error))?;
        let Some(local) = local else { return Err(Problem::internal(&"a blob that was just stored is not there")) };
        let head = tokio::task::spawn_blocking(move || {
            let mut head = Vec::new();
            let read = std::fs::File::open(local.path())
                .and_then(|file| std::io::Read::read_to_end(&mut std::io::Read::take(file, 4), &mut head));
            read.map(|_| head)
        });
        let head = head.await.map_err(|error| Problem::internal(&error))?.map_err(|error| Problem::internal(&error))?;
        if head == ZSTD_MAGIC {
            return Ok(());
        }
        let problem =
            Problem::bad_request("snapshots.format", "the body is no code snapshot: expected a zstd-compressed tar");
        Err(problem.with_fix("let 'roadbed run' pack and upload it, or send the output of 'tar c . | zstd'"))
    }

    /// Rows of old uploads that no job uses go, a few with each upload, so that the table stays as small as what is in use.
    async fn forget_unused(&self) -> Result<(), Problem> {
        let before = self.context.clock.now().minus(UNUSED_KEPT * 2);
        let old = self.context.store.read(move |r| store::older(r, before, FORGOTTEN_PER_UPLOAD)).await?;
        let unused = self.context.store.unreferenced(old).await?;
        if unused.is_empty() {
            return Ok(());
        }
        let forget = self.context.store.write(move |tx| {
            tx.without_event("an upload that nobody used is forgotten");
            store::forget(tx, &unused, before)
        });
        Ok(forget.await?)
    }

    fn problem(&self, error: BlobError) -> Problem {
        match error {
            BlobError::TooLarge { limit_bytes } => Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "snapshots.too_large",
                format!("the snapshot is larger than the {limit_bytes} bytes allowed here"),
            )
            .with_fix("keep data out of it with .gitignore, and read data from where it lives"),
            BlobError::Full { .. } => Problem::new(StatusCode::INSUFFICIENT_STORAGE, "store.full", error.to_string())
                .with_fix("free space on the disk"),
            BlobError::Source(source) => {
                Problem::bad_request("request.body", format!("the body could not be read: {source}"))
            }
            other => Problem::internal(&other),
        }
    }
}
