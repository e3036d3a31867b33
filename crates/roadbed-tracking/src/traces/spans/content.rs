//! The document that is kept of a span: what `Span.to_dict` of MLflow's client writes, which `get-trace-artifact` gives as it is.

use crate::traces::otlp::{Any, OtlpValue, RawSpan, Status};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Serialize, Serializer};

/// Below this a text is kept as it is.
const PACKED_FROM_BYTES: usize = 512;
const PACKING_LEVEL: i32 = 3;
/// What every packed content begins with.
const PACKED_MARK: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Pairs as an object, in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::traces) struct Pairs<T>(pub(in crate::traces) Vec<(String, T)>);

impl<T: Serialize> Serialize for Pairs<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

impl<'de> Deserialize<'de> for Pairs<String> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = |value: Any| if let Any::Text(text) = value { text } else { value.to_json() };
        let pairs = Pairs::<Any>::deserialize(deserializer)?.0;
        Ok(Self(pairs.into_iter().map(|(key, value)| (key, text(value))).collect()))
    }
}

impl<'de> Deserialize<'de> for Pairs<Any> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Any::deserialize(deserializer)? {
            Any::Map(pairs) => Ok(Self(pairs)),
            Any::None => Ok(Self(Vec::new())),
            _ => Err(serde::de::Error::custom("expected an object")),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::traces) struct EventContent {
    pub name: String,
    pub time_unix_nano: u64,
    pub attributes: Pairs<Any>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::traces) struct LinkContent {
    pub trace_id: String,
    pub span_id: String,
    pub attributes: Pairs<Any>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::traces) struct StatusContent {
    pub code: String,
    pub message: Option<String>,
}

/// A span as a document; ids are Base64, attributes are JSON texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::traces) struct Content {
    pub trace_id: String,
    pub span_id: String,
    pub parent_span_id: Option<String>,
    pub name: String,
    pub start_time_unix_nano: u64,
    pub end_time_unix_nano: Option<u64>,
    pub events: Vec<EventContent>,
    pub status: StatusContent,
    pub attributes: Pairs<String>,
    pub links: Vec<LinkContent>,
}

/// Digits of bytes.
pub(in crate::traces) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The JSON text of a value. A text that is a JSON document itself was written twice on its way, and is kept as what it says; one that
/// looks like a number stays a text.
fn kept(value: Any) -> String {
    match value {
        Any::Text(text) if text.starts_with(['{', '[', '"']) => match serde_json::from_str::<Any>(&text) {
            Ok(Any::Text(_) | Any::Map(_) | Any::List(_)) => text,
            _ => Any::Text(text).to_json(),
        },
        value => value.to_json(),
    }
}

impl Content {
    pub(in crate::traces) fn new(span: RawSpan, request_id: &str) -> Self {
        let mut attributes: Vec<(String, String)> = Vec::with_capacity(span.attributes.len() + 1);
        for (key, value) in span.attributes {
            // What the client says about the trace's id does not count; of a key that comes twice the last one does.
            if key != REQUEST_ID {
                attributes.retain(|(earlier, _)| *earlier != key);
                attributes.push((key, kept(value)));
            }
        }
        attributes.push((REQUEST_ID.to_owned(), Any::Text(request_id.to_owned()).to_json()));
        let event = |event: crate::traces::otlp::Moment| EventContent {
            name: event.name,
            time_unix_nano: event.time_ns,
            attributes: Pairs(event.attributes),
        };
        let link = |link: crate::traces::otlp::Link| LinkContent {
            trace_id: format!("tr-{}", hex(&link.trace)),
            span_id: hex(&link.span),
            attributes: Pairs(link.attributes),
        };
        Self {
            trace_id: STANDARD.encode(span.trace),
            span_id: STANDARD.encode(span.id),
            parent_span_id: span.parent.map(|parent| STANDARD.encode(parent)),
            name: span.name,
            start_time_unix_nano: span.start_ns,
            end_time_unix_nano: Some(span.end_ns).filter(|end| *end > 0),
            events: span.events.into_iter().map(event).collect(),
            status: StatusContent {
                code: span.status.as_str().to_owned(),
                message: Some(span.message).filter(|message| !message.is_empty()),
            },
            attributes: Pairs(attributes),
            links: span.links.into_iter().map(link).collect(),
        }
    }

    /// The JSON text of an attribute.
    pub(in crate::traces) fn attribute(&self, key: &str) -> Option<&str> {
        self.attributes.0.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// An attribute as text, without the quotes of JSON.
    pub(in crate::traces) fn plain_attribute(&self, key: &str) -> Option<String> {
        let text = self.attribute(key)?;
        Some(match Any::of_json(text) {
            Any::Text(plain) => plain,
            _ => text.to_owned(),
        })
    }

    /// An attribute that is a text.
    pub(in crate::traces) fn text_attribute(&self, key: &str) -> Option<String> {
        Any::of_json(self.attribute(key)?).as_text().map(str::to_owned)
    }

    pub(in crate::traces) fn set_attribute(&mut self, key: &str, json: String) {
        match self.attributes.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, value)) => *value = json,
            None => self.attributes.0.push((key.to_owned(), json)),
        }
    }

    pub(in crate::traces) fn status(&self) -> Status {
        match self.status.code.as_str() {
            "STATUS_CODE_OK" => Status::Ok,
            "STATUS_CODE_ERROR" => Status::Error,
            _ => Status::Unset,
        }
    }
}

/// The attribute that names the trace.
pub(super) const REQUEST_ID: &str = "mlflow.traceRequestId";

/// Bytes to keep, with the length of the text.
pub(in crate::traces) fn pack(content: &Content) -> Result<(Vec<u8>, usize), String> {
    let text = serde_json::to_vec(content).map_err(|error| error.to_string())?;
    let length = text.len();
    if length < PACKED_FROM_BYTES {
        return Ok((text, length));
    }
    let packed = zstd::bulk::compress(&text, PACKING_LEVEL).map_err(|error| error.to_string())?;
    Ok(if packed.len() < length { (packed, length) } else { (text, length) })
}

/// The text of a span, of as many bytes as were noted when it was packed.
pub(in crate::traces) fn unpack(bytes: Vec<u8>, length: usize) -> Result<Vec<u8>, String> {
    if !bytes.starts_with(PACKED_MARK) {
        return Ok(bytes);
    }
    zstd::bulk::decompress(&bytes, length).map_err(|error| error.to_string())
}

/// A span in protobuf's JSON form, as `traces/get` gives it.
pub(in crate::traces) struct SpanView<'a>(pub(in crate::traces) &'a Content);

/// Pairs of key and value.
struct Attributes<'a>(Vec<(&'a str, Any)>);

impl Serialize for Attributes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            list.serialize_element(&KeyValue { key, value: OtlpValue(value) })?;
        }
        list.end()
    }
}

#[derive(Serialize)]
struct KeyValue<'a> {
    key: &'a str,
    value: OtlpValue<'a>,
}

#[derive(Serialize)]
struct EventView<'a> {
    time_unix_nano: u64,
    name: &'a str,
    attributes: Attributes<'a>,
}

#[derive(Serialize)]
struct LinkView<'a> {
    trace_id: String,
    span_id: String,
    attributes: Attributes<'a>,
}

#[derive(Serialize)]
struct StatusView<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    code: &'a str,
}

impl<'a> From<&'a StatusContent> for StatusView<'a> {
    fn from(status: &'a StatusContent) -> Self {
        Self { message: status.message.as_deref(), code: &status.code }
    }
}

fn told(pairs: &Pairs<Any>) -> Attributes<'_> {
    Attributes(pairs.0.iter().map(|(key, value)| (key.as_str(), value.clone())).collect())
}

/// Base64 of hex digits.
fn of_hex(digits: &str) -> String {
    let bytes: Vec<u8> = (0..digits.len() / 2)
        .filter_map(|at| digits.get(2 * at..2 * at + 2))
        .filter_map(|pair| u8::from_str_radix(pair, 16).ok())
        .collect();
    STANDARD.encode(bytes)
}

impl<'a> From<&'a EventContent> for EventView<'a> {
    fn from(event: &'a EventContent) -> Self {
        Self { time_unix_nano: event.time_unix_nano, name: &event.name, attributes: told(&event.attributes) }
    }
}

impl<'a> From<&'a LinkContent> for LinkView<'a> {
    fn from(link: &'a LinkContent) -> Self {
        let trace_id = of_hex(link.trace_id.trim_start_matches("tr-"));
        Self { trace_id, span_id: of_hex(&link.span_id), attributes: told(&link.attributes) }
    }
}

impl Serialize for SpanView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let span = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("trace_id", &span.trace_id)?;
        map.serialize_entry("span_id", &span.span_id)?;
        if let Some(parent) = &span.parent_span_id {
            map.serialize_entry("parent_span_id", parent)?;
        }
        map.serialize_entry("name", &span.name)?;
        map.serialize_entry("start_time_unix_nano", &span.start_time_unix_nano)?;
        if let Some(end) = span.end_time_unix_nano {
            map.serialize_entry("end_time_unix_nano", &end)?;
        }
        let attributes = span.attributes.0.iter().map(|(key, json)| (key.as_str(), Any::of_json(json))).collect();
        map.serialize_entry("attributes", &Attributes(attributes))?;
        if !span.events.is_empty() {
            map.serialize_entry("events", &span.events.iter().map(EventView::from).collect::<Vec<_>>())?;
        }
        if !span.links.is_empty() {
            map.serialize_entry("links", &span.links.iter().map(LinkView::from).collect::<Vec<_>>())?;
        }
        map.serialize_entry("status", &StatusView::from(&span.status))?;
        map.end()
    }
}
