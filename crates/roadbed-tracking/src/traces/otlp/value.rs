//! A value of an attribute: read from OTLP or JSON, kept as JSON text, told as OTLP JSON. The order of keys stays as it was sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::fmt;

#[derive(Debug, Clone, PartialEq)]
pub(in crate::traces) enum Any {
    None,
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
}

impl Any {
    /// A JSON text as a value; a text that is no JSON stands for itself.
    pub(in crate::traces) fn of_json(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| Self::Text(text.to_owned()))
    }

    pub(in crate::traces) fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The value of a key of a map.
    pub(in crate::traces) fn get(&self, key: &str) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of tokens and prices are far below 2^53")]
    pub(in crate::traces) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Double(number) => Some(*number).filter(|number| number.is_finite()),
            _ => None,
        }
    }

    /// JSON as Python's `json.dumps` spaces it, which clients compare previews with: `{"a": [1, 2]}`.
    pub(in crate::traces) fn to_json(&self) -> String {
        let mut text = String::new();
        self.write_json(&mut text);
        text
    }

    fn write_json(&self, out: &mut String) {
        match self {
            Self::None => out.push_str("null"),
            Self::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::Int(number) => out.push_str(&number.to_string()),
            Self::Double(number) if number.is_finite() => out.push_str(&format!("{number:?}")),
            Self::Double(number) => push_quoted(out, not_finite(*number)),
            Self::Text(text) => push_quoted(out, text),
            Self::Bytes(bytes) => push_quoted(out, &STANDARD.encode(bytes)),
            Self::List(values) => {
                out.push('[');
                for (index, value) in values.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    value.write_json(out);
                }
                out.push(']');
            }
            Self::Map(pairs) => {
                out.push('{');
                for (index, (key, value)) in pairs.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    push_quoted(out, key);
                    out.push_str(": ");
                    value.write_json(out);
                }
                out.push('}');
            }
        }
    }
}

fn not_finite(number: f64) -> &'static str {
    match (number.is_nan(), number > 0.0) {
        (true, _) => "NaN",
        (false, true) => "Infinity",
        (false, false) => "-Infinity",
    }
}

fn push_quoted(out: &mut String, text: &str) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

/// Plain JSON.
impl Serialize for Any {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_unit(),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Double(number) if number.is_finite() => serializer.serialize_f64(*number),
            Self::Double(number) => serializer.serialize_str(not_finite(*number)),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_str(&STANDARD.encode(bytes)),
            Self::List(values) => serializer.collect_seq(values),
            Self::Map(pairs) => serializer.collect_map(pairs.iter().map(|(key, value)| (key, value))),
        }
    }
}

struct AnyVisitor;

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Any;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Any, E> {
        Ok(Any::None)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Any, E> {
        Ok(Any::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Any, E> {
        Ok(Any::Int(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "beyond 64 bits with a sign a number is only known about")]
    fn visit_u64<E>(self, number: u64) -> Result<Any, E> {
        Ok(i64::try_from(number).map_or(Any::Double(number as f64), Any::Int))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Any, E> {
        Ok(Any::Double(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Any, E> {
        Ok(Any::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Any, E> {
        Ok(Any::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Any, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Any::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Any, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Any::Map(pairs))
    }
}

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor)
    }
}

/// The value as protobuf's JSON form of `AnyValue`.
pub(in crate::traces) struct OtlpValue<'a>(pub(in crate::traces) &'a Any);

struct OtlpPair<'a>(&'a str, &'a Any);

impl Serialize for OtlpPair<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("key", self.0)?;
        map.serialize_entry("value", &OtlpValue(self.1))?;
        map.end()
    }
}

struct OtlpList<'a>(&'a Any);

impl Serialize for OtlpList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Any::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.len()))?;
                values.iter().try_for_each(|value| list.serialize_element(&OtlpValue(value)))?;
                list.end()
            }
            Any::Map(pairs) => serializer.collect_seq(pairs.iter().map(|(key, value)| OtlpPair(key, value))),
            _ => serializer.serialize_unit(),
        }
    }
}

struct OtlpValues<'a>(&'a Any);

impl Serialize for OtlpValues<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_empty = matches!(self.0, Any::List(values) if values.is_empty())
            || matches!(self.0, Any::Map(pairs) if pairs.is_empty());
        let mut map = serializer.serialize_map(None)?;
        if !is_empty {
            map.serialize_entry("values", &OtlpList(self.0))?;
        }
        map.end()
    }
}

impl Serialize for OtlpValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self.0 {
            Any::None => {}
            Any::Bool(flag) => map.serialize_entry("bool_value", flag)?,
            Any::Int(number) => map.serialize_entry("int_value", number)?,
            Any::Double(_) => map.serialize_entry("double_value", self.0)?,
            Any::Text(text) => map.serialize_entry("string_value", text)?,
            Any::Bytes(_) => map.serialize_entry("bytes_value", self.0)?,
            Any::List(_) => map.serialize_entry("array_value", &OtlpValues(self.0))?,
            Any::Map(_) => map.serialize_entry("kvlist_value", &OtlpValues(self.0))?,
        }
        map.end()
    }
}
