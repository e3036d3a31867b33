//! `ExportTraceServiceRequest` from its protobuf form.

use super::error::{MOST_DEPTH, MOST_SPANS, OtlpError};
use super::message::{Export, Link, Moment, RawSpan, Source, Status};
use super::value::Any;
use super::wire::{Content, fields};

impl Export {
    /// # Errors
    /// The bytes are not the message, or it goes beyond a bound.
    pub(in crate::traces) fn from_protobuf(bytes: &[u8]) -> Result<Self, OtlpError> {
        export(bytes)
    }
}

fn export(bytes: &[u8]) -> Result<Export, OtlpError> {
    let mut export = Export::default();
    let mut spans = 0;
    fields(bytes, |field, content| {
        if field == 1 {
            export.sources.push(source(content.bytes()?, &mut spans)?);
        }
        Ok(())
    })?;
    Ok(export)
}

fn source(bytes: &[u8], count: &mut usize) -> Result<Source, OtlpError> {
    let mut source = Source::default();
    fields(bytes, |field, content| match field {
        1 => fields(content.bytes()?, |field, content| match field {
            1 => pair(content.bytes()?, 0).map(|pair| source.attributes.push(pair)),
            _ => Ok(()),
        }),
        2 => fields(content.bytes()?, |field, content| {
            if field != 2 {
                return Ok(());
            }
            *count += 1;
            if *count > MOST_SPANS {
                return Err(OtlpError::TooMany);
            }
            source.spans.push(span(content.bytes()?)?);
            Ok(())
        }),
        _ => Ok(()),
    })?;
    Ok(source)
}

/// An id of a fixed length.
pub(super) fn id<const N: usize>(field: &'static str, bytes: &[u8]) -> Result<[u8; N], OtlpError> {
    bytes.try_into().map_err(|_| OtlpError::Id { field, bytes: bytes.len(), wanted: N })
}

fn span(bytes: &[u8]) -> Result<RawSpan, OtlpError> {
    let mut span = RawSpan::default();
    let (mut has_trace, mut has_id) = (false, false);
    fields(bytes, |field, content| {
        match field {
            1 => (span.trace, has_trace) = (id("trace_id", content.bytes()?)?, true),
            2 => (span.id, has_id) = (id("span_id", content.bytes()?)?, true),
            4 => {
                let parent = content.bytes()?;
                span.parent = if parent.is_empty() { None } else { Some(id("parent_span_id", parent)?) };
            }
            5 => span.name = content.text()?,
            7 => span.start_ns = content.number()?,
            8 => span.end_ns = content.number()?,
            9 => span.attributes.push(pair(content.bytes()?, 0)?),
            11 => span.events.push(event(content.bytes()?)?),
            13 => span.links.push(link(content.bytes()?)?),
            15 => (span.status, span.message) = status(content.bytes()?)?,
            _ => {}
        }
        Ok(())
    })?;
    match (has_trace, has_id) {
        (true, true) => Ok(span),
        (false, _) => Err(OtlpError::Id { field: "trace_id", bytes: 0, wanted: 16 }),
        (_, false) => Err(OtlpError::Id { field: "span_id", bytes: 0, wanted: 8 }),
    }
}

fn status(bytes: &[u8]) -> Result<(Status, String), OtlpError> {
    let (mut code, mut message) = (Status::Unset, String::new());
    fields(bytes, |field, content| {
        match field {
            2 => message = content.text()?,
            3 => code = Status::of_code(content.number()?),
            _ => {}
        }
        Ok(())
    })?;
    Ok((code, message))
}

fn event(bytes: &[u8]) -> Result<Moment, OtlpError> {
    let mut event = Moment::default();
    fields(bytes, |field, content| {
        match field {
            1 => event.time_ns = content.number()?,
            2 => event.name = content.text()?,
            3 => event.attributes.push(pair(content.bytes()?, 0)?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(event)
}

fn link(bytes: &[u8]) -> Result<Link, OtlpError> {
    let mut link = Link::default();
    fields(bytes, |field, content| {
        match field {
            1 => link.trace = id::<16>("link's trace_id", content.bytes()?)?.to_vec(),
            2 => link.span = id::<8>("link's span_id", content.bytes()?)?.to_vec(),
            4 => link.attributes.push(pair(content.bytes()?, 0)?),
            _ => {}
        }
        Ok(())
    })?;
    Ok(link)
}

fn pair(bytes: &[u8], depth: usize) -> Result<(String, Any), OtlpError> {
    let (mut key, mut value) = (String::new(), Any::None);
    fields(bytes, |field, content| {
        match field {
            1 => key = content.text()?,
            2 => value = any(content.bytes()?, depth)?,
            _ => {}
        }
        Ok(())
    })?;
    Ok((key, value))
}

fn any(bytes: &[u8], depth: usize) -> Result<Any, OtlpError> {
    if depth > MOST_DEPTH {
        return Err(OtlpError::TooDeep);
    }
    let mut value = Any::None;
    fields(bytes, |field, content| {
        value = match field {
            1 => Any::Text(content.text()?),
            2 => Any::Bool(content.number()? != 0),
            3 => Any::Int(content.number()?.cast_signed()),
            4 => double(content)?,
            5 => list(content.bytes()?, depth)?,
            6 => map(content.bytes()?, depth)?,
            7 => Any::Bytes(content.bytes()?.to_vec()),
            _ => return Ok(()),
        };
        Ok(())
    })?;
    Ok(value)
}

fn double(content: Content<'_>) -> Result<Any, OtlpError> {
    Ok(Any::Double(f64::from_bits(content.number()?)))
}

fn list(bytes: &[u8], depth: usize) -> Result<Any, OtlpError> {
    let mut values = Vec::new();
    fields(bytes, |field, content| {
        if field == 1 {
            values.push(any(content.bytes()?, depth + 1)?);
        }
        Ok(())
    })?;
    Ok(Any::List(values))
}

fn map(bytes: &[u8], depth: usize) -> Result<Any, OtlpError> {
    let mut pairs = Vec::new();
    fields(bytes, |field, content| {
        if field == 1 {
            pairs.push(pair(content.bytes()?, depth + 1)?);
        }
        Ok(())
    })?;
    Ok(Any::Map(pairs))
}
