//! Tables out of CSV, TSV and JSON (pandas' `split` form, which MLflow logs tables in, and lists of objects).

use serde_json::{Map, Value};

/// Columns and characters that a page can still draw.
const COLUMNS_LIMIT: usize = 200;
const CELL_LIMIT: usize = 1000;

/// The rows of a file, or of its beginning.
#[derive(Debug, PartialEq)]
pub(super) struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

impl Table {
    /// `None` when the bytes are no table. Of a file that goes on, the last row may be cut and is left out.
    pub(super) fn of(path: &str, bytes: &[u8], is_whole: bool) -> Option<Self> {
        let lower = path.to_ascii_lowercase();
        if lower.ends_with(".json") {
            return is_whole.then(|| Self::of_json(bytes)).flatten();
        }
        if bytes.contains(&0) {
            return None;
        }
        Some(Self::of_separated(bytes, if lower.ends_with(".tsv") { b'\t' } else { b',' }, is_whole))
    }

    fn of_separated(bytes: &[u8], delimiter: u8, is_whole: bool) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
        let mut records = reader.byte_records().map_while(Result::ok);
        let text = |field: &[u8]| shortened(&String::from_utf8_lossy(field));
        let columns =
            records.next().map(|head| head.iter().take(COLUMNS_LIMIT).map(text).collect()).unwrap_or_default();
        let mut rows: Vec<Vec<Value>> = records
            .map(|record| {
                record.iter().take(COLUMNS_LIMIT).map(|field| cell(&String::from_utf8_lossy(field))).collect()
            })
            .collect();
        if !is_whole {
            rows.pop();
        }
        Self { columns, rows }
    }

    fn of_json(bytes: &[u8]) -> Option<Self> {
        match serde_json::from_slice(bytes).ok()? {
            Value::Object(split) => Self::of_split(split),
            Value::Array(list) if !list.is_empty() => Self::of_objects(list),
            _ => None,
        }
    }

    fn of_split(mut split: Map<String, Value>) -> Option<Self> {
        let Some(Value::Array(columns)) = split.remove("columns") else { return None };
        let Some(Value::Array(data)) = split.remove("data") else { return None };
        let row = |row: Value| match row {
            Value::Array(cells) => Some(cells.into_iter().take(COLUMNS_LIMIT).map(simple).collect()),
            _ => None,
        };
        let rows = data.into_iter().map(row).collect::<Option<_>>()?;
        Some(Self { columns: columns.iter().take(COLUMNS_LIMIT).map(shown).collect(), rows })
    }

    fn of_objects(list: Vec<Value>) -> Option<Self> {
        let mut columns: Vec<String> = Vec::new();
        for row in &list {
            for key in row.as_object()?.keys() {
                if columns.len() < COLUMNS_LIMIT && !columns.contains(key) {
                    columns.push(key.clone());
                }
            }
        }
        let cells = |row: Value| columns.iter().map(|key| simple(row.get(key).cloned().unwrap_or_default())).collect();
        let rows = list.into_iter().map(cells).collect();
        Some(Self { columns, rows })
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(CELL_LIMIT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// A number only when nothing is lost by it: `007` and a 20-digit id stay text.
fn cell(text: &str) -> Value {
    let is_plain = text.len() <= 24 && text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let digits = text.trim_start_matches('-');
    let is_padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    if is_plain && !is_padded {
        if let Ok(whole) = text.parse::<i64>() {
            let is_safe = whole.unsigned_abs() < 1 << 53;
            return if is_safe { Value::from(whole) } else { Value::from(text) };
        }
        let is_long = digits.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(number) = text.parse::<f64>().ok().filter(|number| number.is_finite() && !is_long) {
            return Value::from(number);
        }
    }
    Value::from(shortened(text))
}

fn shown(value: &Value) -> String {
    shortened(&value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Lists and objects in cells become text.
fn simple(value: Value) -> Value {
    match value {
        Value::String(text) => Value::from(shortened(&text)),
        nested @ (Value::Array(_) | Value::Object(_)) => Value::from(shown(&nested)),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::Table;
    use serde_json::json;

    #[test]
    fn separated_values_become_rows() {
        let text = "\u{feff}id,name,score\n007,\"a, \"\"b\"\"\",1.50\n8,,-2\n";
        let table = Table::of("x.csv", text.as_bytes(), true).unwrap();
        assert_eq!(table.columns, ["id", "name", "score"]);
        assert_eq!(json!(table.rows), json!([["007", "a, \"b\"", 1.5], [8, "", -2]]));
        let cut = Table::of("x.TSV", b"a\tb\n1\t2\n3\t", false).unwrap();
        assert_eq!(json!(cut.rows), json!([[1, 2]]));
        let odd = Table::of("x.csv", b"a\n12345678901234567890\nnan\n1e400\n", true).unwrap();
        assert_eq!(json!(odd.rows), json!([["12345678901234567890"], ["nan"], ["1e400"]]));
    }

    #[test]
    fn json_is_a_table_only_when_it_is_shaped_like_one() {
        let split = br#"{"columns": ["a", 2], "data": [[1, {"x": [1]}], [null, "t"]]}"#;
        let table = Table::of("t.json", split, true).unwrap();
        assert_eq!(
            (table.columns, json!(table.rows)),
            (vec!["a".to_owned(), "2".to_owned()], json!([[1, "{\"x\":[1]}"], [null, "t"]]))
        );
        let list = Table::of("t.json", br#"[{"a": 1}, {"b": true}]"#, true).unwrap();
        assert_eq!(json!([list.columns, list.rows]), json!([["a", "b"], [[1, null], [null, true]]]));
        for text in ["{}", "[]", "[1]", "3", "{\"columns\": 1, \"data\": []}", "{"] {
            assert_eq!(Table::of("t.json", text.as_bytes(), true), None, "{text}");
        }
    }
}
