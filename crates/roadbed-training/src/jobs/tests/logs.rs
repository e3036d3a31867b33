//! Reading the end of a log, whole lines of it, and finding lines.

use super::world::{DEV, World};
use serde_json::{Value, json};

/// The job's log without the supervisor's notes is what it wrote; these tests count bytes, so they look at all of it.
async fn finished(world: &World, script: &str) -> (String, String) {
    let id = world.shell(script).await;
    world.finished(&id).await;
    let log = world.log(&id).await;
    (id, log)
}

async fn get(world: &World, id: &str, query: &str) -> roadbed_testkit::TestAnswer {
    world.server.get(&format!("/api/v1/jobs/{id}/logs{query}"), DEV).await.expect(200)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_log_is_read_in_whole_lines() {
    let world = World::new().await.drive();
    let (id, log) = finished(&world, "seq 1 1000; printf 'no end'").await;
    let tail = get(&world, &id, "?offset=-20").await;
    assert_eq!(tail.text(), log[log.len() - 20..]);
    assert_eq!(tail.headers["x-roadbed-log-bytes"], log.len().to_string());
    assert_eq!(tail.headers["x-roadbed-log-complete"], "true");
    assert_eq!(tail.headers["x-roadbed-log-offset"], (log.len() - 20).to_string());
    assert_eq!(tail.headers["x-roadbed-log-end"], "true");
    let lines = get(&world, &id, "?offset=-17&lines=true").await.text();
    assert_eq!(lines, "999\n1000\nno end", "begins and ends with a line");
    let start = get(&world, &id, "?offset=0&limit=100&lines=true").await;
    assert!(start.text().ends_with('\n') && start.text().len() <= 100 && log.starts_with(&start.text()));
    let next = start.headers["x-roadbed-log-next"].to_str().unwrap();
    let rest = get(&world, &id, &format!("?offset={next}")).await.text();
    assert_eq!(format!("{}{rest}", start.text()), log);
    assert_eq!(get(&world, &id, "?offset=-999999").await.text(), log, "more than there is: all of it");
    for bad in ["limit=0", "limit=5000000", "follow=true&limit=5"] {
        world.server.get(&format!("/api/v1/jobs/{id}/logs?{bad}"), DEV).await.expect(400);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_grows_says_so() {
    let world = World::new().await.drive();
    let id = world.shell("echo first; printf half; while [ ! -e go ]; do sleep 0.02; done").await;
    world.log_with(&id, "half").await;
    let answer = get(&world, &id, "?lines=true").await;
    assert!(answer.text().ends_with("first\n"), "half a line is not given: {}", answer.text());
    assert_eq!(answer.headers["x-roadbed-log-complete"], "false");
    world.server.post(&format!("/api/v1/jobs/{id}/cancel"), DEV, json!({})).await.expect(200);
    // Its processes would outlive the test.
    world.finished(&id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_are_found_in_a_hundred_thousand() {
    let world = World::new().await.drive();
    let (id, log) = finished(&world, "seq -f 'step %.0f loss 0.1' 1 100000").await;
    let search = |query: &'static str| {
        let (server, path) = (world.server.clone(), format!("/api/v1/jobs/{id}/logs/search?{query}"));
        async move { server.get(&path, DEV).await.expect(200).json() }
    };
    let found = search("q=STEP%2099999%20&limit=3").await;
    let line = &found["items"][0];
    assert_eq!((&found["total"], &line["text"]), (&json!(1), &json!("step 99999 loss 0.1")));
    let offset = usize::try_from(line["offset"].as_u64().unwrap()).unwrap();
    assert!(log[offset..].starts_with("step 99999 "));
    assert_eq!(line["line"], log[..offset].matches('\n').count() + 1);
    let many = search("q=00%20loss&limit=2").await;
    assert_eq!((&many["total"], &many["complete"]), (&json!(1000), &json!(true)));
    let texts: Vec<&Value> = many["items"].as_array().unwrap().iter().map(|line| &line["text"]).collect();
    assert_eq!(texts, ["step 99900 loss 0.1", "step 100000 loss 0.1"], "the last ones, in the order of the log");
    let path = format!("/api/v1/jobs/{id}/logs/search?q=00%20loss&limit=1&before={}", many["next_before"]);
    let earlier = world.server.get(&path, DEV).await.expect(200).json();
    assert_eq!(earlier["items"][0]["text"], "step 99800 loss 0.1");
    assert_eq!(search("q=nothing").await["items"], json!([]));
    for bad in ["q=", "limit=1", "q=a&limit=0"] {
        world.server.get(&format!("/api/v1/jobs/{id}/logs/search?{bad}"), DEV).await.expect(400);
    }
}
