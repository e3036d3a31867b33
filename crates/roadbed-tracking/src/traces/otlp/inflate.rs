//! Unpacks a body, never beyond a bound.

use super::error::OtlpError;
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use std::borrow::Cow;
use std::io::Read;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::traces) enum Encoding {
    Plain,
    Gzip,
    Deflate,
}

impl Encoding {
    /// # Errors
    /// The word of the header is none of those that are unpacked.
    pub(in crate::traces) fn parse(word: Option<&str>) -> Result<Self, OtlpError> {
        match word.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Ok(Self::Plain),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "deflate" => Ok(Self::Deflate),
            other => Err(OtlpError::Encoding(other.chars().take(40).collect())),
        }
    }
}

/// # Errors
/// The bytes do not unpack, or to more than `limit`.
pub(in crate::traces) fn inflate(bytes: &[u8], encoding: Encoding, limit: usize) -> Result<Cow<'_, [u8]>, OtlpError> {
    match encoding {
        Encoding::Plain if bytes.len() > limit => Err(OtlpError::TooLarge(limit)),
        Encoding::Plain => Ok(Cow::Borrowed(bytes)),
        Encoding::Gzip => bounded(GzDecoder::new(bytes), "gzip", limit).map(Cow::Owned),
        Encoding::Deflate => {
            // Some clients leave the wrapping of RFC 1950 out.
            let wrapped = bounded(ZlibDecoder::new(bytes), "deflate", limit);
            let unpacked = match wrapped {
                Err(OtlpError::Damaged(_)) => bounded(DeflateDecoder::new(bytes), "deflate", limit),
                other => other,
            };
            unpacked.map(Cow::Owned)
        }
    }
}

fn bounded(packed: impl Read, name: &'static str, limit: usize) -> Result<Vec<u8>, OtlpError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    packed.take(most).read_to_end(&mut bytes).map_err(|_| OtlpError::Damaged(name))?;
    if bytes.len() > limit { Err(OtlpError::TooLarge(limit)) } else { Ok(bytes) }
}
