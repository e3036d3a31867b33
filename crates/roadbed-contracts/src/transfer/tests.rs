use super::{Line, MetricLine, Number};

#[test]
fn values_are_read_as_they_were_written() {
    let values = [0.1, -0.0, 5e-324, f64::MAX, 1.0 / 3.0, 1e22, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    let points = values.iter().map(|value| (i64::MAX, -1, Number(*value))).collect();
    let written = Line::Metric(MetricLine { run: "r".to_owned(), key: "é/ä".to_owned(), points });
    let text = serde_json::to_string(&written).unwrap();
    assert!(text.starts_with(r#"{"kind":"metric","run":"r""#), "{text}");
    let Line::Metric(read) = serde_json::from_str(&text).unwrap() else { panic!("{text}") };
    let bits = |line: &MetricLine| line.points.iter().map(|(_, _, value)| value.0.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&read)[..8], values[..8].iter().map(|value| value.to_bits()).collect::<Vec<_>>()[..]);
    assert!(read.points[8].2.0.is_nan());
}

#[test]
fn a_field_that_is_not_known_is_refused() {
    let text = r#"{"kind":"alias","model":"m","alias":"a","version":1,"extra":true}"#;
    assert!(serde_json::from_str::<Line>(text).unwrap_err().to_string().contains("extra"));
    assert!(serde_json::from_str::<Line>(r#"{"kind":"alia"}"#).is_err());
}
