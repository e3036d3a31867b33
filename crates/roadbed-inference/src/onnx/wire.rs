//! Checks that bytes are a well-formed ONNX message before a parser sees them. The parser of rten 0.27 trusts lengths: a damaged file can make
//! it loop for ever (a number of more than ten bytes), ask for any amount of memory or overflow the stack, all of which would take the whole
//! process down. Source of the format: protobuf.dev "Encoding"; field numbers: onnx `onnx.proto3`.

/// Messages may nest this deep; a graph inside an operation takes three levels.
const MAX_DEPTH: usize = 64;
const MAX_NUMBER_BYTES: usize = 10;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    SequenceType,
    Shape,
    /// A message without messages inside that anyone reads.
    Flat,
}

/// What the bytes of a field with a length hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Message(Message),
    /// Packed numbers of variable length.
    Numbers,
    /// Packed numbers of this many bytes.
    Fixed(usize),
    Bytes,
}

impl Message {
    const fn content(self, field: u64) -> Content {
        let inner = match (self, field) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Self::Graph,
            (Self::Model, 8 | 14) | (Self::Tensor, 13) | (Self::Shape, 1) => Self::Flat,
            (Self::Graph, 1) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) => Self::Tensor,
            (Self::Graph, 11..=13) => Self::Value,
            (Self::Node, 5) => Self::Attribute,
            (Self::Value, 2) | (Self::SequenceType, 1) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::Type, 4) => Self::SequenceType,
            (Self::TensorType, 2) => Self::Shape,
            (Self::Tensor, 1 | 5 | 7 | 11) | (Self::Attribute, 8) => return Content::Numbers,
            (Self::Tensor, 4) | (Self::Attribute, 7) => return Content::Fixed(4),
            (Self::Tensor, 10) => return Content::Fixed(8),
            _ => return Content::Bytes,
        };
        Content::Message(inner)
    }
}

/// Refuses what is not a well-formed ONNX model; the reason is for people.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    message(bytes, Message::Model, 0)
}

fn message(mut bytes: &[u8], kind: Message, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err(format!("messages are nested deeper than {MAX_DEPTH}"));
    }
    while !bytes.is_empty() {
        let tag = number(&mut bytes)?;
        match tag & 7 {
            0 => drop(number(&mut bytes)?),
            1 => drop(take(&mut bytes, 8)?),
            5 => drop(take(&mut bytes, 4)?),
            2 => {
                let length = number(&mut bytes)?;
                let length = usize::try_from(length).map_err(|_| "a length is beyond the file".to_owned())?;
                let content = take(&mut bytes, length)?;
                field(content, kind.content(tag >> 3), depth)?;
            }
            other => return Err(format!("unknown wire type {other}")),
        }
    }
    Ok(())
}

fn field(mut bytes: &[u8], content: Content, depth: usize) -> Result<(), String> {
    match content {
        Content::Bytes => Ok(()),
        Content::Message(kind) => message(bytes, kind, depth + 1),
        Content::Fixed(size) if bytes.len().is_multiple_of(size) => Ok(()),
        Content::Fixed(_) => Err("packed numbers end half way".to_owned()),
        Content::Numbers => {
            while !bytes.is_empty() {
                number(&mut bytes)?;
            }
            Ok(())
        }
    }
}

fn take<'b>(bytes: &mut &'b [u8], length: usize) -> Result<&'b [u8], String> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or_else(|| "a field ends beyond its message".to_owned())?;
    *bytes = rest;
    Ok(taken)
}

fn number(bytes: &mut &[u8]) -> Result<u64, String> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(MAX_NUMBER_BYTES).enumerate() {
        if index + 1 == MAX_NUMBER_BYTES && *byte > 1 {
            break;
        }
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            *bytes = &bytes[index + 1..];
            return Ok(value);
        }
    }
    Err("a number does not end".to_owned())
}
