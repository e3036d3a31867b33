//! Reads protobuf's wire form field by field, never beyond the bytes there are.

use super::error::OtlpError;

/// The content of one field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Content<'b> {
    /// A number of variable length.
    Number(u64),
    /// Eight bytes, as a number.
    Fixed(u64),
    /// A text, bytes or a message.
    Bytes(&'b [u8]),
    /// Four bytes, which nothing here uses.
    Other,
}

impl<'b> Content<'b> {
    pub(super) fn bytes(self) -> Result<&'b [u8], OtlpError> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(OtlpError::Protobuf("a field has another type")) }
    }

    pub(super) fn text(self) -> Result<String, OtlpError> {
        let text = std::str::from_utf8(self.bytes()?).map_err(|_| OtlpError::Protobuf("a text is not UTF-8"))?;
        Ok(text.to_owned())
    }

    pub(super) fn number(self) -> Result<u64, OtlpError> {
        match self {
            Self::Number(number) | Self::Fixed(number) => Ok(number),
            _ => Err(OtlpError::Protobuf("a field has another type")),
        }
    }
}

/// Calls `each` with every field's number and content.
pub(super) fn fields<'b>(
    mut bytes: &'b [u8],
    mut each: impl FnMut(u64, Content<'b>) -> Result<(), OtlpError>,
) -> Result<(), OtlpError> {
    while !bytes.is_empty() {
        let tag = number(&mut bytes)?;
        let content = match tag & 7 {
            0 => Content::Number(number(&mut bytes)?),
            1 => Content::Fixed(fixed(&mut bytes)?),
            2 => {
                let length = usize::try_from(number(&mut bytes)?);
                let length = length.map_err(|_| OtlpError::Protobuf("a field ends beyond its message"))?;
                Content::Bytes(take(&mut bytes, length)?)
            }
            5 => {
                take(&mut bytes, 4)?;
                Content::Other
            }
            _ => return Err(OtlpError::Protobuf("unknown wire type")),
        };
        each(tag >> 3, content)?;
    }
    Ok(())
}

fn take<'b>(bytes: &mut &'b [u8], length: usize) -> Result<&'b [u8], OtlpError> {
    let parts = bytes.split_at_checked(length);
    let (taken, rest) = parts.ok_or(OtlpError::Protobuf("a field ends beyond its message"))?;
    *bytes = rest;
    Ok(taken)
}

fn fixed(bytes: &mut &[u8]) -> Result<u64, OtlpError> {
    let taken = take(bytes, 8)?;
    Ok(taken.iter().rev().fold(0, |value, byte| (value << 8) | u64::from(*byte)))
}

fn number(bytes: &mut &[u8]) -> Result<u64, OtlpError> {
    const MOST_BYTES: usize = 10;
    let mut value = 0;
    for (index, byte) in bytes.iter().take(MOST_BYTES).enumerate() {
        if index + 1 == MOST_BYTES && *byte > 1 {
            break;
        }
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            *bytes = bytes.get(index + 1..).unwrap_or_default();
            return Ok(value);
        }
    }
    Err(OtlpError::Protobuf("a number does not end"))
}
