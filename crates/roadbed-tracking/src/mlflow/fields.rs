//! The fields of one request, read by protobuf's JSON rules: unknown ones are ignored, 64-bit integers and doubles may be text, an enum
//! is a name or a number, and a field that is there is told apart from one that is zero.

use super::error::MlflowError;
use super::literals::with_quoted_literals;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The fields of a request or of an object inside it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields(Map<String, Value>);

const HELP: &str = "See the API docs for more information about request parameters.";

impl Fields {
    #[must_use]
    pub const fn new(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// A JSON body. Empty is an object without fields; an object inside a JSON text is unpacked, as old clients send it.
    ///
    /// # Errors
    /// The bytes are not JSON or no object.
    pub fn from_json(bytes: &[u8]) -> Result<Self, MlflowError> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        let no_object = || MlflowError::invalid("the request body must be a JSON object");
        let parsed = serde_json::from_slice(bytes).or_else(|_| serde_json::from_slice(&with_quoted_literals(bytes)));
        let mut value: Value = parsed.map_err(|_| no_object())?;
        if let Value::String(inner) = &value {
            value = serde_json::from_str(inner).map_err(|_| no_object())?;
        }
        match value {
            Value::Object(map) => Ok(Self(map)),
            Value::Null => Ok(Self::default()),
            _ => Err(no_object()),
        }
    }

    /// Query parameters: a name that occurs several times is a list.
    #[must_use]
    pub fn from_query(pairs: Vec<(String, String)>) -> Self {
        let mut map: Map<String, Value> = Map::new();
        for (name, text) in pairs {
            match map.get_mut(&name) {
                None => {
                    map.insert(name, Value::String(text));
                }
                Some(Value::Array(list)) => list.push(Value::String(text)),
                Some(first) => *first = Value::Array(vec![first.take(), Value::String(text)]),
            }
        }
        Self(map)
    }

    /// Adds or replaces a field, for parameters of the path.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// The field as it came, null as nothing.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.present(name)
    }

    /// An object of texts, such as protobuf's maps; missing is empty. Numbers and truth values count as their texts.
    ///
    /// # Errors
    /// The field is no object, or holds lists, objects or NUL.
    pub fn map(&self, name: &str) -> Result<BTreeMap<String, String>, MlflowError> {
        let Some(object) = self.object(name)? else { return Ok(BTreeMap::new()) };
        let text = |key: &String| {
            if key.contains('\0') {
                return Err(MlflowError::invalid(format!("a key of '{name}' holds a NUL character")));
            }
            let text = match object.0.get(key) {
                Some(Value::Number(_) | Value::Bool(_)) => object.0.get(key).map(Value::to_string),
                _ => object.text(key)?.map(str::to_owned),
            };
            Ok((key.clone(), text.unwrap_or_default()))
        };
        object.0.keys().map(text).collect()
    }

    /// Is the field there, and not null?
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.present(name).is_some()
    }

    fn present(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// # Errors
    /// The field is no text or holds NUL.
    pub fn text(&self, name: &str) -> Result<Option<&str>, MlflowError> {
        match self.present(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.contains('\0') => Err(MlflowError::invalid(format!(
                "Invalid value for parameter '{name}' supplied: it holds a NUL character. {HELP}"
            ))),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong_type(name, other)),
        }
    }

    /// A text that must be there and must not be empty.
    ///
    /// # Errors
    /// As [`Self::text`], or the field is missing or empty.
    pub fn required(&self, name: &str) -> Result<&str, MlflowError> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
    }

    /// The text, empty when missing: what protobuf gives for an unset text.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn text_or_empty(&self, name: &str) -> Result<&str, MlflowError> {
        Ok(self.text(name)?.unwrap_or_default())
    }

    /// A text in which empty counts as missing.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn nonempty(&self, name: &str) -> Result<Option<&str>, MlflowError> {
        Ok(self.text(name)?.filter(|text| !text.is_empty()))
    }

    /// `run_id`, or `run_uuid` as old clients call it.
    ///
    /// # Errors
    /// Both are missing.
    pub fn run_id(&self) -> Result<&str, MlflowError> {
        if self.present("run_id").is_none() && self.present("run_uuid").is_some() {
            return self.required("run_uuid");
        }
        self.required("run_id")
    }

    /// # Errors
    /// The field is neither a whole number nor the text of one.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, MlflowError> {
        let Some(value) = self.present(name) else { return Ok(None) };
        integer_of(value).map(Some).ok_or_else(|| wrong_type(name, value))
    }

    /// # Errors
    /// The field is neither a number nor the text of one (`NaN`, `Infinity` and `-Infinity` count).
    pub fn double(&self, name: &str) -> Result<Option<f64>, MlflowError> {
        let Some(value) = self.present(name) else { return Ok(None) };
        double_of(value).map(Some).ok_or_else(|| wrong_type(name, value))
    }

    /// # Errors
    /// The field is neither a truth value nor its text.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, MlflowError> {
        match self.present(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(other) => Err(wrong_type(name, other)),
        }
    }

    /// An enum by name or number.
    ///
    /// # Errors
    /// The value is none of the choices.
    pub fn choice<T: Copy>(&self, name: &str, choices: &[(&str, i64, T)]) -> Result<Option<T>, MlflowError> {
        let Some(value) = self.present(name) else { return Ok(None) };
        let number = integer_of(value);
        let found = choices
            .iter()
            .find(|(word, code, _)| value.as_str() == Some(*word) || number == Some(*code))
            .map(|(_, _, choice)| *choice);
        found.map(Some).ok_or_else(|| wrong_type(name, value))
    }

    /// Objects of a list; missing is empty.
    ///
    /// # Errors
    /// The field is no list of objects.
    pub fn objects(&self, name: &str) -> Result<Vec<Self>, MlflowError> {
        let Some(value) = self.present(name) else { return Ok(Vec::new()) };
        let Value::Array(list) = value else { return Err(wrong_type(name, value)) };
        let object = |item: &Value| match item {
            Value::Object(map) => Ok(Self(map.clone())),
            other => Err(wrong_type(name, other)),
        };
        list.iter().map(object).collect()
    }

    /// An object inside; missing is `None`.
    ///
    /// # Errors
    /// The field is no object.
    pub fn object(&self, name: &str) -> Result<Option<Self>, MlflowError> {
        match self.present(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Self(map.clone()))),
            Some(other) => Err(wrong_type(name, other)),
        }
    }

    /// Texts of a list; missing is empty. One text stands for a list of one, as a query gives it.
    ///
    /// # Errors
    /// The field is no list of texts.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, MlflowError> {
        match self.present(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text.clone()]),
            Some(Value::Array(list)) => {
                let text = |item: &Value| item.as_str().map(str::to_owned).ok_or_else(|| wrong_type(name, item));
                list.iter().map(text).collect()
            }
            Some(other) => Err(wrong_type(name, other)),
        }
    }

    /// Key and value pairs such as tags and params: the key must be there, a missing value is empty.
    ///
    /// # Errors
    /// A pair without a key, naming its place.
    pub fn pairs(&self, name: &str) -> Result<Vec<(String, String)>, MlflowError> {
        let pair = |(index, entry): (usize, Self)| {
            let key = entry.nonempty("key")?.ok_or_else(|| missing(&format!("{name}[{index}].key")))?;
            Ok((key.to_owned(), entry.text_or_empty("value")?.to_owned()))
        };
        self.objects(name)?.into_iter().enumerate().map(pair).collect()
    }
}

/// The error for a field that is not there.
#[must_use]
pub fn missing(name: &str) -> MlflowError {
    MlflowError::invalid(format!("Missing value for required parameter '{name}'. {HELP}"))
}

fn wrong_type(name: &str, value: &Value) -> MlflowError {
    let kind = match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    };
    let shown: String = value.to_string().chars().take(200).collect();
    MlflowError::invalid(format!(
        "Invalid value {shown} for parameter '{name}' supplied:  Hint: Value was of type '{kind}'. {HELP}"
    ))
}

fn integer_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A double that is a whole number within 64 bits.
fn whole(value: f64) -> Option<i64> {
    /// 2^63: the first double beyond the range.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::cast_possible_truncation, reason = "the range and the missing fraction are checked")]
    (value.fract() == 0.0 && (-BEYOND..BEYOND).contains(&value)).then_some(value as i64)
}

fn double_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            other => other.parse().ok().filter(|number: &f64| number.is_finite()),
        },
        _ => None,
    }
}
