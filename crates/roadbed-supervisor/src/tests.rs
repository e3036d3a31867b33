use crate::arguments::Arguments;
use crate::redact::Redactor;
use crate::tree::{Collected, EndStatus, TreeUsage};
use crate::usage::Meter;
use roadbed_core::Timestamp;
use std::ffi::OsString;

fn redacted(pieces: &[&[u8]], secrets: &[&str]) -> String {
    let mut redactor = Redactor::new(secrets.iter().copied());
    let mut out = Vec::new();
    for piece in pieces {
        redactor.push(piece, &mut out);
    }
    redactor.flush(&mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn masking_does_not_depend_on_how_the_output_is_cut() {
    let text = "a rb_0123456789abcdefXYZ, pass=s3cret-word! verb_0123456789abcdefXYZ rb_short r rb_0123456789abcdef";
    let expected = "a rb_[masked], pass=[masked]! verb_0123456789abcdefXYZ rb_short r rb_[masked]";
    let secrets = ["s3cret-word", "s3cret", "tiny"];
    for cut in 0..text.len() {
        let (first, second) = text.as_bytes().split_at(cut);
        assert_eq!(redacted(&[first, second], &secrets), expected, "cut at {cut}");
    }
    let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
    assert_eq!(redacted(&bytes, &secrets), expected);
}

#[test]
fn ordinary_output_passes_unchanged() {
    for text in ["", "rb_", "r", "rb", "crb_aaaaaaaaaaaaaaaaaaaaaaaa", "tiny", "\u{fc}\0\u{1b}[1m", "rb_with space"] {
        assert_eq!(redacted(&[text.as_bytes()], &["tiny"]), text);
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn living(cpu_micros: u64, mebibytes: u64) -> TreeUsage {
    TreeUsage { cpu_micros, memory_bytes: mebibytes << 20 }
}

fn ended(cpu_micros: u64, mebibytes: u64) -> Collected {
    Collected { pid: 7, status: EndStatus::Code(0), cpu_micros, memory_peak_bytes: mebibytes << 20 }
}

#[test]
fn memory_is_integrated_and_cpu_never_falls_back() {
    let mut meter = Meter::new(at(0));
    assert_eq!(meter.sample(at(10), living(5, 100)), None);
    assert_eq!(meter.sample(at(20), living(9, 200)), None);
    // A process of the sum ended between two looks and is not collected yet.
    meter.sample(at(20), living(3, 200));
    assert_eq!(meter.snapshot().total.cpu_micros, 9);
    meter.collect(&ended(12, 300));
    let total = meter.finish(at(30)).total;
    assert_eq!(total.cpu_micros, 12);
    assert_eq!(total.memory_peak_bytes, 300 << 20);
    // 10 s at 100 MiB, 10 s from 100 to 200, 10 s at 200, in KiB-milliseconds.
    assert_eq!(total.memory_kib_millis, (100 + 150 + 200) * 1024 * 10_000);
}

#[test]
fn minutes_add_up_to_the_total() {
    let mut meter = Meter::new(at(30));
    let mut minutes = Vec::new();
    for second in 31..=200 {
        minutes.extend(meter.sample(at(second), living(u64::try_from(second).unwrap() * 10, 1)));
    }
    meter.collect(&ended(5000, 1));
    let last = meter.finish(at(201));
    minutes.push(last.minute);
    assert_eq!(minutes.len(), 4);
    assert!(minutes.windows(2).all(|pair| pair[0].to == pair[1].from));
    assert_eq!(minutes.iter().map(|minute| minute.cpu_micros).sum::<u64>(), last.total.cpu_micros);
    assert_eq!(minutes.iter().map(|minute| minute.memory_kib_millis).sum::<u64>(), last.total.memory_kib_millis);
}

#[test]
fn work_too_short_to_be_sampled_and_clocks_set_back_are_counted() {
    let mut meter = Meter::new(at(100));
    meter.collect(&ended(70, 10));
    let total = meter.finish(at(101)).total;
    assert_eq!((total.cpu_micros, total.memory_kib_millis), (70, 10 * 1024 * 1000));

    let mut meter = Meter::new(at(100));
    meter.sample(at(110), living(1, 1));
    meter.sample(at(50), living(2, 1));
    assert_eq!(meter.finish(at(60)).total.to, at(110));
}

#[test]
fn arguments_are_checked() {
    let parse = |words: &[&str]| Arguments::parse(&words.iter().map(OsString::from).collect::<Vec<_>>());
    let arguments = parse(&["--directory", "/d", "--pass-fd", "5", "--cache", "/c"]).unwrap();
    assert_eq!((arguments.directory.to_str(), arguments.pass_fd), (Some("/d"), Some(5)));
    for (words, reason) in [
        (&[] as &[&str], "--directory is missing"),
        (&["--directory", "/d", "--pass-fd", "1"], "not a descriptor above 2"),
        (&["--what", "x"], "--what is not known"),
    ] {
        assert!(parse(words).unwrap_err().to_string().contains(reason));
    }
}
