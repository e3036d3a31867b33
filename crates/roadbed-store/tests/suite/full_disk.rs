//! A full disk, on a small memory file system; only root can mount one.

use crate::bench::{Bench, SETS, ThingMade, header, runtime};
use crate::transactions::count;
use crate::values::make;
use roadbed_store::{Execute, Store, StoreConfig, StoreError, StoreLocation, params};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// A mounted file system of sixteen MiB.
struct SmallDisk {
    directory: TempDir,
}

impl SmallDisk {
    /// `None`, said loudly, where mounting is not allowed.
    fn mount() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(directory.path()).output();
        if mounted.is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self { directory });
        }
        say("SKIPPED: the test of a full disk, mounting a memory file system needs root");
        None
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.path()).status().unwrap();
        assert!(unmounted.success());
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
fn say(text: &str) {
    eprintln!("{text}");
}

fn open(disk: &SmallDisk) -> Store {
    let location = StoreLocation::Sqlite { directory: disk.path().join("data") };
    Store::open(StoreConfig { location, ..Bench::sqlite().config() }, SETS).unwrap()
}

/// A thing of some size on disk; counts how often its closure ran.
async fn write_thing(store: &Store, id: String, bytes: usize, runs: Arc<AtomicU32>) -> Result<(), StoreError> {
    let write = store.write(move |tx| {
        runs.fetch_add(1, Ordering::SeqCst);
        tx.execute(
            "INSERT INTO things (id, size, payload, live) VALUES (?1, ?2, ?3, ?4)",
            params![&id, 1, vec![1_u8; bytes], true],
        )?;
        tx.emit(&header(&id), &ThingMade { size: 1 }).map(drop)
    });
    write.await
}

fn ballast(disk: &SmallDisk) -> PathBuf {
    disk.path().join("ballast")
}

#[test]
fn a_full_disk_loses_nothing_and_the_store_works_again() {
    let Some(disk) = SmallDisk::mount() else { return };
    std::fs::write(ballast(&disk), vec![0_u8; 12 * 1024 * 1024]).unwrap();
    runtime().block_on(async {
        let store = open(&disk);
        let mut written = 0_i64;
        let full = loop {
            match write_thing(&store, written.to_string(), 20_000, Arc::default()).await {
                Ok(()) => written += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(full, StoreError::Full);
        assert!(written > 0);
        assert_eq!(count(&store).await, written);
        let again = write_thing(&store, "x".into(), 20_000, Arc::default()).await;
        assert_eq!(again, Err(StoreError::Full));
        std::fs::remove_file(ballast(&disk)).unwrap();
        make(&store, "after").await;
        assert_eq!(count(&store).await, written + 1);
        store.verify_audit().await.unwrap();
        drop(store);
        assert_eq!(count(&open(&disk)).await, written + 1);
    });
}

#[test]
fn the_group_of_a_write_that_does_not_fit_runs_again_one_by_one() {
    let Some(disk) = SmallDisk::mount() else { return };
    runtime().block_on(async {
        let store = open(&disk);
        let (open_gate, gate) = mpsc::channel::<()>();
        let gate = Arc::new(Mutex::new(gate));
        let mut writes = JoinSet::new();
        let held = store.clone();
        writes.spawn(async move {
            let hold = held.write(move |tx| {
                gate.lock().unwrap().recv().unwrap_or_default();
                tx.emit(&header("gate"), &ThingMade { size: 0 }).map(drop)
            });
            hold.await
        });
        let runs: Vec<Arc<AtomicU32>> = (0..3).map(|_| Arc::default()).collect();
        for (place, bytes) in [100, 32 * 1024 * 1024, 100].into_iter().enumerate() {
            let (store, runs) = (store.clone(), Arc::clone(&runs[place]));
            writes.spawn(async move { write_thing(&store, place.to_string(), bytes, runs).await });
        }
        open_gate.send(()).unwrap();
        drop(open_gate);
        let results = writes.join_all().await;
        let full = results.iter().filter(|result| **result == Err(StoreError::Full)).count();
        assert_eq!((full, results.iter().filter(|result| result.is_ok()).count()), (1, 3), "{results:?}");
        assert_eq!(runs[1].load(Ordering::SeqCst), 2, "once in the group and once alone");
        assert_eq!(count(&store).await, 2);
        assert_eq!(store.verify_audit().await.unwrap().events, 3);
    });
}
