//! Acknowledged survives SIGKILL, with the real durability. The writing process is this test binary again.

use crate::bench::{Bench, INSERT_THING, SETS, ThingMade, header, runtime};
use roadbed_core::{EventSeq, SystemClock};
use roadbed_store::{Durability, Execute, Query, Store, StoreConfig, StoreError, StoreLocation, params};
use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tokio::task::JoinSet;

const ROUNDS: usize = 4;
const WRITERS: usize = 12;

fn open(directory: PathBuf) -> Store {
    let location = StoreLocation::Sqlite { directory };
    Store::open(StoreConfig { location, durability: Durability::Full, clock: Arc::new(SystemClock) }, SETS).unwrap()
}

#[test]
fn acknowledged_survives_a_kill() {
    let bench = Bench::sqlite();
    let StoreLocation::Sqlite { directory } = bench.location.clone() else { panic!("a directory") };
    let mut acknowledged: HashSet<String> = HashSet::new();
    for round in 0..ROUNDS {
        acknowledged.extend(kill_a_writer(&directory, round));
        let store = open(directory.clone());
        runtime().block_on(check(&store, &acknowledged));
        store.close();
    }
}

/// Starts a writer, kills it in the middle and gives what it had acknowledged.
fn kill_a_writer(directory: &std::path::Path, round: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "durability::the_process_that_is_killed", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "{}\t{round}", directory.display()).unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while text.matches("acknowledged ").count() < 40 + 37 * round {
        assert_ne!(output.read_line(&mut text).unwrap(), 0, "the writer ended by itself: {text}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it said before it died counts as well, except for a line cut in the middle.
    output.read_to_string(&mut text).unwrap();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().filter_map(|line| Some(line.split_once("acknowledged ")?.1.to_owned())).collect()
}

async fn check(store: &Store, acknowledged: &HashSet<String>) {
    let things = store.read(|r| r.query("SELECT id FROM things", params![], |row| row.get::<String>("id"))).await;
    let things: HashSet<String> = things.map_err(|error: StoreError| error).unwrap().into_iter().collect();
    let lost: Vec<_> = acknowledged.difference(&things).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let limit = u32::try_from(things.len()).unwrap() + 10;
    let events = store.events_after(EventSeq(0), limit).await.unwrap();
    let told: HashSet<String> = events.iter().map(|event| event.header.subject.id.clone()).collect();
    assert_eq!(told, things, "a row and its event come and go together");
    assert_eq!(store.verify_audit().await.unwrap().events, things.len() as u64);
}

#[test]
#[ignore = "the writing process of acknowledged_survives_a_kill; it writes until it is killed"]
fn the_process_that_is_killed() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    let Some((directory, round)) = line.trim_end().split_once('\t') else { return };
    let store = open(PathBuf::from(directory));
    let round: usize = round.parse().unwrap();
    runtime().block_on(async {
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let store = store.clone();
            writers.spawn(async move { write_for_ever(&store, round, writer).await });
        }
        writers.join_all().await;
    });
}

async fn write_for_ever(store: &Store, round: usize, writer: usize) {
    for number in 0_u64.. {
        let id = format!("{round}-{writer}-{number}");
        let thing = id.clone();
        let written = store.write(move |tx| {
            tx.execute(INSERT_THING, params![&thing, 1, true])?;
            tx.emit(&header(&thing), &ThingMade { size: 1 })
        });
        written.await.unwrap();
        std::io::stdout().write_all(format!("acknowledged {id}\n").as_bytes()).unwrap();
    }
}
