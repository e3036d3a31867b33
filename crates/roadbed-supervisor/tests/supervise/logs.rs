//! Logs are complete and in order, and secrets do not reach them.

use crate::fixture::data;
use roadbed_contracts::workload::ExitKind;
use roadbed_core::Secret;
use std::fmt::Write;

#[test]
fn both_streams_arrive_in_order_to_the_last_byte() {
    let data = data();
    let workload =
        data.shell("i=0; while [ $i -lt 2000 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done; printf end");
    let report = workload.run();
    let mut expected = String::new();
    for i in 0..2000 {
        writeln!(expected, "out{i}\nerr{i}").unwrap();
    }
    expected.push_str("end");
    let log = workload.log();
    let own = log.lines().take_while(|line| line.starts_with("[roadbed] ")).map(|line| line.len() + 1).sum();
    assert_eq!(&log[own..], expected);
    assert_eq!(report.log_bytes, log.len() as u64);
}

#[test]
fn a_large_output_is_complete() {
    let data = data();
    let workload = data.shell("head -c 20000000 /dev/zero | tr '\\0' a");
    let report = workload.run();
    assert_eq!(report.exit, ExitKind::Code(0));
    assert_eq!(workload.log().bytes().filter(|&byte| byte == b'a').count() - own_letters(&workload.log()), 20_000_000);
}

fn own_letters(log: &str) -> usize {
    log.lines().filter(|line| line.starts_with("[roadbed] ")).map(|line| line.matches('a').count()).sum()
}

#[test]
fn secrets_are_masked_also_when_printed_in_pieces() {
    let data = data();
    let mut workload = data.shell(
        "echo token=rb_0123456789abcdef0123456789.; printf 'rb_01234567'; printf '89abcdef0123456789 after\\n'; \
         echo $PASSWORD-; echo verb_conjugation_table_of_all",
    );
    workload.spec.secret_variables.insert("PASSWORD".to_owned(), Secret::new("correct horse".to_owned()));
    workload.run();
    let log = workload.log();
    assert!(!log.contains("0123456789abcdef") && !log.contains("horse"), "{log}");
    assert!(log.contains("[masked].\n") && log.contains("[masked] after\n"), "{log}");
    assert!(log.contains("[masked]-\nverb_conjugation_table_of_all\n"), "{log}");
}
