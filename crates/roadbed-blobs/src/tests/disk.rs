//! Particular to disk: crashes, damage, full disks, file modes.

use super::{StandingClock, cases, content, digest_of, files_below, put, wait_until};
use crate::{BlobConfig, BlobError, BlobLocation, Blobs};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use roadbed_core::{Clock, SystemClock, Timestamp};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

fn open_with(directory: &Path, clock: Arc<dyn Clock>) -> Result<Blobs, BlobError> {
    Blobs::open(BlobConfig { location: BlobLocation::Disk { directory: directory.to_owned() }, clock })
}

fn open(directory: &Path) -> Blobs {
    open_with(directory, Arc::new(SystemClock)).unwrap()
}

fn unfinished(directory: &Path) -> Vec<std::path::PathBuf> {
    files_below(&directory.join("incoming"))
}

#[tokio::test]
async fn every_case_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = open(&folder.path().join("new/blobs"));
    cases::every_case(&blobs).await;
    let incoming = folder.path().join("new/blobs/incoming");
    wait_until("unfinished files are removed", || files_below(&incoming).is_empty()).await;
    drop(blobs);
    wait_until("the folder of the process is removed", || fs::read_dir(&incoming).unwrap().count() == 1).await;
}

#[tokio::test]
async fn blobs_outlive_the_handle_and_are_read_only() {
    let folder = tempfile::tempdir().unwrap();
    let blob = open(folder.path()).put_bytes(Bytes::from_static(b"kept")).await.unwrap();
    let blobs = open(folder.path());
    assert_eq!(blobs.read(&blob.digest, 4).await.unwrap(), "kept");
    let path = blobs.local_path(&blob.digest).await.unwrap().unwrap().path().to_owned();
    let name = blob.digest.to_string();
    assert_eq!(path, folder.path().join(&name[..2]).join(&name[2..4]).join(&name));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
    assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn damage_is_found_and_repaired_by_the_same_content() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = open(folder.path());
    let bytes = content(1, 300_000);
    let digest = blobs.put_bytes(bytes.clone()).await.unwrap().digest;
    let path = blobs.local_path(&digest).await.unwrap().unwrap().path().to_owned();
    let mut damaged = bytes.to_vec();
    damaged[1000] ^= 1;
    fs::remove_file(&path).unwrap();
    fs::write(&path, &damaged).unwrap();
    let found = blobs.verify(&digest).await.unwrap_err();
    assert!(matches!(found, BlobError::Corrupt { .. }), "{found:?}");
    assert!(
        found.to_string().contains(&digest.to_string()) && found.to_string().contains("store the same content again")
    );
    assert!(matches!(blobs.read(&digest, u64::MAX).await, Err(BlobError::Corrupt { .. })));

    fs::write(&path, &bytes[..10]).unwrap();
    assert!(matches!(blobs.verify(&digest).await, Err(BlobError::Corrupt { .. })));
    blobs.put_bytes(bytes.clone()).await.unwrap();
    blobs.verify(&digest).await.unwrap();
}

#[tokio::test]
async fn content_put_again_is_young_again() {
    let folder = tempfile::tempdir().unwrap();
    let clock = StandingClock::at(1_000_000_000);
    let blobs = open_with(folder.path(), Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
    let day = Duration::from_secs(86_400);
    let kept = blobs.put_bytes(Bytes::from_static(b"kept")).await.unwrap().digest;
    let dropped = blobs.put_bytes(Bytes::from_static(b"dropped")).await.unwrap().digest;
    let later = Timestamp::from_micros(1_000_000_000).plus(day).plus(day);
    let old = blobs.list_older_than(day, later, None, 10).await.unwrap();
    assert_eq!(old.len(), 2);
    assert!(old.iter().all(|blob| blob.written_at == Timestamp::from_micros(1_000_000_000)));

    clock.set(later.as_micros());
    blobs.put_bytes(Bytes::from_static(b"kept")).await.unwrap();
    let digests: Vec<_> = old.iter().map(|blob| blob.digest).collect();
    let deleted = blobs.delete(&digests, later.minus(day)).await.unwrap();
    assert_eq!((deleted.blobs, deleted.bytes), (1, 7));
    assert!(blobs.exists(&kept).await.unwrap());
    assert!(!blobs.exists(&dropped).await.unwrap());
}

#[tokio::test]
async fn a_start_removes_what_the_dead_left_and_nothing_of_the_living() {
    let folder = tempfile::tempdir().unwrap();
    let dead = folder.path().join("incoming/4194305-0");
    fs::create_dir_all(&dead).unwrap();
    fs::write(dead.join("owner.lock"), "").unwrap();
    fs::write(dead.join("17"), "half a blob").unwrap();

    let living = open(folder.path());
    assert!(!dead.exists());
    let (asked, mut was_asked) = tokio::sync::mpsc::channel::<()>(1);
    let (go_on, may_go_on) = tokio::sync::oneshot::channel::<()>();
    let slow = stream::iter([Ok::<_, std::io::Error>(content(1, 300_000))]).chain(stream::once(async move {
        asked.send(()).await.unwrap();
        may_go_on.await.unwrap();
        Ok(content(2, 10))
    }));
    let writing = living.put_stream(slow, u64::MAX);
    let other = async {
        was_asked.recv().await.unwrap();
        let other = open(folder.path());
        assert_eq!(unfinished(folder.path()).len(), 1, "the other's unfinished file stays");
        go_on.send(()).unwrap();
        other
    };
    let (blob, other) = tokio::join!(writing, other);
    other.verify(&blob.unwrap().digest).await.unwrap();
}

const CHILD_FOLDER: &str = "ROADBED_BLOBS_TEST_FOLDER";

/// Runs only as the child of the next test: writes without end until it is killed.
#[tokio::test]
#[ignore = "the process that the kill test starts"]
async fn child_that_writes_until_killed() {
    #[expect(clippy::disallowed_methods, reason = "how the parent test tells its folder")]
    let Ok(folder) = std::env::var(CHILD_FOLDER) else { return };
    let blobs = open(Path::new(&folder));
    blobs.put_bytes(Bytes::from_static(b"finished")).await.unwrap();
    let endless = stream::iter([Ok::<_, std::io::Error>(content(9, 1 << 20))]).chain(stream::pending());
    let _ = blobs.put_stream(endless, u64::MAX).await;
}

#[tokio::test]
async fn a_killed_writer_leaves_nothing_visible() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::disk::child_that_writes_until_killed", "--ignored"])
        .env(CHILD_FOLDER, folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let half_written =
        || unfinished(folder.path()).iter().any(|path| fs::metadata(path).is_ok_and(|found| found.len() > 0));
    let finished = folder.path().join("incoming");
    wait_until("the child is in the middle of a blob", || {
        let stored = files_below(folder.path()).iter().any(|path| !path.starts_with(&finished));
        stored && half_written()
    })
    .await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(half_written(), "a killed process cleans nothing");

    let blobs = open(folder.path());
    assert!(unfinished(folder.path()).is_empty());
    let found =
        blobs.list_older_than(Duration::ZERO, SystemClock.now().plus(Duration::from_secs(60)), None, 10).await.unwrap();
    assert_eq!(found.iter().map(|blob| blob.digest).collect::<Vec<_>>(), [digest_of(b"finished")]);
    blobs.verify(&digest_of(b"finished")).await.unwrap();
}

/// A small file system in memory, gone with the value. `None` where this user may not mount.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    fn mount(bytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={bytes}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &options, "roadbed-test"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { folder })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.folder.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_is_half_visible() {
    let Some(disk) = SmallDisk::mount(2 << 20) else {
        eprintln!("SKIPPED a_full_disk_is_said_and_nothing_is_half_visible: mounting a tmpfs needs root");
        return;
    };
    let directory = disk.folder.path().join("blobs");
    let blobs = open(&directory);
    let small = blobs.put_bytes(content(1, 100_000)).await.unwrap();
    let large = content(2, 4 << 20);
    let refused = put(&blobs, &large, 65_536, u64::MAX).await.unwrap_err();
    assert!(matches!(refused, BlobError::Full { .. }), "{refused:?}");
    assert!(refused.to_string().starts_with("no space left in "), "{refused}");
    assert!(!blobs.exists(&digest_of(&large)).await.unwrap());
    wait_until("the unfinished file is removed", || unfinished(&directory).is_empty()).await;
    blobs.verify(&small.digest).await.unwrap();
    blobs.put_bytes(content(3, 1 << 20)).await.unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let failed = open_with(&folder.path().join("file/blobs"), Arc::new(SystemClock)).unwrap_err();
    assert!(
        failed.to_string().contains("cannot create the folder") && failed.to_string().contains("file/blobs"),
        "{failed}"
    );
}

#[cfg(not(feature = "s3"))]
#[test]
fn a_build_without_s3_says_so() {
    let location = crate::S3Location {
        endpoint: "http://127.0.0.1:1".into(),
        bucket: "blobs".into(),
        region: "us-east-1".into(),
        access_key: "key".into(),
        secret_key: roadbed_core::Secret::new("secret".into()),
        prefix: String::new(),
        cache: crate::CacheConfig { directory: "unused".into(), max_bytes: 0 },
    };
    let config = BlobConfig { location: BlobLocation::S3(location), clock: Arc::new(SystemClock) };
    assert!(matches!(Blobs::open(config), Err(BlobError::NotBuilt)));
}
