//! Memory limits and usage.

use crate::fixture::{data, skip};
use roadbed_contracts::workload::ExitKind;
use roadbed_contracts::workload::folder::{self, UsageSnapshot};
use roadbed_core::ByteSize;

fn groups_left(id: &str) -> bool {
    let name = format!("roadbed-{id}");
    let own = std::fs::read_to_string("/proc/self/cgroup").unwrap();
    own.lines().any(|line| {
        let (_, rest) = line.split_once(':').unwrap();
        let (controllers, path) = rest.split_once(':').unwrap();
        std::path::Path::new(&format!("/sys/fs/cgroup/{controllers}{path}/{name}")).exists()
    })
}

#[test]
fn too_much_memory_is_told_as_such() {
    let data = data();
    let mut workload = data.python("a = bytearray(400 << 20); print(len(a))");
    workload.spec.resources.memory = ByteSize(64 << 20);
    let report = workload.run();
    if workload.log().contains("let us limit memory") {
        return skip("no writable memory control group on this host");
    }
    assert_eq!(report.exit, ExitKind::OutOfMemory, "{}", report.message);
    assert!(report.message.contains("used more than 64MiB of memory"), "{}", report.message);
    assert!(report.memory_peak_bytes >= 32 << 20);
    assert!(!groups_left(&workload.spec.id.to_string()));
}

#[test]
fn a_child_killed_for_memory_is_told_too() {
    let data = data();
    let mut workload = data.shell("python3 -c 'a = bytearray(400 << 20)'; exit $?");
    workload.spec.resources.memory = ByteSize(64 << 20);
    let report = workload.run();
    if workload.log().contains("let us limit memory") {
        return skip("no writable memory control group on this host");
    }
    assert_eq!(report.exit, ExitKind::OutOfMemory, "{}", report.message);
}

#[test]
fn usage_is_counted_over_all_processes() {
    let data = data();
    // Two processes at work, one of them not waited for by its parent.
    let workload = data.shell(
        "python3 -c 'x = bytearray(b\"1\" * (64 << 20)); import time\nwhile time.process_time() < 0.5: pass' & \
         python3 -c 'import time\nwhile time.process_time() < 0.5: pass'; wait",
    );
    let report = workload.run();
    assert_eq!(report.exit, ExitKind::Code(0), "{}", workload.log());
    assert!((1_000_000..10_000_000).contains(&report.cpu_micros), "{} us", report.cpu_micros);
    assert!(report.memory_peak_bytes > 64 << 20, "{}", report.memory_peak_bytes);
    let seconds = report.ended_at.since(report.started_at.unwrap()).as_secs_f64();
    let most = seconds * 1000.0 * (report.memory_peak_bytes / 1024) as f64;
    assert!(report.memory_kib_millis > 0 && report.memory_kib_millis as f64 <= most * 1.01);
    let usage: UsageSnapshot = workload.read(folder::USAGE).unwrap();
    assert_eq!(usage.total.cpu_micros, report.cpu_micros);
    let minutes = std::fs::read_to_string(workload.directory.join(folder::USAGE_MINUTES)).unwrap();
    let of_minutes: u64 =
        minutes.lines().map(|line| serde_json::from_str::<folder::UsageSpan>(line).unwrap().cpu_micros).sum();
    assert_eq!(of_minutes, report.cpu_micros);
}
