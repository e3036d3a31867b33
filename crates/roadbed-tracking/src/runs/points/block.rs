//! What one request logged of several metrics, as one value: for each metric the length of its key, the key, the length of its columns
//! and the columns. The lengths let a reader pass over what it does not want.

use super::codec::{WrongBytes, decode, encode, read_length, write_number};
use super::place::{Place, settle};
use crate::runs::model::MetricPoint;
use std::collections::BTreeMap;

/// Points by metric.
pub(in crate::runs) type Series = BTreeMap<String, Vec<Place>>;

/// The points of a request by metric, each in the order of its history.
pub(in crate::runs) fn series_of(points: &[MetricPoint]) -> BTreeMap<&str, Vec<Place>> {
    let mut series: BTreeMap<&str, Vec<Place>> = BTreeMap::new();
    for MetricPoint { key, value, timestamp_ms, step } in points {
        let place = Place { step: *step, timestamp_ms: *timestamp_ms, value: *value };
        series.entry(key).or_default().push(place);
    }
    series.values_mut().for_each(settle);
    series
}

pub(in crate::runs) fn write_block<'a>(series: impl Iterator<Item = (&'a str, &'a [Place])>) -> Vec<u8> {
    let (mut out, mut columns) = (Vec::new(), Vec::new());
    for (key, points) in series {
        columns.clear();
        encode(points, &mut columns);
        write_number(key.len() as u64, &mut out);
        out.extend_from_slice(key.as_bytes());
        write_number(columns.len() as u64, &mut out);
        out.extend_from_slice(&columns);
    }
    out
}

/// Appends the points of those metrics of a block that are `wanted`.
///
/// # Errors
/// The bytes are no block.
pub(in crate::runs) fn read_block(
    mut bytes: &[u8],
    into: &mut Series,
    wanted: impl Fn(&str) -> bool,
) -> Result<(), WrongBytes> {
    while !bytes.is_empty() {
        let key = str::from_utf8(take(&mut bytes)?).map_err(|_| WrongBytes)?;
        let columns = take(&mut bytes)?;
        if !wanted(key) {
            continue;
        }
        let points = match into.get_mut(key) {
            Some(points) => points,
            None => into.entry(key.to_owned()).or_default(),
        };
        decode(columns, points)?;
    }
    Ok(())
}

fn take<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], WrongBytes> {
    let length = read_length(bytes)?;
    let (taken, rest) = bytes.split_at_checked(length).ok_or(WrongBytes)?;
    *bytes = rest;
    Ok(taken)
}
