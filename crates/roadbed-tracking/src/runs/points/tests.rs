use super::block::{series_of, write_block};
use super::*;
use crate::mlflow::Measure;
use crate::runs::model::MetricPoint;

fn place(step: i64, timestamp_ms: i64, value: f64) -> Place {
    Place { step, timestamp_ms, value: Measure::new(value) }
}

#[test]
fn every_number_survives() {
    let points = [
        place(i64::MIN, i64::MAX, f64::MIN_POSITIVE),
        place(i64::MAX, 0, -0.0),
        place(-1, 1, f64::INFINITY),
        place(0, i64::MIN, f64::NEG_INFINITY),
    ];
    let mut bytes = Vec::new();
    encode(&points, &mut bytes);
    bytes.push(7);
    let mut read = Vec::new();
    assert_eq!(decode(&bytes, &mut read), Ok(&[7_u8][..]));
    assert_eq!(read, points);
    encode(&[place(5, 5, f64::NAN)], &mut Vec::new());
    let mut nan = Vec::new();
    encode(&[place(5, 5, f64::NAN)], &mut nan);
    read.clear();
    decode(&nan, &mut read).unwrap();
    assert!(read[0].value.is_nan());
}

#[test]
fn a_curve_of_steps_takes_eleven_bytes_a_point() {
    let points: Vec<Place> =
        (0..1000_i32).map(|step| place(step.into(), 1_700_000_000_000 + i64::from(step) * 150, step.into())).collect();
    let mut bytes = Vec::new();
    encode(&points, &mut bytes);
    assert!(bytes.len() < 11_100, "{} bytes", bytes.len());
}

#[test]
fn cut_and_wrong_bytes_are_refused() {
    let mut bytes = Vec::new();
    encode(&[place(1, 2, 3.0), place(300, 70_000, 4.0)], &mut bytes);
    for length in 0..bytes.len() {
        assert_eq!(decode(&bytes[..length], &mut Vec::new()).err(), Some(WrongBytes), "{length} bytes");
    }
    for wrong in [vec![0xff; 11], vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], vec![3, 1]] {
        assert!(decode(&wrong, &mut Vec::new()).is_err());
        assert!(read_block(&wrong, &mut Series::new(), |_| true).is_err());
    }
}

#[test]
fn a_block_gives_the_wanted_metrics() {
    let point =
        |key: &str, step: i64| MetricPoint { key: key.to_owned(), value: Measure::new(0.5), timestamp_ms: 9, step };
    let logged = [point("loss", 2), point("größe", 1), point("loss", 1), point("loss", 2)];
    let series = series_of(&logged);
    let block = write_block(series.iter().map(|(key, points)| (*key, points.as_slice())));
    let mut read = Series::new();
    read_block(&block, &mut read, |key| key != "größe").unwrap();
    read_block(&block, &mut read, |_| true).unwrap();
    read.values_mut().for_each(settle);
    assert_eq!(read["loss"], [place(1, 9, 0.5), place(2, 9, 0.5)]);
    assert_eq!(read["größe"], [place(1, 9, 0.5)]);
}

#[test]
fn a_history_goes_by_time_step_and_value_with_nan_after_zero() {
    let mut points = vec![
        place(1, 2, 0.0),
        place(1, 2, f64::NAN),
        place(0, 3, 1.0),
        place(1, 2, -1.0),
        place(2, 1, 5.0),
        place(1, 2, 0.0),
    ];
    settle(&mut points);
    let shown: Vec<String> =
        points.iter().map(|point| format!("{} {} {}", point.timestamp_ms, point.step, point.value.get())).collect();
    assert_eq!(shown, ["1 2 5", "2 1 -1", "2 1 0", "2 1 NaN", "3 0 1"]);
}
