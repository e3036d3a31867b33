//! A disk that runs full: writes say so and what to do, reads go on, and space heals it.

use crate::client::{Answer, Client};
use crate::platform::Place;
use serde_json::json;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small file system of its own, gone at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            println!("SKIPPED: only root may mount the small disk of this story");
            return None;
        }
        std::fs::create_dir(at).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs"]).arg(at).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(at.to_path_buf()));
        }
        println!("SKIPPED: a small disk cannot be mounted here");
        None
    }

    /// Takes all space that is left.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("filler");
        let mut file = std::fs::File::create(&path).unwrap();
        for piece in [vec![0; 1 << 16], vec![0; 512]] {
            while file.write_all(&piece).is_ok() {}
        }
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// Writes until the disk has no room for one more; the store may have some in reserve.
fn write_until_refused(write: impl Fn(u32) -> Answer) -> Answer {
    for number in 0..20_000 {
        let answer = write(number);
        if answer.status >= 400 {
            return answer;
        }
    }
    panic!("a full disk takes everything");
}

fn project(api: &Client, number: u32) -> Answer {
    api.post("/api/v1/projects", &json!({ "name": format!("project-{number}") }))
}

#[test]
fn a_full_disk_refuses_writes_serves_reads_and_heals() {
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(&place.data) else { return };
    let platform = place.start(&[]);
    let control = platform.process_of("control");
    let run = platform.api.post("/api/2.0/mlflow/runs/create", &json!({ "experiment_id": "0" })).with_status(200);
    let run = run.json()["run"]["info"]["run_id"].as_str().unwrap().to_owned();
    let artifacts = format!("/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts");
    platform.api.put(&format!("{artifacts}/kept.txt"), b"kept").with_status(200);

    let filler = disk.fill();
    let refused = write_until_refused(|number| project(&platform.api, number)).with_status(507);
    let problem = refused.json();
    assert_eq!(problem["code"], "store.full", "{problem}");
    assert!(problem["fix"].as_str().unwrap().contains("free"), "{problem}");
    assert_ne!(refused.header("retry-after"), "");
    let long = "x".repeat(400);
    write_until_refused(|number| {
        let point =
            json!({ "run_id": run, "key": format!("{long}{number}").split_off(160), "value": 1, "timestamp": 1 });
        platform.api.post("/api/2.0/mlflow/runs/log-metric", &point)
    })
    .with_status(507);
    // Answered before all of it was sent.
    let large = vec![1; 4 << 20];
    let length = format!("content-length: {}\r\n", large.len());
    platform.api.raw("PUT", &format!("{artifacts}/large.bin"), &length, &large).with_status(507);

    let before = platform.api.list("/api/v1/projects").len();
    assert_eq!(platform.api.get(&format!("{artifacts}/kept.txt")).with_status(200).text(), "kept");
    platform.api.get("/readyz").with_status(200);
    assert_eq!(platform.process_of("control"), control, "control died of it");

    std::fs::remove_file(filler).unwrap();
    project(&platform.api, 1_000_000).with_status(201);
    platform.api.put(&format!("{artifacts}/large.bin"), &large).with_status(200);
    assert_eq!(platform.api.list("/api/v1/projects").len(), before + 1, "a refused write left something");
    assert_eq!(platform.process_of("control"), control);
    platform.stop();
    drop(disk);
}
