use crate::bench::{Bench, runtime};
use crate::values::make;
use roadbed_store::{StoreError, StoreLocation};
use std::os::unix::fs::PermissionsExt;

#[test]
fn a_directory_in_use_names_the_process() {
    let bench = Bench::sqlite();
    let store = bench.open();
    let refused = bench.try_open(crate::bench::SETS).unwrap_err();
    let by = format!("process {}", std::process::id());
    assert_eq!(refused, StoreError::Locked { by: by.clone() });
    assert!(refused.to_string().contains(&by), "{refused}");
    let clone = store.clone();
    drop(store);
    bench.try_open(crate::bench::SETS).unwrap_err();
    drop(clone);
    bench.try_open(crate::bench::SETS).unwrap();
}

#[test]
fn the_directory_is_for_its_owner_only() {
    let bench = Bench::sqlite();
    let store = bench.open();
    let StoreLocation::Sqlite { directory } = &bench.location else { panic!("a directory") };
    assert_eq!(directory.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert!(directory.join("state.db").exists() && directory.join("records.db").exists());
    runtime().block_on(make(&store, "a"));
}

#[test]
fn a_damaged_file_is_named() {
    let bench = Bench::sqlite();
    drop(bench.open());
    let StoreLocation::Sqlite { directory } = &bench.location else { panic!("a directory") };
    std::fs::write(directory.join("state.db"), vec![7_u8; 8192]).unwrap();
    let refused = bench.try_open(crate::bench::SETS).unwrap_err();
    assert!(matches!(refused, StoreError::DamagedFile { .. }), "{refused:?}");
}
