//! Class labels out of a numpy `.npy` file (numpy `numpy/lib/format.py`, versions 1 and 2), one dimension, little-endian.

use super::ensemble::Labels;

const MAGIC: &[u8; 6] = b"\x93NUMPY";

/// Reads labels; the reason is for people.
pub(super) fn labels(bytes: &[u8]) -> Result<Labels, String> {
    let damaged = || "not a numpy array".to_owned();
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(damaged)?;
    let (length, body) = match rest {
        [1, _, low, high, body @ ..] => (usize::from(u16::from_le_bytes([*low, *high])), body),
        [2, _, a, b, c, d, body @ ..] => {
            (usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).map_err(|_| damaged())?, body)
        }
        _ => return Err(damaged()),
    };
    let (header, data) = body.split_at_checked(length).ok_or_else(damaged)?;
    let header = std::str::from_utf8(header).map_err(|_| damaged())?;
    let kind = quoted_after(header, "'descr':").ok_or_else(damaged)?;
    let count: usize = header
        .split_once("'shape': (")
        .and_then(|(_, shape)| shape.split_once(','))
        .and_then(|(count, rest)| rest.trim_start().starts_with(')').then(|| count.trim().parse().ok())?)
        .ok_or("expected one dimension")?;
    let labels = match kind {
        "<i8" => Labels::Integers(chunks(data).map(i64::from_le_bytes).collect()),
        "<i4" => Labels::Integers(chunks(data).map(|bytes| i64::from(i32::from_le_bytes(bytes))).collect()),
        "<f8" => Labels::Floats(chunks(data).map(f64::from_le_bytes).collect()),
        "|b1" => Labels::Flags(data.iter().map(|byte| *byte != 0).collect()),
        text if text.starts_with("<U") => texts(text, data)?,
        other => return Err(format!("labels of the type {other} are not supported natively")),
    };
    if labels.len() == Some(count) { Ok(labels) } else { Err(damaged()) }
}

fn quoted_after<'t>(header: &'t str, key: &str) -> Option<&'t str> {
    header.split_once(key)?.1.split('\'').nth(1)
}

fn chunks<const N: usize>(data: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    data.chunks_exact(N).filter_map(|chunk| chunk.first_chunk::<N>().copied())
}

/// Fixed-width texts in UTF-32, filled up with zeros.
fn texts(kind: &str, data: &[u8]) -> Result<Labels, String> {
    let width: usize = kind[2..].parse().map_err(|_| format!("unknown type {kind}"))?;
    if width == 0 || width > 1 << 20 {
        return Err(format!("unknown type {kind}"));
    }
    let text =
        |item: &[u8]| chunks(item).map(u32::from_le_bytes).take_while(|code| *code != 0).map(char::from_u32).collect();
    let texts: Option<Vec<String>> = data.chunks_exact(width * 4).map(text).collect();
    texts.map(Labels::Texts).ok_or_else(|| "a label is not text".to_owned())
}
