//! `ExportTraceServiceRequest` from OTLP's JSON: names in lowerCamelCase, ids as hex digits, 64-bit numbers as texts or numbers.

use super::error::{MOST_DEPTH, MOST_SPANS, OtlpError};
use super::message::{Export, Link, Moment, RawSpan, Source, Status};
use super::protobuf::id;
use super::value::Any;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

impl Export {
    /// # Errors
    /// The text is not the message, or it goes beyond a bound.
    pub(in crate::traces) fn from_json(bytes: &[u8]) -> Result<Self, OtlpError> {
        export(bytes)
    }
}

fn export(bytes: &[u8]) -> Result<Export, OtlpError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| OtlpError::Json(error.to_string()))?;
    let mut export = Export::default();
    let mut count = 0;
    for resource in list(object(&value, "the body")?, "resourceSpans")? {
        let resource = object(resource, "resourceSpans")?;
        let mut source = Source::default();
        if let Some(about) = resource.get("resource").filter(|about| !about.is_null()) {
            source.attributes = pairs(object(about, "resource")?, 0)?;
        }
        for scope in list(resource, "scopeSpans")? {
            let spans = list(object(scope, "scopeSpans")?, "spans")?;
            count += spans.len();
            if count > MOST_SPANS {
                return Err(OtlpError::TooMany);
            }
            for one in spans {
                source.spans.push(span(object(one, "spans")?)?);
            }
        }
        export.sources.push(source);
    }
    Ok(export)
}

fn wrong(name: &str) -> OtlpError {
    OtlpError::Json(format!("{name} has another type"))
}

fn object<'v>(value: &'v Value, name: &str) -> Result<&'v Map<String, Value>, OtlpError> {
    value.as_object().ok_or_else(|| wrong(name))
}

fn list<'v>(map: &'v Map<String, Value>, name: &str) -> Result<&'v [Value], OtlpError> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(values)) => Ok(values),
        Some(_) => Err(wrong(name)),
    }
}

fn text(map: &Map<String, Value>, name: &str) -> Result<String, OtlpError> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(wrong(name)),
    }
}

fn number(map: &Map<String, Value>, name: &str) -> Result<u64, OtlpError> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(0),
        Some(Value::Number(number)) => number.as_u64().ok_or_else(|| wrong(name)),
        Some(Value::String(text)) => text.parse().map_err(|_| wrong(name)),
        Some(_) => Err(wrong(name)),
    }
}

fn hex(map: &Map<String, Value>, name: &str) -> Result<Vec<u8>, OtlpError> {
    let text = text(map, name)?;
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2)).ok_or_else(|| wrong(name))?;
    Ok(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit)).collect())
}

fn span(map: &Map<String, Value>) -> Result<RawSpan, OtlpError> {
    let parent = hex(map, "parentSpanId")?;
    let status = match map.get("status").filter(|status| !status.is_null()) {
        Some(status) => object(status, "status")?.clone(),
        None => Map::new(),
    };
    Ok(RawSpan {
        trace: id("trace_id", &hex(map, "traceId")?)?,
        id: id("span_id", &hex(map, "spanId")?)?,
        parent: if parent.is_empty() { None } else { Some(id("parent_span_id", &parent)?) },
        name: text(map, "name")?,
        start_ns: number(map, "startTimeUnixNano")?,
        end_ns: number(map, "endTimeUnixNano")?,
        status: match status.get("code") {
            Some(Value::String(name)) if name == "STATUS_CODE_OK" => Status::Ok,
            Some(Value::String(name)) if name == "STATUS_CODE_ERROR" => Status::Error,
            Some(Value::String(name)) if name == "STATUS_CODE_UNSET" => Status::Unset,
            _ => Status::of_code(number(&status, "code")?),
        },
        message: text(&status, "message")?,
        attributes: pairs(map, 0)?,
        events: list(map, "events")?.iter().map(|one| event(object(one, "events")?)).collect::<Result<_, _>>()?,
        links: list(map, "links")?.iter().map(|one| link(object(one, "links")?)).collect::<Result<_, _>>()?,
    })
}

fn event(map: &Map<String, Value>) -> Result<Moment, OtlpError> {
    Ok(Moment { name: text(map, "name")?, time_ns: number(map, "timeUnixNano")?, attributes: pairs(map, 0)? })
}

fn link(map: &Map<String, Value>) -> Result<Link, OtlpError> {
    Ok(Link {
        trace: id::<16>("link's trace_id", &hex(map, "traceId")?)?.to_vec(),
        span: id::<8>("link's span_id", &hex(map, "spanId")?)?.to_vec(),
        attributes: pairs(map, 0)?,
    })
}

/// The attributes of a message.
fn pairs(map: &Map<String, Value>, depth: usize) -> Result<Vec<(String, Any)>, OtlpError> {
    list(map, "attributes")?.iter().map(|one| pair(object(one, "attributes")?, depth)).collect()
}

fn pair(map: &Map<String, Value>, depth: usize) -> Result<(String, Any), OtlpError> {
    let value = match map.get("value") {
        None | Some(Value::Null) => Any::None,
        Some(value) => any(object(value, "value")?, depth)?,
    };
    Ok((text(map, "key")?, value))
}

fn any(map: &Map<String, Value>, depth: usize) -> Result<Any, OtlpError> {
    if depth > MOST_DEPTH {
        return Err(OtlpError::TooDeep);
    }
    let Some((kind, value)) = map.iter().next() else { return Ok(Any::None) };
    match (kind.as_str(), value) {
        ("stringValue", Value::String(text)) => Ok(Any::Text(text.clone())),
        ("boolValue", Value::Bool(flag)) => Ok(Any::Bool(*flag)),
        ("intValue", Value::Number(number)) => number.as_i64().map(Any::Int).ok_or_else(|| wrong(kind)),
        ("intValue", Value::String(text)) => text.parse().map(Any::Int).map_err(|_| wrong(kind)),
        ("doubleValue", Value::Number(number)) => number.as_f64().map(Any::Double).ok_or_else(|| wrong(kind)),
        ("doubleValue", Value::String(text)) => text.parse().map(Any::Double).map_err(|_| wrong(kind)),
        ("bytesValue", Value::String(text)) => STANDARD.decode(text).map(Any::Bytes).map_err(|_| wrong(kind)),
        ("arrayValue", Value::Object(inner)) => {
            let values = list(inner, "values")?.iter();
            values.map(|one| any(object(one, "values")?, depth + 1)).collect::<Result<_, _>>().map(Any::List)
        }
        ("kvlistValue", Value::Object(inner)) => {
            let values = list(inner, "values")?.iter();
            values.map(|one| pair(object(one, "values")?, depth + 1)).collect::<Result<_, _>>().map(Any::Map)
        }
        _ => Err(wrong(kind)),
    }
}
