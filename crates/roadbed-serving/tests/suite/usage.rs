use crate::world::World;
use roadbed_capability::records::Series;
use roadbed_contracts::records::Usage;
use roadbed_core::Timestamp;
use std::time::Duration;

async fn recorded(world: &World) -> Vec<Usage> {
    let now: Timestamp = world.platform.context.clock.now();
    let span = (now.minus(Duration::from_secs(3600)), now.plus(Duration::from_secs(3600)));
    let series = Series::Prefix("inline/".into());
    let found = world.platform.context.records.read("usage", series, span.0, span.1).await.unwrap();
    found.into_iter().map(|stored| serde_json::from_value(stored.record.value).unwrap()).collect()
}

#[tokio::test]
async fn computing_and_held_memory_are_recorded_once_per_minute() {
    let mut world = World::serving().await;
    world.run("service-usage").await;
    for second in 1..=50 {
        world.second(100, [0.0, 0.0]).await;
        if second % 10 == 0 {
            world.run("service-usage").await;
        }
    }
    world.run("service-usage").await;
    world.run("service-usage").await;
    let usage = recorded(&world).await;
    let sum = |part: fn(&Usage) -> u64| usage.iter().map(part).sum::<u64>();
    assert_eq!(sum(|usage| usage.cpu_micros), 50 * 100 * 500);
    assert_eq!(sum(|usage| usage.memory_kib_millis), 1024 * 50_000, "one MiB for 50 s");
    assert_eq!(usage[0].attribution.object, "service/churn");
    assert_eq!(usage[0].memory_peak_bytes, 1 << 20);
    let world = world.restart();
    world.run("service-usage").await;
    assert_eq!(recorded(&world).await, usage, "a restart neither loses nor doubles");
}
