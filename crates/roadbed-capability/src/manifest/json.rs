//! Values as JSON.

use super::field::Field;
use super::node::Content;
use super::scalar::{Scalar, ScalarKind};
use serde_json::Value;

impl Field<'_> {
    /// Any value as JSON, for values whose meaning belongs to user code. Infinite numbers and NaN are refused.
    #[must_use]
    pub fn json(self) -> Option<Value> {
        let node = self.node?;
        match &node.content {
            Content::Scalar(scalar) => self.scalar_json(scalar),
            Content::List(items) => {
                let items: Vec<Option<Value>> =
                    items.iter().map(|item| Self::new(item, self.diagnostics).json()).collect();
                items.into_iter().collect::<Option<Vec<_>>>().map(Value::Array)
            }
            Content::Mapping(entries) => {
                let entries: Vec<Option<(String, Value)>> = entries
                    .iter()
                    .map(|(key, node)| Some((key.text.clone(), Self::new(node, self.diagnostics).json()?)))
                    .collect();
                entries.into_iter().collect::<Option<serde_json::Map<_, _>>>().map(Value::Object)
            }
        }
    }

    fn scalar_json(self, scalar: &Scalar) -> Option<Value> {
        match scalar.kind {
            ScalarKind::Null => Some(Value::Null),
            ScalarKind::Boolean(flag) => Some(Value::Bool(flag)),
            ScalarKind::Integer(number) => Some(number.into()),
            ScalarKind::Text => Some(Value::String(scalar.source.clone())),
            ScalarKind::Number(number) => {
                let json = serde_json::Number::from_f64(number).map(Value::Number);
                if json.is_none() {
                    self.wrong("a finite number", self.written(&format!("{:?}", scalar.source)));
                }
                json
            }
        }
    }
}
