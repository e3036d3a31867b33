use super::content::{Content, pack, unpack};
use super::preview::preview;
use super::usage::{Node, summed};
use crate::traces::otlp::{Any, RawSpan};

#[test]
fn previews_show_the_last_message_of_a_chat() {
    let chat = r#"{"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": [{"type": "text", "text": "b"}]}, {"role": "assistant", "content": "c"}]}"#;
    let choice = r#"{"choices": [{"message": {"role": "assistant", "content": "hi"}}]}"#;
    for (json, role, wanted) in [
        (chat, "user", "b"),
        (chat, "assistant", "c"),
        (choice, "assistant", "hi"),
        (r#"{"request": {"input": [{"role": "user", "content": "deep"}]}}"#, "user", "deep"),
        (r#"{"x": 1}"#, "user", r#"{"x": 1}"#),
        (r#""plain""#, "user", r#""plain""#),
        (r#"{"messages": []}"#, "user", r#"{"messages": []}"#),
    ] {
        assert_eq!(preview(json, role), wanted, "{json}");
    }
    let long = preview(&format!("\"{}\"", "ü".repeat(2000)), "user");
    assert!(long.chars().count() == 1000 && long.ends_with("..."));
}

#[test]
fn sums_count_nothing_twice() {
    let node = |id, parent, data: Option<&str>| Node { id, parent, data: data.map(str::to_owned) };
    let used = Some(r#"{"input": 2, "output": 1}"#);
    let nodes = [node(1, None, None), node(2, Some(1), used), node(3, Some(2), used), node(4, Some(1), used)];
    assert_eq!(summed(&nodes, &["input", "output"], &["cached"], true).unwrap(), r#"{"input": 4, "output": 2}"#);
    let extra = [node(1, None, Some(r#"{"cached": 5, "input": "many"}"#))];
    assert_eq!(summed(&extra, &["input"], &["cached"], true).unwrap(), r#"{"input": 0, "cached": 5}"#);
    assert_eq!(summed(&[node(1, None, Some("no json"))], &["input"], &[], true), None);
    // Spans that are each other's parents are never reached, and nothing runs for ever.
    assert_eq!(summed(&[node(1, Some(2), used), node(2, Some(1), used)], &["input"], &[], true), None);
    assert_eq!(summed(&[node(1, Some(1), used)], &["input"], &[], false).unwrap(), r#"{"input": 2.0}"#);
}

#[test]
fn documents_shrink_and_come_back() {
    let text = "the same words again and again ".repeat(500);
    let raw = RawSpan { name: "big".into(), attributes: vec![("a".into(), Any::Text(text))], ..RawSpan::default() };
    let content = Content::new(raw, "tr-1");
    let (bytes, length) = pack(&content).unwrap();
    assert!(bytes.len() * 10 < length, "{} of {length}", bytes.len());
    let back: Content = serde_json::from_slice(&unpack(bytes.clone(), length).unwrap()).unwrap();
    assert_eq!(back, content);
    assert!(unpack(bytes, 10).is_err());
}
