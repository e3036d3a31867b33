use crate::models::cache::collect;
use roadbed_core::Digest;
use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, SystemTime};

fn model(models: &Path, byte: u8, size: usize, age_seconds: u64) -> Digest {
    let digest = Digest::from_bytes([byte; 32]);
    let folder = models.join(digest.to_string());
    std::fs::create_dir_all(folder.join("data")).unwrap();
    std::fs::write(folder.join("data/weights"), vec![0; size]).unwrap();
    let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 - age_seconds);
    std::fs::File::open(&folder).unwrap().set_modified(modified).unwrap();
    digest
}

#[test]
fn the_oldest_unneeded_models_go_and_needed_ones_stay() {
    let folder = tempfile::tempdir().unwrap();
    let models = folder.path();
    let needed = model(models, 1, 1000, 500);
    let oldest = model(models, 2, 1000, 400);
    let middle = model(models, 3, 1000, 300);
    let newest = model(models, 4, 1000, 200);
    std::fs::create_dir(models.join("incoming-x")).unwrap();
    std::fs::write(models.join("notes.txt"), "not ours").unwrap();
    let needs = HashSet::from([needed]);
    assert_eq!(collect(models, &needs, 2500, false), 1000);
    let there = |digest: Digest| models.join(digest.to_string()).exists();
    assert_eq!([needed, oldest, middle, newest].map(there), [true, false, true, true]);
    assert!(models.join("incoming-x").exists());
    collect(models, &needs, 0, true);
    assert_eq!([needed, middle, newest].map(there), [true, false, false]);
    assert!(!models.join("incoming-x").exists());
    assert!(models.join("notes.txt").exists());
}
