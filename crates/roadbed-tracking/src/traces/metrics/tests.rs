//! Groups against numbers worked out by hand, and by NumPy for percentiles.

use super::catalog::{Kind, View};
use super::fact::{Fact, Reading};
use super::question::{Aggregation, Asked, Question};
use super::{Condition, Groups, Point};

fn asked(view: View, metric: &str, kinds: &[Kind], percentiles: &[f64]) -> Asked {
    let plain = kinds.iter().map(|kind| Aggregation::new(*kind, None).unwrap());
    let percentiles = percentiles.iter().map(|value| Aggregation::new(Kind::Percentile, Some(*value)).unwrap());
    Asked {
        view,
        metric: metric.to_owned(),
        aggregations: plain.chain(percentiles).collect(),
        dimensions: Vec::new(),
        filters: Vec::new(),
        interval_seconds: None,
        from_ms: None,
        until_ms: None,
        limit: 1000,
    }
}

fn points(asked: &Asked, facts: &[(i64, Reading, &[&str])]) -> Vec<Point> {
    let question = Question::new(asked).unwrap();
    let mut groups = Groups::new(&question);
    for (at_ms, reading, names) in facts {
        let dimensions = names.iter().map(|name| (*name).to_owned()).collect();
        groups.add(Fact { at_ms: *at_ms, reading: *reading, dimensions }).unwrap();
    }
    groups.points(&question)
}

#[test]
fn numbers_are_those_of_the_reference() {
    let asked = asked(
        View::Traces,
        "total_tokens",
        &[Kind::Sum, Kind::Average, Kind::Minimum, Kind::Maximum],
        &[0.0, 12.5, 50.0, 99.9, 100.0],
    );
    let facts: Vec<_> = [7.0, 1.0, 3.0, 3.0, 20.0].iter().map(|value| (0, Reading::Number(*value), &[][..])).collect();
    let found = points(&asked, &facts);
    let wanted = [
        ("SUM", 34.0),
        ("AVG", 6.8),
        ("MIN", 1.0),
        ("MAX", 20.0),
        ("P0.0", 1.0),
        ("P12.5", 2.0),
        ("P50.0", 3.0),
        ("P99.9", 19.948),
        ("P100.0", 20.0),
    ];
    assert_eq!(found.len(), 1);
    for (label, value) in wanted {
        let number = found[0].values[label];
        assert!((number - value).abs() < 1e-9, "{label}: {number}");
    }
}

#[test]
fn only_the_first_groups_are_kept_and_nothing_counts_as_zero() {
    let mut asked = asked(View::Traces, "trace_count", &[Kind::Count], &[]);
    assert_eq!(points(&asked, &[])[0].values["COUNT"], 0.0);
    asked.dimensions = vec!["trace_name".to_owned()];
    assert_eq!(points(&asked, &[]), []);
    asked.limit = 2;
    let facts: Vec<(i64, Reading, &[&str])> = vec![
        (0, Reading::One, &["c"]),
        (0, Reading::One, &["b"]),
        (0, Reading::One, &["c"]),
        (0, Reading::One, &["a"]),
        (0, Reading::One, &["c"]),
        (0, Reading::One, &["a"]),
    ];
    let found: Vec<_> = points(&asked, &facts)
        .into_iter()
        .map(|point| (point.dimensions["trace_name"].clone(), point.values["COUNT"]))
        .collect();
    assert_eq!(found, [("a".to_owned(), 2.0), ("b".to_owned(), 1.0)]);
    asked.limit = 0;
    assert_eq!(points(&asked, &facts), []);
}

#[test]
fn sessions_count_once_in_each_stretch_of_time() {
    let mut asked = asked(View::Traces, "session_count", &[Kind::Count], &[]);
    asked.interval_seconds = Some(60);
    assert!(Question::new(&asked).is_err(), "without bounds");
    (asked.from_ms, asked.until_ms) = (Some(0), Some(200_000));
    let session = |id: u8| Reading::Session([id; 16]);
    let facts: Vec<(i64, Reading, &[&str])> =
        vec![(1, session(1), &[]), (59_999, session(1), &[]), (60_000, session(1), &[]), (70_000, session(2), &[])];
    let found = points(&asked, &facts);
    let told: Vec<_> = found.iter().map(|one| (one.dimensions["time_bucket"].as_str(), one.values["COUNT"])).collect();
    assert_eq!(told, [("1970-01-01T00:00:00+00:00", 1.0), ("1970-01-01T00:01:00+00:00", 2.0)]);
}

#[test]
fn filters_are_one_comparison_about_what_the_view_shows() {
    let key = |text| Condition::parse(text, View::Traces).unwrap();
    let metadata = Condition::Metadata { key: "mlflow.sourceRun".to_owned(), value: "r".to_owned() };
    assert_eq!(key("trace.metadata.mlflow.sourceRun = 'r'"), metadata);
    assert_eq!(key("trace.metadata.`mlflow.sourceRun` = 'r'"), metadata);
    assert_eq!(key("trace.status = 'OK'"), Condition::TraceState("OK".to_owned()));
    for text in [
        "",
        "status = 'OK'",
        "trace.tag = 'x'",
        "trace.status.x = 'OK'",
        "trace.status != 'OK'",
        "trace.status = 5",
        "span.name = 'x'",
        "trace.status = 'OK' AND trace.status = 'OK'",
    ] {
        assert!(Condition::parse(text, View::Traces).is_err(), "{text} was taken");
    }
    assert!(Condition::parse("span.name = 'x'", View::Spans).is_ok());
}
