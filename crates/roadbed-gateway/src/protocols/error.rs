//! Why a body is no question to a model.

use crate::json::JsonError;
use roadbed_contracts::tensor::Datatype;

/// Everything here is the caller's fault and answered with 400, but for the content type (415).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InputError {
    #[error("the body is not valid JSON: {0}")]
    Json(#[from] JsonError),
    #[error("in {place}: {source}")]
    Within { place: String, source: JsonError },
    #[error("the body must be a JSON object with one of {accepted}{}", found.as_ref().map(|key| format!("; it has {key:?}")).unwrap_or_default())]
    NoQuestion { accepted: &'static str, found: Option<String> },
    #[error("the body has both {0:?} and {1:?}; give one")]
    TwoQuestions(&'static str, &'static str),
    #[error(
        "content type {0:?} is not supported; send application/json with dataframe_split, dataframe_records, instances or inputs, or text/csv"
    )]
    ContentType(String),
    #[error("missing {key:?} in {place}")]
    MissingKey { key: &'static str, place: String },
    #[error(
        "unknown datatype {found:?} of input {input:?}; expected one of BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BYTES"
    )]
    UnknownDatatype { input: String, found: String },
    #[error("input {input:?} has shape {shape:?}, which is {expected} elements, but {found} are given")]
    ElementCount { input: String, shape: Vec<usize>, expected: usize, found: usize },
    #[error(
        "input {input:?} is nested as {found:?} but its shape is {shape:?}; nest it as the shape says or give it flat"
    )]
    NestedOtherwise { input: String, shape: Vec<usize>, found: Vec<usize> },
    #[error("input {input:?} has {found} rows and {first:?} has {rows}; all inputs must have the same first dimension")]
    RowCount { input: String, found: usize, first: String, rows: usize },
    #[error("there are no inputs; give at least one")]
    NoInputs,
    #[error("input {0:?} is given twice")]
    DuplicateInput(String),
    #[error("row {row} has {found} values and there are {columns} columns")]
    RowLength { row: usize, found: usize, columns: usize },
    #[error("row {row} lacks {column:?}, which other rows have")]
    MissingColumn { row: usize, column: String },
    #[error("column {column:?}: {detail}")]
    Column { column: String, detail: String },
    #[error("the CSV cannot be read: {0}")]
    Csv(String),
    #[error("Inference-Header-Content-Length is {found:?}; expected the length of the JSON part, at most {body_bytes}")]
    HeaderLength { found: String, body_bytes: usize },
    #[error("binary data of input {input:?} needs {needed} bytes and {left} are left in the body")]
    BinaryTooShort { input: String, needed: usize, left: usize },
    #[error("{0} bytes follow the last binary input; the sum of binary_data_size must equal the rest of the body")]
    BinaryTooLong(usize),
    #[error("input {input:?} has {found} bytes of binary data; shape {shape:?} of {} needs {expected}", datatype.as_str())]
    BinarySize { input: String, datatype: Datatype, shape: Vec<usize>, expected: usize, found: usize },
    #[error(
        "input {0:?}: a BYTES element is longer than the data that is left; each is a 4-byte little-endian length and its bytes"
    )]
    BinaryBytes(String),
    #[error("input {0:?} has binary_data_size but the request has no Inference-Header-Content-Length header")]
    BinaryWithoutHeader(String),
    #[error("input {0:?} is FP16, which has no JSON form; send it as binary data")]
    HalfInJson(String),
    #[error("the model gives no output {wanted:?}; it gives {}", known.join(", "))]
    UnknownOutput { wanted: String, known: Vec<String> },
    #[error("output {name:?} is {what}, which has no JSON form; ask for it with binary_data")]
    OutputNotJson { name: String, what: &'static str },
}
