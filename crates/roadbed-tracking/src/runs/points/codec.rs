//! The columns of one metric: how many points, their steps, their timestamps (each as the difference to the one before, zigzag and
//! LEB128), their values (IEEE 754, little-endian). A curve logged step by step takes about 11 bytes a point.

use super::place::Place;
use crate::mlflow::Measure;

/// Bytes that are no columns: cut short, or of another make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored points of a metric end too early or hold numbers out of range")]
pub(in crate::runs) struct WrongBytes;

const VALUE_BYTES: usize = 8;

/// Appends the columns of these points.
pub(in crate::runs) fn encode(points: &[Place], out: &mut Vec<u8>) {
    write_number(points.len() as u64, out);
    write_column(points.iter().map(|point| point.step), out);
    write_column(points.iter().map(|point| point.timestamp_ms), out);
    for point in points {
        out.extend_from_slice(&point.value.get().to_le_bytes());
    }
}

/// Reads the columns that [`encode`] wrote to the front of `bytes`, appends their points and gives what follows them.
///
/// # Errors
/// They are no such columns.
pub(in crate::runs) fn decode<'a>(mut bytes: &'a [u8], into: &mut Vec<Place>) -> Result<&'a [u8], WrongBytes> {
    let count = read_length(&mut bytes)?;
    let begin = into.len();
    // Every point takes ten bytes at least, so a wrong length reserves nothing large.
    into.reserve(count.min(bytes.len()));
    let mut step = 0_i64;
    for _ in 0..count {
        step = step.wrapping_add(unfold(read_number(&mut bytes)?));
        into.push(Place { step, timestamp_ms: 0, value: Measure::new(0.0) });
    }
    let points = into.get_mut(begin..).unwrap_or_default();
    let mut timestamp_ms = 0_i64;
    for point in points.iter_mut() {
        timestamp_ms = timestamp_ms.wrapping_add(unfold(read_number(&mut bytes)?));
        point.timestamp_ms = timestamp_ms;
    }
    let length = count.checked_mul(VALUE_BYTES).ok_or(WrongBytes)?;
    let (values, rest) = bytes.split_at_checked(length).ok_or(WrongBytes)?;
    for (point, value) in points.iter_mut().zip(values.as_chunks::<VALUE_BYTES>().0) {
        point.value = Measure::new(f64::from_le_bytes(*value));
    }
    Ok(rest)
}

fn write_column(column: impl Iterator<Item = i64>, out: &mut Vec<u8>) {
    let mut last = 0_i64;
    for number in column {
        write_number(fold(number.wrapping_sub(last)), out);
        last = number;
    }
}

/// Small numbers of either sign become small numbers.
const fn fold(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

const fn unfold(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

#[expect(clippy::cast_possible_truncation, reason = "the low byte is what is wanted")]
pub(super) fn write_number(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn read_number(bytes: &mut &[u8]) -> Result<u64, WrongBytes> {
    let mut number = 0_u64;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(WrongBytes)?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        // The tenth byte has room for one bit.
        if shift == 63 && bits > 1 {
            return Err(WrongBytes);
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(WrongBytes)
}

pub(super) fn read_length(bytes: &mut &[u8]) -> Result<usize, WrongBytes> {
    usize::try_from(read_number(bytes)?).map_err(|_| WrongBytes)
}
