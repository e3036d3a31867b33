//! Code snapshots and user code that mean harm.

use crate::jobs::wait_to_end;
use crate::platform::{Place, Platform};
use crate::programs::can_run_python;
use serde_json::{Value, json};
use tar::{Builder, EntryType, Header};

/// One entry with a name no honest packer writes.
fn snapshot(name: &str, kind: EntryType, link: Option<&str>) -> Vec<u8> {
    let mut builder = Builder::new(zstd::Encoder::new(Vec::new(), 1).unwrap());
    let content: &[u8] = if kind == EntryType::Regular { b"evil" } else { b"" };
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    if let Some(link) = link {
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
    }
    header.set_cksum();
    builder.append(&header, content).unwrap();
    builder.into_inner().unwrap().finish().unwrap()
}

/// Far more bytes than it has packed.
fn bomb() -> Vec<u8> {
    const BYTES: u64 = 8 << 30;
    let mut builder = Builder::new(zstd::Encoder::new(Vec::new(), 1).unwrap());
    let mut header = Header::new_gnu();
    header.set_path("zeros").unwrap();
    header.set_size(BYTES);
    header.set_mode(0o644);
    header.set_cksum();
    // A gigabyte of it is enough to be refused; the rest is only claimed.
    let zeros = std::io::Read::take(std::io::repeat(0), 1 << 30);
    let _ = builder.append(&header, zeros);
    builder.into_inner().unwrap().finish().unwrap()
}

/// Runs a job from these bytes; its state and message, or the refusal.
fn run_from(platform: &Platform<'_>, packed: &[u8]) -> (String, String) {
    let uploaded = platform.api.put("/api/v1/snapshots", packed);
    if uploaded.status != 200 {
        return ("refused".to_owned(), uploaded.text());
    }
    let digest = uploaded.json()["digest"].clone();
    let job = json!({ "name": "evil", "run": "python -c 'print(1)'", "snapshot": digest });
    let accepted = platform.api.post("/api/v1/jobs", &job);
    if accepted.status != 201 {
        return ("refused".to_owned(), accepted.text());
    }
    let ended = wait_to_end(platform, accepted.json()["id"].as_str().unwrap());
    (ended["state"].as_str().unwrap().to_owned(), ended["message"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn a_hostile_snapshot_is_refused_by_name_and_leaves_nothing() {
    if !can_run_python() {
        return;
    }
    let place = Place::new();
    let platform = place.start(&[]);
    let outside = place.folder().join("outside.txt");
    let absolute = outside.display().to_string();
    let cases = [
        (snapshot("../../../../outside.txt", EntryType::Regular, None), "outside.txt"),
        (snapshot(&absolute, EntryType::Regular, None), "outside.txt"),
        (snapshot("a/../../b.txt", EntryType::Regular, None), "b.txt"),
        (snapshot("leaves", EntryType::Symlink, Some("../../../token")), "leaves"),
        (snapshot("leaves", EntryType::Symlink, Some("/etc/passwd")), "leaves"),
        (snapshot("hard", EntryType::Link, Some("/etc/passwd")), "hard"),
        (snapshot("device", EntryType::Char, None), "device"),
        (snapshot("pipe", EntryType::Fifo, None), "pipe"),
    ];
    for (packed, name) in cases {
        let (state, message) = run_from(&platform, &packed);
        assert!(["refused", "failed"].contains(&state.as_str()), "{name}: {state}");
        assert!(message.contains(name), "{name} is not named: {message}");
    }
    let (state, message) = run_from(&platform, &bomb());
    assert!(["refused", "failed"].contains(&state.as_str()), "a bomb ran: {state} {message}");
    assert!(!outside.exists());
    let (state, message) = run_from(&platform, b"no tar at all");
    assert_eq!(state, "refused");
    assert!(message.contains("snapshots.format"), "{message}");
    platform.stop();
}

const CURIOUS: &str = r"
import os, pathlib, stat, sys
data = pathlib.Path(sys.argv[1])
places = [data / 'token', data / 'gateway' / 'identity.json', data / 'server.json', data / 'store' / 'state.db']
for place in places:
    try:
        open(place, 'rb').read(1)
        print('READ', place)
    except PermissionError:
        print('closed')
for place in (data, data / 'workloads', data / 'store', data / 'blobs'):
    try:
        os.listdir(place)
        print('LISTED', place)
    except PermissionError:
        print('closed')
for number in range(256):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            print('SOCKET', number)
    except OSError:
        pass
try:
    os.kill(int(sys.argv[2]), 0)
    print('SIGNAL')
except (PermissionError, ProcessLookupError):
    print('closed')
";

#[test]
fn user_code_reads_nothing_of_the_platform() {
    if !can_run_python() {
        return;
    }
    let place = Place::new();
    let platform = place.start(&[]);
    let findings = place.run(&["doctor", "-o", "json"]).json();
    let is_good = |finding: &Value| finding["check"] == "isolation (Landlock)" && finding["level"] == "ok";
    if !findings.as_array().unwrap().iter().any(is_good) {
        println!("SKIPPED: this host has no Landlock, so user code cannot be kept out of the data directory");
        platform.stop();
        return;
    }
    let run = shell_words(&[
        "python",
        "-c",
        CURIOUS,
        place.data.to_str().unwrap(),
        &platform.process_of("control").to_string(),
    ]);
    let accepted = platform.api.post("/api/v1/jobs", &json!({ "name": "curious", "run": run })).with_status(201).json();
    let id = accepted["id"].as_str().unwrap();
    let ended = wait_to_end(&platform, id);
    let log = platform.api.get(&format!("/api/v1/jobs/{id}/logs")).text();
    assert_eq!(ended["state"], "succeeded", "{ended} {log}");
    let opened: Vec<&str> = log.lines().filter(|line| *line != "closed" && *line != "SIGNAL").collect();
    assert_eq!(opened, Vec::<&str>::new());
    assert!(log.lines().count() == 9, "{log}");
    platform.stop();
}

/// Words in quotes, for a command whose words hold none.
fn shell_words(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" ")
}
