//! Filters and orders nobody thought of.

use super::tests::SCHEMA;
use super::{Clause, Comparator, Literal, parse_filter, parse_orders};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_assert_eq, prop_oneof, proptest};

const PIECES: &[&str] = &[
    "metrics.",
    "params.",
    "tags",
    "attributes.name",
    "auc",
    "`a b`",
    "\"x\"",
    "'x'",
    "'",
    "\"",
    "`",
    "=",
    "!=",
    "<",
    ">=",
    "<>",
    "~",
    "(",
    ")",
    ",",
    "1",
    "-1e9",
    "1e",
    ".",
    "AND",
    "and",
    "OR",
    "IN",
    "NOT",
    "IS",
    "NULL",
    "LIKE",
    "ILIKE",
    "RLIKE",
    "DESC",
    "ASC",
    "\\",
    "%",
    "_",
    "\u{0}",
    "é",
    "漢",
    "--",
    ";",
    "/*",
    " ",
    "\n",
];

fn read(text: &str) {
    if let Ok(clauses) = parse_filter(text) {
        drop(SCHEMA.resolve(clauses));
    }
    drop(parse_orders(&SCHEMA, &[text.to_owned()]));
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9_]{0,12}".prop_map(|key| key),
        "[a-zA-Z0-9_ ./:-]{1,12}".prop_map(|key| format!("`{key}`")),
        "[a-zA-Z0-9_ /:-]{1,12}".prop_map(|key| format!("\"{key}\"")),
    ]
}

fn right_side() -> impl Strategy<Value = (Comparator, Literal)> {
    use Comparator::{Equal, Greater, GreaterOrEqual, In, InsensitiveLike, Less, LessOrEqual, Like, NotEqual, NotIn};
    let number = prop_oneof![any_number(), (-1000i32..1000).prop_map(|number| number.to_string())];
    let number = number.prop_map(|text| Literal::Number(text.parse().unwrap(), text));
    let text = || "[ -&(-\\[\\]-~é漢\"]{0,12}";
    prop_oneof![
        (prop::sample::select(vec![Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]), number),
        (prop::sample::select(vec![Equal, NotEqual, Like, InsensitiveLike]), text().prop_map(Literal::Text)),
        (prop::sample::select(vec![In, NotIn]), prop::collection::vec(text(), 1..4).prop_map(Literal::List)),
        (prop::sample::select(vec![Comparator::IsNull, Comparator::IsNotNull]), Just(Literal::None)),
    ]
}

fn any_number() -> impl Strategy<Value = String> {
    prop::num::f64::NORMAL.prop_map(|number| format!("{number:e}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}|(?s).{0,60}") {
        read(&text);
    }

    #[test]
    fn pieces_of_filters_in_any_order_are_read_or_refused(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..16),
        glue in prop::sample::select(vec!["", " "]),
    ) {
        read(&pieces.join(glue));
    }

    #[test]
    fn what_was_written_is_what_is_read(
        clauses in prop::collection::vec((prop::sample::select(vec!["metrics", "params", "tags"]), key(), right_side()), 1..6),
    ) {
        let clauses: Vec<Clause> = clauses.into_iter().map(|(entity, key, (comparator, literal))| {
            Clause { identifier: format!("{entity}.{key}"), comparator, literal }
        }).collect();
        let text = clauses.iter().map(|clause| {
            format!("{} {} {}", clause.identifier, clause.comparator.as_str(), clause.literal.shown())
        });
        let text = text.collect::<Vec<_>>().join(" AND ");
        let read = parse_filter(&text).map_err(|error| format!("{text}: {}", error.message));
        prop_assert_eq!(read, Ok(clauses));
    }
}
