use super::*;

/// A field of protobuf with bytes inside.
pub(in crate::traces) fn bytes_field(number: u8, content: &[u8]) -> Vec<u8> {
    let mut length = content.len();
    let mut field = vec![(number << 3) | 2];
    while length > 0x7f {
        field.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    field.push(u8::try_from(length).unwrap());
    field.extend_from_slice(content);
    field
}

fn fixed_field(number: u8, value: u64) -> Vec<u8> {
    [vec![(number << 3) | 1], value.to_le_bytes().to_vec()].concat()
}

fn text_pair(key: &str, value: &str) -> Vec<u8> {
    [bytes_field(1, key.as_bytes()), bytes_field(2, &bytes_field(1, value.as_bytes()))].concat()
}

/// A request with one span.
pub(in crate::traces) fn request(trace: [u8; 16], id: [u8; 8], parent: &[u8], attributes: &[(&str, &str)]) -> Vec<u8> {
    let mut span = [
        bytes_field(1, &trace),
        bytes_field(2, &id),
        bytes_field(4, parent),
        bytes_field(5, b"work"),
        fixed_field(7, 1_700_000_000_000_000_000),
        fixed_field(8, 1_700_000_000_250_000_000),
        bytes_field(15, &[0x18, 1]),
    ]
    .concat();
    for (key, value) in attributes {
        span.extend(bytes_field(9, &text_pair(key, value)));
    }
    let resource = bytes_field(1, &bytes_field(1, &text_pair("service.name", "shop")));
    bytes_field(1, &[resource, bytes_field(2, &bytes_field(2, &span))].concat())
}

#[test]
fn both_forms_say_the_same() {
    let binary = Export::from_protobuf(&request([1; 16], [2; 8], &[3; 8], &[("a", "b")])).unwrap();
    let json = format!(
        r#"{{"resourceSpans": [{{"resource": {{"attributes": [{{"key": "service.name", "value": {{"stringValue": "shop"}}}}]}},
        "scopeSpans": [{{"spans": [{{"traceId": "{}", "spanId": "{}", "parentSpanId": "{}", "name": "work", "unknown": 1,
        "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": 1700000000250000000, "status": {{"code": 1}},
        "attributes": [{{"key": "a", "value": {{"stringValue": "b"}}}}]}}]}}]}}]}}"#,
        "01".repeat(16),
        "02".repeat(8),
        "03".repeat(8)
    );
    assert_eq!(Export::from_json(json.as_bytes()).unwrap(), binary);
    assert_eq!(binary.sources[0].spans[0].status, Status::Ok);
}

#[test]
fn hostile_bytes_are_refused() {
    let good = request([1; 16], [2; 8], &[], &[("key", "value")]);
    for end in 1..good.len() {
        // Cut anywhere it is refused or another message, and never more.
        let _ = Export::from_protobuf(&good[..end]);
    }
    let mut deep = vec![];
    for _ in 0..200 {
        deep = bytes_field(5, &bytes_field(1, &deep));
    }
    let attribute = bytes_field(9, &[bytes_field(1, b"k"), bytes_field(2, &deep)].concat());
    let span = bytes_field(1, &bytes_field(2, &bytes_field(2, &attribute)));
    assert_eq!(Export::from_protobuf(&span), Err(OtlpError::TooDeep));
    let huge = [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert!(matches!(Export::from_protobuf(&huge), Err(OtlpError::Protobuf(_))));
    assert!(matches!(Export::from_protobuf(&[0x80; 20]), Err(OtlpError::Protobuf(_))));
    let short = bytes_field(1, &bytes_field(2, &bytes_field(2, &bytes_field(1, &[1; 15]))));
    assert!(matches!(Export::from_protobuf(&short), Err(OtlpError::Id { bytes: 15, .. })));
    let nameless = bytes_field(1, &bytes_field(2, &bytes_field(2, &bytes_field(5, b"x"))));
    assert!(matches!(Export::from_protobuf(&nameless), Err(OtlpError::Id { bytes: 0, .. })));
    for text in [
        "",
        "[]",
        "{",
        r#"{"resourceSpans": 5}"#,
        r#"{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "zz"}]}]}]}"#,
    ] {
        assert!(Export::from_json(text.as_bytes()).is_err(), "{text} was taken");
    }
}

#[test]
fn packed_bodies_unpack_within_bounds() {
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&vec![7; 100_000]).unwrap();
    let packed = gzip.finish().unwrap();
    assert_eq!(inflate(&packed, Encoding::Gzip, 100_000).unwrap().len(), 100_000);
    assert_eq!(inflate(&packed, Encoding::Gzip, 99_999), Err(OtlpError::TooLarge(99_999)));
    assert_eq!(inflate(&packed[..50], Encoding::Gzip, 100_000), Err(OtlpError::Damaged("gzip")));
    let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    raw.write_all(b"some text").unwrap();
    assert_eq!(&*inflate(&raw.finish().unwrap(), Encoding::Deflate, 100).unwrap(), b"some text");
    assert!(Encoding::parse(Some("br")).is_err());
    assert_eq!(Encoding::parse(Some("GZIP")), Ok(Encoding::Gzip));
}

#[test]
fn values_keep_their_order_and_read_as_python_writes_them() {
    let text = r#"{"b": [1, 2.5, "x\n\"ü"], "a": null, "t": true, "e": {}}"#;
    let value = Any::of_json(text);
    assert_eq!(value.to_json(), text);
    let told = serde_json::to_value(OtlpValue(&value)).unwrap();
    assert_eq!(told["kvlist_value"]["values"][0]["key"], "b");
    assert_eq!(told["kvlist_value"]["values"][0]["value"]["array_value"]["values"][1]["double_value"], 2.5);
    assert_eq!(told["kvlist_value"]["values"][3]["value"], serde_json::json!({"kvlist_value": {}}));
    assert_eq!(Any::of_json("plain words"), Any::Text("plain words".to_owned()));
    assert_eq!(Any::Double(f64::NAN).to_json(), "\"NaN\"");
}
