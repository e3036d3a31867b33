//! The room through HTTP, and the arithmetic of a bill.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use async_trait::async_trait;
use roadbed_capability::Grantee;
use roadbed_capability::records::RecordKind;
use roadbed_contracts::ports::{Directory, InstanceInfo, PortError};
use roadbed_contracts::records::{Capacity, Record, RecordValue, Usage};
use roadbed_core::{Attribution, InstanceId, Name, ProjectId, TeamId, Timestamp, WorkloadId};
use roadbed_cost::costs::bill;
use roadbed_cost::prices::PriceBook;
use roadbed_testkit::{TestPlatform, TestServer};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

const OURS: TeamId = TeamId::from_u128(1);
const THEIRS: TeamId = TeamId::from_u128(2);
const HERE: InstanceId = InstanceId::from_u128(3);
const THERE: InstanceId = InstanceId::from_u128(4);
const GONE: InstanceId = InstanceId::from_u128(5);

struct TwoProjects;

fn info(instance: InstanceId, team: TeamId, name: &str) -> InstanceInfo {
    let name: Name = name.parse().unwrap();
    InstanceInfo {
        instance,
        project: ProjectId::from_u128(9),
        project_name: name.clone(),
        team,
        team_name: name.clone(),
        target: name,
        primary: true,
    }
}

#[async_trait]
impl Directory for TwoProjects {
    async fn instance(&self, _: InstanceId) -> Result<Option<InstanceInfo>, PortError> {
        Ok(None)
    }
    async fn find(&self, _: TeamId, _: &Name, _: Option<&Name>) -> Result<Option<InstanceInfo>, PortError> {
        Ok(None)
    }
    async fn instances(&self, _: Option<TeamId>) -> Result<Vec<InstanceInfo>, PortError> {
        Ok(vec![info(HERE, OURS, "ours"), info(THERE, THEIRS, "theirs")])
    }
}

fn at(minutes: u64) -> Timestamp {
    "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap().plus(Duration::from_secs(60 * minutes))
}

/// One minute of an object: CPU seconds and MiB.
fn used(team: TeamId, instance: InstanceId, object: &str, minute: u64, cpu_seconds: u64, mebibytes: u64) -> Usage {
    let attribution =
        Attribution { team, instance, object: object.into(), change: None, pipeline_run: None, cause: None };
    Usage {
        attribution,
        from: at(minute),
        to: at(minute + 1),
        cpu_micros: cpu_seconds * 1_000_000,
        memory_kib_millis: mebibytes * 1024 * 60_000,
        memory_peak_bytes: mebibytes << 20,
        granted_cpu_millis: 1000,
        granted_memory_bytes: 1 << 30,
    }
}

fn offered(minute: u64, cpus: u32, gibibytes: u64) -> Capacity {
    Capacity { from: at(minute), to: at(minute + 1), cpu_millis: cpus * 1000, memory_bytes: gibibytes << 30 }
}

#[test]
fn known_quantities_cost_what_the_book_says() {
    let book = PriceBook::default();
    let hour: Vec<Usage> = (0..60).map(|minute| used(OURS, HERE, "job/train", minute, 60, 1024)).collect();
    let bill = bill(&book, &hour, &[], |_| true);
    assert_eq!(bill.lines[0].micros.0, 40_000 + 5_000, "one CPU hour and one GiB hour");
    assert_eq!((bill.idle.0, bill.whole.0), (0, 45_000));
}

#[test]
fn parts_and_idle_equal_the_whole_to_the_micro_unit() {
    let book = PriceBook::default();
    let mut seed = 7_u64;
    let mut next = |bound: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % bound
    };
    for _ in 0..200 {
        let instances = [HERE, THERE, GONE];
        let usage: Vec<Usage> = (0..next(20))
            .map(|index| {
                let instance = instances[usize::try_from(next(3)).unwrap()];
                used(OURS, instance, &format!("job/{}", next(5)), index, next(120), next(3000))
            })
            .collect();
        let capacity: Vec<Capacity> = (0..next(20)).map(|index| offered(index, 2, 4)).collect();
        let bill = bill(&book, &usage, &capacity, |used| used.attribution.instance != GONE);
        let parts: i64 = bill.lines.iter().map(|line| line.micros.0).sum();
        assert_eq!(parts + bill.unattributed.0 + bill.idle.0, bill.whole.0);
        assert!(bill.idle.0 >= 0);
    }
}

fn kinds() -> Vec<RecordKind> {
    let keep = Duration::from_secs(400 * 24 * 3600);
    vec![
        RecordKind::new::<Usage>(60, keep, |sum, more| sum.cpu_micros += more.cpu_micros),
        RecordKind::new::<Capacity>(60, keep, |_, _| {}),
    ]
}

fn record<V: RecordValue>(series: &str, from: Timestamp, value: &V) -> Record {
    Record {
        kind: V::KIND.into(),
        series: series.into(),
        bucket: from,
        source: "test".into(),
        revision: 1,
        value: serde_json::to_value(value).unwrap(),
    }
}

async fn platform() -> (TestPlatform, TestServer, WorkloadId) {
    let platform = TestPlatform::new(&[roadbed_cost::MIGRATIONS], kinds());
    platform.member("ada", OURS, Grantee::Viewer);
    platform.administrator("root");
    platform.clock.advance(Duration::from_secs(3600));
    let workload = WorkloadId::from_u128(77);
    let usage = used(OURS, HERE, "job/train", 1, 30, 512);
    let other = used(THEIRS, THERE, "service/churn", 1, 6, 100);
    let records = [
        record(&workload.to_string(), usage.from, &usage),
        record("other", other.from, &other),
        record("local", at(1), &offered(1, 2, 4)),
    ];
    platform.context.records.append(&records).await.unwrap();
    let (capabilities, ports) = roadbed_cost::capabilities(&platform.context, Arc::new(TwoProjects));
    let costs = ports.prices.cost_of_workloads(&[workload, WorkloadId::from_u128(78)]).await.unwrap();
    assert_eq!(costs[0].micros.0, 375, "half a CPU minute and half a GiB minute: 333.3 + 41.7 micro-units");
    assert_eq!(costs[1].micros.0, 0);
    let server = platform.serve(capabilities);
    (platform, server, workload)
}

#[tokio::test]
async fn the_bill_shows_every_object_and_idle_to_the_administrator() {
    let (_platform, server, _) = platform().await;
    let bill = server.get("/api/v1/costs", "root").await.expect(200).json();
    let lines = bill["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 2);
    let parts: i64 = lines.iter().map(|line| line["micros"].as_i64().unwrap()).sum();
    let idle = bill["idle_micros"].as_i64().unwrap();
    assert!(idle > 0);
    assert_eq!(parts + idle + bill["unattributed_micros"].as_i64().unwrap(), bill["whole_micros"].as_i64().unwrap());
    assert_eq!(lines[0]["object"], "job/train");
}

#[tokio::test]
async fn a_member_sees_the_costs_of_the_own_team_only() {
    let (_platform, server, _) = platform().await;
    let bill = server.get("/api/v1/costs", "ada").await.expect(200).json();
    assert_eq!(bill["lines"].as_array().unwrap().len(), 1);
    assert_eq!(bill["whole_micros"], bill["lines"][0]["micros"]);
    assert_eq!(bill["idle_micros"], 0);
    server.get("/api/v1/costs?from=yesterday", "ada").await.expect(400);
    server.get("/api/v1/costs?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "ada").await.expect(400);
}

#[tokio::test]
async fn the_hours_of_a_bill_add_up_to_it() {
    let (_platform, server, _) = platform().await;
    let day = "from=2026-01-01T00:00:00Z&to=2026-01-01T03:00:00Z";
    let path = |more: &str| format!("/api/v1/costs?{day}&step=1h{more}");
    let bill = server.get(&path(""), "root").await.expect(200).json();
    let steps = bill["series"].as_array().unwrap();
    assert_eq!(steps.len(), 3);
    let sum = |field: &str| steps.iter().map(|step| step[field].as_i64().unwrap()).sum::<i64>();
    let parts: i64 =
        steps.iter().flat_map(|step| step["by"].as_array().unwrap()).map(|part| part["micros"].as_i64().unwrap()).sum();
    assert_eq!(sum("idle_micros"), bill["idle_micros"].as_i64().unwrap());
    assert_eq!(parts + sum("idle_micros") + sum("unattributed_micros"), bill["whole_micros"].as_i64().unwrap());
    let teams = server.get(&path("&group_by=team"), "root").await.expect(200).json();
    assert_eq!((teams["lines"].as_array().unwrap().len(), &teams["lines"][0]["object"]), (2, &json!(null)));
    let one = server.get(&path("&object=service/churn"), "root").await.expect(200).json();
    assert_eq!((one["lines"].as_array().unwrap().len(), &one["idle_micros"]), (1, &json!(0)));
    assert_eq!(one["whole_micros"], one["lines"][0]["micros"]);
    let theirs = server.get(&path("&object=service/churn"), "ada").await.expect(200).json();
    assert_eq!((theirs["lines"].as_array().unwrap().len(), &theirs["whole_micros"]), (0, &json!(0)));
    let long = "/api/v1/costs?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&step=1h";
    assert_eq!(server.get(long, "ada").await.expect(400).json()["field"], "step");
    server.get("/api/v1/costs?step=5m", "ada").await.expect(400);
}

#[tokio::test]
async fn a_price_says_who_set_it_and_two_people_see_the_conflict() {
    let (_platform, server, _) = platform().await;
    let prices = server.get("/api/v1/prices", "ada").await.expect(200).json();
    assert_eq!((&prices["items"][0]["version"], &prices["items"][0]["changed_at"]), (&json!(0), &json!(null)));
    let put = |seen: &'static str, price: i64| {
        let server = server.clone();
        let headers = [("if-match", seen), ("content-type", "application/json")];
        let body = json!({"pico_price": price}).to_string().into_bytes();
        async move { server.call(axum::http::Method::PUT, "/api/v1/prices/cpu_hour", "root", &headers, body).await }
    };
    let set = put("0", 7).await.expect(200).json();
    let price = &set["items"][0];
    assert_eq!((&price["version"], &price["changed_by_name"]), (&json!(1), &json!("root")));
    assert_eq!(price["changed_at"], "2026-01-01T01:00:00Z");
    assert_eq!(put("0", 8).await.expect(412).json()["current_version"], "1");
    put("1", 9).await.expect(200);
    let changes = server.get("/api/v1/prices/cpu_hour/changes?limit=1", "ada").await.expect(200).json();
    assert_eq!((&changes["items"][0]["pico_price"], &changes["next_cursor"]), (&json!(9), &json!("2")));
    let rest = server.get("/api/v1/prices/cpu_hour/changes?cursor=2", "ada").await.expect(200).json();
    assert_eq!((&rest["items"][0]["pico_price"], &rest["next_cursor"]), (&json!(7), &json!(null)));
    server.get("/api/v1/prices/gold/changes", "ada").await.expect(404);
    server.get("/api/v1/prices/cpu_hour/changes?cursor=x", "ada").await.expect(400);
}

#[tokio::test]
async fn prices_are_set_by_platform_administrators_and_apply_at_once() {
    let (platform, server, _) = platform().await;
    server.put("/api/v1/prices/cpu_hour", "ada", json!({"pico_price": 0})).await.expect(403);
    server.put("/api/v1/prices/gold", "root", json!({"pico_price": 1})).await.expect(404);
    server.put("/api/v1/prices/cpu_hour", "root", json!({"pico_price": -1})).await.expect(400);
    server.put("/api/v1/prices/cpu_hour", "root", json!({"pico_price": 0})).await.expect(200);
    let bill = server.get("/api/v1/costs", "ada").await.json();
    assert_eq!(bill["whole_micros"], 42, "memory only");
    assert_eq!(platform.event_kinds().await, ["PriceSet"]);
}
