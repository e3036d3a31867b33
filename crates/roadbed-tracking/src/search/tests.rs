use super::condition::Condition;
use super::lexer::{Token, tokens};
use super::*;
use std::cmp::Ordering as Compared;

pub(super) const SCHEMA: Schema = Schema {
    entities: &[
        ("metrics", Entity::Metric),
        ("params", Entity::Param),
        ("tags", Entity::Tag),
        ("attributes", Entity::Attribute),
        ("datasets", Entity::Dataset),
    ],
    attributes: &[
        ("name", "name", AttributeKind::Text),
        ("run name", "name", AttributeKind::Text),
        ("start_time", "start_time", AttributeKind::Integer),
    ],
    lists: &["name"],
    absence: &[Entity::Tag],
    orders: &["name", "start_time"],
    order_entities: &[Entity::Metric],
};

fn conditions(text: &str) -> Result<Vec<Condition>, String> {
    parse_filter(text).and_then(|clauses| SCHEMA.resolve(clauses)).map_err(|error| error.message)
}

fn one(text: &str) -> Condition {
    let mut found = conditions(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(found.len(), 1, "{text}");
    found.remove(0)
}

#[test]
fn identifiers_are_read_in_every_spelling() {
    for (text, entity, key) in [
        ("metrics.auc > 1", Entity::Metric, "auc"),
        ("metrics.`val loss` > 1", Entity::Metric, "val loss"),
        ("metrics.\"val/loss\" > 1", Entity::Metric, "val/loss"),
        ("tags.mlflow.source.name = 'x'", Entity::Tag, "mlflow.source.name"),
        ("tags.`mlflow.user` = 'x'", Entity::Tag, "mlflow.user"),
        ("name = 'x'", Entity::Attribute, "name"),
        ("attributes.name = 'x'", Entity::Attribute, "name"),
        ("attributes.`run name` = 'x'", Entity::Attribute, "name"),
        ("\"run name\" = 'x'", Entity::Attribute, "name"),
        ("datasets.digest = 'x'", Entity::Dataset, "digest"),
    ] {
        assert_eq!(one(text).field, Field { entity, key: key.to_owned() }, "{text}");
    }
}

#[test]
fn what_is_no_filter_is_refused() {
    for text in [
        "metrics.auc",
        "metrics.auc >",
        "metrics.auc > 'a'",
        "metrics.auc > 1 OR metrics.auc < 2",
        "metrics.auc > 1 metrics.auc < 2",
        "metrics.auc LIKE 'a'",
        "metrics.auc == 1",
        "params.a = 1",
        "params.a = b",
        "params.a = `b`",
        "params.a > 'b'",
        "params.a IS NULL",
        "metrics.a IS NULL",
        "tags.a IS",
        "tags.a IN ('x')",
        "name IN ()",
        "name IN (1)",
        "name IN ('a'",
        "name = ('a')",
        "start_time IN ('1')",
        "foo.a = 'x'",
        "unknown = 'x'",
        "datasets.size = 'x'",
        "params.a = 'never closed",
        "1 = 1",
        "params.a = 'x'; DROP TABLE runs",
        "(params.a = 'x')",
    ] {
        assert!(conditions(text).is_err(), "{text} was taken");
    }
    assert!(conditions(&"a".repeat(200_000)).is_err());
    assert_eq!(conditions("  ").unwrap(), []);
    assert_eq!(conditions("and params.a = 'x' AND AND params.b = 'y' AND").unwrap().len(), 2);
}

#[test]
fn comparisons_decide() {
    let number = |value| Some(FieldValue::Number(value));
    let text = |value| Some(FieldValue::Text(value));
    for (filter, value, holds) in [
        ("metrics.a > 1", number(1.5), true),
        ("metrics.a > 1.5", number(1.5), false),
        ("metrics.a >= -1e-3", number(-0.001), true),
        ("metrics.a != 1", number(f64::NAN), true),
        ("metrics.a <= 1", number(f64::NAN), false),
        ("metrics.a != 1", None, false),
        ("params.a != 'x'", None, false),
        ("params.a != 'x'", text("y"), true),
        ("params.a = \"it's\"", text("it's"), true),
        ("params.a LIKE 'a%'", text("abc"), true),
        ("params.a LIKE 'A%'", text("abc"), false),
        ("params.a ilike 'A_C'", text("abc"), true),
        ("params.a LIKE '%b%c'", text("aabbcc"), true),
        ("params.a LIKE '%b'", text("aabbcc"), false),
        ("params.a LIKE ''", text("a"), false),
        ("params.a LIKE '%%'", text(""), true),
        ("tags.a IS NULL", None, true),
        ("tags.a is not null", None, false),
        ("tags.a IS NOT NULL", text(""), true),
        ("name IN ('a', 'b')", text("b"), true),
        ("name NOT IN ('a', \"b\",)", text("b"), false),
        ("start_time >= 1700000000000", Some(FieldValue::Integer(1_700_000_000_000)), true),
    ] {
        assert_eq!(one(filter).holds(value), holds, "{filter} with {value:?}");
    }
}

#[test]
fn orders_put_nan_and_missing_last_both_ways() {
    let parse = |text: &str| parse_orders(&SCHEMA, &[text.to_owned()]).map(|mut orders| orders.remove(0));
    let order = parse("metrics.`val loss` DESC").unwrap();
    assert_eq!((order.field.key.as_str(), order.ascending), ("val loss", false));
    assert!(parse("name").unwrap().ascending);
    for text in ["", "name name desc", "name down", "tags.a", "unknown", "metrics.a + 1"] {
        assert!(parse(text).is_err(), "{text} was taken");
    }
    let twice = parse_orders(&SCHEMA, &["name".to_owned(), "name DESC".to_owned()]).unwrap();
    assert!(matches!(twice.as_slice(), [only] if only.ascending));
    for ascending in [true, false] {
        let mut values =
            [None, Some(FieldValue::Number(f64::NAN)), Some(FieldValue::Number(2.0)), Some(FieldValue::Number(1.0))];
        values.sort_by(|a, b| compare(*a, *b, ascending));
        let first = if ascending { 1.0 } else { 2.0 };
        assert_eq!(values[0], Some(FieldValue::Number(first)));
        assert!(matches!(values[2], Some(FieldValue::Number(nan)) if nan.is_nan()) && values[3].is_none());
    }
    assert_eq!(compare(Some(FieldValue::Text("a")), Some(FieldValue::Text("b")), false), Compared::Greater);
}

#[test]
fn pages_follow_each_other_without_gaps() {
    let all: Vec<i32> = (0..7).collect();
    let (mut seen, mut token) = (Vec::new(), PageToken::default());
    loop {
        let (some, next) = page(all.clone(), token, 3);
        seen.extend(some);
        let Some(next) = next else { break };
        token = PageToken::parse(Some(&next.to_string())).unwrap();
    }
    assert_eq!(seen, all);
    assert_eq!(PageToken(3).to_string(), "eyJvZmZzZXQiOiAzfQ==");
    for text in ["!", "e30=", "eyJvZmZzZXQiOiAiYSJ9"] {
        assert!(PageToken::parse(Some(text)).is_err(), "{text} was taken");
    }
}

#[test]
fn tokens_keep_what_was_written() {
    let found = tokens("a.`b c` >= 1.5e-3 AND x = 'it''s'").unwrap();
    let shown: Vec<String> = found.iter().map(Token::shown).collect();
    assert_eq!(shown, ["a.`b c`", ">=", "1.5e-3", "AND", "x", "=", "'it''s'"]);
}

#[test]
fn what_is_wrong_has_a_place() {
    for (text, character) in [
        ("nonsense", 9),
        ("metrics.auc > 1 AND params.größe ~ 'x'", 34),
        ("metrics.auc > 1 OR metrics.auc < 2", 17),
        ("params.ä = 'x' AND metrics.auc > 'high'", 20),
        ("metrics.auc > 1 AND color.x = 'y'", 21),
        ("name = 'x' AND name = 'open", 23),
        ("name = 'x' AND name # 3", 21),
        ("name = 'x' AND name =", 22),
        ("name IN ('a', 3)", 15),
    ] {
        let wrong = check_filter(&SCHEMA, text).unwrap_err();
        assert_eq!(wrong.character, character, "{text}: {}", wrong.error);
        assert_eq!(Err(wrong.error.message), conditions(text));
    }
    assert_eq!(check_filter(&SCHEMA, "AND metrics.auc > 1 AND"), Ok(()));
    assert_eq!(check_filter(&SCHEMA, ""), Ok(()));
}
